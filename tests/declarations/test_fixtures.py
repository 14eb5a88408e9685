"""Every fixture folder: what is read, what is edited, and the laws of editing.

`python -m tests.declarations.cases` rewrites the snapshots.
"""

import difflib
import re
from pathlib import Path

import pytest

from pylife import declarations
from pylife.declarations import CannotEditError
from pylife.declarations.registry import CLAIMS
from pylife.errors import UnreadableError
from pylife.model import (
    AddPython,
    Change,
    Declaration,
    DropPython,
    PythonVersion,
    SetFloor,
    SetPython,
)
from pylife.syntax.text import Source
from tests.declarations import cases

every_case = pytest.mark.parametrize(
    "case", cases.all_cases(), ids=lambda path: f"{path.parent.name}-{path.name}"
)


def test_every_reader_has_a_fixture_folder() -> None:
    folders = {f"{path.parent.name}.{path.name}" for path in cases.FIXTURES.glob("*/*")}
    assert folders == {claim.module for claim in CLAIMS}
    for folder in folders:
        assert cases.all_cases(folder), f"{folder} has no case"


def test_every_snapshot_has_its_case() -> None:
    for path in cases.FIXTURES.glob("*/*/*.*"):
        name = path.name.removesuffix(".reading.txt").removesuffix(".edits.diff")
        assert path.is_dir() or path.with_name(name).is_dir(), f"{path} has no case"


@every_case
def test_what_is_read(case: Path) -> None:
    expected = case.with_name(f"{case.name}.reading.txt").read_text(encoding="utf-8")
    assert cases.reading(case) == expected
    assert expected or case.name.startswith("nothing"), "a case that says nothing shows nothing"


@every_case
def test_what_is_edited(case: Path) -> None:
    expected = case.with_name(f"{case.name}.edits.diff").read_text(encoding="utf-8")
    assert cases.edits(case) == expected


@every_case
def test_the_laws_of_editing(case: Path) -> None:
    for at, found in cases.targets(case).items():
        before = (case / at.file).read_bytes()
        for change in cases.changes(at, found):
            try:
                after = cases.made(case, change).get(at.file, before)
            except (CannotEditError, UnreadableError):
                continue
            assert declarations.apply({at.file: after}, [change]) == {}, f"not idempotent: {change}"
            check_lines(before, after, at.file, change)
            inverse = undoing(change, found)
            if inverse is not None and after != before:
                back = declarations.apply({at.file: after}, [inverse])
                assert back[at.file] == before, f"not undone: {change}"


def undoing(change: Change, found: list[Declaration]) -> Change | None:
    """What gives the original bytes after `change`; None where the change loses something.

    A patch release, a prerelease and exclusions below a risen floor are lost.
    """
    match change:
        case AddPython(at=at, version=version):
            return DropPython(at, version)
        case SetPython(at=at) if len(found) == 1 and not _MORE.search(found[0].raw):
            if found[0].misread:
                return None  # an unquoted 3.10, which is read as 3.1
            return SetPython(at, (found[0].versions or ())[0])
        case SetFloor(at=at) if len(found) == 1:
            floor = re.fullmatch(r"[^!|]*?(?:>=|\^)\s*(3\.\d+)(?:\s*,\s*<[^!|]*)?", found[0].raw)
            return SetFloor(at, PythonVersion.parse(floor[1])) if floor else None
        case _:
            return None


_MORE = re.compile(r"\d+\.\d+(?:\.|-?(?:dev|alpha|beta|rc|a\d|b\d))")
"""A version of which a feature release is not the whole."""


def check_lines(before: bytes, after: bytes, path: str, change: Change) -> None:
    """Only lines that hold the declaration, or one beside them that an entry adds, change."""
    source = Source(path, before)
    held: set[int] = set()
    for item in declarations.read_source(source):
        if (item.file, item.site, item.group) == change.at:
            last = source.position(max(item.span.start, item.span.end - 1))[0]
            held.update(range(item.line, last + 1))
    held |= {line + 1 for line in held} | {line - 1 for line in held}
    old = before.splitlines(keepends=True)
    new = after.splitlines(keepends=True)
    for tag, start, end, _, _ in difflib.SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if tag != "equal":
            touched = set(range(start + 1, end + 1)) or {start}
            assert touched <= held, f"{change} touches lines {sorted(touched - held)}"
