"""The store in a PostgreSQL database, for runners on several machines that share one history.

The tables are in the schema `pylife` of the database, which is made where it is
not there. psycopg is imported only here (the extra `postgres`). A key that is
taken is an advisory lock of the session: the server gives it back when the
connection ends, however that comes. (A pooler that shares sessions between
clients, as PgBouncer does by transaction, must not stand between.)
"""

import contextlib
import hashlib
import importlib
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from pylife.errors import StateError, ToolError
from pylife.evidence import postgres_url
from pylife.evidence.postgres_schema import MIGRATIONS

T = TypeVar("T")

_WRITING = 0x70796C696665
"""The advisory lock of who writes: "pylife" in ASCII."""
_PATIENCE = 30.0
"""Seconds for which a server that cannot be reached is asked again once it was there."""
_CONNECT_SECONDS = "10"
_SILENCE = "30000"
"""Milliseconds after which a server that says nothing any more counts as lost."""


class Postgres:
    """The database at `url`.

    Raises ToolError without psycopg, StateError where the database cannot be had or used.
    No error has the URL's password.
    """

    def __init__(self, url: str) -> None:
        try:
            self._psycopg: Any = importlib.import_module("psycopg")
        except ImportError:
            raise ToolError(
                "a store in PostgreSQL needs psycopg, which is not installed",
                help="pip install 'python-lifecycle[postgres]'",
            ) from None
        self._parts = self._read(url)
        self._name = postgres_url.shown(self._parts)
        self._lock = threading.RLock()
        self._held: set[str] = set()
        self._connection: Any = None
        try:
            self._attempt(self._migrate, 0)
        except BaseException:
            self.close()
            raise

    def read(self, body: Callable[["Postgres"], T]) -> T:
        """See `pylife.evidence.database`."""
        with self._lock:
            return self._attempt(lambda: self._transaction(body), _PATIENCE)

    def write(self, body: Callable[["Postgres"], T]) -> T:
        """See `pylife.evidence.database`."""

        def alone(statements: Postgres) -> T:
            statements.run("SELECT pg_advisory_xact_lock(?)", (_WRITING,))
            return body(statements)

        with self._lock:
            return self._attempt(lambda: self._transaction(alone), _PATIENCE)

    def run(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """See `pylife.evidence.database.Statements`."""
        with self._connection.cursor() as cursor:
            cursor.execute(statement.replace("?", "%s"), parameters)
            return cursor.fetchall() if cursor.description is not None else []

    def many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """See `pylife.evidence.database.Statements`."""
        with self._connection.cursor() as cursor:
            cursor.executemany(statement.replace("?", "%s"), list(rows))

    def claim(self, key: str) -> bool:
        """See `pylife.evidence.database`."""
        with self._lock:
            # The server would give a session what it has already.
            if key in self._held:
                return False
            if self._attempt(lambda: self._take(key), _PATIENCE):
                self._held.add(key)
                return True
            return False

    def release(self, key: str) -> None:
        """See `pylife.evidence.database`."""
        with self._lock:
            if key in self._held:
                self._held.discard(key)
                self._attempt(
                    lambda: self.run("SELECT pg_advisory_unlock(?)", (_number(key),)), _PATIENCE
                )

    def broken(self, error: ValueError) -> StateError:
        """See `pylife.evidence.database`."""
        return self._error(f"cannot be used: a damaged row: {error}", "name another database")

    def close(self) -> None:
        """See `pylife.evidence.database`."""
        with self._lock:
            if self._connection is not None:
                # The end of a connection gives them back too, a moment later.
                if self._held and not self._connection.closed:
                    with contextlib.suppress(self._psycopg.Error):
                        self.run("SELECT pg_advisory_unlock_all()")
                self._connection.close()
            self._held.clear()

    def _read(self, url: str) -> dict[str, Any]:
        try:
            parts: dict[str, Any] = importlib.import_module("psycopg.conninfo").conninfo_to_dict(
                url
            )
        except self._psycopg.Error:
            raise postgres_url.unreadable("it is no URL") from None
        postgres_url.checked(parts)
        return {
            "application_name": "pylife",
            "connect_timeout": _CONNECT_SECONDS,
            "tcp_user_timeout": _SILENCE,
            **parts,
            "client_encoding": "utf8",
        }

    def _attempt(self, work: Callable[[], T], patience: float) -> T:
        """What `work` gives; again on a new connection where the present one is lost."""
        until = time.monotonic() + patience
        pause = 0.1
        while True:
            try:
                self._connect()
                return work()
            except self._psycopg.Error as error:
                lost = self._connection is None or self._connection.closed
                if not lost or time.monotonic() + pause > until:
                    raise self._explained(error) from None
            time.sleep(pause)
            pause = min(2 * pause, 5.0)

    def _connect(self) -> None:
        """See that there is a connection; one that is new takes again what was taken."""
        if self._connection is not None and not self._connection.closed:
            return
        self._connection = None
        self._connection = self._psycopg.connect(**self._parts, autocommit=True)
        self.run("SET search_path = pylife")
        self.run("SET lock_timeout = '60s'")
        self._held = {key for key in self._held if self._take(key)}

    def _take(self, key: str) -> bool:
        return bool(self.run("SELECT pg_try_advisory_lock(?)", (_number(key),))[0][0])

    def _transaction(self, body: Callable[["Postgres"], T]) -> T:
        with self._connection.transaction():
            return body(self)

    def _migrate(self) -> None:
        # One at a time, and before anything is looked at.
        with self._connection.transaction():
            self.run("SELECT pg_advisory_xact_lock(?)", (_WRITING,))
            version = self._version()
            if version > len(MIGRATIONS):
                raise self._error(
                    f"is of a newer pylife (schema {version}, this one knows {len(MIGRATIONS)})",
                    "update pylife, or name another database",
                )
            for statements in MIGRATIONS[version:]:
                for statement in statements:
                    self.run(statement)
            if version < len(MIGRATIONS):
                self.run("UPDATE evidence_schema SET version = ?", (len(MIGRATIONS),))

    def _version(self) -> int:
        """The schema's version; 0 where nothing is there, then with the table that says so."""
        # Somebody who may not make schemas can still use one that was made for pylife.
        if self.run("SELECT to_regnamespace('pylife') IS NULL")[0][0]:
            self.run("CREATE SCHEMA pylife")
        if self.run("SELECT to_regclass('pylife.evidence_schema') IS NULL")[0][0]:
            self.run("CREATE TABLE evidence_schema (version INTEGER NOT NULL)")
            self.run("INSERT INTO evidence_schema VALUES (0)")
        version: int = self.run("SELECT version FROM evidence_schema")[0][0]
        return version

    def _explained(self, error: Exception) -> StateError:
        lines = [line.strip() for line in str(error).splitlines()]
        said = postgres_url.redacted("; ".join(filter(None, lines)), self._secrets())
        help_ = "see that the server runs, and that this user may use the database"
        if str(getattr(error, "sqlstate", None) or "").startswith("53"):
            help_ = "make room on the server and start again: what was stored before is kept"
        return self._error(f"cannot be used: {said}", help_)

    def _secrets(self) -> list[str]:
        return postgres_url.secrets(self._parts)

    def _error(self, message: str, help: str) -> StateError:  # noqa: A002 - the word that people see
        return StateError(f"the evidence store {message}", path=self._name, help=help)


def _number(key: str) -> int:
    """The number of the advisory lock that stands for a key: 64 bits, with a sign."""
    digest = hashlib.sha256(b"pylife/claim/" + key.encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
