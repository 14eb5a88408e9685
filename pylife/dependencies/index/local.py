"""Indexes and folders of files on this machine: nothing of them is kept, they are here."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from pylife.dependencies.index import address, pages
from pylife.dependencies.index.pages import Page
from pylife.dependencies.records import Index

_PAGE = "index.html"


def page(index: Index, name: str) -> Page | None:
    """What an index on disk has of `name` (normalised), or None.

    Raises OSError or PageError where it is there and cannot be read. Like pip, a folder that
    is not there is one without files.
    """
    path = address.local_path(index.url)
    if index.flat:
        return _flat(path).get(name)
    try:
        content = (path / name / _PAGE).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    base = (path / name / _PAGE).absolute().as_uri()
    return pages.page(name, pages.read(content, "text/html", base)["files"])


def _flat(path: Path) -> Mapping[str, Page]:
    """The pages of all that a folder, or a page of links, has."""
    try:
        told = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    return _flat_as_of(path, told.st_mtime_ns)


@lru_cache(maxsize=64)
def _flat_as_of(path: Path, _changed: int) -> Mapping[str, Page]:
    if path.is_dir():
        files: list[dict[str, Any]] = [{"filename": one.name} for one in path.iterdir()]
    else:
        files = pages.read(path.read_bytes(), "text/html", path.absolute().as_uri())["files"]
    return pages.flat(files)
