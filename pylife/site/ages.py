"""How old evidence is, in words, and what a cell says beside its label."""

import datetime as dt
from functools import lru_cache

from pylife.model import CellStatus
from pylife.site.evidence import Evidence
from pylife.site.text import count, short

_RAN = frozenset(
    {
        CellStatus.PASSED,
        CellStatus.FAILED,
        CellStatus.FLAKY,
        CellStatus.FAILS_ON_BASELINE,
        CellStatus.TIMEOUT,
    }
)


@lru_cache(maxsize=4096)
def ago(day: str, as_of: str) -> str:
    """`today`, `12 days ago`, or that nobody knows; `day` is a date, or empty."""
    if not day:
        return "of unknown age"
    try:
        days = (dt.date.fromisoformat(as_of) - dt.date.fromisoformat(day)).days
    except ValueError:
        return "of unknown age"
    if days == 0:
        return "today"
    return f"{count(days, 'day')} ago" if days > 0 else f"{count(-days, 'day')} ahead"


def aged(cell: Evidence, as_of: str) -> str:
    """The same where the cell was not run on the day itself; else empty, and where none was."""
    if cell.status is None or cell.day == as_of:
        return ""
    return ago(cell.day, as_of) if cell.day else "age unknown"


def tested(cell: Evidence, as_of: str) -> str:
    """`tested 12 days ago`; `found …` where no test ran. Empty where nothing was asked."""
    if cell.status is None:
        return ""
    return f"{'tested' if cell.status in _RAN else 'found'} {ago(cell.day, as_of)}"


def told(cell: Evidence, as_of: str) -> str:
    """All that a cell says beyond its label: its age, the highest rung, clash and reason."""
    rung = f"; shown up to {cell.rung.value}" if cell.rung else ""
    clash = f"; {cell.contradiction}" if cell.contradiction else ""
    reason = f"; {short(cell.reason)}" if cell.reason else ""
    return f"{tested(cell, as_of)}{rung}{clash}{reason}".removeprefix("; ")
