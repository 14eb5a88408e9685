"""Upper bounds that move up: `<3.14` becomes `<3.16`, and nothing else changes."""

import pytest

from pylife import declarations
from pylife.declarations import range_edits
from pylife.declarations.base import CannotEditError
from pylife.model import PythonVersion, SetCap, Target
from pylife.syntax.text import Source

TO = PythonVersion(3, 16)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (">=3.9,<3.14", ">=3.9,<3.16"),
        (">=3.9, <= 3.13", ">=3.9, < 3.16"),
        ("<3.14.0,>=3.9", "<3.16,>=3.9"),
        (">=3.9,<3.14,!=3.12.*", ">=3.9,<3.16,!=3.12.*"),
        (">=3.9", None),
        ("~=3.9", None),
        ("==3.9.*", None),
        (">=3.9,<3.14,<3.13", None),
        (">=3.9,<3.11 || >=3.12,<3.14", None),
    ],
)
def test_the_bound_alone_moves(given: str, wanted: str | None) -> None:
    assert range_edits.set_cap(given, TO) == wanted


@pytest.mark.parametrize(
    ("path", "text", "wanted"),
    [
        ("pyproject.toml", '[project]\nrequires-python = ">=3.9,<3.14" # x\n',
         '[project]\nrequires-python = ">=3.9,<3.16" # x\n'),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = ">=3.9,<3.14"\n',
         '[tool.poetry.dependencies]\npython = ">=3.9,<3.16"\n'),
        ("setup.cfg", "[options]\npython_requires = >=3.9,<3.14\n",
         "[options]\npython_requires = >=3.9,<3.16\n"),
    ],
)  # fmt: skip
def test_it_moves_in_place_and_once(path: str, text: str, wanted: str) -> None:
    (item,) = declarations.read_source(Source(path, text.encode()))
    at = Target(path, item.site, item.group)
    made = declarations.apply({path: text.encode()}, [SetCap(at, TO)])
    assert made[path].decode() == wanted
    assert declarations.apply(made, [SetCap(at, TO)]) == {}


def test_a_bound_is_never_moved_down() -> None:
    text = b'[project]\nrequires-python = ">=3.9,<3.17"\n'
    at = Target("pyproject.toml", "requires-python", "")
    with pytest.raises(CannotEditError):
        declarations.apply({"pyproject.toml": text}, [SetCap(at, TO)])
