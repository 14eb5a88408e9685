"""What travels to other machines: trees as archives, and files known by their content.

An archive of the same tree is the same bytes wherever and whenever it is made: its
entries are sorted and have no owner, no time and one of two modes.
"""

import hashlib
import os
import shutil
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

_THEN = 315532800
"""1980-01-01, the first day that a wheel's or zip's entries can be of."""
_PART = ".part-"
_DAYS = 86400.0


def pack(folder: Path, file: IO[bytes]) -> None:
    """Write `folder`, whole, as an uncompressed tar into `file`. Raises OSError."""
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, path in _entries(folder, ""):
            entry = archive.gettarinfo(path, name)
            if not (entry.isdir() or entry.isreg() or entry.issym() or entry.islnk()):
                continue  # a socket or a pipe is no source
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = ""
            entry.mtime = _THEN
            entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
            if entry.islnk():  # two names of one file are two files
                entry.type, entry.linkname = tarfile.REGTYPE, ""
                entry.size = path.stat().st_size
            if entry.isreg():
                with path.open("rb") as content:
                    archive.addfile(entry, content)
            else:
                archive.addfile(entry)


def _entries(folder: Path, prefix: str) -> Iterator[tuple[str, Path]]:
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        yield prefix + entry.name, Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            yield from _entries(Path(entry.path), f"{prefix}{entry.name}/")


def unpack(archive: Path, folder: Path) -> None:
    """Make `folder` with what `archive` holds; nothing is written outside of it.

    Raises OSError where it cannot be written, ValueError where it is no archive.
    """
    folder.mkdir(parents=True)
    try:
        with tarfile.open(archive, mode="r:") as opened:
            # What makes each entry safe is looked at before: no path is followed for it.
            opened.extractall(folder, _safe(opened), filter="fully_trusted")  # noqa: S202
    except tarfile.TarError as error:
        raise ValueError(f"the archive cannot be unpacked: {error}") from None


def _safe(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """The entries; raises ValueError for one that `pack` does not make.

    Such is one outside of the folder, or in what is no folder but a link.
    """
    folders = {""}
    for entry in archive:
        parent, _, name = entry.name.rpartition("/")
        if not (entry.isdir() or entry.isreg() or entry.issym()):
            raise ValueError(f"{entry.name!r} is neither file, folder nor link")
        if parent not in folders or name in {"", ".", ".."}:
            raise ValueError(f"{entry.name!r} has no place in the archive")
        if entry.isdir():
            folders.add(entry.name)
        yield entry


class Blobs:
    """Files in `folder` whose names are the SHA-256 of their contents; safe for many processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, digest: str) -> Path | None:
        """The file, if it is here and whole; one that is damaged is removed. Raises OSError."""
        path = self.folder / digest
        try:
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            return None
        if found != digest:
            path.unlink(missing_ok=True)
            return None
        os.utime(path)  # it is in use
        return path

    def add(self, path: Path) -> str:
        """Keep a copy of the file at `path`; its digest. Raises OSError."""
        with path.open("rb") as file, self._new() as part:
            shutil.copyfileobj(file, part)
        return self._keep(Path(part.name))

    def pack(self, folder: Path) -> str:
        """Keep the archive of `folder`; its digest. Raises OSError."""
        with self._new() as part:
            pack(folder, part.file)
        return self._keep(Path(part.name))

    def receive(self, digest: str, sender: str, offset: int, data: bytes, *, last: bool) -> bool:
        """A piece of a file; whether it is whole and kept now.

        `sender` tells pieces of several senders apart, `offset` is where in the
        file the piece begins. Raises OSError; ValueError where a piece is
        missing before it, or the whole is not what `digest` says.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        part = self.folder / f"{_PART}{digest}-{sender}"
        with part.open("r+b" if offset else "wb") as file:
            if file.seek(0, os.SEEK_END) < offset:
                raise ValueError("a piece is missing")
            file.truncate(offset)
            file.seek(offset)
            file.write(data)
        if last and self._keep(part) != digest:
            raise ValueError("what arrived is not what was sent")
        return last

    def prune(self, days: float) -> None:
        """Remove what nobody has used for so long."""
        before = time.time() - days * _DAYS
        for path in self.folder.glob("*") if self.folder.is_dir() else ():
            with suppress(OSError):
                if path.stat().st_mtime < before:
                    path.unlink()

    def _new(self) -> "tempfile._TemporaryFileWrapper[bytes]":
        self.folder.mkdir(parents=True, exist_ok=True)
        return tempfile.NamedTemporaryFile(prefix=_PART, dir=self.folder, delete=False)

    def _keep(self, part: Path) -> str:
        with part.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        part.replace(self.folder / digest)
        return digest
