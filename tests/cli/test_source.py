"""`pylife source`: the contract, the words, the exit codes, and what is not done twice."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pylife import resources
from pylife.cli.source_text import span
from pylife.source import runner
from pylife.source.scanner import versions
from tests.conftest import MakeTree, Pylife

SCHEMA = json.loads(resources.data("source.schema.json").read_text(encoding="utf-8"))
PYPROJECT = '[project]\nname = "x"\n'
FILES = {
    "pyproject.toml": PYPROJECT,
    "src/x/__init__.py": "",
    "src/x/a.py": "import cgi\n\nprint('a'.removeprefix('b'))\n",
    "src/x/b.py": "import datetime\n\ndatetime.datetime.utcnow()\n",
    "tests/test_a.py": "import tomllib\n",
    "docs/conf.py": "project = 'x'\n",
}
NAMES = versions.names(versions.ALL)


@pytest.fixture(autouse=True)
def _old_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that were written a moment ago count as if they had been written before."""
    monkeypatch.setattr("pylife.source.cache._FINE", 0)


@pytest.fixture
def scanned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are handed to the scanner."""
    told: list[str] = []
    scan = runner.scan

    def noted(jobs: Any, *rest: Any, **options: Any) -> Iterator[runner.Answer]:
        told.extend(Path(job.place).name for job in jobs)
        return scan(jobs, *rest, **options)

    monkeypatch.setattr(runner, "scan", noted)
    return told


def document(pylife: Pylife, *arguments: str | Path, code: int = 0) -> dict[str, Any]:
    ran = pylife("source", *arguments, "--format", "json")
    assert ran.code == code, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    jsonschema.Draft7Validator(SCHEMA).validate(found)
    return found


def test_the_contract(tree: MakeTree, pylife: Pylife) -> None:
    found = document(pylife, tree(FILES))
    assert (found["schema"], found["pythons"]) == ("pylife/source/1", NAMES)
    (project,) = found["projects"]
    assert (project["name"], project["files"], project["unparsed"]) == ("x", 5, [])
    failing = [use for use in project["uses"] if use["fails_on"]]
    assert [
        (use["file"], use["line"], use["column"], use["what"], use["kind"], use["scope"])
        for use in failing
    ] == [
        ("src/x/a.py", 1, 8, "cgi", "module", "package"),
        ("src/x/a.py", 3, 7, "str.removeprefix", "method", "package"),
        ("tests/test_a.py", 1, 8, "tomllib", "module", "tests"),
    ]
    cgi, prefix, _ = failing
    assert (cgi["added"], cgi["removed"], cgi["fails_on"]) == (None, "3.13", NAMES[5:])
    assert (prefix["added"], prefix["removed"], prefix["fails_on"]) == ("3.9", None, ["3.8"])
    assert project["runs_on"] == ["3.11", "3.12"], "of all scopes"
    (late,) = [use for use in project["uses"] if not use["fails_on"]]
    assert late["deprecated"] is not None


def test_each_scope_by_itself_with_the_lines_that_decide(tree: MakeTree, pylife: Pylife) -> None:
    (project,) = document(pylife, tree(FILES))["projects"]
    scopes = {item["scope"]: item for item in project["scopes"]}
    assert list(scopes) == ["package", "tests", "docs"]
    package = scopes["package"]
    assert (package["least"], package["greatest"]) == ("3.9", "3.12")
    assert [item["what"] for item in package["needed_by"]] == ["str.removeprefix"]
    assert package["broken_by"] == [{"file": "src/x/a.py", "line": 1, "column": 8, "what": "cgi"}]
    assert scopes["docs"]["runs_on"] == NAMES
    assert scopes["docs"]["needed_by"] == scopes["docs"]["broken_by"] == []


def test_each_package_by_itself(tree: MakeTree, pylife: Pylife) -> None:
    root = tree(
        {
            "pyproject.toml": "[project]\nname = 'two'\n",
            "src/old/__init__.py": "",
            "src/old/deep/more.py": "import cgi\n",
            "src/ns/new/__init__.py": "import tomllib\n",
            "single.py": "",
            "tests/__init__.py": "",
        }
    )
    (project,) = document(pylife, root)["projects"]
    found = {item["name"]: item for item in project["packages"]}
    assert list(found) == ["ns.new", "old", "single"]
    assert [item["path"] for item in found.values()] == ["src/ns/new", "src/old", "single.py"]
    assert [item["files"] for item in found.values()] == [1, 2, 1]
    assert (found["ns.new"]["least"], found["ns.new"]["greatest"]) == ("3.11", NAMES[-1])
    assert found["ns.new"]["needed_by"] == [
        {"file": "src/ns/new/__init__.py", "line": 1, "column": 8, "what": "tomllib"}
    ]
    assert (found["old"]["least"], found["old"]["greatest"]) == ("3.8", "3.12")
    assert found["single"]["runs_on"] == NAMES
    assert project["runs_on"] == ["3.11", "3.12"]
    shown = pylife("source", root).out
    assert "    old runs on 3.8 to 3.12: breaks on 3.13" in shown


def test_chosen_pythons_and_scopes(tree: MakeTree, pylife: Pylife) -> None:
    root = tree(FILES)
    found = document(pylife, root, "--python", "3.13,3.8", "--scope", "package")
    assert found["pythons"] == ["3.8", "3.13"]
    (project,) = found["projects"]
    assert {use["scope"] for use in project["uses"]} == {"package"}
    failing = {use["what"]: use["fails_on"] for use in project["uses"]}
    assert failing["cgi"] == ["3.13"]
    assert failing["str.removeprefix"] == ["3.8"]
    assert project["runs_on"] == []
    assert [item["scope"] for item in project["scopes"]] == ["package"]
    nothing = document(pylife, root, "--python", "3.10", "--scope", "docs")["projects"][0]
    assert (nothing["uses"], nothing["runs_on"]) == ([], ["3.10"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--python", "2.7"), "--python: '2.7' is not known (give some of 3.8, "),
        (("--python", ""), "--python: '' is not known"),
        (("--scope", "package,all"), "--scope: 'all' is none (give some of package, tests"),
        (("--jobs", "0"), "Invalid value for '--jobs'"),
    ],
)
def test_what_cannot_be_asked(
    tree: MakeTree, pylife: Pylife, arguments: tuple[str, str], message: str
) -> None:
    ran = pylife("source", tree(FILES), *arguments)
    assert ran.code == 2
    assert message in ran.err


def test_text_for_people(tree: MakeTree, pylife: Pylife) -> None:
    ran = pylife("source", tree(FILES), "--as-of", "2026-11-21")
    lines = ran.out.splitlines()
    assert lines[:6] == [
        "x",
        "  package runs on 3.9 to 3.12: needs 3.9 because of src/x/a.py:3",
        "    str.removeprefix; breaks on 3.13 because of src/x/a.py:1 cgi",
        f"  tests runs on 3.11 to {NAMES[-1]}: needs 3.11 because of tests/test_a.py:1 tomllib",
        f"  docs runs on 3.8 to {NAMES[-1]}",
        "  src/x/a.py",
    ]
    assert lines[6].startswith("    1:8 cgi (module): removed in 3.13")
    assert "    3:7 str.removeprefix (method): added in 3.9" in lines
    assert max(map(len, lines)) <= 80
    assert "utcnow" not in ran.out
    assert "utcnow" in pylife("source", tree(FILES), "-v").out


def test_quiet_says_only_what_is_wrong(tree: MakeTree, pylife: Pylife) -> None:
    root = tree(
        {"a/pyproject.toml": PYPROJECT, "a/a.py": "", "b/setup.py": "", "b/b.py": "import cgi\n"}
    )
    out = pylife("source", root, "-q").out
    assert out.splitlines()[0] == "b"
    assert "\nx\n" not in f"\n{out}"


def test_where_it_runs_on_none(tree: MakeTree, pylife: Pylife) -> None:
    root = tree(
        {
            "a.py": "import imp\nimport tomllib\nimport asyncore\nmatch imp:\n    case 1: pass\n"
            "import compression.zstd\n"
        }
    )
    out = " ".join(pylife("source", root).out.split())
    assert f"package runs on none of 3.8 to {NAMES[-1]}: needs 3.14 because of" in out
    assert "breaks on 3.12 because of a.py:1 imp, a.py:3 asyncore" in out


def test_what_cannot_be_parsed_is_no_pass(tree: MakeTree, pylife: Pylife) -> None:
    root = tree(FILES | {"src/x/old.py": "print 'a'\n", "src/x/nul.py": "a\0b"})
    (project,) = document(pylife, root, code=4)["projects"]
    assert [item["file"] for item in project["unparsed"]] == ["src/x/nul.py", "src/x/old.py"]
    assert all(item["reason"] for item in project["unparsed"])
    assert project["runs_on"] == []
    scopes = {item["scope"]: item["runs_on"] for item in project["scopes"]}
    assert scopes == {"package": [], "tests": NAMES[3:], "docs": NAMES}
    out = " ".join(pylife("source", root).out.split())
    assert (
        "package is not known to run on any: src/x/nul.py, src/x/old.py could not be parsed" in out
    )
    assert pylife("source", root, "--scope", "tests").code == 0


def test_where_there_is_nothing(tree: MakeTree, pylife: Pylife) -> None:
    root = tree({"pyproject.toml": PYPROJECT})
    assert document(pylife, root, code=3)["projects"][0]["files"] == 0
    assert "no Python source" in pylife("source", root).out
    assert pylife("source", root / "none").code == 2


def test_a_project_that_cannot_be_had(tree: MakeTree, pylife: Pylife) -> None:
    root = tree(
        {"pylife.toml": "[[project]]\npath = 'a'\n[[project]]\npath = 'gone'\n", "a/a.py": ""}
    )
    found = document(pylife, root, code=4)["projects"]
    assert [(item["name"], item["error"]) for item in found] == [
        ("a", None),
        ("gone", "no such folder"),
    ]


def test_files_by_themselves(
    tree: MakeTree, pylife: Pylife, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tree(FILES | {"tools/cgi.py": "import cgi\n", "tools/run": "import cgi\n"})
    monkeypatch.chdir(root)
    found = document(pylife, "src/x/a.py", "tests/test_a.py", "tools/cgi.py", "tools/run")[
        "projects"
    ]
    assert [(item["name"], item["path"]) for item in found] == [
        ("a.py", "src/x"), ("test_a.py", "tests"), ("cgi.py", "tools"), ("run", "tools"),
    ]  # fmt: skip
    uses = [[(use["file"], use["what"], use["scope"]) for use in item["uses"]] for item in found]
    assert uses[0][0] == ("src/x/a.py", "cgi", "package")
    assert uses[1] == [("tests/test_a.py", "tomllib", "tests")]
    assert uses[2] == [("tools/cgi.py", "cgi", "tools")], "it is not what it imports"
    assert uses[3] == [], "it has a cgi of its own beside it"
    assert {path.name for path in root.iterdir() if path.name.startswith(".")} == {".pylife"}


def test_a_file_outside_of_everything_leaves_nothing_behind(tree: MakeTree, pylife: Pylife) -> None:
    root = tree({"a.py": "import cgi\n"})
    (project,) = document(pylife, root / "a.py")["projects"]
    assert project["runs_on"] == NAMES[:5]
    assert [path.name for path in root.iterdir()] == ["a.py"]


def test_modules_of_ones_own_are_not_the_standard_librarys(tree: MakeTree, pylife: Pylife) -> None:
    root = tree({"a/setup.py": "", "a/cgi.py": "", "a/a.py": "import cgi\n",
                 "b/setup.py": "", "b/a.py": "import cgi\n"})  # fmt: skip
    found = document(pylife, root)["projects"]
    assert [len(item["uses"]) for item in found] == [0, 1]


def test_ignored_on_the_line(tree: MakeTree, pylife: Pylife) -> None:
    root = tree(
        {"a.py": "import cgi  # pylife: ignore[SRC602] only on 3.8\nimport imp  # pylife: ignore\n"}
    )
    (project,) = document(pylife, root)["projects"]
    assert [(use["what"], use["ignored"]) for use in project["uses"]] == [
        ("cgi", "only on 3.8"),
        ("imp", None),
    ]
    assert project["runs_on"] == NAMES[:4], "what was ignored does not count"
    assert [item["wrong"] is not None for item in project["ignores"]] == [False, True]
    again = document(pylife, root)
    assert again["projects"] == [project], "also from the cache"
    assert "2:13 this ignore ignores nothing: it names no rule" in pylife("source", root).out


# What is not done twice.


def test_an_unchanged_tree_is_neither_read_nor_scanned_again(
    tree: MakeTree, pylife: Pylife, scanned: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tree(
        FILES | {"pyproject.toml": PYPROJECT, "same.py": "import cgi\n", "same2.py": "import cgi\n"}
    )
    time.sleep(0.01)
    first = pylife("source", root, "--format", "json")
    assert sorted(scanned) == ["__init__.py", "a.py", "b.py", "conf.py", "same.py", "test_a.py"], (
        "one of each content"
    )
    scanned.clear()
    opened: list[str] = []
    read = Path.read_bytes

    def noted(path: Path) -> bytes:
        opened.append(str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", noted)
    assert pylife("source", root, "--format", "json") == first
    assert scanned == []
    assert [name for name in opened if str(root) in name and name.endswith(".py")] == []
    (root / "src/x/a.py").write_text("import imp\n")
    pylife("source", root)
    assert scanned == ["a.py"]
    scanned.clear()
    pylife("source", root, "--no-cache")
    assert len(scanned) == 6


def test_a_change_that_keeps_size_and_time_is_seen(
    tree: MakeTree, pylife: Pylife, scanned: list[str]
) -> None:
    root = tree({"a.py": "import cgi\n"})
    before = (root / "a.py").stat()
    pylife("source", root)
    (root / "a.py").write_text("import imp\n")
    os.utime(root / "a.py", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert "imp (module)" in pylife("source", root).out


def test_the_state_folder_is_one_that_nobody_commits(
    tree: MakeTree, pylife: Pylife, tmp_path: Path
) -> None:
    root = tree({"a.py": "import cgi\n"})
    pylife("source", root, "--state", tmp_path / "state")
    assert [path.name for path in root.iterdir()] == ["a.py"]
    assert sorted(path.name for path in (tmp_path / "state").iterdir()) == [".gitignore", "source"]
    assert (tmp_path / "state" / ".gitignore").read_text().endswith("*\n")


def test_a_link_is_not_followed_out_of_the_project(tree: MakeTree, pylife: Pylife) -> None:
    root = tree({"p/setup.py": "", "p/a.py": "", "elsewhere.py": "import cgi\n"})
    (root / "p" / "out.py").symlink_to(root / "elsewhere.py")
    (root / "p" / "in.py").symlink_to("a.py")
    (root / "p" / "gone.py").symlink_to("nowhere.py")
    os.mkfifo(root / "p" / "pipe.py")
    found = document(pylife, root / "p", code=4)["projects"][0]["unparsed"]
    assert {item["file"]: item["reason"] for item in found} == {
        "out.py": "a link that leads out of the project",
        "gone.py": "a dangling link",
        "pipe.py": "not a regular file",
    }
    # What is asked for by name is looked at.
    assert document(pylife, root / "p" / "out.py")["projects"][0]["uses"]


@pytest.mark.parametrize(
    ("pythons", "words"),
    [
        ("3.8", "3.8"),
        ("3.8 3.9", "3.8 and 3.9"),
        ("3.8 3.9 3.10", "3.8 to 3.10"),
        ("3.8 3.9 3.10 3.12 3.14", "3.8 to 3.10, 3.12 and 3.14"),
    ],
)
def test_spans(pythons: str, words: str) -> None:
    assert span(versions.mask([versions.parse(name) for name in pythons.split()])) == words
