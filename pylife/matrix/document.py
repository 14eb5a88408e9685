"""A run of the matrix as a JSON document, and back."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from pylife.errors import StateError
from pylife.matrix.base import Interpreter
from pylife.model import Cell, CellStatus, PythonVersion

SCHEMA = "pylife/matrix-run/1"


def order(cell: Cell) -> tuple[str, PythonVersion, str]:
    """What cells are sorted by: project, Python, session."""
    return (cell.project, cell.python, cell.session)


def to_document(
    cells: Iterable[Cell],
    interpreters: Mapping[PythonVersion, Interpreter],
    as_of: dt.date,
    days: Mapping[str, dt.date] | None = None,
) -> dict[str, Any]:
    """The run as plain data, sorted; logs are relative to the state folder.

    With `days`, the days on which stored cells were run by their keys, each cell has its own.
    """
    return {
        "schema": SCHEMA,
        "as_of": as_of.isoformat(),
        "interpreters": {str(one): interpreters[one].release for one in sorted(interpreters)},
        "cells": [
            {
                "project": cell.project,
                "python": str(cell.python),
                "session": cell.session,
                "status": cell.status.value,
                "reason": cell.reason,
                "seconds": None if cell.seconds is None else round(cell.seconds, 2),
                "cached": cell.cached,
                "log": cell.log,
                "key": cell.key,
                "counts": dict(sorted(cell.counts.items())),
                "failure": cell.failure,
                "hints": list(cell.hints),
                "resolved": cell.resolved,
                **({} if days is None else {"as_of": _day(cell, as_of, days)}),
            }
            for cell in sorted(cells, key=order)
        ],
    }


def _day(cell: Cell, as_of: dt.date, days: Mapping[str, dt.date]) -> str | None:
    """When the cell came to its end; None for one that was not run, or whose day nobody knows."""
    if cell.status is CellStatus.NOT_RUN:
        return None
    day = days.get(cell.key) if cell.cached else as_of
    return day.isoformat() if day else None


def from_document(document: Mapping[str, Any]) -> list[Cell]:
    """The cells of a document; raises StateError where it is not one of this version."""
    if document.get("schema") != SCHEMA:
        raise StateError(
            f"not a matrix run of this version: its schema is {document.get('schema')!r}",
            help="run the matrix again with this pylife",
        )
    try:
        return sorted((_cell(row) for row in document["cells"]), key=order)
    except (KeyError, TypeError, ValueError) as error:
        raise StateError(
            f"a damaged matrix run: {error!r}", help="run the matrix again with this pylife"
        ) from None


def _cell(row: Mapping[str, Any]) -> Cell:
    fields = {name: row[name] for name in ("project", "session", "reason", "seconds", "cached")}
    return Cell(
        **fields,
        python=PythonVersion.parse(row["python"]),
        status=CellStatus(row["status"]),
        log=row["log"],
        key=row["key"],
        counts=dict(row["counts"]),
        # Documents of before had neither.
        failure=row.get("failure", ""),
        hints=tuple(row.get("hints", ())),
        resolved=row.get("resolved", ""),
    )
