"""What is deleted because it is old: results, observations, and logs beside the store."""

import contextlib
import datetime as dt
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from pylife.errors import StateError
from pylife.evidence.store import Store

First = Callable[[str], dt.date | None]
"""Of a project the first day that is kept; None where all of them are."""


class Pruned(NamedTuple):
    """How many of each were deleted."""

    results: int = 0
    observations: int = 0
    logs: int = 0


def prune(store: Store, folder: Path | None, *, results: First, logs: First) -> Pruned:
    """Delete results and observations, and the logs of the state folder, from before those days.

    A log is of the day of its cell's result, which its first line names; of one
    without a result, of the day on which it was written. Raises StateError.
    """
    # First, while the store still knows the days.
    gone = _prune_logs(store, folder / "logs", logs) if folder is not None else 0
    return Pruned(*store.prune(results), gone)


def _prune_logs(store: Store, folder: Path, first: First) -> int:
    try:
        found = {path: _key(path) for path in _files(folder) if first(_project(path, folder))}
        days = store.days(filter(None, found.values()))
        old = [path for path, key in found.items() if _is_old(path, folder, days.get(key), first)]
        for path in old:
            path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # it has other files
                path.parent.rmdir()
    except OSError as error:
        raise StateError(f"cannot be deleted: {error.strerror}", path="logs") from None
    return len(old)


def _files(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):
        yield from (Path(place) / name for name in sorted(names))


def _project(path: Path, folder: Path) -> str:
    return path.relative_to(folder).parts[0]


def _key(path: Path) -> str:
    """The key of the cell whose log it is; empty where its first line names none."""
    if path.is_symlink():
        return ""
    with path.open("rb") as file:
        return file.readline(4096).decode("utf-8", "replace").rstrip("\n").rpartition("cell ")[2]


def _is_old(path: Path, folder: Path, day: dt.date | None, first: First) -> bool:
    limit = first(_project(path, folder))
    written = dt.datetime.fromtimestamp(path.lstat().st_mtime, tz=dt.UTC).date()
    return limit is not None and (day or written) < limit
