"""A project's folder as the entries of a git tree: bytes, exec bits and links as they stand."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from pylife.forges import git

_CACHES = frozenset(
    {
        *(".git", ".hg", ".svn", ".venv", "venv", ".nox", ".tox", ".pylife", "node_modules"),
        *("__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".eggs"),
    }
)
"""Folders that tools make, left out where no `.gitignore` can say so."""


def entries(folder: Path, *, without: Path) -> list[git.Entry]:
    """The project's files, sorted by path; nothing below the folder `without`.

    Inside a git repository these are the files that git tracks or would track;
    elsewhere (or where the repository ignores the whole project) all files but
    caches. Pipes, sockets and other repositories' folders are left out.
    """
    paths = git.tracked(folder) or [os.fsencode(path) for path in _walk(folder)]
    # A project that lies in the state folder itself (a copy being tested) is all there is.
    state = without.resolve()
    left_out = None if folder.resolve().is_relative_to(state) else state
    found = [entry for path in paths if (entry := _entry(folder, path, left_out)) is not None]
    return sorted(found, key=lambda entry: entry.path)


def _entry(folder: Path, path: bytes, left_out: Path | None) -> git.Entry | None:
    place = folder / os.fsdecode(path)
    try:
        status = place.lstat()
    except OSError:
        return None  # tracked, and deleted in the work tree: not part of the present files
    if left_out is not None and place.parent.resolve().is_relative_to(left_out):
        return None
    if stat.S_ISLNK(status.st_mode):
        return git.Entry(path, git.LINK, os.fsencode(place.readlink()))
    if not stat.S_ISREG(status.st_mode):
        return None
    mode = "100755" if status.st_mode & stat.S_IXUSR else "100644"
    return git.Entry(path, mode, place.read_bytes())


def _walk(folder: Path) -> Iterator[Path]:
    """All files and links below `folder` (paths from there) outside of caches."""
    for child in sorted(folder.iterdir()):
        if child.is_symlink() or not child.is_dir():
            yield Path(child.name)
        elif child.name not in _CACHES and not child.name.endswith(".egg-info"):
            yield from (Path(child.name) / path for path in _walk(child))
