"""Two runs at once on one store, in a SQLite file and in a real PostgreSQL."""

import threading
from pathlib import Path

import pytest

from pylife import evidence, matrix
from pylife.model import Cell, CellStatus
from tests.evidence.conftest import server, where  # noqa: F401 - fixtures
from tests.matrix.matrix_help import DAY, HERE, found, make

pytestmark = pytest.mark.slow

_SESSIONS = "".join(
    f"""
@nox.session(python="{HERE}", tags=["test"])
def tests_{letter}(session):
    session.run("python", "run.py", "{letter}")
"""
    for letter in "abc"
)
_RUN = """\
import sys, time, pathlib
print("Ran 1 test in 0.001s\\n\\nOK")
time.sleep(0.3)
with open({told!r}, "a") as file:
    file.write(sys.argv[1] + "\\n")
"""


def test_two_runs_complete_no_cell_twice(tmp_path: Path, where: str | Path) -> None:  # noqa: F811
    told = tmp_path / "told.txt"
    project = make(
        tmp_path,
        "p",
        {"noxfile.py": "import nox\n" + _SESSIONS, "run.py": _RUN.format(told=str(told))},
    )
    cells: dict[int, list[Cell]] = {}

    def run(number: int) -> None:
        state = tmp_path / f"state{number}"
        with evidence.open(where, logs=state) as store:
            cells[number] = matrix.run(
                [project], interpreters=found(), state=state, jobs=2, store=store, as_of=DAY
            )

    threads = [threading.Thread(target=run, args=(number,)) for number in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(told.read_text().split()) == ["a", "b", "c"]
    for number in range(2):
        assert [one.status for one in cells[number]] == [CellStatus.PASSED] * 3
    # Each was run by one of them, whose log is there, and known to the other.
    pairs = zip(cells[0], cells[1], strict=True)
    assert [(a.cached, b.cached).count(True) for a, b in pairs] == [1] * 3
    assert all((one.log is None) == one.cached for some in cells.values() for one in some)
    with evidence.open(where) as store:
        kept = store.results()
        assert {one.interpreter for one in kept} == {found()[HERE].build}
        assert all(len(one.log_digest) == 64 for one in kept)
        # No key is left taken.
        assert all(store.claim(one.cell.key) for one in kept)
    run(3)
    assert [one.cached for one in cells[3]] == [True] * 3
