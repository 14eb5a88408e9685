"""`pylife declarations`: what is listed, what is only listed with -v, and what is counted."""

import json

from tests.conftest import MakeTree, Pylife

FILES = {
    "pyproject.toml": '[project]\nname = "x"\nrequires-python = ">=3.11"\n'
    "dependencies = [\"tomli; python_version < '3.11'\"]\n",
    "README.md": "# x\n\nRequires Python 3.9+.\n",
    "x.py": "import sys\nif sys.version_info >= (3, 9):\n    pass\nif sys.version_info >= (3, 13):\n"
    "    pass\n",
    ".github/workflows/ci.yml": "jobs:\n  a:\n    strategy:\n      matrix:\n"
    "        python: ['3.11', '3.12']\n        exclude: [{python: '3.11'}]\n    steps:\n"
    "      - uses: actions/setup-python@v6\n        with: {python-version: '${{ matrix.python }}'}\n"
    "  b:\n    uses: ./.github/workflows/other.yml\n",
    "tests/fixtures/p/setup.py": "",
}


def test_what_is_said_aside_is_counted_and_listed_on_demand(tree: MakeTree, pylife: Pylife) -> None:
    root = tree(FILES)
    plain = pylife("declarations", root).out
    assert "readme-prose" not in plain
    assert "left out:" not in plain
    assert "1 environment marker and 2 sys.version_info guards; 2 dead in its range" in plain
    assert plain.splitlines()[-1] == "4 declarations in 1 project; 2 without effect"
    more = pylife("declarations", root, "-v").out
    assert "README.md:3:17  advertises readme-prose '3.9+'" in more
    assert "x.py:2:4  conditions guard 'sys.version_info >= (3, 9)'" in more
    assert "pyproject.toml:4:25  conditions marker" in more
    assert "left out: tests/fixtures (test data)" in more
    assert "name one in pylife.toml to have it read" in more
    assert more.splitlines()[-1] == plain.splitlines()[-1]


def test_what_a_matrix_runs_is_apart_from_what_its_list_says(
    tree: MakeTree, pylife: Pylife
) -> None:
    root = tree(FILES)
    lines = pylife("declarations", root, "-v").out.splitlines()
    excluded = next(line for line in lines if "'3.11'" in line)
    assert excluded.endswith("-> 3.11 (without effect: left out by strategy.matrix.exclude)")
    assert "  .github/workflows/ci.yml  job a runs on 3.12" in lines
    project = json.loads(pylife("declarations", root, "--format", "json").out)["projects"][0]
    assert project["jobs"] == [
        {"file": ".github/workflows/ci.yml", "job": "a", "versions": ["3.12"], "reason": None},
        {
            "file": ".github/workflows/ci.yml",
            "job": "b",
            "versions": None,
            "reason": "./.github/workflows/other.yml says it",
        },
    ]
    said = [(d["versions"], d["without_effect"]) for d in project["declarations"][:2]]
    assert said == [(["3.11"], "left out by strategy.matrix.exclude"), (["3.12"], None)]
    assert project["declarations"][2]["raw"] == "3.11", "the entry of `exclude` itself"
    assert project["declarations"][2]["without_effect"]


def test_programs_get_asides_on_demand_too(tree: MakeTree, pylife: Pylife) -> None:
    root = tree(FILES)
    plain = json.loads(pylife("declarations", root, "--format", "json").out)
    assert "asides" not in plain["projects"][0]
    assert plain["projects"][0]["conditions"] == {"markers": 1, "guards": 2, "dead": 2}
    more = json.loads(pylife("declarations", root, "--format", "json", "-v").out)
    assert more["left_out"] == [{"path": "tests/fixtures", "reason": "test data"}]
    assert [item["site"] for item in more["projects"][0]["asides"]] == [
        "readme-prose",
        "marker",
        "guard",
        "guard",
    ]


def test_check_neither_reads_nor_counts_what_is_aside(tree: MakeTree, pylife: Pylife) -> None:
    root = tree({**FILES, "broken.py": "if sys.version_info >= (3, 9:\n"})
    document = json.loads(pylife("check", root, "--as-of", "2026-11-21", "--format", "json").out)
    assert document["projects"][0]["declarations"] == 4
    assert document["projects"][0]["unreadable"] == 0
    assert document["projects"][0]["status"] == "checked"
