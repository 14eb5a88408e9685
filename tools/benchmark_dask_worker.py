"""Loaded by the workers of tools/benchmark_dask.py: their cells sleep, and all else is real."""

import sys
import time
from dataclasses import replace
from pathlib import Path
from unittest import mock

from pylife.matrix import interpreters, run_cell
from pylife.matrix.base import CellPlan, Interpreter
from pylife.matrix.context import Context
from pylife.matrix.executors import dask_here, dask_task
from pylife.model import Cell, CellStatus, PythonVersion

SECONDS = 0.1
PYTHONS = tuple(PythonVersion(3, 20 + minor) for minor in range(20))


def pythons() -> dict[PythonVersion, Interpreter]:
    """The interpreter of this process, under the names of many."""
    here = interpreters.probe(Path(sys.executable))
    if here is None:
        raise SystemExit("this interpreter does not start")
    return {python: replace(here, version=python) for python in PYTHONS}


def simulated(plan: CellPlan, key: str, context: Context, _wheels: object) -> Cell:
    """A cell that passes after a while, with a log."""
    log = context.state / run_cell.log_name(plan)
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(run_cell.header(plan, key) + "x" * 2000, encoding="utf-8")
    time.sleep(SECONDS)
    cell = run_cell.outcome(plan, key, CellStatus.PASSED, "")
    return cell._replace(seconds=SECONDS, log=run_cell.log_name(plan))


def dask_setup(_worker: object) -> None:
    """Called by Dask when a worker begins."""
    there = pythons()
    mock.patch.object(dask_task, "run_cell", simulated).start()
    mock.patch.object(dask_here, "found", return_value=there).start()
