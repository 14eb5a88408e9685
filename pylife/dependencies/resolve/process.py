"""One run of a program to its end, within a time, and with nothing of it left."""

import contextlib
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

_GRACE = 2.0
"""Seconds between SIGTERM and SIGKILL."""


class Ended(NamedTuple):
    """What a program printed; `code` is None where it was ended by us."""

    code: int | None
    out: str
    err: str


class Processes:
    """Programs that are running, each in a group of its own; safe to use from several threads.

    `stopped`: everything was ended, and nothing starts any more.
    """

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self.stopped = False

    def run(
        self, command: Sequence[str], *, cwd: Path, env: Mapping[str, str], timeout: float
    ) -> Ended:
        """Run `command` for at most `timeout` seconds; raises OSError where it cannot start.

        What it writes to stderr goes through a file: a log of thousands of lines, each written
        by itself, would wake us as often.
        """
        with tempfile.TemporaryFile() as log:
            with self._lock:
                if self.stopped:
                    return Ended(None, "", "")
                process = subprocess.Popen(
                    command,
                    cwd=cwd,
                    env=env,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    start_new_session=True,
                )
                self._running.add(process)
            try:
                with process:
                    code, out = self._wait(process, timeout)
            finally:
                with self._lock:
                    self._running.discard(process)
            log.seek(0)
            return Ended(code, out.decode(errors="replace"), log.read().decode(errors="replace"))

    def stop(self) -> None:
        """End all that runs, and start nothing more."""
        with self._lock:
            self.stopped = True
            running = tuple(self._running)
        for process in running:
            _signal(process, signal.SIGTERM)

    def _wait(self, process: subprocess.Popen[bytes], timeout: float) -> tuple[int | None, bytes]:
        try:
            out, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            # Builds that it started share its group.
            _signal(process, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=_GRACE)
            _signal(process, signal.SIGKILL)
            return None, process.communicate()[0]
        return None if self.stopped else process.returncode, out


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signal the group that `process` leads; nothing where no member of it lives."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
