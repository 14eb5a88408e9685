"""Pages that were fetched, kept in a folder: one file for each address.

A file is a line of JSON (what it is, since when, under which headers) and the packed page,
compressed. Files are written whole beside their place and then moved there, so that several
processes can share the folder; one that cannot be read is as if it was not there. There are
no credentials in it: addresses come without.
"""

import contextlib
import datetime as dt
import hashlib
import json
import os
import tempfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from pylife.dependencies.index.packed import Packed

FORMAT = 1
_LEVEL = 3
"""Of compression: 6 takes thrice the time for a tenth less."""


class Kept(NamedTuple):
    """What was answered at an address: pages by project name, or None where it has nothing.

    `fetched` is when the index last said so. `content` is the digest of the bytes that were
    answered, `validators` the headers by which to ask whether they still hold.
    """

    url: str
    fetched: dt.datetime
    pages: Packed | None
    content: str = ""
    validators: Mapping[str, str] = {}


class Folder:
    """A folder of kept pages; made when the first one is written."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self, url: str) -> Kept | None:
        """What is kept of `url`; None where nothing is, or it cannot be read."""
        try:
            head, _, body = self._file(url).read_bytes().partition(b"\n")
            told = json.loads(head)
            if told["format"] != FORMAT or told["url"] != url:
                return None
            # zlib's checksum tells what was cut or changed; so the rest can wait.
            content = zlib.decompress(body)
            return Kept(
                url,
                dt.datetime.fromisoformat(told["fetched"]),
                Packed(told["digests"], content) if told["listed"] else None,
                told["content"],
                dict(told["validators"]),
            )
        except (OSError, ValueError, LookupError, TypeError, zlib.error):
            return None

    def store(self, kept: Kept) -> None:
        """Keep it, in place of what was kept of its address; says nothing where it cannot."""
        head = {
            "format": FORMAT,
            "url": kept.url,
            "fetched": kept.fetched.isoformat(),
            "listed": kept.pages is not None,
            "content": kept.content,
            "validators": dict(kept.validators),
            "digests": kept.pages.digests if kept.pages is not None else {},
        }
        content = kept.pages.content if kept.pages is not None else b""
        data = zlib.compress(content, _LEVEL)
        # A folder that cannot be written makes the next run slower, and nothing wrong.
        with contextlib.suppress(OSError):
            self._write(kept.url, json.dumps(head).encode() + b"\n" + data)

    def _write(self, url: str, content: bytes) -> None:
        place = self._file(url)
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=place.parent, prefix=".writing-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).replace(place)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise

    def _file(self, url: str) -> Path:
        return self._path / f"{hashlib.sha256(url.encode()).hexdigest()[:32]}.page"
