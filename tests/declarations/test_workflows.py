"""GitHub Actions workflows and tox: the spellings that naive readers get wrong."""

import pytest
import yaml

from pylife import declarations
from pylife.model import Declaration, PythonVersion
from pylife.syntax import yaml as syntax
from pylife.syntax.text import Source

PATH = ".github/workflows/ci.yml"


def read(content: str, path: str = PATH) -> list[Declaration]:
    return declarations.read_source(Source(path, content.encode()))


def matrix(lines: str, steps: str = "") -> list[Declaration]:
    """The declarations of one job whose matrix is `lines`."""
    indented = lines.replace("\n", "\n        ")
    content = f"on: push\njobs:\n  a:\n    strategy:\n      matrix:\n        {indented}\n"
    if steps:
        content += "    steps:\n      " + steps.replace("\n", "\n      ") + "\n"
    return read(content)


def shown(found: list[Declaration]) -> list[tuple[str, str]]:
    return [(item.raw, " ".join(map(str, item.versions or ())) or "-") for item in found]


def test_flow_list_with_every_spelling() -> None:
    found = matrix('python-version: ["3.9", "3.14t", "3.15-dev", "pypy-3.11", "3.x", py310, "new"]')
    assert shown(found) == [
        ("3.9", "3.9"),
        ("3.14t", "3.14t"),
        ("3.15-dev", "3.15"),
        ("pypy-3.11", "-"),
        ("3.x", "-"),
        ("py310", "3.10"),
        ("new", "-"),
    ]
    assert [item.unreadable is None for item in found] == [True] * 6 + [False]
    assert {item.group for item in found} == {"jobs.a.strategy.matrix.python-version"}


def test_the_float_trap_is_noted() -> None:
    found = matrix("python: [3.9, 3.10, 3.1, '3.1']")
    assert shown(found) == [("3.9", "3.9"), ("3.10", "3.1"), ("3.1", "3.1"), ("3.1", "3.1")]
    assert [item.note for item in found] == [
        "",
        "YAML reads an unquoted 3.10 as 3.1: quote it",
        "3.1 is what YAML reads for an unquoted 3.10",
        "",
    ]


def test_the_float_trap_of_steps() -> None:
    found = matrix("os: [a]", "- uses: actions/setup-python@v5\n  with: {python-version: 3.20}\n")
    assert shown(found) == [("3.20", "3.2")]
    assert found[0].note == "YAML reads an unquoted 3.20 as 3.2: quote it"


@pytest.mark.parametrize(
    ("exclude", "versions"),
    [
        ("- {py: '3.9'}", ()),
        ("- {py: '3.9', os: a}\n  - {py: '3.9', os: b}", ()),
        ("- {os: a}\n  - {os: b}", ()),
        ("- {py: '3.9', os: a}", ("3.9",)),
        ("- {py: '3.10'}", ("3.9",)),
        ("- {py: '3.9', os: [a]}", ("3.9",)),
        ("- {py: '3.9', unknown: a}", ("3.9",)),
    ],
)
def test_exclude_takes_away_what_has_no_combination_left(
    exclude: str, versions: tuple[str, ...]
) -> None:
    item = matrix(f"py: ['3.9']\nos: [a, b]\nexclude:\n  {exclude}")[0]
    assert item.versions == (PythonVersion(3, 9),)
    assert tuple(map(str, item.effective)) == versions
    assert bool(item.without_effect) is not bool(versions)


def test_exclude_entries_belong_to_the_list_that_they_restrict() -> None:
    found = matrix("py: ['3.9', '3.10']\nos: [a]\nexclude:\n- {py: '3.10', os: a}\n- {os: b}")
    assert [(item.raw, item.group, bool(item.effective)) for item in found] == [
        ("3.9", "jobs.a.strategy.matrix.py", True),
        ("3.10", "jobs.a.strategy.matrix.py", False),
        ("3.10", "jobs.a.strategy.matrix.py", False),
    ]


def test_include_is_a_list_of_its_own() -> None:
    found = matrix("python: ['3.9']\ninclude:\n- python: '3.13'\n  os: a\n- os: b")
    assert [(item.site, item.raw) for item in found] == [
        ("github-matrix", "3.9"),
        ("github-include", "3.13"),
    ]


def test_keys_that_a_step_refers_to() -> None:
    steps = "- uses: actions/setup-python@v5\n  with: {python-version: '${{ matrix.conf.v }}'}"
    found = matrix("conf:\n- {v: '3.9', toxenv: py39}\n- {v: '3.10', toxenv: py310}", steps)
    assert shown(found) == [("3.9", "3.9"), ("3.10", "3.10")]


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("${{ fromJSON(needs.a.outputs.b) }}", "made by another job when the workflow runs"),
        (
            "${{ fromJSON(vars.SUPPORTED_PYTHON_VERSIONS) }}",
            "a variable kept outside the repository",
        ),
        (
            "${{ fromJSON(inputs.pythons || '[]') }}",
            "given by whoever starts the workflow",
        ),
        ("${{ github.ref }}", "an expression that GitHub evaluates"),
    ],
)
def test_expressions_are_unreadable_as_a_whole(expression: str, reason: str) -> None:
    (item,) = matrix(f"python-version: {expression}")
    assert (item.raw, item.unreadable) == (expression, reason)


def test_text_for_a_list_is_invalid() -> None:
    (item,) = matrix('python-version: "3.11"')
    assert (item.raw, item.unreadable, item.invalid) == ("3.11", "not a list", True)
    step = "    steps: [{uses: x, with: {python-version: '${{ matrix.python }}'}}]\n"
    (item,) = read(f"jobs:\n  a:\n    strategy: {{matrix: all}}\n{step}")
    assert (item.raw, item.unreadable, item.invalid) == ("all", "not a list", True)
    (item,) = read(f"jobs:\n  a:\n    strategy: {{matrix: {{include: all}}}}\n{step}")
    assert (item.raw, item.unreadable, item.invalid) == ("all", "not a list", True)


def test_a_literal_in_from_json_is_read() -> None:
    found = matrix("""python: ${{ fromJSON('["3.9", "3.10"]') }}""")
    assert shown(found) == [("3.9", "3.9"), ("3.10", "3.10")]


def test_a_matrix_that_is_an_expression_counts_only_where_a_step_needs_it() -> None:
    content = (
        "jobs:\n  a:\n    strategy: {matrix: '${{ fromJSON(needs.x.y) }}'}\n    steps:\n"
        "      - uses: actions/setup-python@v5\n        with: {python-version: VALUE}\n"
    )
    (item,) = read(content.replace("VALUE", "'${{ matrix.py }}'"))
    assert item.unreadable == "made by another job when the workflow runs"
    assert read(content.replace("python-version: VALUE", "cache: pip")) == []


STEPS = """\
# é
env: {NEW: "3.13"}
jobs:
  a:
    steps:
      - uses: actions/setup-python@v5
        with:
          python-version: |
            3.9
            pypy-3.10

            3.11
      - uses: astral-sh/setup-uv@v5
        with: {python-version: 3.12}
      - uses: actions/setup-python@v5
        with: {python-version: "${{ env.NEW }}"}
      - uses: actions/setup-python@v5
        with: {python-version: "${{ env.OTHER }}"}
      - uses: actions/setup-python@v5
        with: {python-version: {a: b}}
      - uses: actions/setup-python@v5
        with: {python-version-file: .python-version}
      - run: tox -e py38
"""


def test_inputs_of_steps() -> None:
    assert [(item.site, item.raw) for item in read(STEPS)] == [
        ("github-env", "3.13"),
        ("github-setup-pythons", "3.9"),
        ("github-setup-pythons", "pypy-3.10"),
        ("github-setup-pythons", "3.11"),
        ("github-setup-python", "3.12"),
        ("github-setup-python", "${{ env.OTHER }}"),
        ("github-setup-python", "{a: b}"),
        ("github-tox", "py38"),
    ]


def test_both_yaml_loaders_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    fast = read(STEPS), matrix("python: [3.9, 3.10, '3.11']")
    monkeypatch.setattr(syntax, "_loader", lambda: yaml.SafeLoader)
    assert (read(STEPS), matrix("python: [3.9, 3.10, '3.11']")) == fast


@pytest.mark.parametrize(
    "content",
    ["", "# nothing\n", "[]\n", "jobs:\n", "jobs: {a: null}\n", "jobs: {a: {steps: 3}}\n"],
)
def test_workflows_that_say_nothing(content: str) -> None:
    assert read(content) == []


def tox(envlist: str) -> list[tuple[str, str]]:
    """(raw, versions or reason) of the environments of `envlist`."""
    return [
        (item.raw, item.unreadable or " ".join(map(str, item.versions or ())) or item.note)
        for item in read(f"[tox]\nenvlist = {envlist}\n", "tox.ini")
    ]


@pytest.mark.parametrize(
    ("envlist", "expected"),
    [
        ("py39, py310", [("py39", "3.9"), ("py310", "3.10")]),
        ("py{39,310}-{a,b}, lint", [("39", "3.9"), ("310", "3.10")]),
        ("py3{9,10}-test-x-{oldest,latest}", [("9", "3.9"), ("10", "3.10")]),
        ("py{310-312}", [("310-312", "3.10 3.11 3.12")]),
        ("py3{9-11}", [("9-11", "3.9 3.10 3.11")]),
        ("py3{9-}", [("9-", "a range whose ends depend on tox")]),
        ("django-py38", [("django-py38", "3.8")]),
        ("3.9, python3.10", [("3.9", "3.9"), ("python3.10", "3.10")]),
        ("py39-{a,b}", [("py39-{a,b}", "3.9")]),
        ("{py39-d3,py310-d4}-x", [("py39-d3", "3.9"), ("py310-d4", "3.10")]),
        ("pypy3", [("pypy3", "pypy3 is not CPython")]),
        ("py313t", [("py313t", "3.13t")]),
        (
            "py3, py",
            [("py3", "'py3' names no minor version"), ("py", "'py' names no minor version")],
        ),
        ("py3-{a,b}", [("py3-{a,b}", "'py3-{a,b}' names no minor version")]),
        (
            "{py3,py39,pypy3}-x",
            [
                ("py3", "'py3-x' names no minor version"),
                ("py39", "3.9"),
                ("pypy3", "pypy3 is not CPython"),
            ],
        ),
        ("py3{12}-test-foo-{2,3}", [("12", "3.12")]),
        ("pypy3-test-foo-{0,3}", [("pypy3-test-foo-{0,3}", "pypy3 is not CPython")]),
        ("lint-kafka-python, kafka-{python,ng}", []),
        ("py39-kafka-python", [("py39-kafka-python", "3.9")]),
        ("py3{9,10}-sql-{1.4,2.0}", [("9", "3.9"), ("10", "3.10")]),
        ("py3-py310", [("py3-py310", "3.10")]),
        ("3, foo-{2,3}", []),
        ("python", [("python", "'python' names no minor version")]),
        ("{[base]envs}", [("{[base]envs}", "takes its names from elsewhere")]),
        ("lint, docs # py39", []),
    ],
)
def test_tox_environments(envlist: str, expected: list[tuple[str, str]]) -> None:
    assert tox(envlist) == expected


def test_tox_comments_and_lines() -> None:
    assert tox("\n  ; py37\n  py38\n  # py39\n\n  py310  # newest\n") == [
        ("py38", "3.8"),
        ("py310", "3.10"),
    ]


def test_each_pair_of_braces_is_a_list_that_keeps_its_name() -> None:
    found = read("[tox]\nenvlist = py3{9,10}-a, py3{9}-b, py3{9}-b\n", "tox.ini")
    groups = [item.group for item in found]
    assert groups == ["tox.envlist py3{}-a"] * 2 + ["tox.envlist py3{}-b", "tox.envlist py3{}-b #2"]


def test_tox_in_setup_cfg_and_basepython() -> None:
    found = read("[tox:tox]\nenv_list = py39\n", "setup.cfg")
    assert shown(found) == [("py39", "3.9")]
    found = read(
        "[testenv]\nbasepython = python3\n[testenv:lint]\nbase_python = python3.11\n"
        "[testenv:a]\nbasepython =\n  py39: python3.9\n  py310: {env:PY}\n",
        "tox.ini",
    )
    assert shown(found) == [("python3.11", "3.11"), ("python3.9", "3.9"), ("{env:PY}", "-")]
    assert [item.group for item in found] == ["testenv:lint", "testenv:a py39:", "testenv:a py310:"]


def test_tox_in_toml() -> None:
    found = read('env_list = ["3.9", "py310-a", {product = [["3.11"]]}, "lint"]\n', "tox.toml")
    assert shown(found) == [("3.9", "3.9"), ("py310-a", "3.10"), ("3.11", "3.11")]
    found = read('[tool.tox]\nenv_list = ["py39"]\nlegacy_tox_ini = "[t]\\n"\n', "pyproject.toml")
    assert shown(found) == [("py39", "3.9"), (r'legacy_tox_ini = "[t]\n"', "-")]
