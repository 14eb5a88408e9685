"""Results in the database: the table `cell`, one row a key."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from pylife.evidence import rows
from pylife.evidence.database import Statements
from pylife.evidence.records import Result

_COLUMNS = ", ".join(rows.COLUMNS)
_PUT = (
    f"INSERT INTO cell ({_COLUMNS}) VALUES ({', '.join('?' * len(rows.COLUMNS))})"  # noqa: S608
    " ON CONFLICT (key) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in rows.COLUMNS[1:])
)
_GET = f"SELECT {_COLUMNS} FROM cell"  # noqa: S608 - fixed columns
_AT_ONCE = 900
"""How many keys one question has: SQLite may have been built for 999 parameters."""


def put(statements: Statements, results: Iterable[Result]) -> None:
    """Keep them, each in the place of one with its key."""
    statements.many(_PUT, [rows.to_row(one) for one in results])


def every(statements: Statements) -> list[Result]:
    """All results; raises ValueError for a damaged one, as all of these do."""
    return _results(statements.run(_GET))


def imported(statements: Statements) -> list[Result]:
    """Those that pylife did not see itself."""
    return _results(statements.run(f"{_GET} WHERE revision <> ''"))


def found(statements: Statements, keys: Sequence[str]) -> dict[str, Result]:
    """Those with these keys, by key; those that there are."""
    known: dict[str, Result] = {}
    for start in range(0, len(keys), _AT_ONCE):
        part = keys[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(part))
        some = _results(statements.run(f"{_GET} WHERE key IN ({marks})", part))
        known |= {one.cell.key: one for one in some}
    return known


def prune(statements: Statements, project: str, first: dt.date) -> int:
    """Delete the project's results of before `first` that no verdict has; returns how many."""
    old = " FROM cell WHERE project = ? AND as_of < ? AND key NOT IN (SELECT key FROM verdict)"
    values = (project, first.isoformat())
    number: int = statements.run(f"SELECT count(*){old}", values)[0][0]
    statements.run(f"DELETE{old}", values)
    return number


def _results(some: Iterable[Sequence[Any]]) -> list[Result]:
    return [rows.from_row(row) for row in some]
