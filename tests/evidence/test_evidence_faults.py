"""What may go wrong with a store: killed processes, full disks, damaged and foreign files."""

import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from pylife import evidence
from pylife.errors import ExitCode, StateError
from pylife.evidence import Store
from tests.evidence.evidence_help import CELL, DAY, cell

KILLS = 20
_WRITER = """\
import datetime, os, sys
from pylife import evidence
from pylife.model import Cell, CellStatus, PythonVersion
start = int(sys.argv[1])
store = evidence.open(os.environ["STORE"])
for number in range(start, start + 100000):
    key = f"k{number}"
    assert store.claim(key)
    cell = Cell(project="a", python=PythonVersion(3, 13), session="s", status=CellStatus.PASSED,
                key=key, reason="x" * 2000, counts={"passed": number})
    store.put(cell, as_of=datetime.date(2026, 11, 21))
    store.observe([cell._replace(session=key)], as_of=datetime.date(2026, 11, 21))
    store.release(key)
    # What is said here was finished before.
    sys.stdout.write(f"{number}\\n")
    sys.stdout.flush()
"""
OLD = """
CREATE TABLE cell (
    key TEXT PRIMARY KEY, project TEXT NOT NULL, python TEXT NOT NULL, session TEXT NOT NULL,
    status TEXT NOT NULL, reason TEXT NOT NULL, seconds REAL, log TEXT, counts TEXT NOT NULL,
    as_of TEXT NOT NULL
) STRICT;
INSERT INTO cell VALUES ('k1', 'a', '3.13', 's', 'passed', '', 1.5, 'logs/a/s.log',
    '{"passed": 2}', '2026-11-20');
PRAGMA user_version = 1;
"""
"""The first schema, as a store of then has it."""


def _writer(where: str | Path, start: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(start)], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "STORE": str(where)},
    )  # fmt: skip


@pytest.mark.slow
def test_no_finished_cell_is_lost_to_kills(where: str | Path) -> None:
    chance = random.Random(20261121)
    finished: set[str] = set()
    perhaps: set[str] = set()
    start = 0
    for _ in range(KILLS):
        with _writer(where, start) as process:
            assert process.stdout is not None
            said = process.stdout.readline()  # it has begun
            time.sleep(chance.uniform(0, 0.06))
            os.kill(process.pid, signal.SIGKILL)
            numbers = [int(line) for line in (said + process.stdout.read()).split("\n") if line]
        assert process.returncode == -signal.SIGKILL
        finished |= {f"k{number}" for number in numbers}
        start = numbers[-1] + 1
        perhaps.add(f"k{start}")
        with evidence.open(where) as store:
            # What was being written is wholly there, or not at all; and nobody has it.
            found = {one.key: one for one in store.cells()}
            assert finished <= set(found) <= finished | perhaps
            assert all(one.counts == {"passed": int(key[1:])} for key, one in found.items())
            assert finished <= {one.key for one in store.observations()}
            assert _soon(partial(store.claim, f"k{start}"))
        start += 1
    assert len(finished) >= KILLS


def _soon(ask: Callable[[], bool]) -> bool:
    """Whether it becomes true: a server sees a moment later that its client is dead."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if ask():
            return True
        time.sleep(0.02)
    return False


def test_the_other_process_waits_for_a_taken_key(where: str | Path) -> None:
    code = (
        "import os, sys\nfrom pylife import evidence\n"
        "store = evidence.open(os.environ['STORE'])\n"
        'sys.stdout.write(f\'{store.claim("k1")} {store.claim("k2")}\')\n'
    )
    with evidence.open(where) as store:
        assert store.claim("k1")
        done = subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "STORE": str(where)},
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        assert done.stdout == "False True"
        assert _soon(partial(store.claim, "k2"))


def test_a_full_disk_is_said_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "e.sqlite"
    with Store(path) as store:
        store.put(CELL, as_of=DAY)
    code = (
        "import datetime, resource, sys\nfrom pathlib import Path\n"
        "from pylife.errors import StateError\nfrom pylife.evidence import Store\n"
        "from pylife.model import Cell, CellStatus, PythonVersion\n"
        "store = Store(Path(sys.argv[1]))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))\n"
        "done = 0\n"
        "try:\n"
        "    for number in range(1000):\n"
        "        store.put(Cell('a', PythonVersion(3, 13), 's', CellStatus.PASSED, 'x' * 5000,\n"
        "            key=f'n{number}'), as_of=datetime.date(2026, 11, 21))\n"
        "        done += 1\n"
        "except StateError as error:\n"
        "    print(done, error)\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)\n"
        "    store.put(Cell('a', PythonVersion(3, 13), 's', CellStatus.PASSED, key='again'),\n"
        "        as_of=datetime.date(2026, 11, 21))\n"
    )
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    said = subprocess.run(
        [sys.executable, "-c", code, str(path)], check=True, capture_output=True, text=True
    ).stdout
    number, _, message = said.partition(" ")
    assert message.startswith("e.sqlite: the evidence store cannot be used: ")
    assert "make room and start again: what was stored before is kept" in message
    with Store(path) as store:
        wanted = {"k1", "again", *(f"n{one}" for one in range(int(number)))}
        assert {one.key for one in store.cells()} == wanted
        assert int(number) > 10


@pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="there is no /dev/full, which only Linux has"
)
def test_a_full_device(tmp_path: Path) -> None:
    (tmp_path / "e.sqlite").symlink_to("/dev/full")
    with pytest.raises(StateError) as caught:
        Store(tmp_path / "e.sqlite")
    assert caught.value.exit_code is ExitCode.STATE


def test_an_old_store_is_moved_to_the_present_schema(tmp_path: Path) -> None:
    path = tmp_path / "e.sqlite"
    with sqlite3.connect(path) as connection:
        connection.executescript(OLD)
    connection.close()
    for _ in range(2):
        with Store(path) as store:
            (found,) = store.results()
            assert found.cell.key == "k1"
            assert found.cell.counts == {"passed": 2}
            assert (found.log_digest, found.resolved, found.imported) == ("", "", None)
            store.observe([found.cell], as_of=DAY)


def test_a_newer_schema_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "e.sqlite"
    Store(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StateError, match=r"newer pylife \(schema 99.*update pylife"):
        Store(path)
    assert path.read_bytes() == before


def test_damaged_files_are_told(tmp_path: Path) -> None:
    path = tmp_path / "e.sqlite"
    with Store(path) as store:
        for number in range(300):
            store.put(cell(f"k{number}", reason="x" * 500), as_of=DAY)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    told = r"e\.sqlite.*malformed.*cells run again"
    with pytest.raises(StateError, match=told), Store(path) as short:
        short.cells()
    path.write_bytes(whole[:4096] + b"\xa5" * 4096 * 3 + whole[4 * 4096 :])
    with pytest.raises(StateError, match=r"e\.sqlite.*malformed"), Store(path) as overwritten:
        overwritten.cells()


@pytest.mark.parametrize(
    "wrong", ["status = 'green'", "python = '3'", "counts = '[1]'", "as_of = 'today'"]
)
def test_a_damaged_row_is_told(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "e.sqlite"
    with Store(path) as store:
        store.put(CELL, as_of=DAY)
    with sqlite3.connect(path) as connection:
        connection.execute(f"UPDATE cell SET {wrong}")
    connection.close()
    with Store(path) as store, pytest.raises(StateError, match=r"e\.sqlite.*damaged row"):
        store.get("k1")


def test_a_folder_that_cannot_be_made_and_a_file_that_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StateError, match="cannot be used"):
        Store(tmp_path / "file" / "e.sqlite")
    with pytest.raises(StateError, match="cannot be used"):
        Store(tmp_path)


def test_what_is_no_store_at_all() -> None:
    with pytest.raises(StateError, match="no evidence store can be at a mysql URL") as caught:
        evidence.open("mysql://user:secret@host/x")
    assert "secret" not in str(caught.value)


def test_a_new_store_is_made_once_by_many_at_the_same_time(tmp_path: Path) -> None:
    for number in range(40):
        where, together = tmp_path / f"{number}.sqlite", threading.Barrier(6)

        def open_it(where: Path = where, together: threading.Barrier = together) -> bool:
            together.wait()
            with evidence.open(where) as store:
                return not store.cells()

        with ThreadPoolExecutor(6) as pool:
            assert all(done.result() for done in [pool.submit(open_it) for _ in range(6)])
