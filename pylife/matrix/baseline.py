"""Telling a Python's own failures from those that were there before it."""

from collections.abc import Iterable, Sequence

from pylife.matrix.base import MatrixProject
from pylife.model import Cell, CellStatus


def compare(cells: Sequence[Cell], projects: Iterable[MatrixProject]) -> list[Cell]:
    """`cells`, with `failed` ones `fails-on-baseline` where the baseline's cell failed too.

    The baseline is the project's; only the same session is compared. The
    baseline's own cell stays `failed`.
    """
    baselines = {project.name: project.baseline for project in projects}
    broken = {
        (cell.project, cell.session)
        for cell in cells
        if cell.status is CellStatus.FAILED and cell.python == baselines.get(cell.project)
    }
    return [
        cell._replace(
            status=CellStatus.FAILS_ON_BASELINE,
            reason=f"it fails on {baselines[cell.project]} too; here: {cell.reason}",
        )
        if cell.status is CellStatus.FAILED
        and (cell.project, cell.session) in broken
        and cell.python != baselines[cell.project]
        else cell
        for cell in cells
    ]
