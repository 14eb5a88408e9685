"""What the store asks of a database. SQLite and PostgreSQL are two modules beside this one."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Statements(Protocol):
    """A transaction that is going on. Parameters stand for `?` in a statement."""

    def run(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows that the statement gives; none for one that gives none."""

    def many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """The statement once for each of `rows`."""


class Database(Protocol):
    """A database with the tables of the present schema; safe to use from several threads.

    Every method raises StateError, which names the database without its
    credentials and says what to do.
    """

    def read(self, body: Callable[[Statements], T]) -> T:
        """What `body` gives; it only reads, and may be called again after a lost connection."""

    def write(self, body: Callable[[Statements], T]) -> T:
        """What `body` gives; all that it writes is there afterwards, or nothing of it.

        Two bodies never run at once, in whichever processes, so that what one reads holds
        while it writes. It may be called again after a lost connection.
        """

    def claim(self, key: str) -> bool:
        """Take the key for this object; False where another has it, here or elsewhere.

        It is given back by `release`, by `close`, and by the end of the process,
        however that comes.
        """

    def release(self, key: str) -> None:
        """Give back a key that was taken."""

    def broken(self, error: ValueError) -> Exception:
        """The StateError for a row that cannot be read."""

    def close(self) -> None:
        """Give back all keys and end the connection."""
