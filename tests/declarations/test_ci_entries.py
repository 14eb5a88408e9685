"""Matrices whose entries are mappings: whole entries come and go, or a person is asked."""

import pytest

from pylife import declarations
from pylife.declarations import CannotEditError
from pylife.model import AddPython, Change, DropPython, PythonVersion, SetPython, Target

AT = Target("appveyor.yml", "appveyor-matrix", "environment.matrix")
NEW, OLD = PythonVersion(3, 14), PythonVersion(3, 10)


def edited(entries: str, change: Change) -> str:
    """The entries of an AppVeyor matrix after `change`."""
    head = "environment:\n  matrix:\n"
    data = (head + entries).encode()
    after = declarations.apply({AT.file: data}, [change])
    return after.get(AT.file, data).decode().removeprefix(head)


LONG = r"""    - PYTHON: C:\Python39
      A: a
      B: b

    - PYTHON: C:\Python310-x64   # é
      # the newest numpy
      NUMPY: "2.1"
      CONDA_PY: "310"
      WHEEL: cp310-win_amd64
"""


def test_a_long_entry_is_copied_and_removed_as_a_whole() -> None:
    added = edited(LONG, AddPython(AT, NEW))
    assert added == LONG + (
        "    - PYTHON: C:\\Python314-x64\n"
        '      NUMPY: "2.1"\n      CONDA_PY: "314"\n      WHEEL: cp314-win_amd64\n'
    )
    assert edited(added, DropPython(AT, NEW)) == LONG
    assert edited(LONG, DropPython(AT, OLD)) == LONG[: LONG.index("    - PYTHON: C:\\Python310")]


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_the_last_entry_of_a_file_may_lack_its_line_ending(ending: str) -> None:
    text = f"    - TOXENV: py39{ending or chr(10)}    - TOXENV: py310{ending}"
    added = edited(text, AddPython(AT, NEW))
    assert [line.strip() for line in added.splitlines()][-1] == "- TOXENV: py314"
    assert edited(added, DropPython(AT, NEW)) == text


def test_a_list_that_runs_downwards_keeps_its_order() -> None:
    text = "    - TOXENV: py310\n    - TOXENV: py39\n"
    assert edited(text, AddPython(AT, NEW)) == "    - TOXENV: py314\n" + text


@pytest.mark.parametrize(
    ("entries", "change", "reason"),
    [
        ('    - PYTHON: "3.10"\n      MPL: "3.10"\n', AddPython(AT, NEW), "something else"),
        ("    - TOXENV: py310\n", DropPython(AT, OLD), "no other entry"),
        ("    - TOXENV: py310\n      X: [1]\n", AddPython(AT, NEW), "lists or mappings"),
        ("    - TOXENV: py310\n      X: |\n        a\n", AddPython(AT, NEW), "block of text"),
        ("    - TOXENV: &a py310\n", AddPython(AT, NEW), "no lines of its own"),
        ("    [{TOXENV: py310}, {TOXENV: py39}]\n", AddPython(AT, NEW), "no lines of its own"),
        ("    - TOXENV: py310,py39\n", AddPython(AT, NEW), "no entry that names one Python"),
        ("    - TOXENV: py310\n", SetPython(AT, NEW), "Python of its own"),
    ],
)
def test_what_is_left_to_people(entries: str, change: Change, reason: str) -> None:
    with pytest.raises(CannotEditError, match=reason):
        edited(entries, change)


def test_a_name_that_does_not_tell_its_python_is_not_copied() -> None:
    at = Target("azure-pipelines.yml", "azure-matrix", "strategy.matrix")
    data = b"strategy:\n  matrix:\n    old: {python.version: '3.10'}\n"
    with pytest.raises(CannotEditError, match="does not tell its Python"):
        declarations.apply({at.file: data}, [AddPython(at, NEW)])
