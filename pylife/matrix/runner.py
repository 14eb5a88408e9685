"""One run of the matrix: what is planned, what is known, what runs in which order."""

import datetime as dt
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pylife.evidence import Store
from pylife.matrix import baseline, keys, needs, schedule
from pylife.matrix.base import CellPlan, MatrixProject
from pylife.matrix.builds import build
from pylife.matrix.context import Context
from pylife.matrix.executors import local
from pylife.matrix.executors.base import Executor
from pylife.matrix.lacking import Lacking
from pylife.matrix.plan import plan
from pylife.matrix.run_cell import header, log_name, outcome, run_cell
from pylife.matrix.wheels import Wheels
from pylife.model import Cell, CellStatus

_STOPPED = "stopped before it ran"
_AT_ONCE = threading.Event()
"""Is set: whoever waits for it does not wait."""
_AT_ONCE.set()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Progress: `done` of `total` cells are known; `cell` is the one that it is about."""

    kind: Literal["started", "finished"]
    cell: Cell
    done: int
    total: int
    left: float | None = None
    """Seconds that the rest will take, as far as that can be told."""


@dataclass(frozen=True, slots=True)
class _Task:
    """A cell that must run, and its key."""

    plan: CellPlan
    key: str

    @property
    def place(self) -> schedule.Place:
        return schedule.Place(self.plan.project.name, self.plan.python, self.plan.session)


class Runner:
    """Runs the cells of `projects` that `store` does not know."""

    def __init__(
        self,
        projects: Sequence[MatrixProject],
        context: Context,
        store: Store,
        as_of: dt.date,
        progress: Callable[[Event], None] | None,
        executor: Executor | None = None,
    ) -> None:
        self._executor = executor
        self._projects = {project.name: project for project in projects}
        self._needed = needs.needed(self._projects)
        self._lacking = Lacking(self._projects, self._needed)
        self._context = context
        self._store = store
        self._as_of = as_of
        self._progress = progress
        self._lock = threading.Lock()
        self._cells: list[Cell] = []
        self._total = 0
        self._estimate = schedule.Estimate({}, 1)
        self._busy: list[_Task] = []

    def run(self, jobs: int, sessions: Collection[str] = ()) -> list[Cell]:
        """All cells, with those of the baseline that were needed to judge the others.

        `jobs` is how many programs run here at a time; an executor says itself how
        many cells it takes. With `sessions` only those cells are run whose session is
        called so.
        """
        digests = self._digests()
        cells = plan(list(self._projects.values()), self._context, jobs)
        if sessions:
            # What could not be listed may have had them.
            cells = [one for one in cells if one.session in sessions or one.unknown]
        self._pass(cells, digests, jobs)
        projects = list(self._projects.values())
        asked, places = baseline.missing(self._cells, projects)
        if asked and not self._context.stop.is_set():
            more = plan(asked, self._context, jobs)
            wanted = [one for one in more if (one.project.name, one.session) in places]
            self._pass([one for one in wanted if one.decided is None], digests, jobs)
        return baseline.compare(self._cells, projects)

    def _pass(self, plans: Sequence[CellPlan], digests: Mapping[str, str], jobs: int) -> None:
        """Learn what became of each of `plans`."""
        self._total += len(plans)
        self._learn(plans, digests, jobs)
        while not self._context.stop.is_set() and (again := self._lacking.again()):
            self._learn(again, digests, jobs)
        for cell in self._lacking.left():
            self._keep(cell)

    def _learn(self, plans: Sequence[CellPlan], digests: Mapping[str, str], jobs: int) -> None:
        for one in plans:
            self._lacking.plan(one)
        keyed = [(one, self._key(one, digests)) for one in plans]
        stored = self._store.get_many(key for _, key in keyed if key)
        waiting: list[_Task] = []
        for one, key in keyed:
            known = self._known(one, key, digests, stored)
            if known is None:
                waiting.append(_Task(one, key))
            else:
                self._finish(known)
        if waiting:
            wanting = {task.plan.project.name for task in waiting}
            wheels = Wheels(
                self._projects, digests, {name: self._needed[name] for name in wanting},
                self._context, build if self._executor is None else self._executor.build,
            )  # fmt: skip
            self._run(waiting, wheels, jobs if self._executor is None else self._executor.jobs)

    def _digests(self) -> dict[str, str]:
        """Of each project whose tree can be read."""
        found = {}
        for name, project in self._projects.items():
            try:
                found[name] = self._context.digest(project)
            except OSError:
                continue
        return found

    def _key(self, one: CellPlan, digests: Mapping[str, str]) -> str:
        """The key of the cell; empty where there is nothing to run."""
        if one.decided is not None or one.project.name not in digests:
            return ""
        return keys.key(one, digests, self._needed[one.project.name], self._context.environment)

    def _known(
        self, one: CellPlan, key: str, digests: Mapping[str, str], stored: Mapping[str, Cell]
    ) -> Cell | None:
        """The cell where it need not run."""
        if one.decided is not None:
            return outcome(one, "", *one.decided)
        if one.project.name not in digests:
            return outcome(one, "", CellStatus.NOT_RUN, "its files cannot be read")
        return self._with_log(one, key, stored[key]) if key in stored else None

    def _with_log(self, one: CellPlan, key: str, stored: Cell) -> Cell:
        """A cell that was run before, or elsewhere."""
        # A log is only this cell's if it has not been written anew for another key.
        log = log_name(one) if self._has_log(one, key) else None
        return stored._replace(cached=True, log=log)

    def _has_log(self, one: CellPlan, key: str) -> bool:
        try:
            with (self._context.state / log_name(one)).open(encoding="utf-8") as file:
                return file.readline() == header(one, key)
        except (OSError, UnicodeDecodeError):
            return False

    def _run(self, waiting: Sequence[_Task], wheels: Wheels, jobs: int) -> None:
        stop = self._context.stop
        local.run_all(wheels.names, wheels.prepare, lambda _: None, jobs=jobs, stop=stop)
        past = schedule.durations(self._store.results())
        known = schedule.expected((task.place for task in waiting), past)
        self._estimate = schedule.Estimate(known, jobs)
        self._estimate.add(task.place for task in waiting)
        tasks = [task for _, task in schedule.longest_first([(t.place, t) for t in waiting], known)]
        local.run_all(
            tasks,
            lambda task: self._one(task, wheels, _AT_ONCE),
            self._ended,
            jobs=jobs,
            stop=stop,
        )
        # What another run on the same store has is waited for when all else is done.
        busy, self._busy = self._busy, []
        local.run_all(
            busy, lambda task: self._one(task, wheels, stop), self._ended, jobs=jobs, stop=stop
        )

    def _one(self, task: _Task, wheels: Wheels, until: threading.Event) -> Cell | None:
        """The cell, run here or meanwhile elsewhere; None where another run has it.

        Then it is waited for until `until` is set, and is busy if that is no `stop`.
        """
        one, key, stop = task.plan, task.key, self._context.stop
        if stop.is_set():
            return outcome(one, key, CellStatus.NOT_RUN, _STOPPED)

        def began() -> None:
            self._tell("started", outcome(one, key, CellStatus.NOT_RUN, "running"))

        def work() -> Cell:
            if self._executor is not None:
                return self._executor.run(one, key, self._context, wheels, began)
            began()
            return run_cell(one, key, self._context, wheels)

        cell = self._store.once(
            key,
            work,
            as_of=self._as_of,
            stop=until,
            interpreter=one.interpreter.build if one.interpreter is not None else "",
        )
        if cell is not None:
            return self._with_log(one, key, cell) if cell.cached else cell
        if stop.is_set():
            return outcome(one, key, CellStatus.NOT_RUN, _STOPPED)
        with self._lock:
            self._busy.append(task)
        return None

    def _ended(self, cell: Cell | None) -> None:
        if cell is not None:
            self._finish(cell)

    def _finish(self, cell: Cell) -> None:
        with self._lock:
            told = self._lacking.take(cell)
        if told is not None:
            self._keep(told)

    def _keep(self, cell: Cell) -> None:
        with self._lock:
            self._cells.append(cell)
        self._tell("finished", cell)

    def _tell(self, kind: Literal["started", "finished"], cell: Cell) -> None:
        now = time.monotonic()
        with self._lock:
            if kind == "started":
                self._estimate.started(schedule.place(cell), now)
            else:
                self._estimate.finished(schedule.place(cell), cell.seconds or 0.0)
            if self._progress is not None:
                done, left = len(self._cells), self._estimate.left(now)
                event = Event(kind=kind, cell=cell, done=done, total=self._total, left=left)
                self._progress(event)
