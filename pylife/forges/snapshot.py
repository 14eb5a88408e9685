"""A project's folder as the entries of a git tree: bytes, exec bits and links as they stand."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from pylife.forges import git

_CACHES = frozenset({
    ".git", ".hg", ".svn", ".venv", "venv", ".nox", ".tox", ".pylife", "node_modules",
    "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".eggs",
})  # fmt: skip
"""Folders that tools make, left out where no `.gitignore` can say so."""


def entries(folder: Path, *, without: Path) -> list[git.Entry]:
    """The project's files, sorted by path; nothing below the folder `without`.

    Inside a git repository these are the files that git tracks or would track;
    elsewhere (or where the repository ignores the whole project) all files but
    caches. Pipes, sockets and other repositories' folders are left out.
    """
    root = os.fsencode(folder)
    paths = git.tracked(folder) or list(_walk(folder))
    left_out = os.fsencode(without.resolve())
    found = [entry for path in paths if (entry := _entry(root, path, left_out)) is not None]
    return sorted(found, key=lambda entry: entry.path)


def _entry(root: bytes, path: bytes, left_out: bytes) -> git.Entry | None:
    place = os.path.join(root, path)
    # What is tracked but deleted in the work tree is not part of the present tree.
    try:
        status = os.lstat(place)
    except OSError:
        return None
    if os.path.realpath(os.path.dirname(place)).startswith(left_out + os.sep.encode()):
        return None
    if stat.S_ISLNK(status.st_mode):
        return git.Entry(path, git.LINK, os.readlink(place))
    if not stat.S_ISREG(status.st_mode):
        return None
    mode = "100755" if status.st_mode & stat.S_IXUSR else "100644"
    return git.Entry(path, mode, Path(os.fsdecode(place)).read_bytes())


def _walk(folder: Path) -> Iterator[bytes]:
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if name not in _CACHES
            and not name.endswith(".egg-info")
            and not (Path(here) / name).is_symlink()
        )
        links = [name for name in os.listdir(here) if (Path(here) / name).is_symlink()]
        for name in sorted({*files, *links}):
            yield os.fsencode((Path(here) / name).relative_to(folder))
