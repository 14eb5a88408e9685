"""The store of what was shown: one row a cell that came to an end, by its key.

In a SQLite file, or in a PostgreSQL database that several machines share. Only
conclusive outcomes are kept: what may be otherwise tomorrow with the same key
(no network, a dependency that did not install, a timeout) is asked again. What
was observed each night is kept beside them, of every cell.
"""

from collections.abc import Callable
from pathlib import Path

from pylife.errors import StateError
from pylife.evidence.postgres_url import is_url
from pylife.evidence.records import CONCLUSIVE, Imported, Observation, Result
from pylife.evidence.store import Store

__all__ = ["CONCLUSIVE", "FILE", "Imported", "Observation", "Result", "Store", "file_of", "open"]

FILE = "evidence.sqlite"
"""The store's file in a state folder."""


def open(  # noqa: A001 - evidence.open, as one opens a file
    where: str | Path,
    *,
    logs: Path | None = None,
    accept: Callable[[Result], bool] | None = None,
) -> Store:
    """The store at `where`: a postgresql:// URL, a SQLite file, or the state folder that has one.

    It is made where there is none; `logs` and `accept` are as `Store` has them.
    Raises StateError where it cannot be used, ToolError where PostgreSQL needs
    what is not installed.
    """
    if isinstance(where, str) and is_url(where):
        from pylife.evidence.postgres import Postgres

        return Store(Postgres(where), logs=logs, accept=accept)
    if isinstance(where, str) and "://" in where:
        raise StateError(
            f"no evidence store can be at a {where.partition(':')[0]} URL",
            help="give a file, a folder, or postgresql://…",
        )
    return Store(file_of(Path(where)), logs=logs, accept=accept)


def file_of(path: Path) -> Path:
    """The store's file at `path`: itself, or in it where it is a folder, or is to be one.

    What is not there and has no suffix is to be a folder.
    """
    is_folder = path.is_dir() or not (path.suffix or path.exists())
    return path / FILE if is_folder else path
