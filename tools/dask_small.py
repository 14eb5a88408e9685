"""A real Dask scheduler and workers on this machine, for the scripts that measure and break."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from pylife.matrix.executors import dask_worker

_SECONDS = 120.0
_DIES_WITH_US = """
import ctypes, runpy, signal, sys
try:  # prctl(2), PR_SET_PDEATHSIG: however the script ends, this ends with it
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
except AttributeError:
    pass
sys.argv[:2] = [sys.argv[1]]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""


class Machines:
    """A scheduler, and workers that begin anew when they are killed, in the folder `base`."""

    def __init__(self, base: Path) -> None:
        self.base = base
        base.mkdir(parents=True, exist_ok=True)
        self.root = base / "root"
        self.temporary = base / "tmp"
        self.temporary.mkdir(exist_ok=True)
        self._port = 0
        self.scheduler: subprocess.Popen[bytes] | None = None
        self._workers: list[subprocess.Popen[bytes]] = []

    @property
    def address(self) -> str:
        """The scheduler's, which stays the same."""
        return f"tcp://127.0.0.1:{self._port}"

    def schedule(self) -> None:
        """Start the scheduler, or start it again."""
        file = self.base / "scheduler.json"
        file.unlink(missing_ok=True)
        self.scheduler = self._start(
            "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(self._port),
            "--no-dashboard", "--scheduler-file", str(file),
        )  # fmt: skip
        until = time.monotonic() + _SECONDS
        while time.monotonic() < until:
            with contextlib.suppress(FileNotFoundError, ValueError):
                self._port = int(json.loads(file.read_text())["address"].rpartition(":")[2])
                return
            time.sleep(0.05)
        raise SystemExit("the scheduler did not start")

    def work(self, number: int, arguments: Sequence[str]) -> None:
        """Start workers with these arguments of `pylife matrix worker`, and wait for them."""
        for _ in range(number):
            self._workers.append(
                self._start(
                    "pylife", "matrix", "worker", self.address, "--state", str(self.root),
                    *arguments, "--", "--host", "127.0.0.1",
                    "--local-directory", str(self.base / "scratch"),
                )
            )  # fmt: skip
        self.wait(number)

    def simulate(self, number: int, preload: Path, resources: str) -> None:
        """Start plain `dask worker` processes that load the script `preload`, and wait for them."""
        for _ in range(number):
            self._workers.append(
                self._start(
                    "distributed.cli.dask_worker", self.address, "--host", "127.0.0.1",
                    "--nthreads", "1", "--no-dashboard", "--no-nanny", "--memory-limit", "0",
                    "--preload", str(preload),
                    "--local-directory", str(self.base / "scratch"), "--resources", resources,
                )
            )  # fmt: skip
        self.wait(number)

    def kill_worker(self, which: int) -> bool:
        """SIGKILL to one worker, not to what starts it anew; whether there was one."""
        above = self._workers[which % len(self._workers)].pid
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                status = (entry / "stat").read_bytes().rpartition(b")")[2].split()
                command = (entry / "cmdline").read_bytes()
                if int(status[1]) == above and b"dask_worker" in command:
                    os.kill(int(entry.name), signal.SIGKILL)
                    return True
        return False

    def kill_scheduler(self) -> None:
        """SIGKILL to the scheduler, and another one in its place."""
        if self.scheduler is not None:
            self.scheduler.kill()
            self.scheduler.wait()
        self.schedule()

    def wait(self, number: int) -> None:
        """Until so many workers are there."""
        from distributed import Client

        with Client(self.address, timeout=60, set_as_default=False) as client:  # type: ignore[no-untyped-call]
            client.wait_for_workers(number, timeout=_SECONDS)

    def _start(self, module: str, *arguments: str) -> "subprocess.Popen[bytes]":
        with (self.base / "machines.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-c", _DIES_WITH_US, module, *arguments],
                env=os.environ
                | {
                    "PYLIFE_WORKER_STATE": str(self.root),
                    "TMPDIR": str(self.temporary),
                    **dask_worker.SETTINGS,
                    # Few interpreters: each is started before it is believed.
                    "PYENV_ROOT": str(self.base / "none"),
                    "PATH": os.pathsep.join(
                        [f"{sys.base_prefix}/bin", str(Path(sys.executable).parent), os.defpath]
                    ),
                },
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def stop(self) -> None:
        """End all of them."""
        processes = [*self._workers, *([self.scheduler] if self.scheduler else [])]
        for process in processes:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
        for process in processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(40)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextlib.contextmanager
def machines(base: Path) -> Iterator[Machines]:
    """A scheduler, gone afterwards with all of its workers."""
    found = Machines(base)
    try:
        found.schedule()
        yield found
    finally:
        found.stop()
