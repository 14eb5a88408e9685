"""Print what scanning source costs, as ratios measured in one run.

    python tools/benchmark_source.py [FOLDER...] [--runs N] [--processes N] [--vermin FILE]

FOLDER is CPython 3.13's library unless given, if there is a python3.13. For each: the scan over
a bare loop of `ast.parse` over the same files in the same interpreter, each in one process
(budget 2.0); the same with N processes (all processors), which is near linear where it is near
1/N; over vermin with as many processes, where it is installed (budget 0.2); and
`pylife source` of a tree that is unchanged over the first time (budget 0.05). Minima of N runs
(3), in turn: of processor time in one process, of wall time where several work.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from pylife.source import runner
from pylife.source.files import find
from pylife.source.interpreter import Interpreter, newest
from pylife.source.runner import Job
from pylife.source.scanner.versions import NEWEST

_BARE = """
import ast, json, sys
for path, place in json.load(sys.stdin)["files"]:
    with open(place, "rb") as file:
        data = file.read()
    try:
        ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass
    sys.stdout.write("{}\\n")
"""
_WHOLE = """
import sys
from pathlib import Path
from pylife.fleet import load_all
from pylife.workflow import source
folder, state = Path(sys.argv[1]), Path(sys.argv[2])
fleet = load_all([folder], cache=state, fetch=False)
source.scan(list(source.targets(fleet)), state=state, processes=int(sys.argv[3]))
"""


class Cost(NamedTuple):
    """What something took, in seconds: by the clock, and of processors."""

    wall: float
    cpu: float


def main() -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--vermin", default=shutil.which("vermin"))
    arguments = parser.parse_args()
    folders = arguments.folders or library()
    if not folders:
        print("no python3.13 was found: name a folder")
        return 2
    for folder in folders:
        measured(folder, arguments.runs, arguments.processes, arguments.vermin)
    return 0


def library() -> list[Path]:
    """CPython 3.13's library, where there is one that starts."""
    ask = "import sys, sysconfig; print(*sys.version_info[:2], sysconfig.get_path('stdlib'))"
    # On PATH there may be a shim that only says which versions are not chosen.
    for python in (newest((3, 13)).path, shutil.which("python3.13")):
        if python is not None:
            command = [python, "-I", "-c", ask]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            major, minor, folder = (done.stdout.strip() or "0 0 ").split(" ", 2)
            if (major, minor) == ("3", "13"):
                return [Path(folder)]
    return []


def measured(folder: Path, runs: int, processes: int, vermin: str | None) -> None:
    """Print all ratios of one folder."""
    jobs = listed(folder)
    by = newest(NEWEST)
    size = sum(job.size for job in jobs)
    print(f"{folder}: {len(jobs)} files, {size / 1e6:.0f} MB, read by Python {by.release}")
    bare, one, many = minima(
        runs,
        lambda: scanned(jobs, by, 1, _BARE),
        lambda: scanned(jobs, by, 1),
        lambda: scanned(jobs, by, processes),
    )
    show("scan over bare ast.parse, one process each", one.cpu / bare.cpu, 2.0)
    show(f"{processes} processes over one", many.wall / one.wall, 1 / processes)
    if vermin:
        (other,) = minima(1, lambda: run_vermin(vermin, jobs, processes))
        show(f"scan over vermin, {processes} processes each", many.wall / other.wall, 0.2)
    cold, warm = whole(folder, runs, processes)
    show("unchanged tree over the first time, finding files included", warm / cold, 0.05)
    print(
        f"  in seconds: ast.parse {bare.cpu:.2f}, scan {one.cpu:.2f}, with {processes} processes"
        f" {many.wall:.2f}, first time {cold:.2f}, unchanged {warm:.2f}"
    )


def listed(folder: Path) -> list[Job]:
    """All source in the folder, but what was installed into it."""
    paths = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        if "site-packages" not in path.parts and path.is_file()
    )
    # As if none of it were its own: else the standard library would use nothing of itself.
    return [
        Job(file.path, str(folder / file.path), (folder / file.path).stat().st_size)
        for file in find(folder, paths)
    ]


def scanned(jobs: Sequence[Job], by: Interpreter, processes: int, program: str = "") -> None:
    """Scan them all, or run `program` in place of the scanner, in processes of their own."""
    for _ in runner.scan(jobs, by._replace(host=False), processes=processes, main=program):
        pass


def run_vermin(vermin: str, jobs: Sequence[Job], processes: int) -> None:
    """Have vermin look at the same files."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(job.place for job in jobs))
        file.flush()
        command = ["xargs", "-a", file.name, "-d", "\n", "-n", str(len(jobs)), "-s", "2000000"]
        options = ["-q", "--no-tips", f"--processes={processes}"]
        subprocess.run([*command, vermin, *options], capture_output=True, check=False)


def whole(folder: Path, runs: int, processes: int) -> tuple[float, float]:
    """The seconds of `pylife source` with nothing known, and with all of it known."""
    with tempfile.TemporaryDirectory() as state:
        options = [str(folder), state, str(processes)]
        command = [sys.executable, "-c", _WHOLE, *options]
        times = []
        for _ in range(1 + runs):
            started = time.perf_counter()
            subprocess.run(command, check=True)
            times.append(time.perf_counter() - started)
    return times[0], min(times[1:])


def minima(runs: int, *things: Callable[[], None]) -> list[Cost]:
    """The least that each of `things` takes, each done `runs` times in turn."""
    costs: list[list[Cost]] = [[] for _ in things]
    for _ in range(runs):
        for index, thing in enumerate(things):
            before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
            thing()
            wall = time.perf_counter() - started
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            costs[index].append(Cost(wall, cpu))
    return [Cost(min(one.wall for one in some), min(one.cpu for one in some)) for some in costs]


def show(title: str, ratio: float, budget: float) -> None:
    """Print one row."""
    print(f"  {title}: {ratio:.3f} (budget {budget:.2f})")


if __name__ == "__main__":
    sys.exit(main())
