"""What a project requires, as it is written; and taking a requirement away."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pylife.declarations import requirement_edits, requirements
from pylife.declarations.base import CannotEditError
from pylife.declarations.requirements import Line
from pylife.model import Target
from pylife.syntax import edits
from pylife.syntax.text import Source


def read(root: Path, **files: str) -> requirements.Listing:
    """What a project of `files` requires; `_` in a name is a dot."""
    names = []
    for name, text in files.items():
        path = name.replace("__", "/").replace("_", ".", 1)
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
        names.append(path)
    return requirements.read(root, names)


def short(listing: requirements.Listing) -> list[tuple[str, str, int | None, str]]:
    return [(line.name, line.raw, line.line, line.purpose) for line in listing.lines]


def test_pyproject(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        pyproject_toml="""[build-system]
requires = ["hatchling"]
[project]
dependencies = [
    "Typing_Extensions>=4", # for all
    'tomli; python_version < "3.11"',
]
[project.optional-dependencies]
"a.b" = ["mock"]
[dependency-groups]
test = ["pytest", { include-group = "a" }]
""",
    )
    assert found.unknown == ""
    assert short(found) == [
        ("typing-extensions", "Typing_Extensions>=4", 5, "run"),
        ("tomli", 'tomli; python_version < "3.11"', 6, "run"),
        ("mock", "mock", 9, "extra"),
        ("pytest", "pytest", 11, "else"),
        ("hatchling", "hatchling", 2, "else"),
    ]
    groups = [line.group for line in found.lines]
    assert groups == [
        "project.dependencies", "project.dependencies", 'project.optional-dependencies."a.b"',
        "dependency-groups.test", "build-system.requires",
    ]  # fmt: skip
    assert found.lines[0].column == 5


def test_poetry(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        pyproject_toml="""[tool.poetry.dependencies]
python = "^3.9"
tomli = { version = "^2", python = "<3.11" }
mock = { version = "*", optional = true, markers = "python_version < '3.10'" }
numpy = [{ version = "1", python = "<3.12" }, { version = "2", python = ">=3.12" }]
own = { path = "../own", develop = true }
odd = 1
[tool.poetry.group.dev.dependencies]
pytest = "*"
""",
    )
    assert [(line.name, line.raw, line.purpose, line.python) for line in found.lines] == [
        ("tomli", "tomli", "run", "<3.11"),
        ("mock", "mock; python_version < '3.10'", "extra", None),
        ("numpy", "numpy", "run", "<3.12"),
        ("numpy", "numpy", "run", ">=3.12"),
        ("own", "own", "run", None),
        ("odd", "odd", "run", None),
        ("pytest", "pytest", "else", None),
    ]
    assert [line.constraint for line in found.lines] == [
        "^2 (python <3.11)", "*", "1 (python <3.12)", "2 (python >=3.12)", "@", None, "*",
    ]  # fmt: skip


def test_setup_cfg_and_requirements_files(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        setup_cfg="""[options]
install_requires =
    tomli; python_version < "3.11"
    click
tests_require = pytest
[options.extras_require]
toml = mock
""",
        requirements_txt="# all\n-r other.txt\nzipp>=3 \\\n    --hash=sha256:1\nclick # x\n",
        requirements__dev_txt="mock\n",
    )
    assert [(line.name, line.file, line.line, line.purpose) for line in found.lines] == [
        ("zipp", "requirements.txt", 3, "run"),
        ("click", "requirements.txt", 5, "run"),
        ("mock", "requirements/dev.txt", 1, "else"),
        ("tomli", "setup.cfg", 3, "run"),
        ("click", "setup.cfg", 4, "run"),
        ("pytest", "setup.cfg", 5, "else"),
        ("mock", "setup.cfg", 7, "extra"),
    ]


def test_setup_py(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        setup_py="""from setuptools import setup
REQUIRES = ["click"]
setup(
    install_requires=REQUIRES,
    extras_require={":python_version < '3.11'": ["tomli"], "test": ["mock"]},
)
""",
    )
    assert short(found) == [
        ("click", "click", 2, "run"),
        ("tomli", "tomli; python_version < '3.11'", 5, "run"),
        ("mock", "mock", 5, "extra"),
    ]
    assert found.unknown == ""


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("setup_py", "setup(install_requires=read())", "install_requires of setup() is computed"),
        ("setup_py", "setup(install_requires=['a', *more])", "is computed"),
        ("setup_py", "setup(**metadata)", "** of setup() is computed"),
        ("setup_py", "setup(", "is unreadable"),
        ("pyproject_toml", '[project]\ndynamic = ["dependencies"]', "dependencies are dynamic"),
        ("pyproject_toml", "[project", "is unreadable"),
    ],
)
def test_what_is_computed_is_not_nothing(
    name: str, content: str, reason: str, tmp_path: Path
) -> None:
    assert reason in read(tmp_path, **{name: content}).unknown


def test_what_setuptools_takes_from_a_file_is_read_there(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        pyproject_toml='[project]\ndynamic = ["dependencies"]\n'
        '[tool.setuptools.dynamic]\ndependencies = { file = ["requirements.txt"] }\n',
        requirements_txt="click\n",
    )
    assert found == requirements.Listing((Line("click", "click", "requirements.txt", 1, "run"),))


DEAD = 'tomli; python_version < "3.11"'
AT = Target(file="pyproject.toml", site=requirement_edits.SITE, group="project.dependencies")


def removed(text: str, at: Target = AT) -> str:
    source = Source("pyproject.toml", text.encode())
    return edits.apply(source.data, requirement_edits.remove(source, at, DEAD)).decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[\n    'DEAD',\n    'click',\n]", "[\n    'click',\n]"),
        ("[\n    'click', # kept\n    'DEAD', # gone with it\n]", "[\n    'click', # kept\n]"),
        ("[\n    'click',\n    'DEAD'\n]", "[\n    'click'\n]"),
        ("[\n    # why\n    'click',\n    'DEAD',\n]", "[\n    # why\n    'click',\n]"),
        ("['DEAD', 'click']", "['click']"),
        ("['click', 'DEAD']", "['click']"),
        ("['a', 'DEAD', 'b']", "['a', 'b']"),
        ("['DEAD']", "[]"),
        ("['a', 'DEAD', 'DEAD', 'b']", "['a', 'b']"),
        ("[\n  'a', 'DEAD',\n  'b'\n]", "[\n  'a',\n  'b'\n]"),
        ("['a', 'tomli']", "['a', 'tomli']"),
    ],
)  # fmt: skip
def test_taking_a_requirement_away(before: str, after: str) -> None:
    head, tail = "# ä\n[project]\nname = 'x' # ü\ndependencies = ", "\n\n[tool.x]\na = 1 # b\n"
    text = head + before.replace("DEAD", DEAD) + tail
    once = removed(text)
    assert once == head + after + tail
    assert removed(once) == once
    windows = removed(text.replace("\n", "\r\n"))
    assert windows == once.replace("\n", "\r\n")


def test_only_the_array_that_is_meant_is_touched() -> None:
    text = (
        f"[project]\ndependencies = ['{DEAD}']\n[project.optional-dependencies]\n"
        f"\"a.b\" = ['{DEAD}']\n[dependency-groups]\nx = ['{DEAD}']\n[tool.mine]\ny = ['{DEAD}']\n"
    )
    assert removed(text).count(DEAD) == 3
    extra = AT._replace(group='project.optional-dependencies."a.b"')
    assert '"a.b" = []' in removed(text, extra)
    assert removed(text, AT._replace(group="tool.mine.y")) == text
    assert removed(text, AT._replace(group="project.nothing")) == text


ELEMENTS = st.sampled_from(["'a'", '"b>=1"', f"'{DEAD}'", '{include-group = "x"}'])
BETWEEN = st.sampled_from([", ", ",", " ,\n  ", ",\n\n", ", # c\n    ", " # c\n , ", "\n,"])
AROUND = st.sampled_from(["", " ", "\n", "\n    ", " # c, 'x'\n  "])
END = st.sampled_from(["", ",", " , ", ",\n", " # c\n", ", # c\n"])


@given(st.lists(st.tuples(ELEMENTS, BETWEEN), min_size=1, max_size=5), AROUND, END)
def test_however_it_is_written_the_rest_stays(
    listed: list[tuple[str, str]], before: str, end: str
) -> None:
    inner = "".join(element + between for element, between in listed[:-1]) + listed[-1][0]
    text = f"[dependency-groups]\ny = [{before}{inner}{end}]\nz = ['{DEAD}']\n"
    try:
        after = removed(text, AT._replace(group="dependency-groups.y"))
    except CannotEditError:
        return
    wanted = tomllib.loads(text)
    groups = wanted["dependency-groups"]
    groups["y"] = [item for item in groups["y"] if item != DEAD]
    assert tomllib.loads(after) == wanted
