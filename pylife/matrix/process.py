"""Running one program to its end: a log of bounded size, a deadline, and no process left.

The program gets a session of its own and a mark in its environment. What is
left of it afterwards is ended: the group, and on Linux all its descendants (see
`supervisor`), and what carries the mark though its supervisor was killed.
"""

import contextlib
import os
import re
import selectors
import signal
import subprocess
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pylife.matrix import supervised
from pylife.matrix.redact import Redactor, Stream

MARK = "PYLIFE_CELL"
_GRACE = 3.0
"""Seconds between SIGTERM and SIGKILL."""
_TICK = 0.1
_CHUNK = 1 << 17
_PROC = Path("/proc/self/stat")
_VMSTAT = Path("/proc/vmstat")
"""The system's counters: proc_vmstat(5), `oom_kill` since Linux 4.13."""
_HALF = 1_000_000
"""Bytes of a log's head that are kept, and as many of its tail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a program ended: `code` is negative for a signal, as in subprocess."""

    code: int
    seconds: float
    timed_out: bool = False
    stopped: bool = False
    starved: bool = False
    """The machine killed some process for want of memory meanwhile."""
    offset: int = 0
    """Where in the log this run's output begins."""


def run(
    command: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    log: Path,
    timeout: float,
    stop: threading.Event | None = None,
    header: str = "",
    mark: str | None = None,
    append: bool = False,
    hide: Redactor | None = None,
) -> Ended:
    """Run `command` with its output in `log`, for at most `timeout` seconds.

    Ends it when `stop` is set. `mark` is what its processes carry in their
    environment, so that `end_marked` finds them if this process is killed.
    `append` keeps what is in the log, `hide` takes credentials out of what is
    written. Raises OSError where it cannot be started or the log cannot be written.
    """
    mark = mark or uuid.uuid4().hex
    log.parent.mkdir(parents=True, exist_ok=True)
    began, killed = time.monotonic(), _killed_for_memory()
    with log.open("ab" if append else "wb") as file:
        output = _Capped(file, hide)
        offset = file.tell()
        output.write(header.encode())
        started = supervised.start(command, cwd=cwd, env={**env, MARK: mark})
        process = started.process
        try:
            timed_out, stopped = _watch(started, output, began + timeout, stop)
        finally:
            started.release()
            _end(process, mark)
            output.close()
        return Ended(
            code=process.wait(),
            seconds=time.monotonic() - began,
            timed_out=timed_out,
            stopped=stopped,
            starved=_killed_for_memory() > killed,
            offset=offset,
        )


def _watch(
    started: supervised.Started,
    output: "_Capped",
    deadline: float,
    stop: threading.Event | None,
) -> tuple[bool, bool]:
    """Copy output until the program ends, the deadline passes, or `stop` is set."""
    process, hold = started
    pipe = process.stdout
    if pipe is None:  # pragma: no cover - it was asked for
        return False, False
    os.set_blocking(pipe.fileno(), False)
    with pipe, _watched(process) as end, selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        if end is not None:
            selector.register(end, selectors.EVENT_READ)
        if hold is not None:
            selector.register(hold.said, selectors.EVENT_READ)
        is_open = True
        while True:
            # A child that keeps the pipe open must not keep us: the program's end counts.
            ended = started.has_ended()
            chunk: bytes | None = None
            if is_open and any(
                key.fileobj is pipe for key, _ in selector.select(0 if ended else _TICK)
            ):
                chunk = pipe.read(_CHUNK)
                if chunk == b"":
                    is_open = False
                    selector.unregister(pipe)
            elif not is_open and not ended:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(_TICK)
            if chunk:
                output.write(chunk)
            elif ended:
                return False, False
            if stop is not None and stop.is_set():
                return False, True
            if time.monotonic() > deadline:
                return True, False


@contextlib.contextmanager
def _watched(process: subprocess.Popen[bytes]) -> Iterator[int | None]:
    """A descriptor that can be read once the program has ended, where the system has such."""
    try:
        descriptor = os.pidfd_open(process.pid)
    except (AttributeError, OSError):
        # Not on Linux: its end shows at the next tick.
        yield None
        return
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def end_marked(mark: str) -> int:
    """End every live process that carries `mark`; how many there were. Linux only, else 0.

    For what a run left that was itself killed: it had no time to do so.
    """
    return len(_signalled(lambda: _marked(mark)))


def _end(process: subprocess.Popen[bytes], mark: str) -> None:
    """End whatever is left of the program: its group, and what carries its mark."""
    if not _PROC.exists():
        _signalled(lambda: _group(process))
    else:
        _signalled(lambda: _marked(mark, process))


def _signalled(left: Callable[[], list[int]]) -> set[int]:
    """SIGTERM, and after a grace SIGKILL, to what is `left`; all that were."""
    seen: set[int] = set()
    for number, seconds in ((signal.SIGTERM, _GRACE), (signal.SIGKILL, _GRACE)):
        until = time.monotonic() + seconds
        sent: set[int] = set()
        while found := left():
            for pid in found:
                if pid not in sent or number == signal.SIGKILL:
                    sent.add(pid)
                    with contextlib.suppress(ProcessLookupError, PermissionError):
                        os.kill(pid, number)
            seen |= sent
            if time.monotonic() > until:
                break
            time.sleep(0.02)
        else:
            return seen
    return seen


def _group(process: subprocess.Popen[bytes]) -> list[int]:
    """The program's group while it lives, negative as kill() takes it."""
    process.poll()
    try:
        os.killpg(process.pid, 0)
    except (ProcessLookupError, PermissionError):
        return []
    return [-process.pid]


def _marked(mark: str, process: subprocess.Popen[bytes] | None = None) -> list[int]:
    """The live processes that carry the mark, or belong to the group of `process`."""
    if process is not None:
        process.poll()
    group = None if process is None else process.pid
    own, wanted = os.getpid(), f"{MARK}={mark}\0".encode()
    try:
        entries = os.listdir("/proc")  # noqa: PTH208 - hundreds of times a run
    except OSError:
        return []
    pids = (int(entry) for entry in entries if entry.isdigit())
    return [pid for pid in pids if pid != own and _belongs(pid, group, wanted)]


def _belongs(pid: int, group: int | None, wanted: bytes) -> bool:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123 - as above
            status = file.read()
        # "pid (name) state ppid pgrp ...": the name may hold spaces and parentheses.
        state, _, pgrp, *_ = status[status.rindex(b")") + 2 :].split()
        if state in {b"Z", b"X"}:
            return False
        if group is not None and int(pgrp) == group:
            return True
        with open(f"/proc/{pid}/environ", "rb") as file:  # noqa: PTH123 - as above
            # Two marks may begin alike: the end of the variable counts too.
            return wanted in file.read() + b"\0"
    except (OSError, ValueError):
        return False


def _killed_for_memory() -> int:
    """How many processes this machine has killed for want of memory; 0 where it does not tell."""
    try:
        text = _VMSTAT.read_text(encoding="ascii")
    except (OSError, ValueError):
        return 0
    found = re.search(r"^oom_kill (\d+)$", text, re.MULTILINE)
    return int(found[1]) if found else 0


class _Capped:
    """A file that keeps the head and the tail of what is written, and says what it cut."""

    def __init__(self, file: BinaryIO, hide: Redactor | None = None) -> None:
        self._file = file
        self._hidden = Stream(hide) if hide else None
        self._room = _HALF
        self._tail: deque[bytes] = deque()
        self._kept = 0
        self._cut = 0

    def write(self, data: bytes) -> None:
        self._write(self._hidden.feed(data) if self._hidden is not None else data)

    def _write(self, data: bytes) -> None:
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
        if self._hidden is not None:
            self._write(self._hidden.end())
        if self._cut:
            self._file.write(f"\n[pylife: {self._cut} bytes cut here]\n".encode())
        for chunk in self._tail:
            self._file.write(chunk)
        self._file.flush()
