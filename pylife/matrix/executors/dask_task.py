"""What happens on a worker: a task is done with the same code as on the run's own machine.

A task works in a folder of its own below the worker's root, with its own log. The
root also holds what arrived (by content), uv's cache, and answers that are on
their way: should the way be cut, the task is not done again.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from pylife.errors import PylifeError
from pylife.matrix import builds, extras, workfolder
from pylife.matrix import wheels as houses
from pylife.matrix.admission import admit
from pylife.matrix.archives import Blobs, unpack
from pylife.matrix.base import Interpreter, MatrixProject
from pylife.matrix.context import Context, workshop
from pylife.matrix.executors import dask_here as here
from pylife.matrix.executors import dask_wire as wire
from pylife.matrix.executors.dask_spool import Spool
from pylife.matrix.isolation import Isolation
from pylife.matrix.run_cell import log_name, run_cell

_ADMITTED: set[tuple[str, Isolation]] = set()


def perform(
    version: str, data: bytes, stop: threading.Event, address: str, began: Callable[[], None]
) -> wire.Packet:
    """Do a task of pylife `version`, or say why not; ends soon once `stop` is set.

    `began` is called when all that it needs is there.
    """
    if version != wire.VERSION:
        reason = f"it has pylife {wire.VERSION}, the run has {version}"
        return wire.packet(wire.Refused(address, reason))
    task = wire.unpacked(data)
    spool = Spool(here.root() / "spool")
    if isinstance(task, wire.CellTask) and (before := spool.get(task.token, task.key)) is not None:
        return before
    answer = _perform(task, stop, address, began)
    sent = wire.packet(answer)
    if isinstance(task, wire.CellTask) and isinstance(answer, wire.Ended):
        spool.put(task.token, task.key, sent)
    return sent


def _perform(
    task: wire.Task, stop: threading.Event, address: str, began: Callable[[], None]
) -> wire.Answer:
    try:
        # What a killed worker of this machine left would go on beside this task.
        here.tidy_now_and_then(here.root())
        with _places(task) as (blobs, state):
            missing = [blob for blob in task.blobs if blob not in blobs]
            if missing:
                return wire.Missing(address, tuple(missing))
            source = state / "source" / (task.source.folder or "project")
            unpack(blobs[task.source.blob], source)
            context = _context(task, state, stop)
            _admit(task, context, source)
            began()
            match task:
                case wire.CellTask():
                    return _cell(task, context, source, blobs, address)
                case wire.BuildTask():
                    return _build(task, context, source, address)
    except (OSError, ValueError, PylifeError) as error:
        return wire.Refused(address, f"{error}")


@contextmanager
def _places(task: wire.Task) -> Iterator[tuple[dict[str, Path], Path]]:
    """What has arrived of what the task needs, and a folder for its state."""
    base = here.root()
    house = Blobs(base / "blobs")
    found_here = {blob: path for blob in task.blobs if (path := house.find(blob)) is not None}
    tasks = base / "tasks"
    tasks.mkdir(exist_ok=True)
    with ExitStack() as stack:
        state = stack.enter_context(workfolder.made(tasks, "task"))
        stack.callback(_leave, workshop(state))
        try:
            yield found_here, state
        finally:
            # The next task need not wait for that.
            _cleaner().submit(stack.pop_all().close)


def _leave(shop: Path) -> None:
    with suppress(OSError):
        shop.rmdir()


@lru_cache(maxsize=1)
def _cleaner() -> ThreadPoolExecutor:
    """Removes folders; a worker that ends waits for it."""
    return ThreadPoolExecutor(1, thread_name_prefix="cleaner")


def _context(task: wire.Task, state: Path, stop: threading.Event) -> Context:
    environment = dict(os.environ)
    for name, value in task.environment.items():
        # As the run has it, for it is part of the cell's key.
        environment.pop(name, None)
        if value is not None:
            environment[name] = value
    return Context(
        state=state, interpreters=here.found(), environment=environment, stop=stop,
        cache=here.root() / "cache",
    )  # fmt: skip


def _admit(task: wire.Task, context: Context, source: Path) -> None:
    """Raise where this machine must not run the project's code; asked once in a run."""
    project = task.plan.project if isinstance(task, wire.CellTask) else task.project
    asked = (task.token, project.preset.isolation)
    if asked not in _ADMITTED:
        admit([replace(project, folder=source)], context)
        _ADMITTED.add(asked)


def _here(wanted: Interpreter | None) -> Interpreter | None:
    """The interpreter of that very build on this machine."""
    own = here.found().get(wanted.version) if wanted is not None else None
    if own is None or wanted is None or wire.fingerprint(own) != wire.fingerprint(wanted):
        return None
    return own


def _cell(
    task: wire.CellTask, context: Context, source: Path, blobs: Mapping[str, Path], address: str
) -> wire.Answer:
    interpreter = _here(task.plan.interpreter)
    if interpreter is None:
        return wire.Refused(address, f"it has no such build of Python {task.plan.python}")
    project = replace(task.plan.project, folder=source)
    plan = replace(task.plan, project=project, interpreter=interpreter)
    house = Shipped(task, blobs, context.state / "wheels")
    cell = run_cell(plan, task.key, context, house)
    if context.stop.is_set():
        return wire.Stopped()
    try:
        log = (context.state / log_name(plan)).read_bytes()
    except FileNotFoundError:
        log = None
    return wire.Ended(cell, log)


def _build(task: wire.BuildTask, context: Context, source: Path, address: str) -> wire.Answer:
    interpreter = _here(task.interpreter)
    if interpreter is None:
        return wire.Refused(address, f"it has no such build of Python {task.interpreter.version}")
    project = replace(task.project, folder=source)
    built = builds.build(project, task.digest, interpreter, context)
    if context.stop.is_set():
        return wire.Stopped()
    if built.wheel is None:
        return wire.NotBuilt(built.reason)
    place = built.wheel.relative_to(context.state)
    return wire.WheelBuilt(place.as_posix(), built.wheel.read_bytes())


class Shipped(houses.Wheels):
    """The wheels that came along with a cell, each under its own name in `folder`."""

    def __init__(self, task: wire.CellTask, blobs: Mapping[str, Path], folder: Path) -> None:
        self._others = task.others
        self._shipped: dict[str, builds.Built] = {}
        for name, wheel in task.wheels.items():
            place = folder / name / wheel.filename
            place.parent.mkdir(parents=True)
            shutil.copyfile(blobs[wheel.blob], place)
            self._shipped[name] = builds.Built(wheel=place)

    def override(
        self,
        project: MatrixProject,
        interpreter: Interpreter,  # noqa: ARG002 - as `Wheels.override`
        folder: Path,
    ) -> houses.Overrides | str:
        """The override files for the cell."""
        there = [one.wheel for one in self._shipped.values() if one.wheel is not None]
        texts = [*extras.declared(project.folder), *map(extras.metadata, there)]
        return houses.write(self._others, self._shipped, texts, folder)
