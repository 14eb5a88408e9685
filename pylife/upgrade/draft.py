"""New contents of files, made in memory one change at a time; nothing is written."""

from collections.abc import Iterable
from pathlib import Path

from pylife import declarations
from pylife.errors import UnreadableError
from pylife.model import (
    AddPython,
    Change,
    Declaration,
    DropFallback,
    DropPython,
    RemoveCap,
    RemoveRequirement,
    SetCap,
    SetFloor,
    SetPython,
    SetRequirement,
    TakeBranch,
)
from pylife.syntax import text
from pylife.upgrade.steps import Step


class Draft:
    """The files of one project while changes are made to them.

    `changes` are those that had an effect, in order; `refused` what could not
    be done, as lines for a person.
    """

    def __init__(self, folder: Path, read: Iterable[Declaration]) -> None:
        self.folder = folder
        self.changes: list[Change] = []
        self.refused: list[str] = []
        self._read = tuple(read)
        self._before: dict[str, bytes] = {}
        self._after: dict[str, bytes] = {}

    @property
    def before(self) -> dict[str, bytes]:
        """The contents, as on disk, of the files that change."""
        return {path: self._before[path] for path in self.after}

    @property
    def after(self) -> dict[str, bytes]:
        """The new contents of the files that change, by path, sorted."""
        changed = (path for path, data in self._after.items() if data != self._before[path])
        return {path: self._after[path] for path in sorted(changed)}

    @property
    def declarations(self) -> tuple[Declaration, ...]:
        """What the project says with the changes made; changed files are read again."""
        changed = self.after
        kept = [item for item in self._read if item.file not in changed]
        for path, data in changed.items():
            kept += declarations.read_source(text.Source(path, data))
        return tuple(kept)

    def make(self, step: Step) -> bool:
        """Make the first way of `step` that can be made; whether one could."""
        refusal: tuple[Change, str] | None = None
        for way in step:
            contents = dict(self._after)
            made = []
            try:
                for change in way:
                    before = self._content(change.at.file, contents)
                    new = declarations.apply({change.at.file: before}, [change])
                    contents |= new
                    made += [change] if new else []
            except (declarations.CannotEditError, UnreadableError) as error:
                refusal = refusal or (change, getattr(error, "message", None) or str(error))
                continue
            self._after = contents
            self.changes += made
            return True
        if refusal is not None:
            change, reason = refusal
            self.refused.append(f"{self._where(change)}: {describe(change)}: {reason}")
        return not step

    def refuse(self, changes: Iterable[Change]) -> None:
        """Leave `changes` to people, those that are not named yet."""
        for change in changes:
            line = f"{self._where(change)}: {describe(change)}"
            if not any(known.startswith(line) for known in self.refused):
                self.refused.append(line)

    def reset(self) -> None:
        """Take all changes back; what was refused stays."""
        self.changes.clear()
        self._after = dict(self._before)

    def put(self, path: str, data: bytes) -> None:
        """Replace the whole content of `path`, for what no change describes."""
        self._content(path, self._after)
        self._after[path] = data

    def content(self, path: str) -> bytes:
        """The present content of `path`; raises UnreadableError."""
        return self._content(path, self._after)

    def _content(self, path: str, contents: dict[str, bytes]) -> bytes:
        if path not in self._before:
            if (self.folder / path).is_symlink():
                raise UnreadableError("a link: edit the file that it leads to", path=path)
            self._before[path] = text.read(self.folder, path).data
            self._after[path] = contents[path] = self._before[path]
        return contents[path]

    def _where(self, change: Change) -> str:
        lines = [
            item.line
            for item in self._read
            if (item.file, item.site, item.group)
            == (change.at.file, change.at.site, change.at.group)
        ]
        return f"{change.at.file}:{min(lines)}" if lines else change.at.file


def describe(change: Change) -> str:
    """A change as a person would be asked to make it."""
    site = change.at.site
    match change:
        case SetFloor(version=version):
            return f"{site}: raise the floor to {version}"
        case SetCap(version=version):
            return f"{site}: move the upper bound up to <{version}"
        case RemoveCap():
            return f"{site}: remove the upper bound"
        case AddPython(version=version):
            return f"{site}: add {version}"
        case DropPython(version=version):
            return f"{site}: remove {version}"
        case SetPython(version=version):
            return f"{site}: set to {version}"
        case RemoveRequirement(raw=raw):
            return f"{change.at.group}: remove {raw!r}"
        case SetRequirement(raw=raw, to=to):
            return f"require {' and '.join(map(repr, to))} in place of {raw!r}"
        case TakeBranch(at=at, always=always):
            return f"{at.group} is {'always' if always else 'never'} true: keep what is done then"
        case DropFallback(at=at):
            return f"remove the fallback to {at.group}"
