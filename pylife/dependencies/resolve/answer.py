"""What uv answered: a resolution, that there is none, or that it could not do its work."""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)

from pylife.dependencies.records import Answer, Broken, Pick, Solved, Unsolved
from pylife.dependencies.resolve.ranges import readable
from pylife.dependencies.resolve.trace import PROJECT, Trace

NO_SOLUTION = "No solution found when resolving"
_UNREACHED = (
    "network was disabled",
    "network connectivity is disabled",
    "lack of valid authentication credentials",
    "403 Forbidden error",
)
"""In uv's hints: what was not found could not be looked for."""
_UNBUILT = ("Failed to build", "Failed to prepare distributions")
_UNUSED = re.compile(r"^(warning: |Resolved \d+ package)")


def unsolved_or_broken(code: int | None, told: str) -> Unsolved | Broken:
    """What a failure of uv means; `told` is its account, without its log and credentials.

    A source that does not build is an account of why nothing can be installed; an index that
    could not be asked is no verdict.
    """
    account = "\n".join(line for line in told.splitlines() if not _UNUSED.match(line)).strip()
    unreached = any(words in account for words in _UNREACHED)
    if (NO_SOLUTION in account or any(map(account.__contains__, _UNBUILT))) and not unreached:
        return Unsolved(account)
    if unreached:
        hints = [line for line in account.splitlines() if any(w in line for w in _UNREACHED)]
        return Broken(hints[0].removeprefix("hint: "))
    return Broken(_brief(account) or f"uv ended with {code} and said nothing")


def _brief(account: str) -> str:
    lines = [line.strip() for line in account.splitlines()]
    lines = [line.removeprefix("error: ").removeprefix("cause: ") for line in lines if line]
    return "; ".join(dict.fromkeys(lines))


def solved(out: str, trace: Trace, project: frozenset[str], added: Mapping[str, str]) -> Answer:
    """The resolution that uv printed, with annotations of the style `split`.

    `project` is what the annotations call the project itself; `added` are
    the specifiers by which pylife constrained names, which nobody else wants.
    """
    picks = []
    for head, notes in _blocks(out):
        found = _named(head, trace)
        if found is None:
            return Broken(f"uv answered a line that pylife cannot read: {head}")
        via = {_requirer(note, project) for note in notes} - {None}
        picks.append((*found, via))
    versions = {name: version for name, version, _ in picks}
    return Solved(
        tuple(
            Pick(
                name,
                version,
                tuple(sorted(each for each in via if each is not None)),
                tuple(sorted(_wanted(name, versions, trace) - {added.get(name, "")})),
            )
            for name, version, via in sorted(picks, key=lambda pick: pick[0])
        )
    )


def origins(out: str) -> dict[str, str]:
    """Which index each name came from, as uv annotates it."""
    found: dict[str, str] = {}
    for head, notes in _blocks(out):
        for note in notes:
            if note.startswith("from "):
                name = re.split(r"[=\s@\[]", head, maxsplit=1)[0]
                found[canonicalize_name(name)] = note.removeprefix("from ")
    return found


def _blocks(out: str) -> Iterator[tuple[str, list[str]]]:
    """Each line of a package with the comments below it, one requirer or index each."""
    head: str | None = None
    notes: list[str] = []
    for line in out.splitlines():
        if line and line[0] not in "# ":
            if head is not None:
                yield head, notes
            head, notes = line.strip(), []
        elif note := line.strip().removeprefix("#").strip().removeprefix("via").strip():
            notes.append(note)
    if head is not None:
        yield head, notes


def _named(head: str, trace: Trace) -> tuple[str, str] | None:
    """Name and version of `name==1.0` or `name @ address`; None of anything else."""
    name, separator, version = head.partition("==")
    if separator:
        return canonicalize_name(name.partition("[")[0]), version.split()[0]
    name, separator, address = head.partition(" @ ")
    if not separator:
        return None
    normalised = canonicalize_name(name.partition("[")[0])
    # A release that is named by its address is not selected; but what it asks for is told.
    for found, version in reversed(trace.wishes):
        if found == normalised:
            return normalised, version
    file = PurePosixPath(unquote(urlsplit(address).path)).name
    try:
        return normalised, str(parse_wheel_filename(file)[1])
    except InvalidWheelFilename:
        try:
            return normalised, str(parse_sdist_filename(file)[1])
        except InvalidSdistFilename:
            return normalised, ""


def _requirer(note: str, project: frozenset[str]) -> str | None:
    """The one that requires it; `""` for the project, None for what requires nothing."""
    if note in project:
        return ""
    return None if note.startswith(("-", "from ")) else canonicalize_name(note)


def _wanted(name: str, versions: dict[str, str], trace: Trace) -> set[str]:
    """What the chosen releases ask of `name`."""
    return {
        readable(wanted)
        for parent in (PROJECT, *versions.items())
        for child, wanted in trace.wishes.get(parent, ())
        if child == name and wanted != "*"
    }
