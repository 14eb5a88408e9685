"""Cells on the workers of a Dask scheduler: the same code, log and store as on this machine."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from pylife.errors import ToolError
from pylife.matrix import builds
from pylife.matrix.archives import Blobs
from pylife.matrix.base import CellPlan, Interpreter, MatrixProject
from pylife.matrix.builds import Built
from pylife.matrix.context import Context
from pylife.matrix.executors import dask_parts as parts
from pylife.matrix.executors import dask_wire as wire
from pylife.matrix.executors.dask_board import Board, Landed, Lost, Nobody, Order
from pylife.matrix.executors.dask_flight import Flight
from pylife.matrix.executors.dask_link import Link, SchedulerLostError, Waits
from pylife.matrix.run_cell import log_name, outcome
from pylife.matrix.wheels import Wheels
from pylife.model import Cell, CellStatus, PythonVersion

_BUILD = 1200.0
_KEPT_DAYS = 14.0
_STOPPED = "stopped before it ran"


@contextmanager
def cluster(
    address: str, state: Path, stop: threading.Event, *, jobs: int = 0, waits: Waits | None = None
) -> Iterator["Cluster"]:
    """The workers of the scheduler at `address`, as where cells are run.

    `state` is the run's state folder, `jobs` how many cells are handed over at a
    time (0: twice as many as run at once). Raises ToolError where no scheduler
    answers, or a worker has another pylife.
    """
    found = Cluster(address, state, stop, jobs, waits or Waits())
    found.link.open()
    try:
        found.check()
        yield found
    finally:
        found.link.close()


class Cluster:
    """An executor: see `executors.base`."""

    def __init__(
        self, address: str, state: Path, stop: threading.Event, jobs: int, waits: Waits
    ) -> None:
        self._stop = stop
        self._jobs = jobs
        self._token = uuid4().hex
        self._board = Board()
        self.link = Link(address, self._token, waits, stop, self._board.hear)
        self._blobs = Blobs(state / "cache" / "blobs")
        self._blobs.prune(_KEPT_DAYS)
        self._lock = threading.Lock()
        self._sources: dict[Path, str] = {}
        self._wheels: dict[Path, str] = {}
        self._locks: dict[object, threading.Lock] = {}
        self._sent: dict[tuple[str, str], float] = {}

    def check(self) -> None:
        """Raise ToolError where a worker cannot be used."""
        bad = [f"{one.address}: {one.trouble}" for one in self.link.workers if one.trouble]
        if bad:
            raise ToolError(
                f"workers of {self.link.address} cannot be used: {'; '.join(sorted(bad))}",
                help=f"install python-lifecycle[nightly,dask]=={wire.VERSION} where they run",
            )

    @property
    def jobs(self) -> int:
        """How many cells to hand over at a time."""
        threads = sum(one.threads for one in self.link.workers if not one.trouble)
        return self._jobs or min(max(2 * threads, 16), 512)

    def interpreters(
        self, wanted: Iterable[PythonVersion]
    ) -> tuple[dict[PythonVersion, Interpreter], dict[PythonVersion, str]]:
        """The Pythons that workers declare and have, and of others that are wanted why not.

        Waits for those that are wanted as long as the deadline allows. Of several
        builds of one Python it is that of most workers, then the newest.
        """
        until = time.monotonic() + self.link.waits.worker
        asked = set(wanted)
        while not asked <= (found := parts.chosen(self.link.workers)).keys():
            if time.monotonic() > until or self._stop.wait(0.5):
                break
        return found, {one: self._absent(one) for one in sorted(asked - found.keys())}

    def _absent(self, python: PythonVersion) -> str:
        workers = self.link.workers
        if not workers:
            return f"and no worker joined {self.link.address} in {self.link.waits.worker:.0f} s"
        who = f"and none of the {len(workers)} workers of {self.link.address}"
        if any(python in one.interpreters for one in workers):
            return f"{who} declares the resource {wire.resource(python)}, though some have it"
        return f"{who} had one within {self.link.waits.worker:.0f} s"

    def run(
        self,
        plan: CellPlan,
        key: str,
        context: Context,
        wheels: Wheels,
        began: Callable[[], None],
    ) -> Cell:
        """The cell, run by some worker; its log is in the context's state folder."""
        if plan.interpreter is None:
            return outcome(plan, key, CellStatus.MISSING_INTERPRETER, context.missing(plan.python))
        built = wheels.needed(plan.project, plan.interpreter)
        if isinstance(built, str):
            began()
            status = CellStatus.NOT_RUN if self._stop.is_set() else CellStatus.BLOCKED
            return outcome(plan, key, status, _STOPPED if self._stop.is_set() else built)
        try:
            task = wire.CellTask(
                plan=replace(plan, project=parts.without_folder(plan.project)),
                key=key,
                source=self._source(plan.project, context),
                others=tuple(wheels.others(plan.project)),
                wheels=self._shipped(built),
                environment=parts.allowed(plan.project, context),
                token=self._token,
            )
            order = Order(
                "cell", wire.packed(task), plan.interpreter, plan.project.preset.memory,
                parts.limit(plan.project.preset), self._token,
            )  # fmt: skip
            return self._landed(self._flight(order, began).land(), plan, key, context)
        except (OSError, ValueError) as error:
            return outcome(plan, key, CellStatus.INFRASTRUCTURE, f"it could not be run: {error}")

    def _landed(self, landed: Landed, plan: CellPlan, key: str, context: Context) -> Cell:
        match landed:
            case wire.Ended(cell, log):
                if log is not None:
                    parts.write(context.state / log_name(plan), log)
                return cell
            case Nobody(reason):
                return outcome(plan, key, CellStatus.MISSING_INTERPRETER, reason)
            case Lost(reason):
                return outcome(plan, key, CellStatus.INFRASTRUCTURE, reason)
        return outcome(plan, key, CellStatus.NOT_RUN, _STOPPED)

    def build(
        self, project: MatrixProject, digest: str, interpreter: Interpreter, context: Context
    ) -> Built:
        """The wheel of `project`: kept here from before, or built by some worker."""
        if (kept := builds.kept(context.state, digest, interpreter.version)) is not None:
            return Built(wheel=kept)
        try:
            task = wire.BuildTask(
                project=parts.without_folder(project),
                digest=digest,
                interpreter=interpreter,
                source=self._source(project, context),
                environment=parts.allowed(project, context),
                token=self._token,
            )
            order = Order("wheel", wire.packed(task), interpreter, 0, _BUILD, self._token)
            match self._flight(order, lambda: None).land():
                case wire.WheelBuilt(place, content):
                    return Built(wheel=parts.write(parts.inside(context.state, place), content))
                case wire.NotBuilt(reason) | Lost(reason) | Nobody(reason):
                    return Built(reason=reason)
        except (OSError, ValueError) as error:
            return Built(reason=f"its wheel cannot be built: {error}")
        return Built(reason="stopped before it was built")

    def _flight(self, order: Order, began: Callable[[], None]) -> Flight:
        return Flight(order, self.link, self._board, self._stop, self._bring, began)

    def _source(self, project: MatrixProject, context: Context) -> wire.Source:
        """The archive of the project's tree; made once in a run."""
        with self._one_at_a_time(project.folder):
            if project.folder not in self._sources:
                with context.work(f"{project.name}-archive") as folder:
                    self._sources[project.folder] = self._blobs.pack(context.copy(project, folder))
            return wire.Source(project.folder.name, self._sources[project.folder])

    def _shipped(self, built: Mapping[str, Built]) -> dict[str, wire.Wheel]:
        found = {}
        for name, one in built.items():
            if one.wheel is not None:
                with self._one_at_a_time(one.wheel):
                    if one.wheel not in self._wheels:
                        self._wheels[one.wheel] = self._blobs.add(one.wheel)
                    found[name] = wire.Wheel(one.wheel.name, self._wheels[one.wheel])
        return found

    def _bring(self, address: str, blobs: Iterable[str]) -> None:
        """Send a worker what it lacks, unless that was sent since it was asked for."""
        asked = time.monotonic()
        for blob in blobs:
            with self._one_at_a_time((address, blob)):
                if self._sent.get((address, blob), 0.0) > asked:
                    continue
                path = self._blobs.find(blob)
                if path is None:
                    raise SchedulerLostError("an archive of this run was removed")
                self.link.send(address, blob, path)
                self._sent[address, blob] = time.monotonic()

    @contextmanager
    def _one_at_a_time(self, what: object) -> Iterator[None]:
        with self._lock:
            lock = self._locks.setdefault(what, threading.Lock())
        with lock:
            yield
