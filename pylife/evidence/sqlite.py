"""The store in a SQLite file, in write-ahead mode: a cell is wholly there, or not at all.

That holds also after the process was killed, and several processes can share
one file. A commit is on the disk when it returns (`synchronous = FULL`).
"""

import errno
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from pylife.errors import StateError
from pylife.evidence.claims import Claims

T = TypeVar("T")

_MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
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
    ),
    (
        "ALTER TABLE cell ADD COLUMN log_digest TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE cell ADD COLUMN resolved TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE cell ADD COLUMN interpreter TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE cell ADD COLUMN revision TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE cell ADD COLUMN url TEXT NOT NULL DEFAULT ''",
        """
        CREATE TABLE subject (
            id INTEGER PRIMARY KEY,
            project TEXT NOT NULL,
            python TEXT NOT NULL,
            session TEXT NOT NULL,
            UNIQUE (project, python, session)
        ) STRICT
        """,
        """
        CREATE TABLE verdict (
            id INTEGER PRIMARY KEY,
            status TEXT NOT NULL,
            key TEXT NOT NULL,
            UNIQUE (key, status)
        ) STRICT
        """,
        # Three numbers a cell and night: the words are in the two tables above.
        """
        CREATE TABLE observation (
            night INTEGER NOT NULL,
            subject INTEGER NOT NULL REFERENCES subject,
            verdict INTEGER NOT NULL REFERENCES verdict,
            PRIMARY KEY (night, subject)
        ) STRICT, WITHOUT ROWID
        """,
    ),
    (
        "ALTER TABLE cell ADD COLUMN failure TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE cell ADD COLUMN hints TEXT NOT NULL DEFAULT '[]'",
    ),
    ("CREATE TABLE night (night INTEGER PRIMARY KEY, summary BLOB NOT NULL) STRICT",),
)
"""What makes version N of the schema from version N - 1; never changed, only added to."""

_BUSY_SECONDS = 30.0
_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Sqlite:
    """The database in the file `path`, made where there is none.

    Raises StateError where the file is no store, cannot be used, or is of a newer pylife.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._claims = Claims(path.with_name(f"{path.name}.claims"))
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

    def read(self, body: Callable[["Sqlite"], T]) -> T:
        """See `pylife.evidence.database`."""
        with self._lock, self._explained():
            return body(self)

    def write(self, body: Callable[["Sqlite"], T]) -> T:
        """See `pylife.evidence.database`."""
        with self._lock, self._explained(), self._transaction():
            return body(self)

    def run(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """See `pylife.evidence.database.Statements`."""
        return self._connection.execute(statement, parameters).fetchall()

    def many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """See `pylife.evidence.database.Statements`."""
        self._connection.executemany(statement, rows)

    def claim(self, key: str) -> bool:
        """See `pylife.evidence.database`."""
        with self._explained():
            return self._claims.take(key)

    def release(self, key: str) -> None:
        """See `pylife.evidence.database`."""
        with self._explained():
            self._claims.give_back(key)

    def broken(self, error: ValueError) -> StateError:
        """See `pylife.evidence.database`."""
        return self._error(f"cannot be used: a damaged row: {error}", _ANOTHER)

    def close(self) -> None:
        """See `pylife.evidence.database`."""
        self._claims.close()
        self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        # Two processes that write at once: the second waits here, before it reads.
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            # SQLite itself rolls back where the disk is full.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def _write_ahead(self) -> None:
        """Keep a write-ahead log. SQLite itself does not wait here for one who does the same."""
        until = time.monotonic() + _BUSY_SECONDS
        while True:
            try:
                self.run("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                is_busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
                if not is_busy or time.monotonic() > until:
                    raise
                time.sleep(0.05)
            else:
                return

    def _migrate(self) -> None:
        self._write_ahead()
        self.run("PRAGMA synchronous = FULL")
        if self._version() == len(_MIGRATIONS):
            return
        with self._transaction():
            version = self._version()
            if version > len(_MIGRATIONS):
                raise self._error(
                    f"is of a newer pylife (schema {version}, this one knows {len(_MIGRATIONS)})",
                    "update pylife, or name another state folder",
                )
            for statements in _MIGRATIONS[version:]:
                for statement in statements:
                    self.run(statement)
            self.run(f"PRAGMA user_version = {len(_MIGRATIONS)}")

    def _version(self) -> int:
        version: int = self.run("PRAGMA user_version")[0][0]
        return version

    def _error(self, message: str, help: str) -> StateError:  # noqa: A002 - the word that people see
        return StateError(f"the evidence store {message}", path=self._path.name, help=help)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise self._error(f"cannot be used: {error}", _help(error)) from error


_ANOTHER = "name another state folder, or remove this file: its cells run again"


def _help(error: sqlite3.Error | OSError) -> str:
    """What to do about the error."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF
    number = getattr(error, "errno", None)
    if code in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR} or number in _SPACE:
        return "is the disk full? make room and start again: what was stored before is kept"
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return "another process holds it; wait for that one, or end it"
    if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}:
        return "make the file and its folder writable, or name another state folder"
    return _ANOTHER
