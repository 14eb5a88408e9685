"""The verdicts that were made, so that only what has changed is judged again.

One SQLite file in the state folder. A verdict is kept under what was asked, with the names that
it rests on and a digest of what the indexes had under them; each is written as soon as it is made,
so that an interrupted run goes on where it was. Beside them stands what the last run said of each
project, for `pylife check`. A file that is broken or of another kind is made anew.
"""

import contextlib
import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from pylife.errors import StateError

FILE = Path("dependencies") / "verdicts.sqlite"
_FORMAT = 1
_SCHEMA = tuple(
    f"CREATE TABLE {columns}) STRICT, WITHOUT ROWID"
    for columns in (
        "verdict (key TEXT PRIMARY KEY, names TEXT, pages TEXT, found TEXT, made TEXT",
        "project (path TEXT PRIMARY KEY, said TEXT NOT NULL",
    )
)
_BUSY_SECONDS = 10.0
_AT_ONCE = 500
_MOST = 50_000
"""Of so many verdicts the oldest are dropped: a fleet of a thousand projects has fewer."""


class Kept(NamedTuple):
    """What was found under `key`: plain data, which rests on the names and their pages.

    `made` is the ISO instant at which it was judged.
    """

    key: str
    names: tuple[str, ...]
    pages: str
    found: Any
    made: str


class Store:
    """The store in a state folder; a context manager, for one thread."""

    def __init__(self, state: Path) -> None:
        self._path = state / FILE
        self._connection: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            _ignored(self._path.parent.parent)
            self._connection = _open(self._path)
        except (OSError, sqlite3.Error) as error:
            raise StateError(
                f"cannot be used: {error}", path=str(self._path), help="choose another with --state"
            ) from None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._clean()
            self._connection.close()
            self._connection = None

    def get(self, keys: Collection[str]) -> dict[str, Kept]:
        """What is kept under `keys`."""
        found = {}
        ordered = sorted(keys)
        for start in range(0, len(ordered), _AT_ONCE):
            some = ordered[start : start + _AT_ONCE]
            marks = ",".join("?" * len(some))
            query = f"SELECT key, names, pages, found, made FROM verdict WHERE key IN ({marks})"  # noqa: S608
            for key, names, pages, text, made in self._rows(query, some):
                found[key] = Kept(key, tuple(names.split()), pages, json.loads(text), made)
        return found

    def put(self, kept: Kept) -> None:
        """Keep a verdict, at once."""
        text = json.dumps(kept.found, separators=(",", ":"), ensure_ascii=False)
        row = (kept.key, " ".join(kept.names), kept.pages, text, kept.made)
        self._write("INSERT OR REPLACE INTO verdict VALUES (?, ?, ?, ?, ?)", row)

    def say(self, projects: Mapping[str, Any]) -> None:
        """Keep what was said of projects, by the real paths of their folders."""
        if self._connection is not None and projects:
            with self._connection:
                self._connection.executemany(
                    "INSERT OR REPLACE INTO project VALUES (?, ?)",
                    [
                        (path, json.dumps(said, separators=(",", ":"), ensure_ascii=False))
                        for path, said in projects.items()
                    ],
                )

    def _write(self, query: str, row: tuple[str, ...]) -> None:
        if self._connection is not None:
            with self._connection:
                self._connection.execute(query, row)

    def _rows(self, query: str, values: Collection[str]) -> Iterator[tuple[Any, ...]]:
        if self._connection is not None:
            yield from self._connection.execute(query, tuple(values)).fetchall()

    def _clean(self) -> None:
        self._write(
            "DELETE FROM verdict WHERE key IN"
            " (SELECT key FROM verdict ORDER BY made DESC LIMIT -1 OFFSET ?)",
            (str(_MOST),),
        )


def said(state: Path, folders: Collection[str]) -> dict[str, Any]:
    """What the last run said of the projects in `folders`, where there is a store; never written.

    For `pylife check`, to which it is only ever a help: what cannot be read is not there.
    """
    path = state / FILE
    if not folders or not path.is_file():
        return {}
    try:
        with contextlib.closing(
            sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=1.0)
        ) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")  # it may come with a repository
            if _statements(connection) != _SCHEMA:
                return {}
            ordered = sorted(folders)
            found: dict[str, str] = {}
            for start in range(0, len(ordered), _AT_ONCE):
                some = ordered[start : start + _AT_ONCE]
                marks = ",".join("?" * len(some))
                query = f"SELECT path, said FROM project WHERE path IN ({marks})"  # noqa: S608
                found.update(connection.execute(query, some).fetchall())
            return {path: json.loads(text) for path, text in found.items()}
    except (sqlite3.Error, ValueError, OSError):
        return {}


def _ignored(state: Path) -> None:
    """Make the state folder one that nobody commits."""
    ignore = state / ".gitignore"
    if not ignore.exists():
        ignore.write_text("# Made by pylife; all of it can be deleted.\n*\n", encoding="utf-8")


def _open(path: Path) -> sqlite3.Connection:
    for last in (False, True):
        connection = sqlite3.connect(path, timeout=_BUSY_SECONDS)
        try:
            if _prepared(connection):
                return connection
        except sqlite3.OperationalError:
            connection.close()
            raise  # locked, read-only, no space: it may be good
        except sqlite3.DatabaseError:
            if last:
                connection.close()
                raise
        connection.close()
        for end in ("", "-journal", "-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)
    raise OSError("it cannot be made anew")


def _prepared(connection: sqlite3.Connection) -> bool:
    """Whether the file is a store of this format, which an empty one is made."""
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA synchronous = NORMAL")
    if _statements(connection) == _SCHEMA:
        return bool(connection.execute("PRAGMA user_version").fetchone()[0] == _FORMAT)
    connection.execute("BEGIN IMMEDIATE")
    if not _statements(connection):
        for statement in (*_SCHEMA, f"PRAGMA user_version = {_FORMAT}"):
            connection.execute(statement)
    connection.commit()
    return _statements(connection) == _SCHEMA


def _statements(connection: sqlite3.Connection) -> tuple[str, ...]:
    rows = connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid")
    return tuple(row[0] for row in rows)
