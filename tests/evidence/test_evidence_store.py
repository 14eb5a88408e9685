"""What the store promises, in SQLite and in a real PostgreSQL."""

import datetime as dt
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from pylife import evidence
from pylife.errors import StateError
from pylife.evidence import CONCLUSIVE, Observation, Store
from pylife.model import Cell, CellStatus
from tests.evidence.evidence_help import CELL, DAY, PY, cell, imported, result

LATER = DAY + dt.timedelta(days=1)
Open = Callable[[], Store]


def test_a_cell_comes_back_as_it_was(store: Store, opened: Open) -> None:
    assert store.get("k1") is None
    assert store.put(CELL, as_of=DAY)
    assert store.get("k1") == CELL
    other = opened()
    assert other.cells() == [CELL]
    assert other.as_of("k1") == DAY
    assert other.as_of("k2") is None


def test_all_of_a_result_comes_back(store: Store) -> None:
    for one in (result(), imported("f" * 40), result("k2", log=None, seconds=None, counts={})):
        assert store.put_result(one) == one
        assert store.result(one.cell.key) == one
    assert store.imported() == [imported("f" * 40)]
    assert len(store.results()) == 3


def test_what_no_database_takes_is_replaced(store: Store) -> None:
    store.put(cell(reason="a\0b\ud800c"), as_of=DAY)
    assert store.cells()[0].reason == "a\ufffdb?c"


def test_only_conclusive_outcomes_with_a_key_are_kept(store: Store) -> None:
    for status in CellStatus:
        assert store.put(cell(status.value, status), as_of=DAY) == (status in CONCLUSIVE)
    assert not store.put(cell(""), as_of=DAY)
    assert {one.status for one in store.cells()} == CONCLUSIVE


def test_many_are_asked_for_at_once(store: Store) -> None:
    store.merge([result(f"k{number}") for number in range(2000)], [])
    wanted = [f"k{number}" for number in range(0, 4000, 2)]
    found = store.get_many([*wanted, *wanted])
    assert sorted(found) == sorted(f"k{number}" for number in range(0, 2000, 2))
    assert found["k10"] == cell("k10")
    assert store.get_many([]) == {}


def test_what_is_not_accepted_is_not_given(store: Store, where: str | Path) -> None:
    store.put(cell("old"), as_of=DAY)
    store.put(cell("new"), as_of=LATER)
    with evidence.open(where, accept=lambda one: one.as_of == LATER) as young:
        assert young.get("old") is None
        assert list(young.get_many(["old", "new"])) == ["new"]
        assert young.result("old") is not None


def test_a_log_is_known_by_its_digest(where: str | Path, tmp_path: Path) -> None:
    log = tmp_path / "state" / "logs" / "a" / "3.13t-tests.log"
    log.parent.mkdir(parents=True)
    log.write_bytes(b"hello")
    with evidence.open(where, logs=tmp_path / "state") as store:
        store.put(CELL, as_of=DAY, resolved="deps", interpreter="build")
        store.put(cell("k2", log="logs/none"), as_of=DAY)
        found, other = store.result("k1"), store.result("k2")
    assert found is not None
    assert found.log_digest == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    assert (found.resolved, found.interpreter) == ("deps", "build")
    assert other is not None
    assert other.log_digest == ""


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ("passed", "passed", "passed"),
        ("passed", "failed", "failed"),
        ("failed", "passed", "flaky"),
        ("flaky", "passed", "flaky"),
        ("flaky", "failed", "failed"),
        ("no-tests", "passed", "flaky"),
        ("failed", "no-tests", "no-tests"),
    ],
)
def test_a_key_that_is_run_again(store: Store, before: str, after: str, kept: str) -> None:
    store.put(cell(status=CellStatus(before), reason="one"), as_of=DAY)
    store.put(cell(status=CellStatus(after), reason="two"), as_of=LATER)
    found = store.result("k1")
    assert found is not None
    assert found.cell.status == kept
    assert found.as_of == LATER
    if kept == before == "flaky":
        assert found.cell.reason == "one"  # or it would grow with each night
    elif kept == "flaky":
        assert f"{before} on 2026-11-21 (one); passed on 2026-11-22 (two)" in found.cell.reason
    else:
        assert found.cell.reason == "two"


def test_nights(store: Store) -> None:
    bad = cell("", CellStatus.TIMEOUT, session="s2")
    store.observe([CELL, bad], as_of=DAY)
    store.observe([CELL, bad], as_of=DAY)
    store.observe([cell("k2", CellStatus.FAILED)], as_of=LATER)
    # A second run of the night, of one cell alone.
    store.observe([cell("k3", CellStatus.FLAKY)], as_of=LATER)
    session = CELL.session
    seen = [
        Observation(DAY, "a", PY("3.13t"), "s2", CellStatus.TIMEOUT, ""),
        Observation(DAY, "a", PY("3.13t"), session, CellStatus.PASSED, "k1"),
        Observation(LATER, "a", PY("3.13t"), session, CellStatus.FLAKY, "k3"),
    ]
    assert store.observations() == seen
    assert store.observations(since=LATER) == seen[2:]
    assert store.observations("b") == []
    assert store.observations("a", since=LATER) == seen[2:]


def test_pruning(store: Store) -> None:
    old, day = DAY - dt.timedelta(days=800), DAY - dt.timedelta(days=730)
    for key, project in (("gone", "a"), ("seen", "a"), ("kept", "b")):
        store.put(cell(key, project=project), as_of=old)
        store.observe([cell(key, project=project, session=key)], as_of=old)
    store.put(cell("edge"), as_of=day)
    store.observe([cell("seen", session="seen")], as_of=DAY)
    assert store.prune({"a": day, "b": None}.get) == (1, 2)
    assert {one.key for one in store.cells()} == {"seen", "kept", "edge"}
    assert [(one.key, one.as_of) for one in store.observations()] == [("kept", old), ("seen", DAY)]
    assert store.prune({"a": day, "b": None}.get) == (0, 0)
    assert store.prune(lambda _: DAY + dt.timedelta(days=1)) == (3, 2)
    assert store.cells() == []
    assert store.observations() == []


def test_a_key_is_taken_by_one_alone(store: Store, opened: Open) -> None:
    other = opened()
    assert store.claim("k1")
    assert not store.claim("k1")
    assert not other.claim("k1")
    assert other.claim("k2")
    other.release("k1")  # not its own: nothing happens
    assert not other.claim("k1")
    store.release("k1")
    assert other.claim("k1")
    other.close()
    assert store.claim("k1")
    assert store.claim("k2")


def test_two_runs_at_once_complete_no_key_twice(opened: Open) -> None:
    completed: list[str] = []
    cached: list[str] = []

    def work(key: str) -> Cell:
        completed.append(key)
        return cell(key)

    def run(store: Store, keys: list[str]) -> None:
        for key in keys:
            found = store.once(key, lambda key=key: work(key), as_of=DAY, stop=threading.Event())  # type: ignore[misc] # bound at once
            assert found is not None
            assert found == cell(key)._replace(cached=found.cached)
            if found.cached:
                cached.append(key)

    keys = [f"k{number}" for number in range(40)]
    stores = [opened(), opened()]
    threads = [
        threading.Thread(target=run, args=(stores[number % 2], keys[::way]))
        for number, way in enumerate((1, -1, -1, 1))
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(completed) == sorted(keys)
    assert len(cached) == 3 * len(keys)


def test_who_waits_can_be_stopped(store: Store, opened: Open) -> None:
    stop = threading.Event()
    stop.set()
    other = opened()
    assert other.claim("k1")
    assert store.once("k1", cell, as_of=DAY, stop=stop) is None
    other.release("k1")
    # What is not kept is still given, and nothing stays taken.
    bad = cell(status=CellStatus.TIMEOUT)
    assert store.once("k1", lambda: bad, as_of=DAY, stop=stop) == bad
    with pytest.raises(ZeroDivisionError):
        store.once("k1", lambda: cell(counts={"a": 1 // 0}), as_of=DAY, stop=stop)
    assert other.claim("k1")


def test_threads_and_two_stores_share_it(opened: Open) -> None:
    stores = [opened(), opened()]

    def put(store: Store, prefix: str) -> None:
        for number in range(25):
            store.put(cell(f"{prefix}{number}"), as_of=DAY)

    threads = [
        threading.Thread(target=put, args=(stores[number % 2], f"{number}-")) for number in range(4)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(stores[0].cells()) == 100


def test_two_that_make_a_store_at_once(opened: Open) -> None:
    failed: list[BaseException] = []

    def make() -> None:
        try:
            opened().put(CELL, as_of=DAY)
        except StateError as error:
            failed.append(error)

    threads = [threading.Thread(target=make) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not failed
    assert opened().cells() == [CELL]


def test_a_nights_summary_is_kept_and_replaced(store: Store) -> None:
    first, second = dt.date(2026, 11, 20), dt.date(2026, 11, 21)
    store.summarise({"as_of": "2026-11-21", "projects": {"démo": 1}}, as_of=second)
    store.summarise({"as_of": "2026-11-20", "n": 1}, as_of=first)
    store.summarise({"as_of": "2026-11-20", "n": 2}, as_of=first)
    assert [one.get("n") for one in store.summaries()] == [2, None]
    assert store.summaries(since=second) == [{"as_of": "2026-11-21", "projects": {"démo": 1}}]
