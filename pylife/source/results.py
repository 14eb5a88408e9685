"""What the scanner finds in a file, and what follows from it: on which Pythons the code runs."""

import json
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from pylife.model import Scope
from pylife.source.ignores import Ignore
from pylife.source.scanner.uses import Guard, Imported, Use
from pylife.source.scanner.versions import ALL

__all__ = [
    "Deciding", "FileResult", "Found", "Guard", "Imported", "Use", "Verdict", "Version",
    "concerns", "judged", "read", "with_ignores", "within",
]  # fmt: skip

Version = tuple[int, int]
_FAMILY = "SRC"
"""How the codes of the rules on source begin."""


def concerns(use: Use, looked_at: int, newest: Version) -> bool:
    """Whether a use is of concern on the Pythons `looked_at`, the last of which is given."""
    late = use.deprecated is not None and use.deprecated <= newest
    return bool(use.fails_on & looked_at) or (late and bool(use.reached & looked_at))


class Found(NamedTuple):
    """What was found in one content; `unparsed` says why nothing was."""

    uses: tuple[Use, ...] = ()
    imports: tuple[Imported, ...] = ()
    guards: tuple[Guard, ...] = ()
    unparsed: str = ""
    ignores: tuple[Ignore, ...] = ()
    ends: int = ALL
    """The Pythons on which its import comes to its end, rather than to a `raise`."""


class FileResult(NamedTuple):
    """A file of a project with what was found in it."""

    path: str
    scope: Scope
    found: Found

    @property
    def uses(self) -> tuple[Use, ...]:
        """What is used in it."""
        return self.found.uses

    def ignored(self, use: Use) -> str:
        """Why somebody has written on its line that a use is right as it is; else nothing."""
        ignores = self.found.ignores  # in the order of their lines
        for place in range(bisect_left(ignores, (use.line,)), len(ignores)):
            item = ignores[place]
            if item.line != use.line:
                break
            if any(code.startswith(_FAMILY) for code in item.codes):
                return item.reason if not item.wrong else ""
        return ""

    def failing(self) -> Iterator[Use]:
        """The uses that fail somewhere and are not ignored."""
        return (use for use in self.uses if use.fails_on and not self.ignored(use))


class Deciding(NamedTuple):
    """A use that decides on which Pythons the code can run, with its file."""

    path: str
    use: Use


class Verdict(NamedTuple):
    """On which Pythons some files run, of those looked at, as bits.

    `lower` and `upper` are what keeps them from the next older and newer one: of each thing the
    first place. `unknown` are files that could not be looked at: nothing runs that is not known.
    """

    runs_on: int
    lower: tuple[Deciding, ...] = ()
    upper: tuple[Deciding, ...] = ()
    unknown: tuple[str, ...] = ()


def judged(files: Iterable[FileResult], looked_at: int) -> Verdict:
    """On which of the Pythons `looked_at` the files run, and the lines that decide it."""
    every = list(files)
    unknown = tuple(file.path for file in every if file.found.unparsed)
    fails = 0
    for file in every:
        for use in file.failing():
            fails |= use.fails_on
    runs = looked_at & ~fails
    shown = 0 if unknown else runs
    if not runs:
        # None is left: the oldest that any one need asks for, and the newest.
        return Verdict(0, _first(every, looked_at), _last(every, looked_at), unknown)
    below = _next(looked_at & fails & (_lowest(runs) - 1), highest=True)
    above = _next(looked_at & fails & ~((1 << runs.bit_length()) - 1), highest=False)
    return Verdict(shown, _deciding(every, below), _deciding(every, above), unknown)


def _lowest(mask: int) -> int:
    return mask & -mask


def _next(mask: int, *, highest: bool) -> int:
    if not mask:
        return 0
    return 1 << (mask.bit_length() - 1) if highest else _lowest(mask)


def _first(files: Sequence[FileResult], looked_at: int) -> tuple[Deciding, ...]:
    """What was added last: it asks for the newest Python."""
    failing = (use for file in files for use in file.failing())
    newest = max((use.added for use in failing if use.added), default=None)
    if newest is None:
        return ()
    return _chosen(files, lambda use: bool(use.fails_on & looked_at) and use.added == newest)


def _last(files: Sequence[FileResult], looked_at: int) -> tuple[Deciding, ...]:
    """What was removed first."""
    failing = (use for file in files for use in file.failing())
    oldest = min((use.removed for use in failing if use.removed), default=None)
    if oldest is None:
        return ()
    return _chosen(files, lambda use: bool(use.fails_on & looked_at) and use.removed == oldest)


def _deciding(files: Sequence[FileResult], python: int) -> tuple[Deciding, ...]:
    return _chosen(files, lambda use: bool(use.fails_on & python)) if python else ()


def _chosen(files: Sequence[FileResult], wanted: Callable[[Use], bool]) -> tuple[Deciding, ...]:
    """The first place of each thing that is `wanted`."""
    found: dict[str, Deciding] = {}
    for file in files:
        for use in file.failing():
            if wanted(use):
                found.setdefault(use.what, Deciding(file.path, use))
    return tuple(found.values())


def within(files: Iterable[FileResult]) -> list[FileResult]:
    """The files, each on the Pythons on which the packages that it is a part of can be imported.

    A part of a package that raises an error in its `__init__` on some Pythons is not meant for
    them, as vendored packages are not. What the outermost package does decides for nobody else.
    """
    every = list(files)
    packages = {file.path.rpartition("/")[0]: file.found.ends for file in every if _is_init(file)}
    ends = {
        folder: mask
        for folder, mask in packages.items()
        if 0 < mask < ALL and folder.rpartition("/")[0] in packages
    }
    return [_narrowed(file, ends) for file in every] if ends else every


def _is_init(file: FileResult) -> bool:
    return file.path.endswith("/__init__.py")


def _narrowed(file: FileResult, ends: dict[str, int]) -> FileResult:
    mask, folder = ALL, file.path
    while folder := folder.rpartition("/")[0]:
        # An `__init__` itself knows what comes after its `raise`.
        mask &= ends.get(folder, ALL) if file.path != f"{folder}/__init__.py" else ALL
    if mask == ALL:
        return file
    uses = (
        use._replace(reached=use.reached & mask, fails_on=use.fails_on & mask)
        for use in file.found.uses
    )
    left = tuple(use for use in uses if use.fails_on or (use.deprecated and use.reached))
    return file._replace(found=file.found._replace(uses=left))


def read(line: str) -> Found | None:
    """What a line of the scanner (or of the cache) says; None where it says nothing of the kind."""
    try:
        said = json.loads(line)
        return Found(
            uses=tuple(_use(item) for item in said["uses"]),
            imports=tuple(_imported(item) for item in said["imports"]),
            guards=tuple(Guard(**item) for item in said["guards"]),
            unparsed=str(said.get("unparsed") or ""),
            ignores=tuple(
                Ignore(row[0], row[1], tuple(row[2]), row[3], row[4])
                for row in said.get("ignores", ())
            ),
            ends=int(said["ends"]),
        )
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        return None


def with_ignores(line: str, found: Sequence[Ignore]) -> str:
    """A line of the scanner with the ignore comments of the file, as it is kept."""
    if not found:
        return line
    said = json.loads(line)
    return json.dumps(said | {"ignores": [list(item) for item in found]})


def _imported(item: dict[str, Any]) -> Imported:
    return Imported(**item | {"names": tuple(item["names"])})


def _use(item: dict[str, Any]) -> Use:
    """A use as JSON has it: lists where there were tuples."""
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in item.items()
    }
    return Use(**values)
