"""What many machines cost over what the cells demand, as ratios measured in one run.

    python tools/benchmark_dask.py [--workers 8] [--cells 100,1000,10000]

Cells of 0.1 s, each with its source tree, log and stored result, on real workers of a
real scheduler on this machine; only nox is left out. Printed for each number of
cells: the wall time of the whole run (planning included) over the lower bound
(cells x 0.1 s / workers; bound for the largest number: 1.15), and what a cell
costs beyond its 0.1 s (bound: at most 1.5 times as much for the largest number
as for the smallest).

Exits 1 where a bound is broken. Nothing else should run on the machine.
"""

import argparse
import datetime as dt
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import benchmark_dask_worker as worker
import dask_small

from pylife import matrix
from pylife.evidence import Store
from pylife.matrix.base import MatrixProject
from pylife.matrix.executors import dask_cluster
from pylife.matrix.presets import MatrixPreset
from pylife.model import CellStatus, Kind

DAY = dt.date(2026, 11, 21)
MOST = 1.15
GROWTH = 1.5


class Measured(NamedTuple):
    """One run: seconds of it all, and of what is beyond the cells' own for each cell."""

    cells: int
    wall: float
    bound: float
    cost: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, compare with the bounds; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--cells", default="100,1000,10000")
    options = parser.parse_args(arguments)
    numbers = sorted(int(word) for word in options.cells.split(","))
    found = []
    with tempfile.TemporaryDirectory(prefix="pylife-dask-") as folder:
        base = Path(folder)
        with dask_small.machines(base / "machines") as machines:
            declared = " ".join(f"python{python}=1" for python in worker.PYTHONS)
            preload = Path(__file__).with_name("benchmark_dask_worker.py")
            machines.simulate(options.workers, preload, declared)
            measured(base / "warm", machines.address, len(worker.PYTHONS) * 2, options.workers)
            for number in numbers:
                one = measured(base / str(number), machines.address, number, options.workers)
                found.append(one)
                print(
                    f"{one.cells:6} cells  {one.wall:7.2f} s, {one.wall / one.bound:5.3f} x the"
                    f" lower bound; {one.cost * 1000:6.2f} ms a cell beyond its own"
                )
    ratio, growth = found[-1].wall / found[-1].bound, found[-1].cost / found[0].cost
    good = ratio <= MOST and growth <= GROWTH
    print(f"largest: {ratio:.3f} (bound {MOST}); growth of the cost {growth:.2f} (bound {GROWTH})")
    return 0 if good else 1


def measured(base: Path, address: str, number: int, workers: int) -> Measured:
    """A run of so many new cells."""
    projects = fleet(base / "fleet", number // len(worker.PYTHONS), base.name)
    stop = threading.Event()
    with (
        Store(base / "evidence.sqlite", logs=base) as store,
        dask_cluster.cluster(address, base, stop) as cluster,
    ):
        interpreters, absent = cluster.interpreters(worker.PYTHONS)
        if absent:
            raise SystemExit(f"the workers do not offer all Pythons: {absent}")
        began = time.perf_counter()
        cells = matrix.run(
            projects,
            interpreters=interpreters,
            state=base,
            jobs=2,
            store=store,
            as_of=DAY,
            stop=stop,
            executor=cluster,
        )
        wall = time.perf_counter() - began
    bad = [cell for cell in cells if cell.status is not CellStatus.PASSED or cell.cached]
    if bad:
        raise SystemExit(f"{len(bad)} cells did not pass; the first: {bad[0]}")
    own = len(cells) * worker.SECONDS
    return Measured(
        len(cells), wall, max(worker.SECONDS, own / workers), (wall * workers - own) / len(cells)
    )


def fleet(base: Path, number: int, name: str) -> list[MatrixProject]:
    """So many small projects, each different, without a noxfile that would have to be listed."""
    preset = MatrixPreset(name="small", retries=0)
    found = []
    for index in range(number):
        folder = base / f"p{index:04}"
        folder.mkdir(parents=True)
        text = f'[project]\nname = "p{index:04}"\nversion = "1"\ndescription = "{name}"\n'
        (folder / "pyproject.toml").write_text(text, encoding="utf-8")
        (folder / "module.py").write_text("x = 1\n" * 500, encoding="utf-8")
        found.append(
            MatrixProject(
                name=folder.name, folder=folder, kind=Kind.LIBRARY, preset=preset,
                pythons=worker.PYTHONS,
            )
        )  # fmt: skip
    return found


if __name__ == "__main__":
    sys.exit(main())
