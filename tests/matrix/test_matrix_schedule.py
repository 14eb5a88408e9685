"""The order of cells, the estimate, and how many run at a time."""

import datetime as dt
from pathlib import Path

import pytest

from pylife.evidence import Result
from pylife.matrix import capacity, schedule
from pylife.matrix.schedule import Estimate, Place
from pylife.model import Cell, CellStatus
from tests.matrix.matrix_help import python


def place(project: str, version: str = "3.13") -> Place:
    return Place(project, python(version), "tests")


def result(project: str, seconds: float | None, day: int = 1, version: str = "3.13") -> Result:
    cell = Cell(project, python(version), "tests", CellStatus.PASSED, seconds=seconds)
    return Result(cell, dt.date(2026, 11, day))


def test_the_newest_run_says_how_long_a_cell_takes() -> None:
    rows = [result("a", 9, 1), result("a", 2, 3), result("a", 5, 3), result("b", None)]
    assert schedule.durations(rows) == {place("a"): 5}


def test_the_longest_is_first_and_the_unknown_stand_in_the_middle() -> None:
    past = {place("short"): 1.0, place("long"): 60.0, place("mid"): 9.0}
    names = ["short", "new", "mid", "newer", "long"]
    known = schedule.expected(map(place, names), past)
    order = schedule.longest_first([(place(name), name) for name in names], known)
    assert [name for _, name in order] == ["long", "new", "mid", "newer", "short"]


def test_a_new_python_takes_as_long_as_the_slowest_of_the_others() -> None:
    past = {place("a", "3.12"): 4.0, place("a", "3.11"): 7.0}
    assert schedule.expected([place("a", "3.14"), place("b")], past) == {place("a", "3.14"): 7.0}


def test_the_estimate_goes_down_as_cells_end() -> None:
    known = {place("a"): 10.0, place("b"): 20.0}
    estimate = Estimate(known, 2)
    estimate.add([place("a"), place("b"), place("new")])
    assert estimate.left(0) == pytest.approx((10 + 20 + 15) / 2)
    estimate.started(place("b"), 0)
    estimate.started(place("a"), 0)
    assert estimate.left(5) == pytest.approx((5 + 15 + 15) / 2)
    estimate.finished(place("a"), 10)
    # What ended says more of the unknown one than what was known before.
    assert estimate.left(10) == pytest.approx((10 + 10) / 2)
    estimate.finished(place("b"), 20)
    estimate.started(place("new"), 20)
    assert estimate.left(60) == 0
    estimate.finished(place("new"), 1)
    assert estimate.left(61) == 0


def test_nothing_known_is_no_estimate() -> None:
    estimate = Estimate({}, 2)
    estimate.add([place("a")])
    assert estimate.left(0) is None


def system(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_jobs_are_bounded_by_cores_and_by_free_memory(tmp_path: Path) -> None:
    root = system(tmp_path, proc__meminfo="MemTotal: 9 kB\nMemAvailable:   1048576 kB\n")
    assert capacity.memory(root) == 1024
    assert capacity.jobs([100, 1024], root=root) == 1
    assert capacity.jobs([5000], root=root) == 1
    assert capacity.jobs(root=root) == capacity.cores(root) >= 1


def test_a_container_has_its_share_only(tmp_path: Path) -> None:
    root = system(
        tmp_path,
        proc__meminfo="MemAvailable:   1048576 kB\n",
        sys__fs__cgroup__cpu_dot_max="100000 100000\n",
        sys__fs__cgroup__memory_dot_max=f"{300 << 20}\n",
        sys__fs__cgroup__memory_dot_current=f"{100 << 20}\n",
    )
    assert capacity.cores(root) == 1
    assert capacity.memory(root) == 200


def test_an_unlimited_container_and_another_system(tmp_path: Path) -> None:
    root = system(
        tmp_path, sys__fs__cgroup__cpu_dot_max="max 100000\n", sys__fs__cgroup__memory_dot_max="max"
    )
    assert capacity.memory(root) is None
    assert capacity.jobs([1 << 20], root=root) == capacity.cores(root) >= 1
