"""Cells and results for the store's tests."""

import datetime as dt

from pylife.evidence import Imported, Result
from pylife.model import Cell, CellStatus, PythonVersion

DAY = dt.date(2026, 11, 21)
PY = PythonVersion.parse
CELL = Cell(
    project="a",
    python=PY("3.13t"),
    session="tests(django='5.0')",
    status=CellStatus.PASSED,
    reason="ünïcode – and 'quotes' ? % %s",
    seconds=1.25,
    log="logs/a/3.13t-tests.log",
    key="k1",
    counts={"skipped": 1, "passed": 3},
    failure="E   it failed\nwith two lines",
    hints=("ünïcode was removed in 3.0: use text",),
    resolved="deps",
)


def cell(key: str = "k1", status: CellStatus = CellStatus.PASSED, **other: object) -> Cell:
    return CELL._replace(key=key, status=status, **other)  # type: ignore[arg-type] # for tests


def result(
    key: str = "k1",
    status: CellStatus = CellStatus.PASSED,
    day: dt.date = DAY,
    **other: object,
) -> Result:
    return Result(cell(key, status, **other), day, "0" * 64, "deps", "3.13.0 (main)")


def imported(revision: str, key: str = "i1") -> Result:
    return result(key)._replace(imported=Imported(revision, "https://ci.example/1"))
