"""The second step: run the matrix. EXECUTES the projects' code, in copies and apart."""

import contextlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pylife import matrix
from pylife.declarations.authority import supports
from pylife.matrix import capacity, presets, tree
from pylife.matrix import interpreters as pythons
from pylife.matrix.context import Context
from pylife.matrix.plan import plan
from pylife.model import Kind, PythonVersion, Role, Stage
from pylife.workflow import store as stores
from pylife.workflow.read import Read, Scan, requires

DEFAULT = "default"
_NO_CELLS = frozenset({Kind.WORKSPACE})


def projects(scan: Scan, *, only: Sequence[PythonVersion] = ()) -> list[matrix.MatrixProject]:
    """The members of the fleet as what the matrix tests; `only` narrows the Pythons.

    Raises ConfigError where a matrix preset is wrong.
    """
    edges = requires(scan)
    loaded: dict[tuple[Path, str], presets.MatrixPreset] = {}
    found = []
    for read in scan.reads:
        member = read.member
        if member.folder is None or read.judgement is None:
            continue
        name = member.project.matrix or DEFAULT
        key = (member.root, name)
        if key not in loaded:
            loaded[key] = _narrowed(presets.load(name, member.root), only)
        found.append(
            matrix.MatrixProject(
                name=member.project.name,
                folder=member.folder.resolve(),
                kind=member.project.kind,
                preset=loaded[key],
                pythons=_pythons(read, only),
                allowed_to_fail=frozenset(read.window.preview),
                requires=edges[member.project.name],
                baseline=_baseline(read),
            )
        )
    return found


def run(
    scan: Scan,
    *,
    state: Path,
    jobs: int,
    only: Sequence[PythonVersion] = (),
    progress: Callable[[matrix.Event], None] | None = None,
    stop: threading.Event | None = None,
    where: str | None = None,
) -> dict[str, Any]:
    """Run every cell that is not known yet; returns the document `pylife/matrix-run/1`.

    `state` holds the store (unless it is at `where`), the logs and the copies.
    With `jobs` 0 as many cells run at a time as cores and free memory allow.
    What projects' own CIs have shown of the files as they are is added. Raises
    ToolError without uv or nox, StateError where `state` or the store cannot be used.
    """
    found, tested = pythons.find(), projects(scan, only=only)
    with stores.opened(scan, state, where) as store:
        cells = matrix.run(
            tested,
            interpreters=found,
            state=state,
            jobs=_jobs(jobs, tested),
            store=store,
            as_of=scan.as_of,
            progress=progress,
            stop=stop,
        )
        imports = stores.imports(scan, store)
        cells += [cell for cell in imports.cells if not only or cell.python in only]
        store.observe(cells, as_of=scan.as_of)
    return {
        **matrix.to_document(cells, found, scan.as_of),
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
    scan: Scan, *, state: Path, jobs: int, only: Sequence[PythonVersion] = ()
) -> list[matrix.CellPlan]:
    """The cells that `run` would run. Lists noxfiles' sessions, which executes the noxfiles."""
    import os

    context = Context(
        state=state.resolve(),
        interpreters=pythons.find(),
        environment=dict(os.environ),
        stop=threading.Event(),
    )
    found = projects(scan, only=only)
    return plan(found, context, _jobs(jobs, found))


def _jobs(jobs: int, tested: Sequence[matrix.MatrixProject]) -> int:
    return jobs or capacity.jobs(project.preset.memory for project in tested)


def _narrowed(preset: presets.MatrixPreset, only: Sequence[PythonVersion]) -> presets.MatrixPreset:
    """A preset that names Pythons itself, with those of `only` alone."""
    if preset.pythons is None or not only:
        return preset
    return replace(preset, pythons=tuple(python for python in preset.pythons if python in only))


def _pythons(read: Read, only: Sequence[PythonVersion]) -> tuple[PythonVersion, ...]:
    if read.member.project.kind in _NO_CELLS:
        return ()
    window = (*read.window.wanted, *read.window.preview)
    return tuple(python for python in window if not only or python in only)


def _baseline(read: Read) -> PythonVersion | None:
    """The oldest required Python that the range covers; for an application, its runtime."""
    required = read.window.at(Stage.SUPPORTED, Stage.DEPRECATED)
    if read.member.project.kind.is_application:
        runtimes = {
            python
            for item in read.declarations
            if item.role is Role.RUNS_ON
            for python in item.effective
        }
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
