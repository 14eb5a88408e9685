"""Running one program to its end: a log of bounded size, a deadline, and no process left.

The program gets a session of its own and a mark in its environment. What is
left of it afterwards is ended: the group, and on Linux also what has left the
group but still carries the mark.
"""

import contextlib
import os
import selectors
import signal
import subprocess
import threading
import time
import uuid
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MARK = "PYLIFE_CELL"
_GRACE = 3.0
"""Seconds between SIGTERM and SIGKILL."""
_TICK = 0.1
_HALF = 1_000_000
"""Bytes of a log's head that are kept, and as many of its tail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a program ended: `code` is negative for a signal, as in subprocess."""

    code: int
    seconds: float
    timed_out: bool = False
    stopped: bool = False


def run(
    command: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    log: Path,
    timeout: float,
    stop: threading.Event | None = None,
    header: str = "",
) -> Ended:
    """Run `command` with its output in `log`, for at most `timeout` seconds.

    Ends it when `stop` is set. Raises OSError where it cannot be started or the
    log cannot be written.
    """
    mark = uuid.uuid4().hex
    log.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with log.open("wb") as file:
        output = _Capped(file)
        output.write(header.encode())
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**env, MARK: mark},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            timed_out, stopped = _watch(process, output, began + timeout, stop)
        finally:
            _end(process, f"{MARK}={mark}".encode())
            output.close()
        return Ended(
            code=process.wait(),
            seconds=time.monotonic() - began,
            timed_out=timed_out,
            stopped=stopped,
        )


def _watch(
    process: subprocess.Popen[bytes],
    output: "_Capped",
    deadline: float,
    stop: threading.Event | None,
) -> tuple[bool, bool]:
    """Copy output until the program ends, the deadline passes, or `stop` is set."""
    pipe = process.stdout
    if pipe is None:  # pragma: no cover - it was asked for
        return False, False
    os.set_blocking(pipe.fileno(), False)
    with pipe, selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        is_open = True
        while True:
            # A child that keeps the pipe open must not keep us: the program's end counts.
            ended = process.poll() is not None
            chunk: bytes | None = None
            if is_open and selector.select(0 if ended else _TICK):
                chunk = pipe.read(65536)
                if chunk == b"":
                    is_open = False
                    selector.unregister(pipe)
            elif not is_open and not ended:
                time.sleep(_TICK)
            if chunk:
                output.write(chunk)
            elif ended:
                return False, False
            if stop is not None and stop.is_set():
                return False, True
            if time.monotonic() > deadline:
                return True, False


def _end(process: subprocess.Popen[bytes], mark: bytes) -> None:
    """SIGTERM, and after a grace SIGKILL, to whatever is left of the program."""
    for number, seconds in ((signal.SIGTERM, _GRACE), (signal.SIGKILL, _GRACE)):
        until = time.monotonic() + seconds
        sent: set[int] = set()
        while left := _left(process, mark):
            for pid in left:
                if pid not in sent or number == signal.SIGKILL:
                    sent.add(pid)
                    with contextlib.suppress(ProcessLookupError, PermissionError):
                        os.kill(pid, number)
            if time.monotonic() > until:
                break
            time.sleep(0.02)
        else:
            return


def _left(process: subprocess.Popen[bytes], mark: bytes) -> list[int]:
    """The live processes of the program; negative for its whole group, as kill() takes it."""
    process.poll()
    if not Path("/proc/self/stat").exists():
        try:
            os.killpg(process.pid, 0)
        except (ProcessLookupError, PermissionError):
            return []
        return [-process.pid]
    own = os.getpid()
    return [
        pid
        for pid in (int(entry) for entry in os.listdir("/proc") if entry.isdigit())  # noqa: PTH208
        if pid != own and _belongs(pid, process.pid, mark)
    ]


def _belongs(pid: int, group: int, mark: bytes) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_bytes()
        # "pid (name) state ppid pgrp ...": the name may hold spaces and parentheses.
        state, _, pgrp, *_ = status[status.rindex(b")") + 2 :].split()
        if state in {b"Z", b"X"}:
            return False
        return int(pgrp) == group or mark in Path(f"/proc/{pid}/environ").read_bytes()
    except (OSError, ValueError):
        return False


class _Capped:
    """A file that keeps the head and the tail of what is written, and says what it cut."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._room = _HALF
        self._tail: deque[bytes] = deque()
        self._kept = 0
        self._cut = 0

    def write(self, data: bytes) -> None:
        head, rest = data[: self._room], data[self._room :]
        if head:
            self._room -= len(head)
            self._file.write(head)
            self._file.flush()
        if rest:
            self._tail.append(rest)
            self._kept += len(rest)
        while self._tail and self._kept - len(self._tail[0]) >= _HALF:
            gone = len(self._tail.popleft())
            self._kept -= gone
            self._cut += gone

    def close(self) -> None:
        if self._cut:
            self._file.write(f"\n[pylife: {self._cut} bytes cut here]\n".encode())
        for chunk in self._tail:
            self._file.write(chunk)
        self._file.flush()
