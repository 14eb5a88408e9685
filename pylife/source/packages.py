"""Which import package each file of source is a part of, told from paths alone."""

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import NamedTuple

_ROOTS = frozenset({"src", "lib", "python", "source", "sources"})
"""Folders on top that hold packages, and are none."""
_INIT = "__init__.py"


class Package(NamedTuple):
    """An import package or a module on top, by the name that imports it; and where it is.

    `path` is its folder, or the file of a module, from the project's folder.
    """

    name: str
    path: str


def packages(files: Iterable[str]) -> dict[str, Package]:
    """For each of `files` (paths from the project's folder) the outermost package that it is in.

    A folder is a package if it has an `__init__.py`; the names of namespace packages above it are
    a part of its own. What is in none is a module by itself.
    """
    every = list(files)
    inits = {
        folder for path in every if path.endswith(_INIT) and (folder := path.rpartition("/")[0])
    }
    return {path: _package(path, inits) for path in every}


def _package(path: str, inits: set[str]) -> Package:
    parts = path.split("/")
    for count in range(1, len(parts)):
        folder = "/".join(parts[:count])
        if folder in inits:
            return Package(_dotted(parts[:count]), folder)
    return Package(_dotted([*parts[:-1], PurePosixPath(path).stem]), path)


def _dotted(parts: list[str]) -> str:
    return ".".join(parts[1:] if len(parts) > 1 and parts[0] in _ROOTS else parts)
