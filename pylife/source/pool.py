"""Processes at work on files: what each is asked, what it answers, and how it ends."""

import contextlib
import json
import os
import selectors
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Sequence
from typing import IO, NamedTuple

from pylife.errors import ToolError
from pylife.source.interpreter import clean_environment

_STARTING_SECONDS = 30.0
_FILE_SECONDS = 10.0
_BYTES_PER_SECOND = 50_000
"""A twentieth of what a slow machine does."""
_HOPELESS = 8
"""When so many processes ended before any file was answered, it is not the files."""


class Job(NamedTuple):
    """A file to scan: `path` is how it is told, `place` where it is. `own` are its project's
    top-level modules that have the name of a standard one."""

    path: str
    place: str
    size: int
    own: tuple[str, ...] = ()


class Answer(NamedTuple):
    """What the scanner said of a job: a line of JSON, or why there is none."""

    job: Job
    line: str = ""
    failed: str = ""


class _Process:
    """A process at work on a batch."""

    def __init__(self, command: Sequence[str], batch: Sequence[Job]) -> None:
        self.waiting = deque(batch)
        self.alone = len(batch) == 1
        self._rest = b""
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
        # A file: no pipe that fills while nobody reads.
        with tempfile.TemporaryFile() as request:
            request.write(_request(batch))
            request.seek(0)
            self.process = subprocess.Popen(
                command,
                env=clean_environment(),
                cwd=os.sep,
                stdin=request,
                stdout=subprocess.PIPE,
                stderr=self._errors,
            )
        self.output: IO[bytes] = self.process.stdout  # type: ignore[assignment] # it is a pipe
        self.until = time.monotonic() + _STARTING_SECONDS + self._seconds()

    def _seconds(self) -> float:
        """How long the next file may take."""
        size = self.waiting[0].size if self.waiting else 0
        return _FILE_SECONDS + size / _BYTES_PER_SECOND

    def read(self) -> tuple[list[Answer], bool]:
        """What is ready, and whether there may be more."""
        data = os.read(self.output.fileno(), 1 << 20)
        *lines, self._rest = (self._rest + data).split(b"\n")
        found = [
            Answer(self.waiting.popleft(), line.decode("utf-8", "replace"))
            for line in lines[: len(self.waiting)]
        ]
        if found:
            self.until = time.monotonic() + self._seconds()
        return found, bool(data)

    def end(self, *, late: bool = False) -> str:
        """End it; why it did not do all of its work, if it did not."""
        if late:
            self.process.kill()
        code = self.process.wait()
        self.output.close()
        self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, self._errors.tell() - 2_000))
        said = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        self._errors.close()
        if late:
            return "took too long"
        detail = f": {said[-1][:200]}" if said else ""
        return f"ended the scanner with {_ending(code)}{detail}"


def _ending(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    import signal

    with contextlib.suppress(ValueError):
        return signal.Signals(-code).name
    return f"signal {-code}"


def _request(batch: Sequence[Job]) -> bytes:
    said = {"files": [[job.path, job.place] for job in batch], "first_party": list(batch[0].own)}
    return json.dumps(said).encode()


class Pool:
    """Processes at work, at the most `count` at once."""

    def __init__(self, command: Sequence[str], batches: Sequence[list[Job]], count: int) -> None:
        self._command = command
        self._todo = deque(batches)
        self._count = count
        self._selector = selectors.DefaultSelector()
        self._running: list[_Process] = []
        self._failures = 0
        self._answered = False

    def answers(self) -> Iterator[Answer]:
        """Every job's answer, as they come."""
        while self._todo or self._running:
            while self._todo and len(self._running) < self._count:
                self._start(self._todo.popleft())
            nearest = min(one.until for one in self._running)
            ready = self._selector.select(max(0.0, nearest - time.monotonic()))
            for key, _ in ready:
                process: _Process = key.data
                found, more = process.read()
                self._answered = self._answered or bool(found)
                yield from found
                if not more:
                    yield from self._ended(process)
            now = time.monotonic()
            for process in [one for one in self._running if one.until <= now]:
                yield from self._ended(process, late=True)

    def _start(self, batch: list[Job]) -> None:
        process = _Process(self._command, batch)
        self._running.append(process)
        self._selector.register(process.output, selectors.EVENT_READ, process)

    def _ended(self, process: _Process, *, late: bool = False) -> Iterator[Answer]:
        """What became of the rest of a process's files: the first is suspect, the others go on."""
        self._selector.unregister(process.output)
        self._running.remove(process)
        reason = process.end(late=late)
        if not process.waiting:
            return
        self._failures += 1
        if not self._answered and self._failures >= _HOPELESS:
            raise ToolError(f"{self._command[0]} cannot scan Python source: it {reason}")
        suspect, *others = process.waiting
        if process.alone:
            yield Answer(suspect, failed=reason)
        else:
            self._todo.append([suspect])
        if others:
            self._todo.append(others)

    def close(self) -> None:
        """End what still runs."""
        for process in self._running:
            process.end(late=True)
        self._running.clear()
        self._selector.close()
