"""`check --fix` and `--diff`: make the changes that findings carry, in memory first."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pylife import declarations
from pylife.errors import PylifeError, UnreadableError
from pylife.fleet.settings import Settings
from pylife.model import Change, Declaration
from pylife.rules import Judgement
from pylife.syntax import text
from pylife.syntax.edits import replace_file
from pylife.workflow.read import Read, Scan, judged, shown_path
from pylife.workflow.report import settings_of
from pylife.workflow.waivers import Waivers

MAX_PASSES = 5
"""One change can bring out another finding; after so many rounds the rest is left."""


class Wanted(NamedTuple):
    """Which findings to make pass; `unsafe` adds those that only a test run can prove."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    unsafe: bool = False

    def changes(
        self, read: Read, judgement: Judgement, settings: Settings, held: Waivers
    ) -> list[Change]:
        """The changes of the wanted findings, each once, in order; not of what somebody waived."""
        project = read.member.project
        return list(
            dict.fromkeys(
                change
                for item in judgement.findings
                if settings.wants(
                    item.code, project, shown_path(read.member, item.file) if item.file else None
                )
                and not held.waive(item, read.window, read.waivers).suppressed
                and (self.unsafe or not item.unsafe)
                for change in item.changes
            )
        )


class Fixed(NamedTuple):
    """One file before and after; `shown` is its path from the root that was given."""

    path: Path
    shown: str
    before: bytes
    after: bytes


def fixes(scan: Scan, wanted: Wanted) -> list[Fixed]:
    """What makes the wanted findings pass, and those that come out by that.

    What is waived stays as it is; what only the baseline covers is mended.
    """
    held = Waivers(scan.waivers, scan.as_of)
    return [
        fixed
        for read in scan.reads
        if read.judgement is not None and read.member.folder is not None
        for fixed in _project(
            read,
            read.judgement,
            read.member.folder,
            wanted,
            settings_of(scan, read, wanted.select, wanted.ignore),
            held,
        )
    ]


def diff(files: Sequence[Fixed]) -> str:
    """A unified diff of all files, as git writes it."""
    return "".join(_unified(file) for file in files)


def write(files: Sequence[Fixed]) -> None:
    """Replace the files, each atomically; raises PylifeError where one cannot be written."""
    for file in files:
        try:
            replace_file(file.path, file.after)
        except OSError as error:
            raise PylifeError(f"cannot be written: {error.strerror}", path=file.shown) from None


def _project(
    read: Read, first: Judgement, folder: Path, wanted: Wanted, settings: Settings, held: Waivers
) -> Iterator[Fixed]:
    before: dict[str, bytes] = {}
    now: dict[str, bytes] = {}
    found = read.declarations
    judgement: Judgement | None = first
    for _ in range(MAX_PASSES):
        if judgement is None:
            break
        changed = _make(wanted.changes(read, judgement, settings, held), folder, before, now)
        if not changed:
            break
        found = again(read, found, {path: now[path] for path in changed})
        judgement = judged(read, found=found, contents=now)
    for path, data in sorted(now.items()):
        if data != before[path]:
            yield Fixed(folder / path, shown_path(read.member, path), before[path], data)


def _make(
    changes: Sequence[Change], folder: Path, before: dict[str, bytes], now: dict[str, bytes]
) -> set[str]:
    """Make `changes` in `now`; returns the files that changed. What cannot be made is left."""
    changed = set()
    for change in changes:
        path = change.at.file
        try:
            if path not in now:
                before[path] = now[path] = text.read(folder, path).data
            made = declarations.apply({path: now[path]}, [change])
        except (declarations.CannotEditError, UnreadableError):
            continue
        if made:
            now.update(made)
            changed.add(path)
    return changed


def again(
    read: Read, found: Sequence[Declaration], contents: Mapping[str, bytes]
) -> tuple[Declaration, ...]:
    """The declarations `found` of a project with those of the files `contents` read anew."""
    paths = sorted({item.file for item in found} | set(contents))
    result: list[Declaration] = []
    for path in paths:
        if path in contents:
            result += declarations.read_source(text.Source(path, contents[path]), read.around)
        else:
            result += [item for item in found if item.file == path]
    return tuple(result)


def _unified(file: Fixed) -> str:
    before, after = _lines(file.before), _lines(file.after)
    lines = difflib.unified_diff(before, after, f"a/{file.shown}", f"b/{file.shown}")
    return "".join(
        line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines
    )


def _lines(data: bytes) -> list[str]:
    # Not splitlines, which also ends a line at a form feed or U+2028.
    return re.findall(r"[^\n]*\n|[^\n]+", data.decode("utf-8", errors="replace"))
