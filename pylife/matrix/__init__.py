"""The test matrix: each project's own tests under each Python, and what was seen of them.

Running it EXECUTES the projects' code (noxfiles, build backends, tests), in
copies of their trees and with a cleaned environment, but without a sandbox.

uv ignores the upper bound of a project's and a library's requires-python (0.13,
measured), so a Python above a cap is tested all the same: that a cap is not
needed is what such a pass shows. A lower bound blocks.
"""

import datetime as dt
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pylife.errors import ConfigError, StateError
from pylife.evidence import Store
from pylife.matrix import baseline, keys, needs
from pylife.matrix.base import CellPlan, Interpreter, MatrixProject, Origin
from pylife.matrix.context import Context
from pylife.matrix.document import from_document, order, to_document
from pylife.matrix.executors import local
from pylife.matrix.plan import plan
from pylife.matrix.run_cell import header, log_name, outcome, run_cell
from pylife.matrix.wheels import Wheels
from pylife.model import Cell, CellStatus, PythonVersion

__all__ = [
    "CellPlan",
    "Event",
    "Interpreter",
    "MatrixProject",
    "Origin",
    "from_document",
    "run",
    "to_document",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Progress: `done` of `total` cells are known; `cell` is the one that it is about."""

    kind: Literal["started", "finished"]
    cell: Cell
    done: int
    total: int


def run(
    projects: Sequence[MatrixProject],
    *,
    interpreters: Mapping[PythonVersion, Interpreter],
    state: Path,
    jobs: int,
    store: Store,
    as_of: dt.date,
    progress: Callable[[Event], None] | None = None,
    stop: threading.Event | None = None,
) -> list[Cell]:
    """Every cell of `projects`, sorted by project, Python and session.

    A cell whose outcome `store` has is not run again; one that ends is stored at
    once. Setting `stop` ends what runs and leaves the rest `not-run`; Ctrl-C does
    so too and is raised on. `progress` is called from several threads, never
    from two at once. Raises ConfigError for two projects of one name, ToolError
    without uv or nox, StateError where `state` cannot be written.
    """
    try:
        state.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StateError(f"the state folder cannot be made: {error.strerror}") from None
    names = [project.name for project in projects]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ConfigError(f"two projects of the matrix are called {twice[0]}")
    context = Context(
        state=state.resolve(),
        interpreters=interpreters,
        environment=dict(os.environ),
        stop=stop or threading.Event(),
    )
    context.sweep()
    cells = _Run(projects, context, store, as_of, progress).run(jobs)
    return sorted(baseline.compare(cells, projects), key=order)


class _Run:
    """One run: what is planned, what is known, what is done."""

    def __init__(
        self,
        projects: Sequence[MatrixProject],
        context: Context,
        store: Store,
        as_of: dt.date,
        progress: Callable[[Event], None] | None,
    ) -> None:
        self._projects = {project.name: project for project in projects}
        self._needed = needs.needed(self._projects)
        self._context = context
        self._store = store
        self._as_of = as_of
        self._progress = progress
        self._lock = threading.Lock()
        self._cells: list[Cell] = []
        self._total = 0

    def run(self, jobs: int) -> list[Cell]:
        plans = plan(list(self._projects.values()), self._context, jobs)
        self._total = len(plans)
        digests = self._digests()
        waiting: list[tuple[CellPlan, str]] = []
        for one in plans:
            known, key = self._known(one, digests)
            if known is None:
                waiting.append((one, key))
            else:
                self._finish(known)
        if waiting:
            wanting = {one.project.name: self._needed[one.project.name] for one, _ in waiting}
            wheels = Wheels(self._projects, digests, wanting, self._context)
            self._run(waiting, wheels, jobs)
        return self._cells

    def _digests(self) -> dict[str, str]:
        """Of each project whose tree can be read."""
        found = {}
        for name, project in self._projects.items():
            try:
                found[name] = self._context.digest(project)
            except OSError:
                continue
        return found

    def _known(self, one: CellPlan, digests: Mapping[str, str]) -> tuple[Cell | None, str]:
        """The cell where it need not run, and its key."""
        if one.decided is not None:
            return outcome(one, "", *one.decided), ""
        if one.project.name not in digests:
            return outcome(one, "", CellStatus.NOT_RUN, "its files cannot be read"), ""
        key = keys.key(one, digests, self._needed[one.project.name], self._context.environment)
        stored = self._store.get(key)
        if stored is None:
            return None, key
        # A log is only this cell's if it has not been written anew for another key.
        log = log_name(one) if self._has_log(one, key) else None
        return stored._replace(cached=True, log=log), key

    def _has_log(self, one: CellPlan, key: str) -> bool:
        try:
            with (self._context.state / log_name(one)).open(encoding="utf-8") as file:
                return file.readline() == header(one, key)
        except (OSError, UnicodeDecodeError):
            return False

    def _run(self, waiting: Sequence[tuple[CellPlan, str]], wheels: Wheels, jobs: int) -> None:
        stop = self._context.stop
        local.run_all(wheels.names, wheels.prepare, lambda _: None, jobs=jobs, stop=stop)
        local.run_all(
            waiting,
            lambda task: self._one(*task, wheels),
            self._finish,
            jobs=jobs,
            stop=stop,
        )

    def _one(self, one: CellPlan, key: str, wheels: Wheels) -> Cell:
        if self._context.stop.is_set():
            return outcome(one, key, CellStatus.NOT_RUN, "stopped before it ran")
        self._tell("started", outcome(one, key, CellStatus.NOT_RUN, "running"))
        return run_cell(one, key, self._context, wheels)

    def _finish(self, cell: Cell) -> None:
        if not cell.cached:
            self._store.put(cell, as_of=self._as_of)
        with self._lock:
            self._cells.append(cell)
        self._tell("finished", cell)

    def _tell(self, kind: Literal["started", "finished"], cell: Cell) -> None:
        if self._progress is not None:
            with self._lock:
                self._progress(
                    Event(kind=kind, cell=cell, done=len(self._cells), total=self._total)
                )
