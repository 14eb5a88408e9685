"""Break runs of the matrix, and count what was lost, done twice or left behind.

    python tools/faults_matrix.py [--kills 20] [--cells 30] [--seed 1]

1. The runner is killed with SIGKILL at random moments and started again, until
   it comes to its end.
2. Two runs work at once on one store.
3. Workers of a Dask scheduler are killed at random moments while a run goes on.
4. The scheduler is killed and started again, as often.
5. The disk of the state folder fills up; then there is room again (needs the
   right to mount a file system; without it this is said and not counted).

3 and 4 need pylife's extra dask, and are else not counted.

Prints a line each and exits 1 where a count is not 0 that must be. A cell is
finished when its runner has said so: from then on it must never run again. What
a killed runner was about to say was not finished.
"""

import argparse
import contextlib
import datetime as dt
import importlib.util
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import matrix_small

from pylife import matrix
from pylife.errors import PylifeError
from pylife.evidence import Store
from pylife.matrix.base import Interpreter
from pylife.matrix.context import workshop
from pylife.matrix.executors.base import Executor
from pylife.matrix.process import MARK
from pylife.model import CellStatus, PythonVersion

DAY = dt.date(2026, 11, 21)
_WITHOUT = {
    "disk full": "no file system may be mounted here",
    "dask worker": "distributed is not installed",
    "dask scheduler": "distributed is not installed",
}


class Counts(NamedTuple):
    """What one fault did; all but the first two must be 0."""

    cells: int
    kills: int
    lost: int
    twice: int
    orphans: int
    left: int
    """Work folders and locks that nobody holds any more."""

    @property
    def good(self) -> bool:
        """Whether nothing was lost, done twice or left."""
        return not (self.lost or self.twice or self.orphans or self.left)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the page says; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--cells", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worker", nargs=4, metavar=("FLEET", "STATE", "STORE", "LEDGER"))
    parser.add_argument("--loud", type=int, default=0)
    parser.add_argument("--scheduler", default="")
    parser.add_argument("--only", default="", help="only the faults whose names begin so")
    options = parser.parse_args(arguments)
    if options.worker:
        places = map(Path, options.worker)
        return worker(*places, cells=options.cells, loud=options.loud, scheduler=options.scheduler)
    good = True
    with tempfile.TemporaryDirectory(prefix="pylife-faults-") as folder:
        base = Path(folder)
        faults: dict[str, Callable[[], Counts | None]] = {
            "killed": lambda: killed(base / "a", options.cells, options.kills, options.seed),
            "two at once": lambda: two(base / "b", options.cells),
            "dask worker": lambda: dask(base / "d", options.cells, options.kills, options.seed),
            "dask scheduler": lambda: dask(
                base / "e", options.cells, options.kills // 4, options.seed, scheduler=True
            ),
            "disk full": lambda: full(base / "c", options.cells),
        }
        for name, break_it in faults.items():
            if not name.startswith(options.only):
                continue
            counts = break_it()
            if counts is None:
                print(f"{name:14} not counted: {_WITHOUT[name]}")
                continue
            words = ", ".join(f"{key} {value}" for key, value in counts._asdict().items())
            print(f"{name:14} {words}: {'good' if counts.good else 'BAD'}")
            good = good and counts.good
    return 0 if good else 1


def worker(
    fleet: Path, state: Path, store: Path, ledger: Path, *, cells: int, loud: int, scheduler: str
) -> int:
    """One run, which writes into `ledger` what it has seen."""
    projects = matrix_small.fleet(fleet, cells, seconds=0.1, leaves=True, loud=loud)
    with ledger.open("a", encoding="utf-8", buffering=1) as file:

        def tell(event: matrix.Event) -> None:
            word = "known" if event.cell.cached else event.kind
            file.write(f"{word} {event.cell.key} {event.cell.status}\n")

        try:
            with Store(store) as opened, _executor(scheduler, state) as (executor, interpreters):
                matrix.run(
                    projects,
                    interpreters=interpreters,
                    state=state,
                    jobs=2,
                    store=opened,
                    as_of=DAY,
                    progress=tell,
                    executor=executor,
                )
        except (PylifeError, OSError) as error:
            print(f"worker: {error}", file=sys.stderr)
            return 1
    return 0


@contextlib.contextmanager
def _executor(
    scheduler: str, state: Path
) -> Iterator[tuple[Executor | None, dict[PythonVersion, Interpreter]]]:
    """What runs the cells, and with which interpreters: here, or the workers of a scheduler."""
    if not scheduler:
        yield None, matrix_small.here()
        return
    from pylife.matrix.executors import dask_cluster

    with dask_cluster.cluster(scheduler, state, threading.Event()) as cluster:
        interpreters, absent = cluster.interpreters([matrix_small.HERE])
        if absent:
            raise SystemExit(f"the workers do not offer this Python: {absent}")
        yield cluster, interpreters


def dask(
    base: Path, cells: int, kills: int, seed: int, *, scheduler: bool = False
) -> Counts | None:
    """A run on two workers which, or whose scheduler, are killed `kills` times at random."""
    if importlib.util.find_spec("distributed") is None:
        return None
    import dask_small

    chance = random.Random(seed)
    ledger = _ledger(base)
    done = rounds = 0
    with dask_small.machines(base / "machines") as machines:
        machines.work(2, ["--slots", "1"])
        while done < kills or not rounds:
            runner = _start(
                base, base / "state", base / "e.sqlite", ledger, cells, on=machines.address
            )
            while runner.poll() is None:
                # A worker takes a while to begin anew: nothing would ever be done.
                time.sleep(chance.uniform(4.0, 10.0))
                if done < kills and runner.poll() is None:
                    if scheduler:
                        machines.kill_scheduler()
                        done += 1
                    else:
                        done += machines.kill_worker(chance.randrange(2))
            if runner.wait():
                raise SystemExit("a run ended badly")
            rounds += 1
            if done < kills:
                _touch(base, rounds)
        counts = _count([ledger], [base / "state"], base / "e.sqlite", cells * rounds, done)
        orphans = len(list(_holding(machines.temporary)))
    left = len(list((machines.root / "tasks").glob("*")))
    left += sum(1 for shop in machines.temporary.glob("pylife-*") for _ in shop.iterdir())
    return counts._replace(orphans=counts.orphans + orphans, left=counts.left + left)


def _holding(folder: Path) -> Iterator[int]:
    """Live processes of cells that work in `folder`."""
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state = (entry / "stat").read_bytes().rpartition(b")")[2].split()[0]
            environment = (entry / "environ").read_bytes()
            own = MARK.encode() in environment and os.fsencode(folder) in environment
            if own and state not in {b"Z", b"X"}:
                yield int(entry.name)


def killed(base: Path, cells: int, kills: int, seed: int) -> Counts:
    """A runner that is killed `kills` times at random moments, each time started again."""
    chance = random.Random(seed)
    ledger = _ledger(base)
    done = 0
    while done < kills:
        runner = _start(base, base / "state", base / "e.sqlite", ledger, cells)
        time.sleep(chance.uniform(0.2, 2.5))
        if runner.poll() is None:
            done += 1
            runner.kill()
        else:
            # It came to its end before all kills: its cells must run anew.
            _touch(base, done)
        runner.wait()
    _finish(base, base / "state", base / "e.sqlite", ledger, cells)
    return _count([ledger], [base / "state"], base / "e.sqlite", cells, done)


def two(base: Path, cells: int) -> Counts:
    """Two runs with state folders of their own and one store."""
    ledgers = [_ledger(base, "1"), _ledger(base, "2")]
    states = [base / "state1", base / "state2"]
    runners = [
        _start(base, state, base / "e.sqlite", ledger, cells)
        for state, ledger in zip(states, ledgers, strict=True)
    ]
    for runner in runners:
        if runner.wait():
            raise SystemExit("a run ended badly")
    return _count(ledgers, states, base / "e.sqlite", cells, 0)


def full(base: Path, cells: int) -> Counts | None:
    """A state folder whose disk is too small, and then is not; None where none can be made."""
    state, ledger = base / "state", _ledger(base)
    state.mkdir(parents=True)
    with _mounted(state, "2m") as is_there:
        if not is_there:
            return None
        first = _start(base, state, state / "e.sqlite", ledger, cells, loud=600_000)
        first.wait()
        before = _finished(ledger)
        if len(before) >= cells:
            raise SystemExit("the disk did not fill up")
        _mount("remount,size=200m", state)
        _finish(base, state, state / "e.sqlite", ledger, cells, loud=600_000)
        return _count([ledger], [state], state / "e.sqlite", cells, 0)


def _start(
    base: Path, state: Path, store: Path, ledger: Path, cells: int, loud: int = 0, on: str = ""
) -> subprocess.Popen[bytes]:
    places = [base / "fleet", state, store, ledger]
    return subprocess.Popen(
        [sys.executable, __file__, "--worker", *map(str, places), "--cells", str(cells),
         "--loud", str(loud), "--scheduler", on],
        stderr=subprocess.DEVNULL if loud else None,
    )  # fmt: skip


def _finish(base: Path, state: Path, store: Path, ledger: Path, cells: int, loud: int = 0) -> None:
    if _start(base, state, store, ledger, cells, loud).wait():
        raise SystemExit("the last run ended badly")


def _touch(base: Path, number: int) -> None:
    """Change every project, so that its cell has a new key."""
    for folder in (base / "fleet").iterdir():
        (folder / "changed.txt").write_text(f"{number}\n", encoding="utf-8")


def _ledger(base: Path, name: str = "") -> Path:
    base.mkdir(parents=True, exist_ok=True)
    ledger = base / f"ledger{name}"
    ledger.touch()
    return ledger


def _rows(ledger: Path) -> Iterator[tuple[str, str, str]]:
    for line in ledger.read_text(encoding="utf-8").splitlines():
        words = line.split()
        if len(words) == 3:  # a killed runner may leave half a line
            yield words[0], words[1], words[2]


def _finished(ledger: Path) -> list[str]:
    good = {CellStatus.PASSED.value, CellStatus.FAILED.value}
    return [key for word, key, status in _rows(ledger) if word == "finished" and status in good]


def _count(
    ledgers: Sequence[Path], states: Sequence[Path], store: Path, cells: int, kills: int
) -> Counts:
    finished = Counter(key for ledger in ledgers for key in _finished(ledger))
    left = sum(len(list(workshop(state).glob("*"))) for state in states)
    with Store(store) as opened:
        known = {one.key: one.status for one in opened.cells()}
        for key in known:
            if opened.claim(key):
                opened.release(key)
            else:
                left += 1
    lost = sum(1 for key in finished if known.get(key) is not CellStatus.PASSED)
    lost += max(0, cells - len(known))
    return Counts(
        cells=len(known),
        kills=kills,
        lost=lost,
        twice=sum(number - 1 for number in finished.values()),
        orphans=len(list(_marked([workshop(state).name for state in states]))),
        left=left,
    )


def _marked(names: Sequence[str]) -> Iterator[int]:
    """Live processes that work for one of these workshops."""
    marks = [f"{MARK}={name}/".encode() for name in names]
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state = (entry / "stat").read_bytes().rpartition(b")")[2].split()[0]
            if state not in {b"Z", b"X"}:
                environment = (entry / "environ").read_bytes()
                if any(mark in environment for mark in marks):
                    yield int(entry.name)


@contextlib.contextmanager
def _mounted(folder: Path, size: str) -> Iterator[bool]:
    """A small file system of its own at `folder`, where that is allowed."""
    if not _mount(f"size={size}", folder):
        yield False
        return
    try:
        yield True
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)


def _mount(options: str, folder: Path) -> bool:
    if os.geteuid() != 0:
        return False
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "none", str(folder)],
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return done.returncode == 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
