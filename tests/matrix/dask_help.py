"""A real scheduler and real workers on the loopback interface, each a process of its own."""

import contextlib
import datetime as dt
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.matrix.matrix_help import DAY, HERE

pytest.importorskip("distributed", reason="many machines need pylife's extra dask")

from pylife import matrix
from pylife.evidence import Store
from pylife.matrix.base import Interpreter, MatrixProject
from pylife.matrix.executors import dask_cluster, dask_wire
from pylife.matrix.executors.dask_link import Waits
from pylife.model import Cell, PythonVersion

SECONDS = 100.0
WAITS = Waits(worker=60, scheduler=90, idle=120)


DIES_WITH_US = """
import ctypes, runpy, signal, sys
try:  # prctl(2), PR_SET_PDEATHSIG: however the tests end, this ends with them
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
except AttributeError:
    pass
sys.argv[:2] = [sys.argv[1]]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""


def environment(root: Path) -> dict[str, str]:
    """That of a worker, which finds few interpreters: each must be started to be believed."""
    return os.environ | {
        "PYLIFE_WORKER_STATE": str(root),
        "PATH": os.pathsep.join(
            [f"{sys.base_prefix}/bin", str(Path(sys.executable).parent), "/usr/bin", "/bin"]
        ),
        "PYENV_ROOT": str(root / "none"),
        "UV_PYTHON_INSTALL_DIR": str(root / "none"),
    }


class Cluster:
    """Processes in `base`; all are ended afterwards, with what they started."""

    def __init__(self, base: Path) -> None:
        self.base = base
        base.mkdir(parents=True, exist_ok=True)
        self.port = 0
        self.scheduler: subprocess.Popen[bytes] | None = None
        self.workers: list[subprocess.Popen[bytes]] = []

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def start(self) -> None:
        """A scheduler; at the port of the one before, if there was one."""
        file = self.base / "scheduler.json"
        file.unlink(missing_ok=True)
        self.scheduler = self._process(
            "scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard",
            "--scheduler-file", str(file),
        )  # fmt: skip
        self.port = int(self._json(file)["address"].rpartition(":")[2])

    def add(
        self, *, threads: int = 1, resources: str | None = None, nanny: bool = True, root: str = ""
    ) -> subprocess.Popen[bytes]:
        """A worker that declares the Python of the tests, or `resources`."""
        declared = f"python{HERE}={threads}" if resources is None else resources
        worker = self._process(
            "worker", self.address, "--host", "127.0.0.1", "--nthreads", str(threads),
            "--no-dashboard", "--nanny" if nanny else "--no-nanny",
            "--local-directory", str(self.base / "scratch"),
            *(("--resources", declared) if declared else ()),
            root=root,
        )  # fmt: skip
        self.workers.append(worker)
        return worker

    def _process(self, kind: str, *arguments: str, root: str = "") -> subprocess.Popen[bytes]:
        with (self.base / f"{kind}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-c", DIES_WITH_US, f"distributed.cli.dask_{kind}", *arguments],
                env=environment(self.base / (root or "root")),
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    @staticmethod
    def _json(file: Path) -> dict[str, str]:
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            with contextlib.suppress(FileNotFoundError, ValueError):
                found: dict[str, str] = json.loads(file.read_text())
                return found
            time.sleep(0.05)
        raise AssertionError("the scheduler did not start")

    def stop(self) -> None:
        processes = [*self.workers, *([self.scheduler] if self.scheduler else [])]
        for process in processes:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
        for process in processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(15)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextlib.contextmanager
def started(base: Path, workers: int = 2) -> Iterator[Cluster]:
    """A scheduler and workers, gone afterwards."""
    found = Cluster(base)
    try:
        found.start()
        for _ in range(workers):
            found.add()
        if workers:
            wait_for_workers(found.address, workers)
        yield found
    finally:
        found.stop()


def run(
    projects: Sequence[MatrixProject],
    state: Path,
    address: str,
    *,
    progress: Callable[[matrix.Event], None] | None = None,
    stop: threading.Event | None = None,
    waits: Waits = WAITS,
    as_of: dt.date = DAY,
    wanted: Sequence[PythonVersion] = (HERE,),
    seen: dict[PythonVersion, Interpreter] | None = None,
) -> list[Cell]:
    """The cells, run by the workers of the scheduler at `address`."""
    stop = stop or threading.Event()
    with (
        Store(state / "evidence.sqlite", logs=state) as store,
        dask_cluster.cluster(address, state, stop, waits=waits) as cluster,
    ):
        interpreters, absent = cluster.interpreters(wanted)
        if seen is not None:
            seen.update(interpreters)
        return matrix.run(
            projects,
            interpreters=interpreters,
            state=state,
            jobs=2,
            store=store,
            as_of=as_of,
            progress=progress,
            stop=stop,
            absent=absent,
            executor=cluster,
        )


def wait_for_workers(address: str, number: int) -> None:
    """Until the scheduler knows so many."""
    from distributed import Client

    with Client(address, timeout=30, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        client.wait_for_workers(number, timeout=SECONDS)


def workers_of(address: str) -> list[int]:
    """The process numbers of the workers that the scheduler knows."""
    from distributed import Client

    with Client(address, timeout=10, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        return sorted(client.run(os.getpid).values())


RESOURCE = dask_wire.resource(HERE)
