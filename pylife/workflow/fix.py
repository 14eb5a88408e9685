"""`check --fix` and `--diff`: make the changes that findings carry, in memory first."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pylife import declarations
from pylife.errors import UnreadableError
from pylife.model import Change
from pylife.syntax import text
from pylife.syntax.edits import replace_file
from pylife.workflow.read import Read, Scan, selected, shown_path


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """One file before and after; `shown` is its path from the root that was given."""

    path: Path
    shown: str
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixes:
    """All files that change, and what only a person can do (place and reason)."""

    files: tuple[Fixed, ...]
    left: tuple[str, ...]

    @property
    def diff(self) -> str:
        """A unified diff of all files."""
        return "".join(unified(file.shown, file.before, file.after) for file in self.files)

    def write(self) -> None:
        """Replace the files, each atomically."""
        for file in self.files:
            replace_file(file.path, file.after)


def fixes(scan: Scan, *, select: Sequence[str], ignore: Sequence[str]) -> Fixes:
    """What would make the selected findings pass."""
    files: list[Fixed] = []
    left: list[str] = []
    for read in scan.reads:
        if read.judgement is None or read.member.folder is None:
            continue
        changes = [
            change
            for item in read.judgement.findings
            if selected(item.code, select, ignore) and not item.suppressed
            for change in item.changes
        ]
        files += _project(read, changes, left)
    return Fixes(files=tuple(files), left=tuple(left))


def _project(read: Read, changes: Sequence[Change], left: list[str]) -> Iterator[Fixed]:
    folder = read.member.folder
    assert folder is not None  # noqa: S101 - the caller looked
    before: dict[str, bytes] = {}
    now: dict[str, bytes] = {}
    for change in dict.fromkeys(changes):
        path = change.at.file
        try:
            if path not in before:
                before[path] = now[path] = text.read(folder, path).data
            now.update(declarations.apply({path: now[path]}, [change]))
        except (declarations.CannotEditError, UnreadableError) as error:
            left.append(f"{shown_path(read.member, path)}: {error}")
    for path, data in now.items():
        if data != before[path]:
            yield Fixed(
                path=folder / path, shown=shown_path(read.member, path),
                before=before[path], after=data,
            )  # fmt: skip


def unified(path: str, before: bytes, after: bytes) -> str:
    """A unified diff of one file, as git writes it."""
    lines = difflib.unified_diff(
        _lines(before), _lines(after), fromfile=f"a/{path}", tofile=f"b/{path}", n=3
    )
    return "".join(
        line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines
    )


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", errors="replace").splitlines(keepends=True)
