"""Another requirement in place of one: only its own text changes, wherever requirements stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pylife import declarations
from pylife.declarations import requirement_floors
from pylife.model import SetRequirement, Target
from pylife.syntax import toml
from pylife.syntax.text import Source

NEW = ("new>=1", "new>=2")
SPLIT = ('numpy>=1.22; python_version < "3.14"', 'numpy>=2.3; python_version >= "3.14"')


def change(path: str, text: str, raw: str, *to: str, line: int | None = None) -> str:
    data = text.encode()
    at = requirement_floors.find(Source(path, data), raw, line)
    assert at is not None
    made = declarations.apply({path: data}, [SetRequirement(at, raw, to)])
    after = made.get(path, data)
    # What is there already is not written again.
    again = declarations.apply({path: after}, [SetRequirement(at, raw, to)])
    assert raw in to or again == {}
    return after.decode()


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (
            "pyproject.toml",
            '[project]\ndependencies = [\n  "numpy>=1.22",  # arrays\n  "b",\n]\n',
            '[project]\ndependencies = [\n  "numpy>=2.3",  # arrays\n  "b",\n]\n',
        ),
        (
            "pyproject.toml",
            "[project.optional-dependencies]\nx = ['a', 'numpy>=1.22']\n",
            "[project.optional-dependencies]\nx = ['a', 'numpy>=2.3']\n",
        ),
        (
            "pyproject.toml",
            '[dependency-groups]\ntest = ["numpy>=1.22", {include-group = "x"}]\nx = []\n',
            '[dependency-groups]\ntest = ["numpy>=2.3", {include-group = "x"}]\nx = []\n',
        ),
        (
            "setup.cfg",
            "[options]\ninstall_requires =\n    a\n    # why\n    numpy>=1.22\n\n[x]\ny = 1\n",
            "[options]\ninstall_requires =\n    a\n    # why\n    numpy>=2.3\n\n[x]\ny = 1\n",
        ),
        ("setup.cfg", "[options]\ninstall_requires = numpy>=1.22\n",
         "[options]\ninstall_requires = numpy>=2.3\n"),
        ("requirements.in", "-r base.in\r\nnumpy>=1.22  # arrays\r\nb\r\n",
         "-r base.in\r\nnumpy>=2.3  # arrays\r\nb\r\n"),
    ],
)  # fmt: skip
def test_only_the_requirement_changes(path: str, before: str, after: str) -> None:
    assert change(path, before, "numpy>=1.22", "numpy>=2.3") == after


def test_several_stand_below_each_other_in_the_style_of_the_list() -> None:
    text = '[project]\ndependencies = [\n    "numpy>=1.22",  # arrays\n    "b",\n]\n'
    assert change("pyproject.toml", text, "numpy>=1.22", *SPLIT) == (
        "[project]\ndependencies = [\n"
        "    \"numpy>=1.22; python_version < '3.14'\",  # arrays\n"
        "    \"numpy>=2.3; python_version >= '3.14'\",\n"
        '    "b",\n]\n'
    )
    cfg = "[options]\ninstall_requires =\n\tnumpy>=1.22\n\tb\n"
    assert change("setup.cfg", cfg, "numpy>=1.22", *SPLIT) == (
        f"[options]\ninstall_requires =\n\t{SPLIT[0]}\n\t{SPLIT[1]}\n\tb\n"
    )
    lines = "numpy>=1.22  # arrays\r\nb"
    assert change("requirements.txt", lines, "numpy>=1.22", *SPLIT) == (
        f"{SPLIT[0]}  # arrays\r\n{SPLIT[1]}\r\nb"
    )


def test_a_constraint_of_poetry_stays_one() -> None:
    text = '[tool.poetry.dependencies]\npython = "^3.9"\nnumpy = "^1.22" # arrays\n'
    text += 'b = {version = ">=1", extras = ["x"]}\n'
    once = change("pyproject.toml", text, "^1.22", "^1.26")
    assert once == text.replace('"^1.22"', '"^1.26"')
    assert change("pyproject.toml", once, ">=1", ">=1.5") == once.replace('">=1"', '">=1.5"')
    assert requirement_floors.find(Source("pyproject.toml", text.encode()), "^3.9") is None
    at = Target("pyproject.toml", "requirement", "tool.poetry.dependencies.numpy")
    with pytest.raises(declarations.CannotEditError, match="holds one requirement"):
        requirement_floors.replace(Source("pyproject.toml", text.encode()), at, "^1.22", SPLIT)


def test_the_same_text_elsewhere_stays() -> None:
    text = '[project]\ndependencies = ["a>=1"]\n[project.optional-dependencies]\nx = ["a>=1"]\n'
    assert change("pyproject.toml", text, "a>=1", "a>=2", line=2) == text.replace(
        'dependencies = ["a>=1"]\n[', 'dependencies = ["a>=2"]\n['
    )
    assert requirement_floors.find(Source("pyproject.toml", text.encode()), "a>=1") is None


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("requirements.txt", "numpy>=1.22 \\\n    --hash=sha256:00\n"),
        ("requirements.txt", "a \\\nnumpy>=1.22\n"),
        ("setup.py", "setup(install_requires=['numpy>=1.22'])\n"),
        ("pyproject.toml", '[project]\nx = ["numpy>=1.22"]\n'),
    ],
)
def test_what_has_no_plain_place_is_not_found(path: str, text: str) -> None:
    assert requirement_floors.find(Source(path, text.encode()), "numpy>=1.22") is None


def test_one_line_for_two_requirements_is_left_to_people() -> None:
    text = b"[options]\ninstall_requires = numpy>=1.22\n"
    at = Target("setup.cfg", "requirement", "options:install_requires")
    with pytest.raises(declarations.CannotEditError, match="no line to itself"):
        requirement_floors.replace(Source("setup.cfg", text), at, "numpy>=1.22", SPLIT)


@given(
    st.lists(st.sampled_from(["a>=1", "b", "c[x]>=2,<3", "d; python_version < '3.9'"]), min_size=1),
    st.sampled_from(["\n    ", " ", "\n\t"]),
    st.sampled_from(["", ",", ", # why"]),
)
def test_reading_back_gives_what_was_asked(names: list[str], between: str, end: str) -> None:
    listed = ",".join(f'{between}"{name}"' for name in names)
    end = end if "\n" in between else end.replace("# why", "")
    text = f"[project]\ndependencies = [{listed}{end}\n]\n"
    source = Source("pyproject.toml", text.encode())
    at = Target("pyproject.toml", "requirement", "project.dependencies")
    for raw in set(names):
        made = declarations.apply({"pyproject.toml": source.data}, [SetRequirement(at, raw, NEW)])
        after = toml.parse(Source("pyproject.toml", made["pyproject.toml"]))
        wanted = [new for name in names for new in (NEW if name == raw else [name])]
        assert after.get("project", "dependencies") == wanted
