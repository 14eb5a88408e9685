"""Every place that declares Python versions: one module a kind of file, read and edited by span.

Reading executes nothing. A file that cannot be parsed is a `Problem`, never an
exception; editing returns text and never touches the disk.
"""

import contextlib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pylife import calendar
from pylife.declarations import checking
from pylife.declarations.base import (
    NOTHING_AROUND,
    Around,
    CannotEditError,
    File,
    KnownImage,
    Reader,
    Runs,
)
from pylife.declarations.recent import parsed
from pylife.declarations.registry import Claim, claimants, claims, reader
from pylife.errors import UnreadableError
from pylife.model import (
    Change,
    Declaration,
    DropFallback,
    Edit,
    Problem,
    RemoveRequirement,
    Role,
    SetRequirement,
    Span,
    TakeBranch,
)
from pylife.syntax import edits as spans
from pylife.syntax import text

__all__ = [
    "Around",
    "CannotEditError",
    "KnownImage",
    "Reading",
    "Runs",
    "apply",
    "around",
    "asides",
    "can_edit",
    "edit",
    "has_editor",
    "problem",
    "read",
    "read_source",
    "tested",
    "why_not",
]


Images = Callable[[str], KnownImage | None]
"""What is known of a container image, by its reference as written in a file."""


class Reading(NamedTuple):
    """What was read of one project: declarations in file order, and unreadable files."""

    declarations: tuple[Declaration, ...]
    problems: tuple[Problem, ...]


def read(root: Path, files: Iterable[str], surroundings: Around | None = None) -> Reading:
    """Read those of `files` (paths from `root`, the project's folder) that a reader claims.

    `surroundings`, by default `around(root)`, are what they may depend on.
    """
    return _read(root, files, surroundings or around(root), aside=False)


def asides(root: Path, files: Iterable[str]) -> Reading:
    """What of `files` speaks of Python versions without deciding anything.

    Badges and prose for people (role `advertises`), and the conditions that a
    risen floor makes dead: markers and `sys.version_info` guards. It opens every
    Python file, so `check` leaves it out.
    """
    return _read(root, files, NOTHING_AROUND, aside=True)


def around(root: Path, images: Images | None = None) -> Around:
    """What the files of the project in the folder `root` may depend on.

    `images` tells what is known of a container image by its reference.
    """

    @cache
    def beside(path: str) -> File | None:
        try:
            source = text.read(root, path)
        except UnreadableError:
            return None
        return parsed(source.path, source.data).file

    return Around(beside=beside, image=images or NOTHING_AROUND.image)


def _read(root: Path, files: Iterable[str], surroundings: Around, *, aside: bool) -> Reading:
    declarations: list[Declaration] = []
    problems: list[Problem] = []
    for path in sorted(files):
        claimed = claims(path, aside=aside)
        if not claimed:
            continue
        try:
            source = text.read(root, path)
        except UnreadableError as error:
            # A file that is only searched for needles is not known to declare anything.
            if not all(claim.needles for claim in claimed):
                problems.append(problem(path, error))
            continue
        try:
            declarations += read_source(source, surroundings, aside=aside)
        except UnreadableError as error:
            found = [claim for claim in claimed if claim.wants(source.data)]
            common = found[0] if all(claim.is_common(path) for claim in found) else None
            if common is None:
                problems.append(problem(path, error))
            else:
                declarations += _unparsed(source, error, common)
    return Reading(declarations=tuple(declarations), problems=tuple(problems))


def read_source(
    source: text.Source, surroundings: Around = NOTHING_AROUND, *, aside: bool = False
) -> list[Declaration]:
    """The declarations of one file, in the order of their place; raises UnreadableError."""
    readers = claimants(source.path, source.data, aside=aside)
    if not readers:
        return []
    file = parsed(source.path, source.data)
    found = [item for reader in readers for item in file.declarations(reader, surroundings)]
    return sorted(found, key=lambda item: (item.span, item.site))


def tested(root: Path, files: Iterable[str]) -> list[tuple[str, Runs]]:
    """What CI jobs run in effect, each with its file: `exclude`, `include` and `if` considered.

    What the lists say is in `read`. A file that cannot be read is a problem there.
    """
    found = []
    for path in sorted(files):
        for claim in claims(path):
            runs = reader(claim.module).tested
            if runs is not None:
                with contextlib.suppress(UnreadableError):
                    source = text.read(root, path)
                    file = parsed(source.path, source.data).file
                    found += [(path, run) for run in runs(file)]
    return found


def _unparsed(source: text.Source, error: UnreadableError, claim: Claim) -> list[Declaration]:
    """A file of a common kind, perhaps a template, that only seems to speak of Python.

    What it holds is not known; but it breaks nothing else, so that it is one
    unreadable declaration and no broken file. What is no text at all says nothing.
    """
    start = min(at for needle in claim.needles if (at := source.data.find(needle)) >= 0)
    reason = f"the file cannot be parsed: {error.message}"
    line = f", line {error.line}" if error.line else ""
    try:
        file = File(source, calendar.known())
        span = Span(start, start)
        role = Role.CONDITIONS if claim.aside else Role.RUNS_ON
        return [file.unreadable(reader(claim.module).name, role, span, reason + line)]
    except UnreadableError:
        return []


def problem(path: str, error: UnreadableError) -> Problem:
    """An unreadable file as a row of the report."""
    return Problem(
        file=path,
        message=error.message,
        line=error.line,
        column=error.column,
        help=error.help or "",
    )


def edit(source: text.Source, change: Change) -> list[Edit]:
    """The edits of `source` that make `change` hold; an empty list where it holds already.

    Raises CannotEditError where a person has to do it, UnreadableError where the
    file cannot be parsed.
    """
    if isinstance(change, RemoveRequirement | SetRequirement):
        return _required(source, change)
    if isinstance(change, TakeBranch | DropFallback):
        return _cut(source, change)
    reader, before, edits = _edits(source, change)
    if not _holds(reader, source, change, before, edits):
        raise CannotEditError(f"{before[0].raw!r} has no plain place for the change")
    return edits


def can_edit(source: text.Source, change: Change) -> bool:
    """Whether `change` would edit something, as far as its editor says; cheap, never raises.

    `edit` also reads back what comes out, and may refuse in rare cases what this allows.
    """
    return why_not(source, change) is None


def why_not(source: text.Source, change: Change) -> str | None:
    """Why `change` would edit nothing, as `can_edit`; None where it would edit something."""
    try:
        if isinstance(change, RemoveRequirement | SetRequirement):
            found = _required(source, change)
        elif isinstance(change, TakeBranch | DropFallback):
            found = _cut(source, change)
        else:
            found = _edits(source, change)[2]
    except CannotEditError as error:
        return str(error)
    except UnreadableError as error:
        return error.message
    return None if found else "it holds already"


def _required(source: text.Source, change: RemoveRequirement | SetRequirement) -> list[Edit]:
    if isinstance(change, RemoveRequirement):
        from pylife.declarations import requirement_edits  # few projects need it

        return requirement_edits.remove(source, change.at, change.raw)
    from pylife.declarations import requirement_floors

    return requirement_floors.replace(source, change.at, change.raw, change.to)


def _cut(source: text.Source, change: TakeBranch | DropFallback) -> list[Edit]:
    from pylife.syntax import branches  # only what is dead needs it

    try:
        match change:
            case TakeBranch(at=at, always=always, places=places):
                return branches.conditions(source, at.group, always=always, places=places)
            case DropFallback(at=at, places=places):
                return branches.fallbacks(source, at.group, places=places)
    except branches.CannotCutError as error:
        raise CannotEditError(str(error)) from None


def _edits(source: text.Source, change: Change) -> tuple[Reader, list[Declaration], list[Edit]]:
    """The reader whose site `change` is about, what it found there, and its editor's edits."""
    at = change.at
    file = parsed(source.path, source.data)
    for found in claimants(source.path, source.data):
        editor = found.editors.get(at.site)
        before = file.target(found, at)
        if not before:
            continue
        if editor is None:
            raise CannotEditError(f"{at.site} in {source.path} is left to people")
        return found, before, editor(file.file, before, change)
    # Perhaps it is there only by what is around the file, which editing does not see.
    raise CannotEditError(f"{source.path} by itself has no {at.site} {at.group}".rstrip())


def _holds(
    reader: Reader,
    source: text.Source,
    change: Change,
    before: list[Declaration],
    edits: list[Edit],
) -> bool:
    """Whether reading back after `edits` gives what `change` wants."""
    after = before
    if edits:
        try:
            # The next change of this file finds it parsed.
            data = spans.apply(source.data, edits)
            after = parsed(source.path, data).target(reader, change.at)
        except (UnreadableError, spans.OverlapError):
            return False
    return checking.holds(change, before, after, calendar.known())


def has_editor(path: str, site: str) -> bool:
    """Whether declarations of `site` in the file `path` can be edited at all."""
    return any(site in reader(claim.module).editors for claim in claims(path))


def apply(contents: Mapping[str, bytes], changes: Iterable[Change]) -> dict[str, bytes]:
    """The new contents of the files that `changes` change, one change after the other.

    `contents` maps paths from the project's folder to bytes as on disk. Each
    change is made on the outcome of those before it, so that changes of one file
    compose. Files that stay as they are are left out.
    """
    result = dict(contents)
    for change in changes:
        path = change.at.file
        result[path] = spans.apply(result[path], edit(text.Source(path, result[path]), change))
        if isinstance(change, TakeBranch | DropFallback):
            # What stands inside of itself is edited from the outside in, as far as it goes.
            with contextlib.suppress(CannotEditError):
                while edits := edit(text.Source(path, result[path]), change):
                    result[path] = spans.apply(result[path], edits)
    return {path: data for path, data in result.items() if data != contents[path]}
