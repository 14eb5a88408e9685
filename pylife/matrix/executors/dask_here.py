"""A worker's own place: its root folder, its interpreters, and what is told and sent to it."""

import asyncio
import os
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from pylife.matrix import interpreters, workfolder
from pylife.matrix.archives import Blobs
from pylife.matrix.base import Interpreter
from pylife.matrix.context import make_private, workshop
from pylife.matrix.executors import dask_wire as wire
from pylife.matrix.executors.dask_spool import Spool
from pylife.model import PythonVersion

ROOT = "PYLIFE_WORKER_STATE"
"""The environment variable that names a worker's root."""
FOLDERS = "PYLIFE_WORKER_INTERPRETERS"
"""Folders in which a worker looks for interpreters too."""
_KEPT_DAYS = 14.0
_SPOOLED_DAYS = 1.0
_TIDY_SECONDS = 5.0
_TIDIED: dict[Path, float] = {}
_FINDING = threading.Lock()


def root() -> Path:
    """The worker's root; all workers of a user on one machine may share it."""
    named = os.environ.get(ROOT)
    return Path(named) if named else Path(tempfile.gettempdir()) / f"pylife-worker-{os.getuid()}"


async def survey() -> dict[str, Any]:
    """What this worker is: its release of pylife and its interpreters. For `Client.run`."""
    return await asyncio.to_thread(_survey)


def _survey() -> dict[str, Any]:
    base = root()
    tidy(base)
    Blobs(base / "blobs").prune(_KEPT_DAYS)
    Spool(base / "spool").prune(_SPOOLED_DAYS)
    return {
        "version": wire.VERSION,
        "interpreters": [
            [str(one.version), str(one.path), one.release, one.build] for one in found().values()
        ],
    }


def found() -> Mapping[PythonVersion, Interpreter]:
    """The interpreters of this machine; looked for once in the life of a worker."""
    with _FINDING:
        return _found()


@lru_cache(maxsize=1)
def _found() -> Mapping[PythonVersion, Interpreter]:
    folders = os.environ.get(FOLDERS, "").split(os.pathsep)
    return interpreters.find([Path(folder) for folder in folders if folder])


def tidy(base: Path) -> int:
    """Put away what killed workers left in `base`; how many of their processes were ended."""
    make_private(base)
    ended = 0
    for lock in sorted((base / "tasks").glob("*.lock")):
        if workfolder.is_free(lock):
            shop = workshop(lock.with_suffix(""))
            processes, _ = workfolder.sweep(shop) if shop.is_dir() else (0, 0)
            ended += processes
            with suppress(OSError):
                shop.rmdir()
    workfolder.sweep(base / "tasks")
    return ended


def tidy_now_and_then(base: Path) -> None:
    """As `tidy`, but seldom enough that every task may ask for it."""
    now = time.monotonic()
    if now - _TIDIED.get(base, 0.0) > _TIDY_SECONDS or not base.is_dir():
        _TIDIED[base] = now
        tidy(base)


async def receive(digest: str, sender: str, offset: int, data: bytes, *, last: bool) -> bool:
    """A piece of what a task needs. For `Client.run`; raises ValueError, OSError."""
    blobs = Blobs(root() / "blobs")
    return await asyncio.to_thread(blobs.receive, digest, sender, offset, data, last=last)


async def finish(token: str) -> None:
    """The run is over: its answers have arrived. For `Client.run`.

    What a worker left that was killed late in the run is put away by one that shares its root.
    """
    await asyncio.to_thread(_finish, token)


def _finish(token: str) -> None:
    Spool(root() / "spool").forget(token)
    tidy(root())
