"""What GitHub answered before, by request: kept for conditional reads, never taken unasked."""

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import NamedTuple

_SCHEMA = "pylife/github-answer/2"


class Kept(NamedTuple):
    """An answer's ETag, its `Link` header (empty for none) and its body."""

    etag: str
    link: str
    body: bytes


class Store:
    """Answers by a key, in memory and below `folder` where one is given.

    A file that is damaged is as good as none. Bodies may be of private repositories, so only
    the user may read them; no request or credential is kept.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._known: dict[str, Kept] = {}

    def get(self, key: str) -> Kept | None:
        """What is kept for `key`; None for nothing."""
        if key not in self._known and self._folder is not None:
            found = _read(self._path(key))
            if found is not None:
                self._known[key] = found
        return self._known.get(key)

    def put(self, key: str, kept: Kept) -> None:
        """Keep an answer for `key`; raises OSError where it cannot be written."""
        self._known[key] = kept
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder.chmod(0o700)
        head = {"schema": _SCHEMA, "etag": kept.etag, "link": kept.link, "size": len(kept.body)}
        _write(self._path(key), json.dumps(head).encode() + b"\n" + kept.body)

    def _path(self, key: str) -> Path:
        folder = self._folder or Path(os.curdir)
        return folder / hashlib.sha256(key.encode()).hexdigest()


def _write(file: Path, data: bytes) -> None:
    """Replace the file; not forced to the disk, as one that is damaged is as good as none."""
    descriptor, temporary = tempfile.mkstemp(dir=file.parent, prefix=".new.")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _read(file: Path) -> Kept | None:
    try:
        head, _, body = file.read_bytes().partition(b"\n")
        values = json.loads(head)
        if values["schema"] != _SCHEMA or values["size"] != len(body):
            return None
        return Kept(str(values["etag"]), str(values["link"]), body)
    except (OSError, ValueError, KeyError, TypeError):
        return None
