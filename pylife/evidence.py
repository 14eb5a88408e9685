"""The store of what was shown: one row a cell that came to an end, by its key.

SQLite in write-ahead mode: a cell is either wholly there or not, also after the
process was killed, and several processes can share one store. Only conclusive
outcomes are kept: what may be otherwise tomorrow with the same key (no network,
a dependency that did not install, a timeout) is asked again.
"""

import datetime as dt
import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pylife.errors import StateError
from pylife.model import Cell, CellStatus, PythonVersion

CONCLUSIVE = frozenset(
    {
        CellStatus.PASSED,
        CellStatus.FAILED,
        CellStatus.NO_TESTS,
        CellStatus.SKIPPED,
        CellStatus.FLAKY,
    }
)
"""Outcomes that the same key would have again."""

_MIGRATIONS = (
    """
    CREATE TABLE cell (
        key TEXT PRIMARY KEY,
        project TEXT NOT NULL,
        python TEXT NOT NULL,
        session TEXT NOT NULL,
        status TEXT NOT NULL,
        reason TEXT NOT NULL,
        seconds REAL,
        log TEXT,
        counts TEXT NOT NULL,
        as_of TEXT NOT NULL
    ) STRICT
    """,
)
"""What makes version N of the schema from version N - 1; never changed, only added to."""

_COLUMNS = "key, project, python, session, status, reason, seconds, log, counts"
_BUSY_SECONDS = 30.0


class Store:
    """The store in the file `path`, made where there is none; a context manager.

    Safe to use from several threads. Raises StateError where the file is not a
    store, cannot be used, or was made by a newer pylife.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        with self._explained():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(
                path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            try:
                self._migrate()
            except BaseException:
                self._connection.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def get(self, key: str) -> Cell | None:
        """The cell with that key, or None; its `cached` is False, as it was when it ran."""
        with self._lock, self._explained():
            row = self._connection.execute(
                f"SELECT {_COLUMNS} FROM cell WHERE key = ?",  # noqa: S608 - fixed columns
                (key,),
            ).fetchone()
            return None if row is None else _cell(row)

    def put(self, cell: Cell, *, as_of: dt.date) -> bool:
        """Keep the cell, replacing one with its key; False where its outcome is not kept."""
        if not cell.key or cell.status not in CONCLUSIVE:
            return False
        row = (
            cell.key, cell.project, str(cell.python), cell.session, cell.status.value,
            cell.reason, cell.seconds, cell.log, json.dumps(cell.counts, sort_keys=True),
            as_of.isoformat(),
        )  # fmt: skip
        with self._lock, self._explained():
            self._connection.execute(
                f"INSERT OR REPLACE INTO cell ({_COLUMNS}, as_of)"  # noqa: S608 - fixed columns
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
        return True

    def cells(self) -> list[Cell]:
        """All cells, sorted by project, Python, session and key."""
        with self._lock, self._explained():
            rows = self._connection.execute(f"SELECT {_COLUMNS} FROM cell").fetchall()  # noqa: S608
            cells = [_cell(row) for row in rows]
        return sorted(cells, key=lambda one: (one.project, one.python, one.session, one.key))

    def as_of(self, key: str) -> dt.date | None:
        """The day for which the cell with that key was run."""
        with self._lock, self._explained():
            row = self._connection.execute(
                "SELECT as_of FROM cell WHERE key = ?", (key,)
            ).fetchone()
            return None if row is None else dt.date.fromisoformat(row[0])

    def _migrate(self) -> None:
        run = self._connection.execute
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = NORMAL")
        # Two processes that open a new store at once: the second waits here.
        run("BEGIN IMMEDIATE")
        try:
            version = run("PRAGMA user_version").fetchone()[0]
            self._check(version)
            for statement in _MIGRATIONS[version:]:
                run(statement)
            run(f"PRAGMA user_version = {len(_MIGRATIONS)}")
            run("COMMIT")
        except BaseException:
            run("ROLLBACK")
            raise

    def _check(self, version: int) -> None:
        if version > len(_MIGRATIONS):
            raise StateError(
                f"the evidence store is of a newer pylife (schema {version}, this one knows"
                f" {len(_MIGRATIONS)})",
                path=self._path.name,
                help="update pylife, or name another state folder",
            )

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError, ValueError) as error:
            raise StateError(
                f"the evidence store cannot be used: {error}",
                path=self._path.name,
                help="name another state folder, or remove this file: its cells run again",
            ) from error


def _cell(row: tuple[Any, ...]) -> Cell:
    key, project, python, session, status, reason, seconds, log, counts = row
    return Cell(
        project=project,
        python=PythonVersion.parse(python),
        session=session,
        status=CellStatus(status),
        reason=reason,
        seconds=seconds,
        log=log,
        key=key,
        counts=json.loads(counts),
    )
