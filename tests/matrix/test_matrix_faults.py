"""The script that breaks runs, in small: its counts must be those of nothing lost."""

import importlib
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.slow

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(TOOLS))
    monkeypatch.setenv("PYTHONPATH", str(TOOLS.parent))
    return importlib.import_module("faults_matrix")


def test_a_killed_runner_loses_nothing_and_leaves_nothing(tool: ModuleType, tmp_path: Path) -> None:
    counts = tool.killed(tmp_path, 4, 3, 7)
    assert (counts.cells >= 4, counts.kills, counts.good) == (True, 3, True), counts


def test_two_runs_on_one_store_share_the_work(tool: ModuleType, tmp_path: Path) -> None:
    counts = tool.two(tmp_path, 4)
    assert (counts.cells, counts.good) == (4, True), counts


def test_a_full_disk_loses_nothing(tool: ModuleType, tmp_path: Path) -> None:
    counts = tool.full(tmp_path, 4)
    if counts is None:
        pytest.skip("no file system may be mounted here")
    assert (counts.cells, counts.good) == (4, True), counts
