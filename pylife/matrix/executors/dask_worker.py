"""What a machine declares as a Dask worker, and a worker that outlives its scheduler.

A worker ends when its scheduler does (distributed, since 2022), and one that is
killed leaves what it had started. So `serve` starts it anew, and puts away what
was left, until it is told to end.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pylife.matrix import capacity
from pylife.matrix.base import Interpreter
from pylife.matrix.executors import dask_here, dask_wire
from pylife.model import PythonVersion

SETTINGS = {
    # Samples of all threads every 10 ms, and looks at the memory and the event loop 10 to 50
    # times a second, are for tasks that compute; ours wait for programs.
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
    "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "500ms",
    "DASK_DISTRIBUTED__ADMIN__SYSTEM_MONITOR__INTERVAL": "5s",
}
"""Of Dask's configuration, as its environment variables."""
_PAUSE = 1.0
_GRACE = 20.0


def resources(pythons: Iterable[PythonVersion], slots: int, memory: int | None) -> dict[str, int]:
    """What a worker declares: so many cells of each Python at a time, and MiB of memory.

    The names are those that a run asks for, such as `python3.13`.
    """
    found = {dask_wire.resource(python): slots for python in sorted(set(pythons))}
    return found | ({dask_wire.MEMORY: memory} if memory is not None else {})


def here(
    pythons: Mapping[PythonVersion, Interpreter], *, slots: int = 0, memory: int = 0
) -> tuple[int, dict[str, int]]:
    """How many cells this machine takes at a time, and what it declares.

    Unless given, slots are its cores, and memory is what is free.
    """
    slots = slots or capacity.cores()
    return slots, resources(pythons, slots, memory or capacity.memory())


def line(declared: Mapping[str, int]) -> str:
    """The value of `dask worker --resources`."""
    return " ".join(f"{name}={number}" for name, number in declared.items())


def command(
    address: str, slots: int, declared: Mapping[str, int], more: Sequence[str] = ()
) -> list[str]:
    """The command that starts a worker of the scheduler at `address` (or a scheduler file)."""
    is_file = "://" not in address and address.endswith(".json")
    where = ["--scheduler-file", address] if is_file else [address]
    return [
        *(sys.executable, "-m", "distributed.cli.dask_worker", *where),
        # Started anew by `serve`, which also puts away what a killed one left.
        *("--nthreads", str(slots), "--no-nanny", "--no-dashboard", "--memory-limit", "0"),
        *("--resources", line(declared), *more),
    ]


def serve(
    worker: Sequence[str], state: Path, folders: Sequence[Path], stop: threading.Event
) -> None:
    """Run `worker` again and again until `stop` is set; `state` is the worker's root.

    `folders` are where it looks for interpreters beside the usual places.
    """
    environment = (
        SETTINGS
        | os.environ
        | {
            dask_here.ROOT: str(state.resolve()),
            dask_here.FOLDERS: os.pathsep.join(str(folder.resolve()) for folder in folders),
        }
    )
    while not stop.is_set():
        dask_here.tidy(state)
        # A group of its own: what a terminal sends goes to us alone.
        child = subprocess.Popen(worker, env=environment, start_new_session=True)
        try:
            while child.poll() is None and not stop.wait(0.2):
                pass
        finally:
            _end(child)
            dask_here.tidy(state)
        stop.wait(_PAUSE)


def _end(child: "subprocess.Popen[bytes]") -> None:
    """Ask the worker to end, so that it ends its cells; after a grace, make it."""
    if child.poll() is None:
        child.send_signal(signal.SIGINT)
        until = time.monotonic() + _GRACE
        while child.poll() is None and time.monotonic() < until:
            time.sleep(0.1)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
