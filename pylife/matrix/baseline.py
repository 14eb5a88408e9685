"""Telling a Python's own failures from those that were there before it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from pylife.matrix.base import MatrixProject
from pylife.matrix.verdict import is_killed
from pylife.model import Cell, CellStatus, PythonVersion

_LACKS = ", which is not here"
_PROGRAM = "needs the program "

Baselines = Mapping[tuple[str, str], Cell]
"""The baseline's cell of each project and session."""


def missing(
    cells: Sequence[Cell], projects: Iterable[MatrixProject]
) -> tuple[list[MatrixProject], frozenset[tuple[str, str]]]:
    """What must be run on the baseline so that `cells` can be judged, and was not planned.

    The projects, with their baseline as the only Python, and the (project,
    session) pairs of which it is.
    """
    pythons = {project.name: project.baseline for project in projects}
    there = set(_baselines(cells, pythons))
    wanted = frozenset(
        (cell.project, cell.session)
        for cell in cells
        if _is_compared(cell, pythons) and (cell.project, cell.session) not in there
    )
    names = {name for name, _ in wanted}
    return [
        replace(project, pythons=(project.baseline,), preset=replace(project.preset, pythons=None))
        for project in projects
        if project.name in names and project.baseline is not None
    ], wanted


def compare(cells: Sequence[Cell], projects: Iterable[MatrixProject]) -> list[Cell]:
    """`cells`, judged by what the same session did on the project's baseline Python.

    What failed and fails there too is `fails-on-baseline`. What hung, was killed
    or lacked something, though it passes there, is `failed`: that is the
    Python's doing, or the project's. The baseline's own cell stays as it is.
    """
    pythons = {project.name: project.baseline for project in projects}
    baselines = _baselines(cells, pythons)
    return [
        _compared(cell, baselines.get((cell.project, cell.session)), pythons[cell.project])
        if _is_compared(cell, pythons)
        else cell
        for cell in cells
    ]


def _baselines(
    cells: Iterable[Cell], pythons: Mapping[str, PythonVersion | None]
) -> dict[tuple[str, str], Cell]:
    return {
        (cell.project, cell.session): cell
        for cell in cells
        if cell.python == pythons.get(cell.project)
    }


def _is_compared(cell: Cell, pythons: Mapping[str, PythonVersion | None]) -> bool:
    """Whether the baseline can change what is to be said of the cell."""
    if pythons.get(cell.project) in {None, cell.python}:
        return False
    match cell.status:
        case CellStatus.FAILED | CellStatus.TIMEOUT:
            return True
        case CellStatus.INFRASTRUCTURE:
            return is_killed(cell.reason)
        case CellStatus.NEEDS:
            # A program that the session asks for is asked for before anything runs.
            return cell.reason.endswith(_LACKS) and not cell.reason.startswith(_PROGRAM)
    return False


def _compared(cell: Cell, base: Cell | None, python: PythonVersion | None) -> Cell:
    status = None if base is None else base.status
    if cell.status is CellStatus.FAILED:
        match status:
            case CellStatus.FAILED:
                return cell._replace(
                    status=CellStatus.FAILS_ON_BASELINE,
                    reason=f"it fails on {python} too; here: {cell.reason}",
                )
            case CellStatus.FLAKY:
                return cell._replace(reason=f"{cell.reason}; it is flaky on {python}")
            case None | CellStatus.MISSING_INTERPRETER:
                return cell._replace(reason=f"{cell.reason}; not compared: no {python} was run")
        return cell
    if status is not CellStatus.PASSED:
        return cell
    word = "it hangs here" if cell.status is CellStatus.TIMEOUT else "it fails here"
    return cell._replace(
        status=CellStatus.FAILED, reason=f"{word} and passes on {python}: {cell.reason}"
    )
