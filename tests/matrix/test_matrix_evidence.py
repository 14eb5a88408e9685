import datetime as dt
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pylife.errors import StateError
from pylife.evidence import CONCLUSIVE, Store
from pylife.model import Cell, CellStatus, PythonVersion

DAY = dt.date(2026, 11, 21)
CELL = Cell(
    project="a",
    python=PythonVersion.parse("3.13t"),
    session="tests(django='5.0')",
    status=CellStatus.PASSED,
    seconds=1.25,
    log="logs/a/3.13t-tests.log",
    key="k1",
    counts={"skipped": 1, "passed": 3},
)


def test_a_cell_comes_back_as_it_was(tmp_path: Path) -> None:
    with Store(tmp_path / "deep" / "e.sqlite") as store:
        assert store.get("k1") is None
        assert store.put(CELL, as_of=DAY)
        assert store.get("k1") == CELL
    with Store(tmp_path / "deep" / "e.sqlite") as store:
        assert store.cells() == [CELL]
        assert store.as_of("k1") == DAY
        assert store.as_of("k2") is None


def test_only_conclusive_outcomes_are_kept(tmp_path: Path) -> None:
    with Store(tmp_path / "e.sqlite") as store:
        for status in CellStatus:
            store.put(CELL._replace(status=status, key=status.value), as_of=DAY)
        kept = {cell.status for cell in store.cells()}
    assert kept == CONCLUSIVE
    assert not kept & {
        CellStatus.TIMEOUT,
        CellStatus.INFRASTRUCTURE,
        CellStatus.MISSING_INTERPRETER,
        CellStatus.NOT_RUN,
        CellStatus.BLOCKED,
        CellStatus.NEEDS,
        CellStatus.FAILS_ON_BASELINE,
    }


def test_a_cell_without_a_key_is_not_kept(tmp_path: Path) -> None:
    with Store(tmp_path / "e.sqlite") as store:
        assert not store.put(CELL._replace(key=""), as_of=DAY)
        assert store.cells() == []


def test_cells_are_sorted_by_number_not_text(tmp_path: Path) -> None:
    versions = ["3.13", "3.9", "3.10"]
    with Store(tmp_path / "e.sqlite") as store:
        for text in versions:
            store.put(CELL._replace(python=PythonVersion.parse(text), key=text), as_of=DAY)
        assert [str(cell.python) for cell in store.cells()] == ["3.9", "3.10", "3.13"]


def test_a_newer_schema_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "e.sqlite"
    Store(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StateError, match=r"newer pylife.*schema 99"):
        Store(path)


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "e.sqlite"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(StateError, match=r"e\.sqlite.*cannot be used"):
        Store(path)
    assert path.read_bytes().startswith(b"not a database")


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StateError):
        Store(tmp_path / "file" / "e.sqlite")


def test_threads_and_two_stores_share_a_file(tmp_path: Path) -> None:
    first, second = Store(tmp_path / "e.sqlite"), Store(tmp_path / "e.sqlite")

    def put(store: Store, prefix: str) -> None:
        for number in range(25):
            store.put(CELL._replace(key=f"{prefix}{number}"), as_of=DAY)

    threads = [
        threading.Thread(target=put, args=(store, f"{number}-"))
        for number, store in enumerate((first, first, second, second))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(first.cells()) == 100
    first.close()
    second.close()


def test_a_killed_process_loses_nothing_that_it_had_put(tmp_path: Path) -> None:
    code = (
        "import datetime, os, signal, sys\n"
        "from pathlib import Path\n"
        "from pylife.evidence import Store\n"
        "from pylife.model import Cell, CellStatus, PythonVersion\n"
        "store = Store(Path(sys.argv[1]))\n"
        "for number in range(10):\n"
        "    cell = Cell(project='a', python=PythonVersion(3, 13), session='s',\n"
        "        status=CellStatus.PASSED, key=str(number))\n"
        "    store.put(cell, as_of=datetime.date(2026, 11, 21))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    path = tmp_path / "e.sqlite"
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=False)
    assert done.returncode == -9
    with Store(path) as store:
        assert len(store.cells()) == 10
