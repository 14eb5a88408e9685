"""Have files scanned: in the newest interpreter, by several processes, and none lost to another.

A process gets a list of files and answers a line for each, in their order. Where one ends early
or says nothing for too long, the file that it was at is tried once more by itself; if that fails
too, it is reported as what could not be looked at, with the reason, and the others go on.
"""

import contextlib
import json
import os
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

from pylife.source.interpreter import Interpreter
from pylife.source.pool import Answer, Job, Pool

__all__ = ["Answer", "Job", "scan"]

_ROOT = Path(__file__).resolve().parent.parent.parent
_MAIN = (
    "import sys; sys.path.insert(0, {root!r}); from pylife.source.scanner.main import main; main()"
)
_WORTH_A_PROCESS = 300_000
"""Bytes that take about ten times as long as starting a process does."""
_AT_HAND = 100_000
"""So few bytes are scanned without another process, if the host is the newest anyway."""


def scan(
    jobs: Sequence[Job], interpreter: Interpreter, *, processes: int = 0, main: str = ""
) -> Generator[Answer, None, None]:
    """Scan the files with `interpreter`; the answers come as they are ready, in any order.

    `processes` is how many work at once, as many as there are processors unless given.
    `main` is a program to run in place of the scanner.
    """
    if not jobs:
        return
    total = sum(job.size for job in jobs)
    if interpreter.host and total <= _AT_HAND and not main:
        yield from _at_hand(jobs)
        return
    most = processes or _processors()
    useful = max(1, min(most, total // _WORTH_A_PROCESS, len(jobs)))
    command = [
        interpreter.path, "-I", "-S", "-u", "-X", "utf8", "-W", "ignore",
        "-c", main or _MAIN.format(root=str(_ROOT)),
    ]  # fmt: skip
    with contextlib.closing(Pool(command, _batches(jobs, useful), most)) as pool:
        yield from pool.answers()


def _processors() -> int:
    """The processors that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS
        return os.cpu_count() or 1


def _at_hand(jobs: Sequence[Job]) -> Iterator[Answer]:
    """Scan in this process."""
    from pylife.source.scanner.main import record, scan

    for job in jobs:
        try:
            found = record(scan(Path(job.place).read_bytes(), job.path, frozenset(job.own)))
        except OSError as error:
            yield Answer(job, failed=f"cannot be read: {error.strerror}")
        else:
            yield Answer(job, json.dumps(found))


def _by_own(jobs: Sequence[Job]) -> dict[tuple[str, ...], list[Job]]:
    found: dict[tuple[str, ...], list[Job]] = {}
    for job in jobs:
        found.setdefault(job.own, []).append(job)
    return found


def _batches(jobs: Sequence[Job], count: int) -> list[list[Job]]:
    """The jobs in about `count` batches of like sizes, the longest work first in each.

    Those with other modules of their own are other batches.
    """
    batches: list[list[Job]] = []
    total = sum(job.size for job in jobs) or 1
    for some in _by_own(jobs).values():
        size = sum(job.size for job in some)
        share = max(1, min(len(some), round(count * size / total)))
        bins: list[list[Job]] = [[] for _ in range(share)]
        loads = [0] * share
        for job in sorted(some, key=lambda job: (-job.size, job.path)):
            least = loads.index(min(loads))
            bins[least].append(job)
            loads[least] += job.size + 2_000  # opening a file has a price of its own
        batches += bins
    return sorted(batches, key=lambda batch: -sum(job.size for job in batch))
