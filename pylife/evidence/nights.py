"""Observations in the database: three numbers a cell and night, the words beside them."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from pylife.evidence.database import Statements
from pylife.evidence.records import Observation
from pylife.evidence.settle import worse
from pylife.model import CellStatus, PythonVersion

_PUT = (
    "INSERT INTO observation (night, subject, verdict)"
    " SELECT ?, subject.id, verdict.id FROM subject, verdict"
    " WHERE project = ? AND python = ? AND session = ? AND verdict.key = ? AND status = ?"
    " ON CONFLICT (night, subject) DO UPDATE SET verdict = excluded.verdict"
)
_SUBJECT = "INSERT INTO subject (project, python, session) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_VERDICT = "INSERT INTO verdict (key, status) VALUES (?, ?) ON CONFLICT DO NOTHING"
_GET = (
    "SELECT night, project, python, session, status, key FROM observation"
    " JOIN subject ON subject.id = observation.subject"
    " JOIN verdict ON verdict.id = observation.verdict"
)
_UNUSED = (
    "DELETE FROM verdict WHERE id NOT IN (SELECT verdict FROM observation)",
    "DELETE FROM subject WHERE id NOT IN (SELECT subject FROM observation)",
)


def put(statements: Statements, observations: Collection[Observation]) -> None:
    """Keep them, each in the place of one of the same cell and night."""
    subjects = sorted({(one.project, str(one.python), one.session) for one in observations})
    verdicts = sorted({(one.key, one.status.value) for one in observations})
    statements.many(_SUBJECT, subjects)
    statements.many(_VERDICT, verdicts)
    statements.many(_PUT, [_row(one) for one in observations])


def join(statements: Statements, observations: Iterable[Observation]) -> None:
    """Keep them beside what is there; of two of one cell and night the worse one."""
    found: dict[tuple[Any, ...], Observation] = {}
    given = list(observations)
    for night in sorted({one.as_of for one in given}):
        found |= {_what(one): one for one in get(statements, {"night = ?": night.toordinal()})}
    for one in given:
        found[_what(one)] = worse(found.get(_what(one), one), one)
    put(statements, list(found.values()))


def get(statements: Statements, conditions: Mapping[str, Any]) -> list[Observation]:
    """Those for which every condition holds with its value; raises ValueError for a damaged one."""
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return [
        Observation(
            as_of=dt.date.fromordinal(night),
            project=project,
            python=PythonVersion.parse(python),
            session=session,
            status=CellStatus(status),
            key=key,
        )
        for night, project, python, session, status, key in statements.run(
            _GET + where, list(conditions.values())
        )
    ]


def prune(statements: Statements, project: str, first: dt.date) -> int:
    """Delete what was observed of the project before the night `first`; returns how much."""
    old = (
        " FROM observation WHERE night < ?"
        " AND subject IN (SELECT id FROM subject WHERE project = ?)"
    )
    values = (first.toordinal(), project)
    number: int = statements.run(f"SELECT count(*){old}", values)[0][0]
    statements.run(f"DELETE{old}", values)
    return number


def sweep(statements: Statements) -> None:
    """Delete words that no observation uses any longer."""
    for statement in _UNUSED:
        statements.run(statement)


def _row(one: Observation) -> tuple[Any, ...]:
    night = one.as_of.toordinal()
    return (night, one.project, str(one.python), one.session, one.key, one.status.value)


def _what(one: Observation) -> tuple[Any, ...]:
    return (one.as_of, one.project, one.python, one.session)
