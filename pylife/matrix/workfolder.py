"""Folders that a run works in, and what is to be done about those of runs that were killed.

Beside each folder lies a file that its run has locked. The system gives a lock
back when a process ends, however that comes: what is not locked belongs to
nobody any more. Its processes carry the folder's name in their environment.
"""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pylife.matrix import process

_LOCK = ".lock"


@contextmanager
def made(parent: Path, name: str) -> Iterator[Path]:
    """A new folder in `parent` whose name begins with `name`, gone afterwards.

    Raises OSError where it cannot be made.
    """
    lock, path = _locked(parent, name)
    folder = path.with_suffix("")
    try:
        folder.mkdir(mode=0o700)
        yield folder
    finally:
        # Read-only files of a project, and what a process still writes, are no error.
        shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(OSError):
            path.unlink()
        os.close(lock)


def mark(folder: Path) -> str:
    """What the processes that work in `folder` carry; no two folders have the same."""
    return f"{folder.parent.name}/{folder.name}"


def is_free(lock: Path) -> bool:
    """Whether nobody has locked that file, and so nobody works in its folder."""
    try:
        file = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(file)
    return True


def sweep(parent: Path) -> tuple[int, int]:
    """End the processes and remove the folders in `parent` whose runs are gone.

    How many of each there were.
    """
    processes = folders = 0
    for path in sorted(parent.glob(f"*{_LOCK}")):
        try:
            lock = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            continue  # it is being worked in
        folder = path.with_suffix("")
        processes += process.end_marked(mark(folder))
        if folder.is_dir():
            folders += 1
            shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(OSError):
            path.unlink()
        os.close(lock)
    return processes, folders


def _locked(parent: Path, name: str) -> tuple[int, Path]:
    """A new locked file, whose name without its suffix no folder has."""
    while True:
        lock, found = tempfile.mkstemp(prefix=f"{name}-", suffix=_LOCK, dir=parent)
        fcntl.flock(lock, fcntl.LOCK_EX)
        # A sweep may have taken it for one that nobody has, before it was locked.
        if os.fstat(lock).st_nlink:
            return lock, Path(found)
        os.close(lock)
