"""What the matrix costs over what the machine demands, as ratios measured in one run.

    python tools/benchmark_matrix.py [--only overhead,makespan,cached] [--cells 60]

- overhead: seconds of a cell from its start to its stored end, over the same nox
  command by hand (bound: 0.15 s);
- makespan: a whole run of short cells on two cores over the lower bound, the
  larger of the longest cell and half of all their seconds (bound: 1.1);
- cached: seconds of a run of 1,000 cells that are all known (bound: 2).

Exits 1 where a bound is broken. Nothing else should run on the machine.
"""

import argparse
import datetime as dt
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from unittest import mock

import matrix_small

from pylife import matrix
from pylife.evidence import Store
from pylife.matrix import interpreters as found
from pylife.matrix import run_cell, runner, tools
from pylife.matrix.base import Interpreter, MatrixProject
from pylife.matrix.context import Context
from pylife.model import Cell, CellStatus, PythonVersion

DAY = dt.date(2026, 11, 21)


def main() -> int:
    """Measure and judge; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="overhead,makespan,cached")
    parser.add_argument("--cells", type=int, default=60)
    options = parser.parse_args()
    bad = 0
    with tempfile.TemporaryDirectory(prefix="matrix-benchmark-") as folder:
        measures: dict[str, tuple[Callable[[Path], float], float]] = {
            "overhead": (overhead, 0.15),
            "makespan": (lambda base: makespan(base, options.cells), 1.1),
            "cached": (cached, 2.0),
        }
        for name in options.only.split(","):
            measure, bound = measures[name]
            value = measure(Path(folder) / name)
            print(f"{name:9} {value:6.3f} (bound {bound:g}) {'good' if value <= bound else 'BAD'}")
            bad += value > bound
    return 1 if bad else 0


def run(
    projects: Sequence[MatrixProject],
    base: Path,
    *,
    jobs: int,
    interpreters: Mapping[PythonVersion, Interpreter] | None = None,
    progress: Callable[[matrix.Event], None] | None = None,
) -> list[Cell]:
    """One run with its state in `base`."""
    with Store(base / "e.sqlite") as store:
        return matrix.run(
            projects,
            interpreters=interpreters or matrix_small.here(),
            state=base / "state",
            jobs=jobs,
            store=store,
            as_of=DAY,
            progress=progress,
        )


def overhead(base: Path, number: int = 12) -> float:
    """Seconds of a cell beyond those of its nox by hand: the difference of the medians.

    Cells and commands by hand take turns, since a machine's speed changes.
    """
    projects = matrix_small.fleet(base / "fleet", number, seconds=0.2)
    run(projects[:1], base / "warm", jobs=1)
    cells, hand = [], []
    for index, project in enumerate(projects):
        at: dict[str, float] = {}
        run(
            [project],
            base / str(index),
            jobs=1,
            progress=lambda event, at=at: at.update({event.kind: time.perf_counter()}),  # type: ignore[misc]
        )
        cells.append(at["finished"] - at["started"])
        hand.append(by_hand(project, base / str(index)))
    print(f"  a cell {statistics.median(cells):.3f} s, by hand {statistics.median(hand):.3f} s")
    return statistics.median(cells) - statistics.median(hand)


def by_hand(project: MatrixProject, base: Path) -> float:
    """Seconds of the nox command of a cell, in a copy of the tree and a cell's environment."""
    context = Context(state=base / "hand", interpreters=matrix_small.here(), environment={})
    with context.work("hand") as folder:
        tree = context.copy(project, folder)
        environment = context.cleaned(project, folder, context.interpreters[matrix_small.HERE])
        command = [
            *tools.nox(), "--noxfile", "noxfile.py", "--nocolor", "--non-interactive",
            "--default-venv-backend", "uv", "--error-on-missing-interpreters",
            "--envdir", str(folder / "envs"), "--report", str(folder / "report.json"),
            "-P", str(matrix_small.HERE), "-s", f"tests-{matrix_small.HERE}",
        ]  # fmt: skip
        began = time.perf_counter()
        subprocess.run(command, cwd=tree, env=environment, capture_output=True, check=True)
        return time.perf_counter() - began


def makespan(base: Path, cells: int) -> float:
    """Wall time of a run of `cells` cells on two cores over its lower bound.

    They take 0.5 to 2 s, six real Pythons (or as many as there are) to a project.
    It is the second night: how long each takes is known, the sources have changed,
    and every cell runs.
    """
    interpreters = found.find([Path(sys.executable).parent])
    pythons = [one for one in interpreters if one >= PythonVersion(3, 9)][:6]
    projects = []
    for index in range(cells // len(pythons)):
        seconds = 0.5 + 1.5 * index / (cells // len(pythons))
        [one] = matrix_small.fleet(base / f"fleet{index}", 1, seconds=seconds)
        projects.append(replace(one, name=f"p{index}", pythons=tuple(pythons)))
    with mock.patch.object(runner, "run_cell", simulated):
        run(projects, base, jobs=2, interpreters=interpreters)
    for project in projects:
        (project.folder / "changed.txt").write_text("changed", encoding="utf-8")
    began = time.perf_counter()
    done = run(projects, base, jobs=2, interpreters=interpreters)
    took = time.perf_counter() - began
    took_each = [cell.seconds or 0.0 for cell in done if not cell.cached]
    assert len(took_each) == cells
    bound = max(*took_each, sum(took_each) / 2)
    print(f"  {cells} cells took {took:.2f} s; the lower bound is {bound:.2f} s")
    return took / bound


def cached(base: Path) -> float:
    """Seconds of a run of 1,000 cells (125 projects, 8 Pythons) that are all in the store."""
    pythons = [PythonVersion(3, 20 + minor) for minor in range(8)]
    here = matrix_small.here()[matrix_small.HERE]
    interpreters = {python: replace(here, version=python) for python in pythons}
    projects = matrix_small.fleet(base / "fleet", 125, seconds=0, pythons=tuple(pythons))
    for project in projects:
        for number in range(20):
            (project.folder / f"module{number}.py").write_text("x = 1\n" * 200, encoding="utf-8")
    with mock.patch.object(runner, "run_cell", simulated):
        run(projects, base, jobs=2, interpreters=interpreters)
    began = time.perf_counter()
    done = run(projects, base, jobs=2, interpreters=interpreters)
    took = time.perf_counter() - began
    assert len(done) == 1000
    assert all(cell.cached for cell in done)
    return took


def simulated(plan: matrix.CellPlan, key: str, context: Context, _wheels: object) -> Cell:
    """A cell that passed, with its log, as the first night leaves it."""
    log = context.state / run_cell.log_name(plan)
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(run_cell.header(plan, key), encoding="utf-8")
    cell = run_cell.outcome(plan, key, CellStatus.PASSED, "")
    seconds = 1.0 + int(plan.project.name[1:]) / 100
    return cell._replace(seconds=seconds, log=run_cell.log_name(plan))


if __name__ == "__main__":
    sys.exit(main())
