"""What was found in which content, so that nothing is read or parsed twice.

One SQLite file in the state folder: results by content and by what read it, and what each path
held when it was last looked at. It is only ever a help: one that cannot be used is as if there
were none, one that is broken is made anew. It is data alone: whoever writes one cannot make
pylife execute anything.
"""

import contextlib
import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

_FORMAT = 1
_SCHEMA = tuple(
    f"CREATE TABLE {columns}) STRICT, WITHOUT ROWID"
    for columns in (
        "interpreter (path TEXT PRIMARY KEY, said TEXT NOT NULL",
        "result (key TEXT PRIMARY KEY, found TEXT NOT NULL, used INTEGER NOT NULL",
        "seen (path TEXT PRIMARY KEY, mark TEXT NOT NULL, held TEXT, used INTEGER NOT NULL",
    )
)
_BUSY_SECONDS = 5.0
_KEPT_DAYS = 30
_KEPT_ROWS = 500_000
_AT_ONCE = 500
_DAY = 86_400
_COARSE = 2_000_000_000
_FINE = 50_000_000
"""Nanoseconds within which a file system may give two changes one time: FAT, and Linux at 100 Hz
with much to spare."""


class Mark(NamedTuple):
    """By what a file is known to be unchanged; see `trusted`."""

    size: int
    changed: int
    status_changed: int
    inode: int

    def __str__(self) -> str:
        return " ".join(map(str, self))

    def trusted(self, read_at: int) -> bool:
        """Whether a later change of the file, which was read at `read_at`, would give another mark.

        What was written within one tick of its file system's clock may be written again in it.
        """
        last = max(self.changed, self.status_changed)
        tick = _FINE if self.changed % 1_000_000_000 else _COARSE
        return last + tick <= read_at


class Seen(NamedTuple):
    """What `path` held: the digest of its content, under the mark it had."""

    path: str
    mark: Mark
    content: str


class Cache:
    """The cache in the file `path`; a context manager. None keeps nothing.

    What is put in is written when the context is left, in one transaction; where another process
    writes for long, it is not.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._results: dict[str, str] = {}
        self._seen: list[Seen] = []
        self._touched: set[str] = set()
        self._today = int(time.time()) // _DAY
        self.interpreters: dict[str, str] = {}
        self._interpreters: dict[str, str] = {}

    def __enter__(self) -> Self:
        if self._path is not None:
            try:
                self._connection = _open(self._path)
            except (sqlite3.Error, OSError):
                self._connection = None
        self.interpreters = dict(self._rows("SELECT path, said FROM interpreter"))
        self._interpreters = dict(self.interpreters)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._connection is not None:
            # What was found before an interruption is kept too.
            with contextlib.suppress(sqlite3.Error):
                self._write(self._connection)
            self._connection.close()
            self._connection = None

    def contents(self, marks: Mapping[str, Mark]) -> dict[str, str]:
        """The digest of the content of each path that is as it was when it was seen last."""
        wanted = {path: str(mark) for path, mark in marks.items()}
        found = {}
        for path, mark, content, used in self._chosen("seen", "mark, held, used", wanted):
            if wanted[path] == mark:
                found[path] = content
                if used < self._today:
                    self._seen.append(Seen(path, marks[path], content))
        return found

    def results(self, keys: Collection[str]) -> dict[str, str]:
        """What is kept under `keys`."""
        found = {}
        for key, text, used in self._chosen("result", "found, used", keys):
            found[key] = text
            if used < self._today:
                self._touched.add(key)
        return found

    def keep(self, results: Mapping[str, str], seen: Iterable[Seen]) -> None:
        """Keep results by their keys, and what paths held."""
        self._results.update(results)
        self._seen += seen

    def _chosen(self, table: str, columns: str, keys: Collection[str]) -> Iterator[tuple[Any, ...]]:
        column = "key" if table == "result" else "path"
        ordered = sorted(keys)
        for start in range(0, len(ordered), _AT_ONCE):
            some = ordered[start : start + _AT_ONCE]
            marks = ",".join("?" * len(some))
            yield from self._rows(
                f"SELECT {column}, {columns} FROM {table} WHERE {column} IN ({marks})",  # noqa: S608
                some,
            )

    def _rows(self, query: str, values: Collection[str] = ()) -> Iterator[tuple[Any, ...]]:
        if self._connection is None:
            return
        try:
            yield from self._connection.execute(query, tuple(values)).fetchall()
        except sqlite3.Error as error:
            self._connection.close()
            self._connection = None
            if self._path is not None and not isinstance(error, sqlite3.OperationalError):
                _remove(self._path)

    def _write(self, connection: sqlite3.Connection) -> None:
        said = {
            path: text
            for path, text in self.interpreters.items()
            if self._interpreters.get(path) != text
        }
        if not (said or self._results or self._seen or self._touched):
            return
        today = self._today
        with connection:
            connection.executemany(
                "INSERT OR REPLACE INTO result VALUES (?, ?, ?)",
                [(key, text, today) for key, text in self._results.items()],
            )
            connection.executemany(
                "INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?)",
                [(item.path, str(item.mark), item.content, today) for item in self._seen],
            )
            connection.executemany(
                "UPDATE result SET used = ? WHERE key = ?", [(today, key) for key in self._touched]
            )
            connection.executemany(
                "INSERT OR REPLACE INTO interpreter VALUES (?, ?)", list(said.items())
            )
            _clean(connection, today)


def _open(path: Path) -> sqlite3.Connection:
    """The file as a cache: made where there is none, anew where it is broken or of another kind."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for last in (False, True):
        connection = sqlite3.connect(path, timeout=_BUSY_SECONDS)
        try:
            if _prepared(connection):
                return connection
        except sqlite3.OperationalError:
            connection.close()
            raise  # locked, read-only, no space: it may be good, and is not ours to remove
        except sqlite3.DatabaseError:
            if last:
                connection.close()
                raise
        connection.close()
        _remove(path)
    raise OSError(f"{path} cannot be made")


def _remove(path: Path) -> None:
    for end in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def _prepared(connection: sqlite3.Connection) -> bool:
    """Whether the file is a cache of this format, which an empty one is made."""
    connection.execute("PRAGMA trusted_schema = OFF")  # it may have come with the repository
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == _FORMAT:
        return _said(connection) == _SCHEMA
    connection.execute("BEGIN IMMEDIATE")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == 0 and not _said(connection):
        for statement in (*_SCHEMA, f"PRAGMA user_version = {_FORMAT}"):
            connection.execute(statement)
    connection.commit()
    return _said(connection) == _SCHEMA


def _said(connection: sqlite3.Connection) -> tuple[str, ...]:
    """What the file holds, as it was declared; views and triggers too."""
    rows = connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
    return tuple(row[0] for row in rows)


def _clean(connection: sqlite3.Connection, today: int) -> None:
    """Drop what was not used for long, and the oldest of what is too much."""
    for table in ("result", "seen"):
        connection.execute(
            f"DELETE FROM {table} WHERE used < ?",  # noqa: S608
            (today - _KEPT_DAYS,),
        )
        count = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
        if count > _KEPT_ROWS:
            oldest = connection.execute(
                f"SELECT used FROM {table} ORDER BY used LIMIT 1 OFFSET ?",  # noqa: S608
                (count - _KEPT_ROWS,),
            ).fetchone()[0]
            connection.execute(f"DELETE FROM {table} WHERE used <= ?", (oldest,))  # noqa: S608
