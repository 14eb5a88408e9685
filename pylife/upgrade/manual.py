"""What is left to people: what pylife cannot read, must not edit, or another tool writes."""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pylife.declarations.authority import INHERITED
from pylife.errors import UnreadableError
from pylife.model import (
    Declaration,
    Kind,
    Problem,
    Project,
    PythonVersion,
    Role,
    Stage,
)
from pylife.policy import Window
from pylife.syntax import text, toml
from pylife.upgrade.places import is_lock, places, plain, stands_for
from pylife.upgrade.target import ranges_of

_SETUP_CFG = re.compile(r"^\[(?:metadata|options)\]", re.MULTILINE)
_SHOWN = 5
"""Lines that are named where there are many of a kind."""


def unread(problems: Iterable[Problem]) -> Iterator[str]:
    """A line for each file that cannot be read at all."""
    for problem in problems:
        place = f"{problem.file}:{problem.line}" if problem.line else problem.file
        yield f"{place}: {problem.message}" + (f" ({problem.help})" if problem.help else "")


def misread(read: Iterable[Declaration]) -> Iterator[str]:
    """A line for each declaration that tools read otherwise than it is meant."""
    for item in read:
        if item.misread:
            yield f"{item.file}:{item.line}: {item.raw}: {item.note}"


def unclear(read: Sequence[Declaration], *, changing: bool) -> Iterator[str]:
    """A line for each kind of declaration in a file whose meaning is unknown and matters.

    A range that is computed matters where no other range is readable; anything
    else where the upgrade edits its neighbours.
    """
    known = bool(ranges_of(read))
    found: dict[tuple[str, str, str], list[int]] = {}
    for item in read:
        ranged = item.role is Role.SUPPORTS
        matters = not known if ranged else changing
        if item.unreadable is not None and matters and not is_lock(item.file):
            word = "" if ranged else "see that this follows: "
            key = (item.file, f"{word}{item.site} cannot be read", item.unreadable)
            found.setdefault(key, []).append(item.line)
    for (file, what, why), lines in found.items():
        yield f"{file}:{_some(lines)}: {what}: {why}"


def uncovered(
    project: Project, read: Sequence[Declaration], window: Window, without: Iterable[PythonVersion]
) -> Iterator[str]:
    """A line for each range of a library that leaves out what the policy supports."""
    if project.kind is not Kind.LIBRARY:
        return
    required = sorted(set(window.at(Stage.SUPPORTED)).difference(without))
    for item in ranges_of(read):
        missing = [v for v in required if v not in {*(item.versions or ()), *item.partial}]
        if missing:
            listed = ", ".join(map(str, missing))
            yield (
                f"{item.file}:{item.line}: {item.raw!r} leaves out {listed}, which the policy"
                " asks for: decide whether to widen it"
            )


def inherited(read: Sequence[Declaration], window: Window) -> list[str]:
    """A line for each image that brings a Python which is dropped or deprecated."""
    return [
        f"{item.file}:{item.line}: {item.raw} runs on {python}: use an image with a newer Python"
        for item in read
        if item.site == INHERITED
        for python in item.versions or ()
        if window.stage(plain(python)) in {Stage.DROPPED, Stage.DEPRECATED}
    ]


def bound(read: Sequence[Declaration], window: Window) -> Iterator[str]:
    """A line for each file with jobs that are named after a dropped Python."""
    found: dict[tuple[str, PythonVersion], list[int]] = {}
    for place in places(read):
        if place.role is Role.TESTS and stands_for(place):
            (python,) = place.pythons
            if window.stage(plain(python)) is Stage.DROPPED:
                found.setdefault((place.at.file, python), []).append(place.items[0].line)
    for (file, python), lines in sorted(found.items()):
        yield f"{file}:{_some(lines)}: remove what runs for {python} alone"


def metadata_file(folder: Path, files: Iterable[str]) -> str | None:
    """The file in which a range would be declared; None for what is no package.

    Source: PEP 621 and the backends' own tables, in the order in which they win.
    """
    present = set(files)
    try:
        if "pyproject.toml" in present:
            document = toml.parse(text.read(folder, "pyproject.toml"))
            if document.table("project") or document.table("tool", "poetry"):
                return "pyproject.toml"
        # A setup.cfg may well hold nothing but the settings of a linter.
        if "setup.cfg" in present and _SETUP_CFG.search(text.read(folder, "setup.cfg").text):
            return "setup.cfg"
    except UnreadableError:
        return None  # it is a problem of its own
    return "setup.py" if "setup.py" in present else None


def stale_comments(folder: Path, changed: Iterable[Declaration]) -> Iterator[str]:
    """A line for each range that changes while a comment beside it stays."""
    for item in changed:
        line = text.read(folder, item.file).line(item.line)
        comment = line.partition(item.raw)[2].partition("#")[2].strip()
        if comment:
            yield f"{item.file}:{item.line}: see whether the comment still holds: {comment}"


def _some(lines: Sequence[int]) -> str:
    """The first of many line numbers, and how many more there are."""
    distinct = sorted(set(lines))
    more = f" and {len(distinct) - _SHOWN} more" if len(distinct) > _SHOWN else ""
    return ",".join(map(str, distinct[:_SHOWN])) + more
