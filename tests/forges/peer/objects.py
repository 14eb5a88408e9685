"""Git's loose objects, read and written without starting git.

A peer that starts git for each object spends a test's time on starting processes. What is
written is what git writes: `git fsck` finds no fault with it.
"""

import hashlib
import os
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple


class Entry(NamedTuple):
    """An entry of a tree; `size` is None where it is no blob."""

    mode: str
    kind: str
    sha: str
    size: int | None
    path: str


Change = tuple[str, str, str | None]
"""A path, its mode, and its object (None: the path goes)."""


def write(folder: Path, kind: str, data: bytes) -> str:
    """Write an object below `folder`, a bare repository; returns its name."""
    whole = f"{kind} {len(data)}\0".encode() + data
    sha = hashlib.sha1(whole, usedforsecurity=False).hexdigest()
    place = folder / "objects" / sha[:2] / sha[2:]
    if not place.exists():
        place.parent.mkdir(exist_ok=True)
        fresh = place.with_suffix(f".{os.urandom(4).hex()}")
        fresh.write_bytes(zlib.compress(whole, 1))
        fresh.rename(place)
    return sha


def read(folder: Path, sha: str) -> tuple[str, bytes] | None:
    """The type and bytes of a loose object; None where there is none (it may be in a pack)."""
    try:
        whole = zlib.decompress((folder / "objects" / sha[:2] / sha[2:]).read_bytes())
    except OSError:
        return None
    head, _, data = whole.partition(b"\0")
    return head.decode().split(" ")[0], data


def entries(data: bytes) -> list[tuple[str, str, str]]:
    """Mode, name and object of the entries of a tree."""
    found, at = [], 0
    while at < len(data):
        space, end = data.index(b" ", at), data.index(b"\0", at)
        name = data[space + 1 : end].decode(errors="surrogateescape")
        found.append((data[at:space].decode().zfill(6), name, data[end + 1 : end + 21].hex()))
        at = end + 21
    return found


def packed(items: Mapping[str, tuple[str, str]]) -> bytes:
    """The bytes of a tree, of mode and object by name; folders are sorted as git does."""

    def key(name: str) -> bytes:
        end = "/" if items[name][0] == "040000" else ""
        return os.fsencode(name + end)

    parts = []
    for name in sorted(items, key=key):
        mode, sha = items[name]
        parts.append(
            f"{mode.lstrip('0')} ".encode() + os.fsencode(name) + b"\0" + bytes.fromhex(sha)
        )
    return b"".join(parts)


def inside(changes: Sequence[Change], name: str) -> list[Change]:
    """The changes below the folder `name`, by paths from there."""
    start = f"{name}/"
    return [
        (path.removeprefix(start), mode, sha)
        for path, mode, sha in changes
        if path.startswith(start)
    ]
