"""The second step: run the matrix. EXECUTES the projects' code, in copies and apart."""

import contextlib
import os
import threading
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

from pylife import matrix
from pylife.declarations.authority import supports
from pylife.fleet import Member, identity
from pylife.matrix import capacity, generated, presets, tree
from pylife.matrix.admission import admit
from pylife.matrix.context import Context
from pylife.matrix.plan import plan
from pylife.model import Cell, Kind, PythonVersion, Role, Stage, explicit
from pylife.workflow import resolved
from pylife.workflow import store as stores
from pylife.workflow import wanted as wanting
from pylife.workflow.elsewhere import Cluster, place
from pylife.workflow.read import Read, Scan, requires
from pylife.workflow.wanted import EVERYTHING, Wanted

DEFAULT = "default"
_NO_CELLS = frozenset({Kind.WORKSPACE})


def projects(
    scan: Scan, *, wanted: Wanted = EVERYTHING, state: Path | None = None
) -> list[matrix.MatrixProject]:
    """The members of the fleet as what the matrix tests; `wanted` narrows the cells.

    With the sets of dependencies that were judged in `state`, where they are of now.
    Raises ConfigError where a matrix preset is wrong, UsageError for a project that
    is not there.
    """
    edges = requires(scan)
    judged = resolved.sets(scan.fleet, state, os.environ) if state is not None else {}
    loaded: dict[tuple[Path, str], presets.MatrixPreset] = {}
    found = []
    for read in scan.reads:
        member = read.member
        if not member.away and (member.folder is None or read.judgement is None):
            continue
        name = member.project.matrix or DEFAULT
        key = (member.root, name)
        if key not in loaded:
            loaded[key] = wanting.preset(presets.load(name, member.root), wanted)
        found.append(
            matrix.MatrixProject(
                name=member.project.name,
                distribution=_distribution(member),
                folder=(member.folder or member.root / member.project.path).resolve(),
                away=member.away,
                kind=member.project.kind,
                preset=loaded[key],
                pythons=_pythons(read, loaded[key], wanted),
                allowed_to_fail=_allowed_to_fail(read, loaded[key]),
                requires=tuple(sorted({*edges[member.project.name]} - set(read.bases))),
                baseline=_baseline(read),
                runs_on=_runtimes(read),
                resolved=judged.get(member.project.path, {}),
            )
        )
    return wanting.narrowed(found, wanted)


def run(
    scan: Scan,
    *,
    state: Path,
    jobs: int,
    wanted: Wanted = EVERYTHING,
    progress: Callable[[matrix.Event], None] | None = None,
    stop: threading.Event | None = None,
    where: str | None = None,
    cluster: Cluster | None = None,
) -> dict[str, Any]:
    """Run every cell that is not known yet; returns the document `pylife/matrix-run/1`.

    `state` holds the store (unless it is at `where`), the logs and the copies.
    With `jobs` 0 as many cells run at a time as cores and free memory allow; a
    `cluster` says that itself, and of it `jobs` is how many are handed over at a time.
    What projects' own CIs have shown of the files as they are is added. Raises
    ToolError without uv or nox, StateError where `state` or the store cannot be used.
    """
    tested = projects(scan, wanted=wanted, state=state)
    stop = stop or threading.Event()
    with contextlib.ExitStack() as stack:
        store = stack.enter_context(stores.opened(scan, state, where))
        executor = None
        if cluster is None:
            found, absent = wanting.pythons(tested, wanted, state)
        else:
            there = stack.enter_context(place(cluster, tested, state, jobs, stop))
            found, absent, executor = there
        cells = matrix.run(
            tested,
            interpreters=found,
            state=state,
            jobs=_jobs(jobs if executor is None else 0, tested),
            store=store,
            as_of=scan.as_of,
            progress=progress,
            stop=stop,
            sessions=wanted.sessions,
            absent=absent,
            executor=executor,
        )
        imports = stores.imports(scan, store)
        chosen = wanting.chosen([read.member.project.name for read in scan.reads], wanted)
        cells += [cell for cell in imports.cells if _is_wanted(cell, wanted, chosen)]
        store.observe(cells, as_of=scan.as_of)
        days = store.days(cell.key for cell in cells if cell.cached)
    return {
        **matrix.to_document(cells, found, scan.as_of, days),
        "imported": list(imports.bases),
        "trees": trees(scan, state),
    }


def trees(scan: Scan, state: Path) -> dict[str, str]:
    """Of each member its tree's digest: evidence speaks of that tree and of no other."""
    found = {}
    for read in scan.reads:
        folder = read.member.folder
        if folder is not None and read.judgement is not None:
            with contextlib.suppress(OSError):
                found[read.member.project.name] = tree.digest(folder.resolve(), [state])
    return dict(sorted(found.items()))


def listed(
    scan: Scan, *, state: Path, jobs: int, wanted: Wanted = EVERYTHING
) -> list[matrix.CellPlan]:
    """The cells that `run` would run. Lists noxfiles' sessions, which executes the noxfiles."""
    tested = projects(scan, wanted=wanted, state=state)
    found, absent = wanting.pythons(tested, wanted, state)
    context = Context(
        state=state.resolve(),
        interpreters=found,
        environment=dict(os.environ),
        stop=threading.Event(),
        absent=absent,
    )
    admit(tested, context)
    return [one for one in plan(tested, context, _jobs(jobs, tested)) if wanted.has_cell(one)]


def _is_wanted(cell: Cell, wanted: Wanted, projects: Collection[str]) -> bool:
    """Whether a result of a project's own CI is among what is asked for."""
    return (
        wanted.has_python(cell.python)
        and cell.project in projects
        and (not wanted.sessions or cell.session in wanted.sessions)
    )


def _distribution(member: Member) -> str:
    """What its files say that it is called; where its setup.py has to be run for that, its name.

    Empty where there is nothing to install: a folder's name is no distribution's.
    """
    if member.folder is None:
        return ""
    said = identity.name(member.folder, member.files)
    if said is None and generated.is_installable(member.folder):
        return member.project.name
    return said or ""


def _jobs(jobs: int, tested: Sequence[matrix.MatrixProject]) -> int:
    return jobs or capacity.jobs(project.preset.memory for project in tested)


def _pythons(read: Read, preset: presets.MatrixPreset, wanted: Wanted) -> tuple[PythonVersion, ...]:
    if read.member.project.kind in _NO_CELLS:
        return ()
    left_out = preset.prereleases is presets.Prereleases.LEFT_OUT
    window = (*read.window.wanted, *(() if left_out else read.window.preview))
    if preset.pythons is not None and window:
        return preset.pythons  # which may be outside of it
    return tuple(filter(wanted.has_python, window))


def _allowed_to_fail(read: Read, preset: presets.MatrixPreset) -> frozenset[PythonVersion]:
    if preset.prereleases is presets.Prereleases.REQUIRED:
        return frozenset()
    return frozenset(read.window.preview)


def _runtimes(read: Read) -> tuple[PythonVersion, ...]:
    """The Pythons that its files say it is deployed with."""
    return explicit(
        python
        for item in read.declarations
        if item.role is Role.RUNS_ON
        for python in item.effective
    )


def _baseline(read: Read) -> PythonVersion | None:
    """The oldest required Python that the range covers; for an application, its runtime."""
    required = read.window.at(Stage.SUPPORTED, Stage.DEPRECATED)
    if read.member.project.kind.is_application:
        runtimes = _runtimes(read)
        if read.member.project.kind is Kind.MODEL and runtimes:
            # What it was saved with, however old: nothing else is known to be right.
            return runtimes[0]
        inside = [python for python in required if python in runtimes]
        if inside:
            return inside[0]
    declared = supports(read.declarations)
    covered = declared.versions if declared is not None and declared.versions else ()
    first = next((python for python in required if python in covered), None)
    if first is not None or not required:
        return first
    # None that is asked for is supported yet: the newest that was, if it is older than those.
    return max((python for python in covered if python < min(required)), default=None)
