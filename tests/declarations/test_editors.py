"""Edits: in the style of the place, nothing but the intended lines, and never a guess."""

import pytest

from pylife import declarations
from pylife.declarations import CannotEditError
from pylife.model import (
    AddPython,
    Change,
    DropPython,
    PythonVersion,
    RemoveCap,
    SetFloor,
    SetPython,
    Target,
)

P = PythonVersion.parse
KINDS: dict[str, type[SetFloor] | type[AddPython] | type[DropPython] | type[SetPython]] = {
    "floor": SetFloor,
    "add": AddPython,
    "drop": DropPython,
    "set": SetPython,
}
C = "Programming Language :: Python :: "
CI = ".github/workflows/ci.yml"


def change(path: str, site: str, group: str, what: str) -> Change:
    """`add 3.13` and its like as a change of one target."""
    target = Target(file=path, site=site, group=group)
    kind, _, version = what.partition(" ")
    return RemoveCap(target) if kind == "uncap" else KINDS[kind](target, P(version))


def edited(path: str, before: str, what: str, site: str, group: str = "") -> str:
    made = declarations.apply({path: before.encode()}, [change(path, site, group, what)])
    after = made.get(path, before.encode())
    again = declarations.apply({path: after}, [change(path, site, group, what)])
    assert again == {}, "a second time changes something"
    return after.decode()


def toml(text: str) -> str:
    return f'[project]\nname = "é"\nrequires-python = "{text}"  # why\n'


@pytest.mark.parametrize(
    ("before", "what", "after"),
    [
        (">=3.9", "floor 3.10", ">=3.10"),
        (">= 3.9 , <4", "floor 3.10", ">= 3.10 , <4"),
        (">=3.9.2,!=3.11.0", "floor 3.10", ">=3.10,!=3.11.0"),
        ("~=3.9", "floor 3.10", "~=3.10"),
        (">=3.10", "floor 3.9", ">=3.9"),
        (">=2.7, !=3.0.*, !=3.1.*", "floor 3.11", ">=3.11"),
        ("!=3.0.*, >=2.7, !=3.10.2, !=3.11.1, <4", "floor 3.11", ">=3.11, !=3.11.1, <4"),
        (">=3.9,<4", "uncap", ">=3.9"),
        ("<3.14,>=3.9", "uncap", ">=3.9"),
        ("~=3.9", "uncap", ">=3.9"),
        (">=3.9", "uncap", ">=3.9"),
    ],
)
def test_ranges(before: str, what: str, after: str) -> None:
    assert edited("pyproject.toml", toml(before), what, "requires-python") == toml(after)


@pytest.mark.parametrize(
    ("before", "what"),
    [
        ("==3.10.*", "floor 3.11"),
        (">3.8", "floor 3.10"),
        (">=3.9,<3.10", "floor 3.10"),
        (">=3.9,>=3.9.1", "floor 3.8"),
        ("==3.9.*", "uncap"),
        ("nonsense", "uncap"),
        (">=3.9", "add 3.10"),
        (">=3.9", "set 3.10"),
    ],
)
def test_ranges_that_people_change(before: str, what: str) -> None:
    with pytest.raises(CannotEditError):
        edited("pyproject.toml", toml(before), what, "requires-python")


def poetry(text: str) -> str:
    return f"[tool.poetry.dependencies]\npython = '{text}'\nrequests = '^2'\n"


@pytest.mark.parametrize(
    ("before", "what", "after"),
    [
        ("^3.9", "floor 3.10", "^3.10"),
        ("^3.9,<3.13", "floor 3.10", "^3.10,<3.13"),
        ("^3.9", "uncap", "^3.9"),
        ("^3.9,<3.13", "uncap", "^3.9"),
        (">=3.10,<3.13", "uncap", ">=3.10,<4"),
        ("< 3.13 , >= 3.10", "uncap", "< 4 , >= 3.10"),
        (">=3.10,<=3.12", "uncap", ">=3.10,<4"),
        (">=3.10,<3.13,!=3.11.0", "uncap", ">=3.10,<4,!=3.11.0"),
        ("~3.12", "uncap", ">=3.12,<4"),
        ("~=3.12.1", "uncap", ">=3.12.1,<4"),
        ("~=3.9,<3.13", "uncap", "~=3.9"),
        (">=3.9,<4.0", "uncap", ">=3.9,<4.0"),
        (">=3.9", "uncap", ">=3.9"),
        ("3.12.*", "uncap", None),
        (">=3.9,<3.13 || >=3.13,<3.14", "uncap", None),
        ("^2.7", "floor 3.9", None),
        ("^2.7 || ^3.6", "floor 3.9", None),
        ("3.9.*", "floor 3.10", None),
    ],
)
def test_poetry_ranges(before: str, what: str, after: str | None) -> None:
    if after is None:
        with pytest.raises(CannotEditError):
            edited("pyproject.toml", poetry(before), what, "poetry-python")
    else:
        assert edited("pyproject.toml", poetry(before), what, "poetry-python") == poetry(after)


LISTS: dict[str, tuple[str, str, str, str, str, str]] = {
    # name: (path, site, group, before, change, after)
    "classifiers keep comments and order": (
        "pyproject.toml", "classifier", "project.classifiers",
        (f'[project]\nclassifiers = [\n  # about\n  "{C}3",\n  "{C}3.9",  # old\n  "{C}3.10",  # é\n'
        '  "Topic :: Utilities",\n]\n'),
        "add 3.11",
        (f'[project]\nclassifiers = [\n  # about\n  "{C}3",\n  "{C}3.9",  # old\n  "{C}3.10",  # é\n'
        f'  "{C}3.11",\n  "Topic :: Utilities",\n]\n'),
    ),
    "classifiers apart from each other": (
        "pyproject.toml", "classifier", "project.classifiers",
        f"[project]\nclassifiers = ['{C}3.9', 'Topic :: A', '{C}3.10']\n",
        "drop 3.9",
        f"[project]\nclassifiers = ['Topic :: A', '{C}3.10']\n",
    ),
    "classifiers apart from each other, added": (
        "pyproject.toml", "classifier", "project.classifiers",
        f"[project]\nclassifiers = ['{C}3.9', 'Topic :: A', '{C}3.10', 'Topic :: B']\n",
        "add 3.11",
        f"[project]\nclassifiers = ['{C}3.9', 'Topic :: A', '{C}3.10', '{C}3.11', 'Topic :: B']\n",
    ),
    "a comment behind the last, without comma": (
        "pyproject.toml", "classifier", "project.classifiers",
        f'[project]\nclassifiers = [\n  "{C}3.9",\n  "{C}3.10"  # last\n]\n',
        "add 3.11",
        f'[project]\nclassifiers = [\n  "{C}3.9",\n  "{C}3.10",  # last\n  "{C}3.11"\n]\n',
    ),
    "setup.cfg": (
        "setup.cfg", "classifier", "metadata.classifiers",
        f"[metadata]\nclassifiers =\n    {C}3.9\n    {C}3.10\n    Topic :: A\nname = x\n",
        "add 3.11",
        f"[metadata]\nclassifiers =\n    {C}3.9\n    {C}3.10\n    {C}3.11\n    Topic :: A\nname = x\n",
    ),
    "setup.cfg, dropped": (
        "setup.cfg", "classifier", "metadata.classifiers",
        f"[metadata]\nclassifiers =\n    {C}3.9\n    {C}3.10\n    Topic :: A\nname = x\n",
        "drop 3.9",
        f"[metadata]\nclassifiers =\n    {C}3.10\n    Topic :: A\nname = x\n",
    ),
    "setup.py": (
        "setup.py", "classifier", "setup.classifiers",
        f"setup(\n    classifiers=[\n        'é',\n        '{C}3.9',\n    ],\n)\n",
        "add 3.10",
        f"setup(\n    classifiers=[\n        'é',\n        '{C}3.9',\n        '{C}3.10',\n    ],\n)\n",
    ),
    "flow matrix keeps its style and its include": (
        CI, "github-matrix", "jobs.a.strategy.matrix.python",
        ("jobs:\n a:\n  strategy:\n   matrix:\n    python: ['3.9', '3.10']  # all\n"
        "    include: [{python: '3.9', os: x}]\n"),
        "add 3.11",
        ("jobs:\n a:\n  strategy:\n   matrix:\n    python: ['3.9', '3.10', '3.11']  # all\n"
        "    include: [{python: '3.9', os: x}]\n"),
    ),
    "unquoted floats": (
        CI, "github-matrix", "jobs.a.strategy.matrix.python",
        "jobs:\n a:\n  strategy:\n   matrix:\n    python: [3.8, 3.9]\n",
        "add 3.10",
        'jobs:\n a:\n  strategy:\n   matrix:\n    python: [3.8, 3.9, "3.10"]\n',
    ),
    "unquoted floats, one of them not what was meant": (
        CI, "github-matrix", "jobs.a.strategy.matrix.python",
        "jobs:\n a:\n  strategy:\n   matrix:\n    python: [3.9, 3.10]\n",
        "add 3.10",
        'jobs:\n a:\n  strategy:\n   matrix:\n    python: [3.9, "3.10", 3.10]\n',
    ),
    "what was not meant, dropped": (
        CI, "github-matrix", "jobs.a.strategy.matrix.python",
        'jobs:\n a:\n  strategy:\n   matrix:\n    python: [3.9, "3.10", 3.10]\n',
        "drop 3.1",
        'jobs:\n a:\n  strategy:\n   matrix:\n    python: [3.9, "3.10"]\n',
    ),
    "a new one after what was not meant": (
        CI, "github-matrix", "jobs.a.strategy.matrix.python",
        "jobs:\n a:\n  strategy:\n   matrix:\n    python: [3.9, 3.10, '3.11']\n",
        "add 3.12",
        "jobs:\n a:\n  strategy:\n   matrix:\n    python: [3.9, 3.10, '3.11', '3.12']\n",
    ),
    "setup-python, not what was meant": (
        CI, "github-setup-python", "jobs.a.steps.1",
        "jobs:\n a:\n  steps:\n  - uses: x\n    with: {python-version: 3.10}\n", "set 3.10",
        'jobs:\n a:\n  steps:\n  - uses: x\n    with: {python-version: "3.10"}\n',
    ),
    "mypy, not what was meant": (
        "pyproject.toml", "mypy-target", "tool.mypy.python_version",
        "[tool.mypy]\npython_version = 3.10\n", "set 3.12",
        "[tool.mypy]\npython_version = 3.12\n",
    ),
    "the last on a line of several": (
        "tox.toml", "tox-envlist", "tox.envlist",
        'env_list = [\n    "py3.13", "py3.14",\n    "py3.12", "py3.11",\n]\n', "drop 3.14",
        'env_list = [\n    "py3.13",\n    "py3.12", "py3.11",\n]\n',
    ),
    "the last on a line of several, before a comment": (
        "tox.toml", "tox-envlist", "tox.envlist",
        'env_list = [\n    "py3.13", "py3.14",  # new\n    "py3.12",\n]\n', "drop 3.14",
        'env_list = [\n    "py3.13",  # new\n    "py3.12",\n]\n',
    ),
    "the last of words": (
        "tox.ini", "tox-envlist", "tox.envlist",
        "[tox]\nenvlist = py39 py310\n", "drop 3.10", "[tox]\nenvlist = py39\n",
    ),
    "one of several words": (
        "tox.ini", "tox-envlist", "tox.envlist",
        "[tox]\nenvlist = py39 py310 py311\n", "drop 3.10", "[tox]\nenvlist = py39 py311\n",
    ),
    "block matrix with comments": (
        CI, "github-matrix", "jobs.a.strategy.matrix.python",
        "jobs:\n a:\n  strategy:\n   matrix:\n    python:\n    - '3.9'\n    - '3.10'  # é\n    os: [a]\n",
        "add 3.11",
        ("jobs:\n a:\n  strategy:\n   matrix:\n    python:\n    - '3.9'\n    - '3.10'  # é\n    - '3.11'\n"
        "    os: [a]\n"),
    ),
    "a list that runs downwards": (
        CI, "github-matrix", "jobs.a.strategy.matrix.python",
        "jobs:\n a:\n  strategy:\n   matrix:\n    python: ['3.10', '3.9']\n",
        "add 3.11",
        "jobs:\n a:\n  strategy:\n   matrix:\n    python: ['3.11', '3.10', '3.9']\n",
    ),
    "prereleases and free-threaded builds": (
        CI, "github-matrix", "jobs.a.strategy.matrix.python",
        "jobs:\n a:\n  strategy:\n   matrix:\n    python: ['3.13', '3.13t', '3.14-dev']\n",
        "add 3.15",
        "jobs:\n a:\n  strategy:\n   matrix:\n    python: ['3.13', '3.13t', '3.14-dev', '3.15']\n",
    ),
    "lines of a block scalar": (
        CI, "github-setup-pythons", "jobs.a.steps.1",
        ("jobs:\n a:\n  steps:\n  - uses: actions/setup-python@v5\n    with:\n"
        "     python-version: |\n       3.9\n       3.10\n     cache: pip\n"),
        "drop 3.9",
        ("jobs:\n a:\n  steps:\n  - uses: actions/setup-python@v5\n    with:\n"
        "     python-version: |\n       3.10\n     cache: pip\n"),
    ),
    "tox braces": (
        "tox.ini", "tox-envlist", "tox.envlist py{}-{a,b}",
        "[tox]\nenvlist = py{39,310}-{a,b}, lint\n", "add 3.11",
        "[tox]\nenvlist = py{39,310,311}-{a,b}, lint\n",
    ),
    "tox minors in braces": (
        "tox.ini", "tox-envlist", "tox.envlist py3{}-{a,b}",
        "[tox]\nenvlist = py3{9, 10}-{a,b}\n", "drop 3.9",
        "[tox]\nenvlist = py3{10}-{a,b}\n",
    ),
    "tox, an added minor": (
        "tox.ini", "tox-envlist", "tox.envlist py3{}",
        "[tox]\nenvlist = py3{9,10}\n", "add 3.11",
        "[tox]\nenvlist = py3{9,10,11}\n",
    ),
    "tox environments with factors": (
        "tox.ini", "tox-envlist", "tox.envlist",
        "[tox]\nenvlist = py39-a, py39-b, py310-a, py310-b, lint\n", "add 3.11",
        "[tox]\nenvlist = py39-a, py39-b, py310-a, py310-b, py311-a, py311-b, lint\n",
    ),
    "neighbours that go together": (
        "tox.ini", "tox-envlist", "tox.envlist",
        "[tox]\nenvlist = py310-a, py39-a, py39-b, py39-c\n", "drop 3.9",
        "[tox]\nenvlist = py310-a\n",
    ),
    "neighbours that go together from the front": (
        CI, "github-matrix", "jobs.a.strategy.matrix.py",
        "jobs: {a: {strategy: {matrix: {py: ['3.9', '3.9.1', '3.10', 3.9.7]}}}}\n", "drop 3.9",
        "jobs: {a: {strategy: {matrix: {py: ['3.10']}}}}\n",
    ),
    "tox environments in lines": (
        "tox.ini", "tox-envlist", "tox.envlist",
        "[tox]\nenvlist =\n  py39\n  # é\n  py310\n  lint\n", "drop 3.9",
        "[tox]\nenvlist =\n  # é\n  py310\n  lint\n",
    ),
    "tox range, added": (
        "tox.ini", "tox-envlist", "tox.envlist py{}",
        "[tox]\nenvlist = py{310-312}\n", "add 3.13", "[tox]\nenvlist = py{310-313}\n",
    ),
    "tox range, dropped": (
        "tox.ini", "tox-envlist", "tox.envlist py3{}",
        "[tox]\nenvlist = py3{9-12}\n", "drop 3.9", "[tox]\nenvlist = py3{10-12}\n",
    ),
    "nox constant": (
        "noxfile.py", "nox-pythons", "PYTHONS",
        "PYTHONS = ('3.9', '3.10')  # é\n@nox.session(python=PYTHONS)\ndef a(s): ...\n", "add 3.11",
        "PYTHONS = ('3.9', '3.10', '3.11')  # é\n@nox.session(python=PYTHONS)\ndef a(s): ...\n",
    ),
    "nox list in lines": (
        "noxfile.py", "nox-pythons", "a",
        "@nox.session(python=[\n    '3.9',\n    '3.10',\n])\ndef a(s): ...\n", "drop 3.9",
        "@nox.session(python=[\n    '3.10',\n])\ndef a(s): ...\n",
    ),
    "nox, one string": (
        "noxfile.py", "nox-python", "a",
        "@nox.session(python='3.9')\ndef a(s): ...\n", "set 3.12",
        "@nox.session(python='3.12')\ndef a(s): ...\n",
    ),
    "black": (
        "pyproject.toml", "black-target", "tool.black.target-version",
        "[tool.black]\ntarget-version = ['py39', 'py310']\n", "drop 3.9",
        "[tool.black]\ntarget-version = ['py310']\n",
    ),
    "black, one target": (
        "pyproject.toml", "black-target", "tool.black.target-version",
        "[tool.black]\ntarget-version = ['py310']\n", "set 3.9",
        "[tool.black]\ntarget-version = ['py39']\n",
    ),
    "ruff": (
        "ruff.toml", "ruff-target", "target-version",
        'target-version = "py38"\n', "set 3.10", 'target-version = "py310"\n',
    ),
    "mypy, a float": (
        "pyproject.toml", "mypy-target", "tool.mypy.python_version",
        "[tool.mypy]\npython_version = 3.9\n", "set 3.10",
        '[tool.mypy]\npython_version = "3.10"\n',
    ),
    "mypy.ini": (
        "mypy.ini", "mypy-target", "mypy",
        "[mypy]\npython_version = 3.9\n", "set 3.10", "[mypy]\npython_version = 3.10\n",
    ),
    "setup-python, a float": (
        CI, "github-setup-python", "jobs.a.steps.1",
        "jobs:\n a:\n  steps:\n  - uses: x\n    with: {python-version: 3.9}\n", "set 3.20",
        'jobs:\n a:\n  steps:\n  - uses: x\n    with: {python-version: "3.20"}\n',
    ),
    "Dockerfile": (
        "Dockerfile", "dockerfile-from", "ARG V",
        "# é\nARG V='3.9.18'\nFROM python:$V AS a\nFROM python:3.9.18-slim-bullseye\n", "set 3.12",
        "# é\nARG V='3.12'\nFROM python:$V AS a\nFROM python:3.9.18-slim-bullseye\n",
    ),
    ".python-version": (
        ".python-version", "python-version-file", "", "3.9.18\n3.10\n", "set 3.13", "3.13\n3.10\n",
    ),
    "runtime.txt": (
        "runtime.txt", "runtime-txt", "", "python-3.9.18\n", "set 3.13", "python-3.13\n",
    ),
    "basepython": (
        "tox.ini", "tox-basepython", "testenv:lint",
        "[testenv:lint]\nbasepython = python3.9\n", "set 3.12",
        "[testenv:lint]\nbasepython = python3.12\n",
    ),
    "kfp": (
        "pipeline.py", "kfp-base-image", "module",
        "x(base_image='r:5000/python:3.9-slim')\n", "set 3.12",
        "x(base_image='r:5000/python:3.12-slim')\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_edits_in_the_style_of_the_place(name: str, newline: str) -> None:
    path, site, group, before, what, after = LISTS[name]
    before, after = before.replace("\n", newline), after.replace("\n", newline)
    assert edited(path, before, what, site, group) == after


REFUSED: dict[str, tuple[str, str, str, str, str]] = {
    "a digest": (
        "Dockerfile", "dockerfile-from", "stage 0", "FROM python:3.9@sha256:00\n", "set 3.12",
    ),
    "a composed tag": (
        "Dockerfile", "dockerfile-from", "stage 0", "FROM python:3.${M:-9}\n", "set 3.12",
    ),
    "a model": ("python_env.yaml", "mlflow-python-env", "", "python: 3.9.18\n", "set 3.12"),
    "the only element": (
        "noxfile.py", "nox-pythons", "a",
        "@nox.session(python=['3.9'])\ndef a(s): ...\n", "drop 3.9",
    ),
    "a name of a name": (
        "noxfile.py", "nox-pythons", "a",
        "@nox.session(python=[PY39, '3.10'])\ndef a(s): ...\nPY39 = '3.9'\n", "drop 3.9",
    ),
    "the inside of a range": (
        "tox.ini", "tox-envlist", "tox.envlist py{}", "[tox]\nenvlist = py{39-312}\n", "drop 3.10",
    ),
    "an expression in setup.py": (
        "setup.py", "setup-py-python-requires", "setup",
        "setup(python_requires='>=3.' '9')\n", "floor 3.10",
    ),
    "no such place": ("tox.ini", "tox-envlist", "other", "[tox]\nenvlist = py39\n", "add 3.10"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_left_to_people(name: str) -> None:
    path, site, group, before, what = REFUSED[name]
    with pytest.raises(CannotEditError) as raised:
        edited(path, before, what, site, group)
    assert str(raised.value)


def test_changes_of_one_file_compose() -> None:
    path = "pyproject.toml"
    before = (
        f'[project]\nrequires-python = ">=3.9"\nclassifiers = [\n    "{C}3.9",\n    "{C}3.10",\n]\n'
    )
    changes = [
        change(path, "requires-python", "", "floor 3.10"),
        change(path, "classifier", "project.classifiers", "drop 3.9"),
        change(path, "classifier", "project.classifiers", "add 3.11"),
    ]
    after = declarations.apply({path: before.encode(), "other": b""}, changes)
    expected = f'[project]\nrequires-python = ">=3.10"\nclassifiers = [\n    "{C}3.10",\n    "{C}3.11",\n]\n'
    assert after == {path: expected.encode()}
