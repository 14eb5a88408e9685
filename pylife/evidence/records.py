"""What the store holds: results of cells, and what was observed of each cell night by night."""

import datetime as dt
from typing import NamedTuple

from pylife.model import Cell, CellStatus, PythonVersion

CONCLUSIVE = frozenset(
    {
        CellStatus.PASSED,
        CellStatus.FAILED,
        CellStatus.NO_TESTS,
        CellStatus.NOT_VALIDATED,
        CellStatus.SKIPPED,
        CellStatus.FLAKY,
    }
)
"""Outcomes that the same key would have again."""


class Imported(NamedTuple):
    """What a result rests on that pylife did not see itself: the project's own CI.

    `revision` is the whole commit that was tested, and the only one that the
    result speaks of; `url` is where it can be looked at.
    """

    revision: str
    url: str


class Result(NamedTuple):
    """One cell that came to an end, and what it rests on. Nothing here is of one machine."""

    cell: Cell
    as_of: dt.date
    """The day for which it was run."""
    log_digest: str = ""
    """SHA-256 (hex) of the log; empty where there is none, or none is known."""
    resolved: str = ""
    """Digest of the set of dependencies; empty where it is not known."""
    interpreter: str = ""
    """The interpreter's build; empty where it is not known."""
    imported: Imported | None = None
    """None for what pylife ran."""


class Observation(NamedTuple):
    """What was known of one cell on one night, also where it was not run again."""

    as_of: dt.date
    project: str
    python: PythonVersion
    session: str
    status: CellStatus
    key: str = ""


def order(result: Result) -> tuple[str, PythonVersion, str, str]:
    """What results are sorted by: project, Python, session, key."""
    cell = result.cell
    return (cell.project, cell.python, cell.session, cell.key)
