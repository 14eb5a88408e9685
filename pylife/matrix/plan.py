"""From projects and interpreters to cells: what will run, and what will not and why."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from pylife.matrix import artefacts, generated, listed, platforms, sessions, tox_files, tox_sessions
from pylife.matrix.base import CellPlan, MatrixProject, Origin
from pylife.matrix.context import Context
from pylife.matrix.names import printable
from pylife.matrix.presets import Bounds
from pylife.model import CellStatus, PythonVersion

_UNKNOWN = "tests"
"""The session's name in a cell whose sessions cannot be known."""


def plan(projects: Sequence[MatrixProject], context: Context, jobs: int = 1) -> list[CellPlan]:
    """Every cell of `projects`, sorted by project, Python and session.

    Runs the noxfiles, and tox on the configurations, to list their sessions, `jobs`
    at a time. A project's own noxfile wins over its tox configuration, and that over
    a generated session. A cell that cannot run is in the plan with its status and
    reason. Of each session there is a cell for each platform and bounds of the preset.
    """
    with ThreadPoolExecutor(max(1, jobs)) as pool:
        try:
            rows = list(pool.map(lambda project: _project(project, context), projects))
        except BaseException:
            context.stop.set()
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    cells = [each for row in rows for cell in row for each in _each(cell)]
    return sorted(cells, key=lambda cell: (cell.project.name, cell.python, cell.session))


def _project(project: MatrixProject, context: Context) -> list[CellPlan]:
    wanted = _wanted(project)
    if not wanted:
        return []
    if project.away:
        return artefacts.away(project, wanted)
    if not project.folder.is_dir():
        reason = "its folder is not there"
        return _unknown(_decided(project, wanted, CellStatus.NOT_RUN, reason))
    if link := context.leads_out(project):
        reason = f"its link {printable(link)} leads out of its repository: no copy has that"
        return _unknown(_decided(project, wanted, CellStatus.NOT_RUN, reason))
    whole = artefacts.plan(project, wanted, context)
    if whole and not _has_sessions(project):
        return whole
    return whole + _sessions(project, wanted, context)


def _has_sessions(project: MatrixProject) -> bool:
    return (
        (project.folder / "noxfile.py").is_file()
        or tox_files.find(project.folder) is not None
        or generated.is_installable(project.folder)
    )


def _sessions(
    project: MatrixProject, wanted: Sequence[PythonVersion], context: Context
) -> list[CellPlan]:
    if (project.folder / "noxfile.py").is_file():
        return _own(project, wanted, context, sessions.find, Origin.OWN)
    if tox_files.find(project.folder) is not None:
        return _own(project, wanted, context, tox_sessions.find, Origin.TOX)
    if not generated.is_installable(project.folder):
        return _decided(
            project,
            wanted,
            CellStatus.NOT_RUN,
            "no installable project, no noxfile and no tox configuration",
        )
    return [_generated(project, python, context) for python in wanted]


def _wanted(project: MatrixProject) -> list[PythonVersion]:
    """The Pythons to run: those of the window, or the preset's list where it has one."""
    if not project.pythons:
        return []
    return sorted(set(project.preset.pythons or project.pythons))


def _own(
    project: MatrixProject,
    wanted: Sequence[PythonVersion],
    context: Context,
    ask: Callable[[MatrixProject, Sequence[PythonVersion], Context], list[sessions.Listed]],
    origin: Origin,
) -> list[CellPlan]:
    try:
        found = listed.find(project, wanted, context, ask)
    except sessions.ListingError as error:
        return _unknown(_decided(project, wanted, error.status, error.reason, origin))
    except OSError as error:
        reason = f"its tree cannot be copied: {error.strerror}"
        return _unknown(_decided(project, wanted, CellStatus.INFRASTRUCTURE, reason))
    cells = [_cell(project, one, origin, context) for one in found]
    without = [python for python in wanted if python not in {cell.python for cell in cells}]
    reason = _no_session(project, origin)
    return cells + _decided(project, without, CellStatus.NOT_RUN, reason, origin)


def _no_session(project: MatrixProject, origin: Origin) -> str:
    what, of = ("session", "the noxfile") if origin is Origin.OWN else (
        "environment", "its tox configuration"
    )  # fmt: skip
    chosen = (*project.preset.sessions, *project.preset.tags)
    if chosen:
        return f"{of} has none of the {what}s {', '.join(chosen)}"
    return f"no {what} of {of} that tests can run on this Python"


def _generated(project: MatrixProject, python: PythonVersion, context: Context) -> CellPlan:
    one = sessions.Listed(
        name=generated.SESSION,
        python=python,
        tags=(),
        arguments=(),
        source=generated.source(project.folder, project.preset.extras),
    )
    return _cell(project, one, Origin.GENERATED, context)


def _cell(
    project: MatrixProject, one: sessions.Listed, origin: Origin, context: Context
) -> CellPlan:
    interpreter = context.interpreters.get(one.python)
    missing = (CellStatus.MISSING_INTERPRETER, context.missing(one.python))
    return CellPlan(
        project=project,
        python=one.python,
        session=one.name,
        origin=origin,
        interpreter=interpreter,
        nox=one.arguments,
        source=one.source,
        decided=missing if interpreter is None else None,
    )


def _each(cell: CellPlan) -> list[CellPlan]:
    """The cell for each platform and bounds that the preset asks for."""
    if cell.origin in {Origin.NONE, *artefacts.ORIGINS} or not cell.source:
        # What it is run by, or its session, is not the preset's to choose, or not known.
        return [cell]
    preset = cell.project.preset
    return [
        _one(cell, platform, bounds)
        for platform in preset.platforms or ("",)
        for bounds in preset.bounds
    ]


def _one(cell: CellPlan, platform: str, bounds: Bounds) -> CellPlan:
    marks = [platform] if platform else []
    if bounds is not Bounds.HIGHEST:
        marks.append(bounds.value)
    decided = cell.decided
    if platform and platform not in platforms.here():
        # Whether that machine has the Python is not known here.
        here = platforms.here()[1]
        decided = (CellStatus.NEEDS, f"needs {platform}: this machine is {here}")
    elif bounds is not Bounds.HIGHEST and not generated.is_installable(cell.project.folder):
        decided = decided or (CellStatus.NOT_RUN, "no installable project: it has no bounds")
    return replace(
        cell,
        session=f"{cell.session} [{', '.join(marks)}]" if marks else cell.session,
        bounds=bounds,
        platform=platform,
        decided=decided,
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


def _unknown(cells: Sequence[CellPlan]) -> list[CellPlan]:
    return [replace(cell, unknown=True) for cell in cells]
