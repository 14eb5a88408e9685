"""Every kind of file: what is read of it, and what is said to be unreadable."""

import pytest

from pylife import declarations
from pylife.errors import UnreadableError
from pylife.model import Declaration, Role
from pylife.syntax.text import Source

Said = tuple[str, str, str]
"""(site, raw, versions): `3.9 3.10`, `-` for none, `?reason` for unreadable, `>=` for a range."""


def read(path: str, content: str) -> list[Declaration]:
    return declarations.read_source(Source(path, content.encode()))


def said(item: Declaration) -> Said:
    if item.unreadable is not None:
        what = f"?{item.unreadable}"
    elif item.specifier is not None:
        what = f"{min(item.versions or ('-',))}..{max(item.versions or ('-',))}"
    else:
        what = " ".join(map(str, item.versions or ())) or "-"
    return item.site, item.raw, what


CLASSIFIER = "Programming Language :: Python :: "

CASES: dict[str, tuple[str, str, list[Said]]] = {
    "project": (
        "pyproject.toml",
        (
            '[project]\nrequires-python = ">=3.10,<3.13"\nclassifiers = [\n'
            f'  "{CLASSIFIER}3.10",\n  "{CLASSIFIER}3",\n  "{CLASSIFIER}3 :: Only",\n'
            f'  "{CLASSIFIER}Free Threading :: 2 - Beta",\n]\n'
        ),
        [
            ("requires-python", ">=3.10,<3.13", "3.10..3.12"),
            ("classifier", f"{CLASSIFIER}3.10", "3.10"),
        ],
    ),
    "project, dynamic": (
        "pyproject.toml",
        '[project]\ndynamic = ["requires-python", "classifiers", 3]\n',
        [
            ("requires-python", "requires-python", "?dynamic: filled in by the build backend"),
            ("classifier", "classifiers", "?dynamic: filled in by the build backend"),
        ],
    ),
    "project, an escaped string": (
        "pyproject.toml",
        '[project]\nrequires-python = "\\u003e=3.10,<3.13"\n',
        [("requires-python", '"\\u003e=3.10,<3.13"', "3.10..3.12")],
    ),
    "project, wrong types": (
        "pyproject.toml",
        '[project]\nrequires-python = 3.9\nclassifiers = "Python :: 3.9"\ndynamic = 5\n',
        [
            ("requires-python", "3.9", "?not a string"),
            ("classifier", '"Python :: 3.9"', "?not an array"),
        ],
    ),
    "project, a table for a range": (
        "pyproject.toml",
        "[project.requires-python]\nfloor = 3\n",
        [("requires-python", "floor = 3", "?a table, not a string")],
    ),
    "poetry": (
        "pyproject.toml",
        (
            f'[tool.poetry]\nclassifiers = ["{CLASSIFIER}3.11"]\n'
            '[tool.poetry.dependencies]\npython = "^3.10,<3.13"\n'
        ),
        [
            ("classifier", f"{CLASSIFIER}3.11", "3.11"),
            ("poetry-python", "^3.10,<3.13", "3.10..3.12"),
        ],
    ),
    "poetry, a table": (
        "pyproject.toml",
        '[tool.poetry.dependencies]\npython = {version = "~3.9", optional = false}\n',
        [("poetry-python", "~3.9", "3.9..3.9")],
    ),
    "poetry, several constraints": (
        "pyproject.toml",
        '[tool.poetry.dependencies]\npython = [{version = "^3.9"}]\n',
        [("poetry-python", 'python = [{version = "^3.9"}]', "?several constraints")],
    ),
    "poetry, nonsense": (
        "pyproject.toml",
        '[tool.poetry.dependencies]\npython = "three"\n',
        [("poetry-python", "three", "?'three' is no version constraint")],
    ),
    "flit without [project]": (
        "pyproject.toml",
        f'[tool.flit.metadata]\nrequires-python = ">=3.6,<3.8"\nclassifiers=["{CLASSIFIER}3.7"]\n',
        [
            ("flit-requires-python", ">=3.6,<3.8", "3.6..3.7"),
            ("classifier", f"{CLASSIFIER}3.7", "3.7"),
        ],
    ),
    "setup.cfg of setuptools": (
        "setup.cfg",
        (
            f"[metadata]\nclassifiers =\n  {CLASSIFIER}3.9\n  # {CLASSIFIER}3.10\n  {CLASSIFIER}3.11\n"
            "[options]\npython_requires =\n  >=3.9,\n  <3.12\n"
        ),
        [
            ("classifier", f"{CLASSIFIER}3.9", "3.9"),
            ("classifier", f"{CLASSIFIER}3.11", "3.11"),
            ("setup-cfg-python-requires", ">=3.9,\n  <3.12", "3.9..3.11"),
        ],
    ),
    "setup.cfg of pbr": (
        "setup.cfg",
        f"[metadata]\npython-requires = >=3.9,<3.11\nclassifier = {CLASSIFIER}3.9, {CLASSIFIER}3.10\n",
        [
            ("setup-cfg-python-requires", ">=3.9,<3.11", "3.9..3.10"),
            ("classifier", f"{CLASSIFIER}3.9", "3.9"),
            ("classifier", f"{CLASSIFIER}3.10", "3.10"),
        ],
    ),
    "setup.cfg, from elsewhere": (
        "setup.cfg",
        (
            "[metadata]\nclassifiers = file: classifiers.txt\n"
            "[options]\npython_requires = attr: pkg.FLOOR\n"
        ),
        [
            (
                "classifier",
                "file: classifiers.txt",
                "?read by the build from file: classifiers.txt",
            ),
            (
                "setup-cfg-python-requires",
                "attr: pkg.FLOOR",
                "?read by the build from attr: pkg.FLOOR",
            ),
        ],
    ),
    ".python-version": (
        ".python-version",
        "# first\n3.9.18  # why\n3.10\npypy3.10-7.3\nmyenv\n",
        [
            ("python-version-file", "3.9.18", "3.9"),
            ("python-version-extra", "3.10", "3.10"),
            ("python-version-extra", "pypy3.10-7.3", "-"),
            ("python-version-extra", "myenv", "?'myenv' names no Python"),
        ],
    ),
    ".python-version of uv": (
        ".python-version",
        "cpython@3.13+freethreaded\n",
        [("python-version-file", "cpython@3.13+freethreaded", "3.13t")],
    ),
    "runtime.txt": ("runtime.txt", "python-3.9.18\n", [("runtime-txt", "python-3.9.18", "3.9")]),
    "runtime.txt of R": ("runtime.txt", "r-4.1-2022-01-01\n", []),
    "tools": (
        "pyproject.toml",
        (
            '[tool.ruff]\ntarget-version = "py310"\n[tool.black]\ntarget-version = ["py39", \'py310\']\n'
            '[tool.mypy]\npython_version = 3.10\n[tool.pyright]\npythonVersion = "3.9"\n'
            "[tool.ty.environment]\npython-version = [1]\n"
        ),
        [
            ("ruff-target", "py310", "3.10"),
            ("black-target", "py39", "3.9"),
            ("black-target", "py310", "3.10"),
            ("mypy-target", "3.10", "3.1"),
            ("pyright-target", "3.9", "3.9"),
            ("ty-target", "1", "?not a version"),
        ],
    ),
    "ruff.toml": ("sub/ruff.toml", "target-version = 'py38'\n", [("ruff-target", "py38", "3.8")]),
    "mypy.ini": ("mypy.ini", "[mypy]\npython_version = 3.9\n", [("mypy-target", "3.9", "3.9")]),
    "python_env.yaml": (
        "model/python_env.yaml",
        "python: 3.9.18\ndependencies: []\n",
        [("mlflow-python-env", "3.9.18", "3.9")],
    ),
    "MLmodel": (
        "MLmodel",
        "flavors:\n  python_function:\n    python_version: '3.9.18'\n",
        [("mlflow-model", "3.9.18", "3.9")],
    ),
    "conda.yaml": (
        "conda.yaml",
        "dependencies:\n- conda-forge::python=3.9.18\n- python-dateutil=2.8\n- pip:\n  - python=1\n",
        [("conda-python", "3.9.18", "3.9")],
    ),
    "conda.yaml, a range": (
        "conda.yaml",
        "dependencies: ['python>=3.9']\n",
        [("conda-python", "python>=3.9", "?a range: conda chooses when the environment is made")],
    ),
    "kfp": (
        "pipelines/train.py",
        (
            'IMAGE = "reg:5000/team/python:3.11-slim"\n'
            '@dsl.component(base_image="python:3.10-slim")\ndef a(): ...\n'
            "@dsl.component(base_image=IMAGE)\ndef b(): ...\n"
            "@dsl.component(base_image=os.environ['X'])\ndef c(): ...\n"
            '@dsl.component(base_image="tensorflow/tensorflow:2.9")\ndef d(): ...\n'
        ),
        [
            ("kfp-base-image", "3.11-slim", "3.11"),
            ("kfp-base-image", "3.10-slim", "3.10"),
            ("kfp-base-image", "os.environ['X']", "?computed with an index"),
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_read(name: str) -> None:
    path, content, expected = CASES[name]
    assert [said(item) for item in read(path, content)] == expected


INVALID: dict[str, tuple[str, str, list[str]]] = {
    # name: (path, content, the text of each invalid declaration)
    "a float": ("pyproject.toml", "[project]\nrequires-python = 3.9\n", ["3.9"]),
    "a list": ("pyproject.toml", '[project]\nrequires-python = [">=3"]\n', ['[">=3"]']),
    "a table": ("pyproject.toml", "[project.requires-python]\na = 3\n", ["a = 3"]),
    "a plus": ("pyproject.toml", '[project]\nrequires-python = "3.9+"\n', ["3.9+"]),
    "a bare version": ("pyproject.toml", '[project]\nrequires-python = "3.11"\n', ["3.11"]),
    "classifiers in one string": ("pyproject.toml", '[project]\nclassifiers="x"\n', ['"x"']),
    "classifiers of other types": (
        "pyproject.toml",
        f'[project]\nclassifiers = ["{CLASSIFIER}3.9", 3, {{a = 1}}, ["b"]]\n',
        ["3", "{a = 1}", '["b"]'],
    ),
    "a project that is none": ("pyproject.toml", 'project = "x"\n', ['"x"']),
    "several projects": ("pyproject.toml", '[[project]]\nname = "x"\n', ["[[project]]"]),
    "poetry": (
        "pyproject.toml", '[tool.poetry.dependencies]\npython = "3.9+x!"\n', ["3.9+x!"],
    ),
    "flit": ("pyproject.toml", "[tool.flit.metadata]\nrequires-python = 3\n", ["3"]),
    "setup.cfg": ("setup.cfg", "[options]\npython_requires = 3.9+\n", ["3.9+"]),
    "setup.py": ("setup.py", "setup(python_requires='3.9+')\n", ["3.9+"]),
    "setup.py, a float": ("setup.py", "setup(python_requires=3.9, classifiers=[3])\n", ["3.9", "3"]),
}  # fmt: skip


@pytest.mark.parametrize("name", INVALID)
def test_what_no_tool_accepts_is_invalid(name: str) -> None:
    path, content, expected = INVALID[name]
    found = [item for item in read(path, content) if item.invalid]
    assert [item.raw for item in found] == expected
    assert all(item.unreadable for item in found)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("pyproject.toml", '[project]\ndynamic = ["requires-python", "classifiers"]\n'),
        ("pyproject.toml", "[tool.poetry.dependencies]\npython = '<2.5 || >3.1,<3.3 || >3.6'\n"),
        ("pyproject.toml", "[tool.poetry.dependencies]\npython = [{version = '3'}]\n"),
        ("setup.cfg", "[options]\npython_requires = attr: a.B\n"),
        ("setup.py", "setup(python_requires=read('x'), classifiers=[x()])\n"),
    ],
)
def test_what_is_only_not_known_here_is_not_invalid(path: str, content: str) -> None:
    found = read(path, content)
    assert found
    assert all(item.unreadable and not item.invalid for item in found)


def test_none_in_setup_py_is_as_if_not_given() -> None:
    assert read("setup.py", "setup(python_requires=None)\n") == []


def test_numbers_that_lose_their_zero_are_read_as_their_language_does() -> None:
    (item,) = read("pyproject.toml", "[tool.mypy]\npython_version = 3.10\n")
    assert item.note == "TOML reads an unquoted 3.10 as 3.1: quote it"
    (item,) = read("python_env.yaml", "python: 3.10\n")
    assert said(item)[2] == "3.1"
    assert item.note == "YAML reads an unquoted 3.10 as 3.1: quote it"
    (item,) = read("python_env.yaml", "python: '3.10'\n")
    assert (said(item)[2], item.note) == ("3.10", "")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "path",
    [
        "Dockerfile", "setup.cfg", "mypy.ini", "tox.ini", "setup.py", "noxfile.py",
        "pyproject.toml", ".python-version", ".github/workflows/ci.yml", "MLmodel",
    ],
)  # fmt: skip
def test_what_is_no_text_is_a_problem(path: str, encoding: str) -> None:
    with pytest.raises(UnreadableError) as raised:
        declarations.read_source(Source(path, "FROM python:3.9\n".encode(encoding)))
    assert raised.value.path == path
    with pytest.raises(UnreadableError):
        declarations.read_source(Source(path, b"# \xe9\n"))


def test_line_and_column_count_characters_from_one() -> None:
    content = (
        '[project]\nname = "é"\nclassifiers = ["é", "Programming Language :: Python :: 3.9"]\n'
    )
    (item,) = read("pyproject.toml", content)
    assert (item.line, item.column) == (3, 22)


def test_poetry_beside_project_is_for_locking_only() -> None:
    content = (
        '[project]\nrequires-python = ">=3.9"\n[tool.poetry.dependencies]\npython = ">=3.9,<4"\n'
    )
    project, poetry = read("pyproject.toml", content)
    assert (project.site, project.note) == ("requires-python", "")
    assert (poetry.site, poetry.role) == ("poetry-python", Role.SUPPORTS)
    assert "what is published" in poetry.note


def test_poetry_adds_classifiers_that_are_no_declaration() -> None:
    found = read("pyproject.toml", '[tool.poetry.dependencies]\npython = ">=3.9,<4"\n')
    assert [item.site for item in found] == ["poetry-python"]


@pytest.mark.parametrize(
    ("text", "full", "partial"),
    [
        (">=3.10,!=3.13", "3.10 3.11 3.12 3.14", "3.13"),
        (">=3.12,!=3.14.1", "3.12 3.13", "3.14"),
        (">=3.10, <=4.0, !=4.0", "3.10 3.11 3.12 3.13 3.14", ""),
    ],
)
def test_one_excluded_patch_release_leaves_the_rest(text: str, full: str, partial: str) -> None:
    (item,) = read("pyproject.toml", f'[project]\nrequires-python = "{text}"\n')
    assert [str(v) for v in item.versions or () if str(v) <= "3.14" and len(str(v)) > 3] == (
        full.split()
    )
    assert " ".join(map(str, item.partial)) == partial


def test_a_file_that_nobody_claims_is_not_opened() -> None:
    for path in ("src/package/module.py", "README.md", "docs/.github/workflows/x.yml", "x.cfg"):
        assert declarations.read_source(Source(path, b"\xff\x00")) == []


@pytest.mark.parametrize(
    "path",
    ["Dockerfile", "a/Dockerfile.dev", "a/api.Dockerfile", "api.dockerfile", "Containerfile"],
)
def test_names_of_dockerfiles(path: str) -> None:
    assert [item.raw for item in read(path, "FROM python:3.9\n")] == ["3.9"]


def test_dockerignore_is_no_dockerfile() -> None:
    assert read("Dockerfile.dockerignore", "FROM python:3.9\n") == []
