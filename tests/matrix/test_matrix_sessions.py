"""Why a project's sessions cannot be known, and how long that is waited for."""

from pathlib import Path

import pytest

from pylife.matrix import sessions
from pylife.matrix.presets import MatrixPreset
from pylife.model import CellStatus
from tests.matrix.matrix_help import make, run


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["RuntimeError: boom", "at import"], "RuntimeError: boom"),
        (["KeyError: 1", "nox > pkg.errors.OwnError: two", "  more"], "nox > pkg.errors.OwnError: two"),
        (["    raise ValueError: no", "SystemExit"], "SystemExit"),
        (["AssertionError"], "AssertionError"),
        ([], ""),
    ],
)  # fmt: skip
def test_the_line_that_tells(lines: list[str], told: str) -> None:
    assert sessions.telling(lines) == told


def test_a_tool_has_time_to_start() -> None:
    for timeout, seconds in ((4, 15), (25, 25), (600, 120)):
        assert sessions.deadline(MatrixPreset(name="t", timeout=timeout), 120) == seconds


@pytest.mark.slow
def test_an_error_of_many_lines_is_told_by_its_first(tmp_path: Path) -> None:
    one = make(tmp_path, "thing", {"noxfile.py": 'raise RuntimeError("boom\\nat import")\n'})
    (cell,) = run([one], tmp_path / "state")
    assert (cell.status, cell.reason) == (
        CellStatus.NOT_RUN,
        "its noxfile does not load: RuntimeError: boom",
    )


@pytest.mark.slow
def test_sessions_are_not_waited_for_longer_than_for_tests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "_LEAST", 0.0)
    preset = MatrixPreset(name="t", timeout=3, retries=0)
    files = {"noxfile.py": "import time\ntime.sleep(60)\n"}
    (cell,) = run([make(tmp_path, "thing", files, preset=preset)], tmp_path / "state")
    assert (cell.status, cell.reason) == (
        CellStatus.NOT_RUN,
        "its noxfile did not load within 3 s",
    )
