"""The files of the last site that stay as they are, so that only what changed is made anew.

The marker file of a site lists, for each file, the digest of its content and the key of what
that was made of. A file stays where its key is the same, or where it would get the same bytes;
and only if it still has the content that the list says: nobody's edits are carried on.
"""

import hashlib
import json
import os
from pathlib import Path

MARKER = ".pylife-site"
_NOTE = "Made by pylife; the whole folder is replaced at the next run."


class Kept:
    """Writes the new site's files to `fresh`, taking from the site at `old` what is the same."""

    def __init__(self, old: Path, fresh: Path) -> None:
        # Text, as thousands of files are looked at, and a Path costs more than its file.
        self._old = str(old)
        self._fresh = str(fresh)
        self._files = _listed(old / MARKER)
        self._new: dict[str, list[str]] = {}
        self._folders: set[str] = set()

    def keep(self, path: str, key: str) -> bool:
        """Take the file at `path` as it is, if it was made of the same; whether it was."""
        digest, known = self._files.get(path, ("", ""))
        if not key or key != known:
            return False
        try:
            data = _read(f"{self._old}/{path}")
        except OSError:
            return False
        if _digest(data) != digest or not self._link(path):
            return False
        self._new[path] = [digest, key]
        return True

    def write(self, path: str, data: bytes, key: str = "") -> None:
        """Make `path` hold `data`, with the old file where that holds the same."""
        digest = _digest(data)
        self._new[path] = [digest, key]
        if self._files.get(path, ("", ""))[0] == digest and self._same(path, data):
            return
        with open(self._place(path), "wb") as file:  # noqa: PTH123
            file.write(data)

    def finish(self) -> None:
        """Write the list of files."""
        # A line a file, for people who look; indenting takes json ten times as long.
        lines = [f"{json.dumps(path)}: {json.dumps(self._new[path])}" for path in sorted(self._new)]
        text = f'{{"note": {json.dumps(_NOTE)}, "files": {{\n' + ",\n".join(lines) + "\n}}\n"
        (Path(self._fresh) / MARKER).write_text(text, encoding="utf-8")

    def _same(self, path: str, data: bytes) -> bool:
        try:
            return _read(f"{self._old}/{path}") == data and self._link(path)
        except OSError:
            return False

    def _link(self, path: str) -> bool:
        """Give the old file its name in the new folder; False where a disk has no such links."""
        try:
            os.link(f"{self._old}/{path}", self._place(path))
        except OSError:
            return False
        return True

    def _place(self, path: str) -> str:
        folder = path.rpartition("/")[0]
        if folder not in self._folders:
            os.makedirs(f"{self._fresh}/{folder}", exist_ok=True)  # noqa: PTH103
            self._folders.add(folder)
        return f"{self._fresh}/{path}"


def _read(path: str) -> bytes:
    with open(path, "rb") as file:  # noqa: PTH123
        return file.read()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _listed(marker: Path) -> dict[str, tuple[str, str]]:
    """What the list says; nothing where there is none, or it is of another pylife."""
    try:
        files = json.loads(marker.read_bytes())["files"]
        return {path: (str(digest), str(key)) for path, (digest, key) in files.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
