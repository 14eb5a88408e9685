"""Several changes of one file parse it once, and nothing that was read goes stale."""

import pytest

from pylife import declarations
from pylife.declarations import CannotEditError, recent
from pylife.model import AddPython, Change, DropPython, PythonVersion, SetPython, Target
from pylife.syntax import yaml
from pylife.syntax.text import Source

PATH = ".github/workflows/ci.yml"
DATA = b"""\
jobs:
  a:
    strategy:
      matrix:
        python: ['3.9', '3.10']
        include: [{python: '3.9'}]
"""
LIST = Target(file=PATH, site="github-matrix", group="jobs.a.strategy.matrix.python")
INCLUDE = Target(file=PATH, site="github-include", group="jobs.a.strategy.matrix.include")
OLD, NEW = PythonVersion(3, 10), PythonVersion(3, 13)


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The contents that were parsed as YAML since the test began."""
    seen: list[bytes] = []
    compose = yaml.compose_all

    def counted(source: Source) -> list[yaml.Node]:
        seen.append(source.data)
        return compose(source)

    monkeypatch.setattr(yaml, "compose_all", counted)
    recent.forget()
    return seen


def test_changes_that_edit_nothing_parse_once(parses: list[bytes]) -> None:
    contents = {PATH: DATA}
    declarations.read_source(Source(PATH, DATA))
    assert declarations.apply(contents, [AddPython(LIST, OLD)] * 50) == {}
    for _ in range(50):
        with pytest.raises(CannotEditError):
            declarations.apply(contents, [AddPython(INCLUDE, NEW)])
        assert not declarations.can_edit(Source(PATH, bytes(DATA)), AddPython(INCLUDE, NEW))
    assert parses == [DATA]


def test_each_change_is_read_back_once(parses: list[bytes]) -> None:
    made = declarations.apply({PATH: DATA}, [AddPython(LIST, NEW), DropPython(LIST, OLD)])
    assert b"['3.9', '3.13']" in made[PATH]
    assert len(parses) == 3
    assert len(set(parses)) == 3


@pytest.mark.parametrize(
    ("change", "can"),
    [
        (AddPython(LIST, NEW), True),
        (DropPython(LIST, OLD), True),
        (AddPython(LIST, OLD), False),
        (SetPython(LIST, NEW), False),
        (AddPython(INCLUDE, NEW), False),
        (AddPython(Target(file=PATH, site="github-matrix", group="other"), NEW), False),
    ],
)
def test_whether_a_change_can_be_made(change: Change, can: bool) -> None:
    assert declarations.can_edit(Source(PATH, DATA), change) is can
    assert not declarations.can_edit(Source(PATH, b"a: [b"), change)
    assert not declarations.can_edit(Source("README.md", DATA), change)


def test_callers_cannot_change_what_is_kept() -> None:
    source = Source(PATH, DATA)
    declarations.read_source(source).clear()
    declarations.edit(source, AddPython(LIST, NEW)).clear()
    assert len(declarations.read_source(source)) == 3
    assert declarations.edit(source, AddPython(LIST, NEW))
