"""From projects and interpreters to cells: what will run, and what will not and why."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from pylife.matrix import generated, listed, sessions
from pylife.matrix.base import CellPlan, MatrixProject, Origin
from pylife.matrix.context import Context
from pylife.model import CellStatus, PythonVersion

_UNKNOWN = "tests"
"""The session's name in a cell whose sessions cannot be known."""


def plan(projects: Sequence[MatrixProject], context: Context, jobs: int = 1) -> list[CellPlan]:
    """Every cell of `projects`, sorted by project, Python and session.

    Runs the noxfiles to list their sessions, `jobs` at a time. A cell that
    cannot run is in the plan with its status and reason.
    """
    with ThreadPoolExecutor(max(1, jobs)) as pool:
        try:
            rows = list(pool.map(lambda project: _project(project, context), projects))
        except BaseException:
            context.stop.set()
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    cells = [cell for row in rows for cell in row]
    return sorted(cells, key=lambda cell: (cell.project.name, cell.python, cell.session))


def _project(project: MatrixProject, context: Context) -> list[CellPlan]:
    wanted = _wanted(project)
    if not wanted:
        return []
    if not project.folder.is_dir():
        return _decided(project, wanted, CellStatus.NOT_RUN, "its folder is not there")
    if (project.folder / "noxfile.py").is_file():
        return _own(project, wanted, context)
    if not generated.is_installable(project.folder):
        return _decided(
            project, wanted, CellStatus.NOT_RUN, "no installable project and no noxfile"
        )
    return [
        _cell(project, python, generated.SESSION, Origin.GENERATED, context) for python in wanted
    ]


def _wanted(project: MatrixProject) -> list[PythonVersion]:
    """The Pythons to run: those of the window, or the preset's list where it has one."""
    if not project.pythons:
        return []
    return sorted(set(project.preset.pythons or project.pythons))


def _own(
    project: MatrixProject, wanted: Sequence[PythonVersion], context: Context
) -> list[CellPlan]:
    try:
        found = listed.find(project, wanted, context)
    except sessions.ListingError as error:
        return _decided(project, wanted, error.status, error.reason, Origin.OWN)
    except OSError as error:
        return _decided(
            project,
            wanted,
            CellStatus.INFRASTRUCTURE,
            f"its tree cannot be copied: {error.strerror}",
        )
    cells = [
        _cell(project, one.python, one.name, Origin.OWN, context, one.arguments) for one in found
    ]
    without = [python for python in wanted if python not in {cell.python for cell in cells}]
    return cells + _decided(project, without, CellStatus.NOT_RUN, _no_session(project), Origin.OWN)


def _no_session(project: MatrixProject) -> str:
    if project.preset.sessions:
        return "the noxfile has none of the sessions " + ", ".join(project.preset.sessions)
    return "no session of the noxfile can run on this Python"


def _cell(
    project: MatrixProject,
    python: PythonVersion,
    session: str,
    origin: Origin,
    context: Context,
    nox: tuple[str, ...] = (),
) -> CellPlan:
    interpreter = context.interpreters.get(python)
    missing = (CellStatus.MISSING_INTERPRETER, f"no Python {python} was found on this machine")
    return CellPlan(
        project=project,
        python=python,
        session=session,
        origin=origin,
        interpreter=interpreter,
        nox=nox,
        decided=missing if interpreter is None else None,
    )


def _decided(
    project: MatrixProject,
    pythons: Sequence[PythonVersion],
    status: CellStatus,
    reason: str,
    origin: Origin = Origin.NONE,
) -> list[CellPlan]:
    return [
        CellPlan(
            project=project,
            python=python,
            session=_UNKNOWN,
            origin=origin,
            decided=(status, reason),
        )
        for python in pythons
    ]
