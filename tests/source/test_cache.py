"""The cache: what it keeps, what it does not trust, and that it never stands in the way."""

import multiprocessing
import sqlite3
import time
from pathlib import Path

import pytest

from pylife.source import cache as module
from pylife.source.cache import Cache, Mark, Seen

SECOND = 1_000_000_000


def mark(**changes: int) -> Mark:
    return Mark(10, 5 * SECOND + 1, 5 * SECOND + 1, 7)._replace(**changes)


def kept(path: Path) -> None:
    with Cache(path) as cache:
        cache.keep({"k": "found"}, [Seen("/a.py", mark(), "digest")])
        cache.interpreters["/python"] = "cpython 3 15 3.15.2"


def test_what_was_kept_is_there_the_next_time(tmp_path: Path) -> None:
    kept(tmp_path / "deep" / "cache.db")
    with Cache(tmp_path / "deep" / "cache.db") as cache:
        assert cache.results(["k", "other"]) == {"k": "found"}
        assert cache.contents({"/a.py": mark(), "/b.py": mark()}) == {"/a.py": "digest"}
        assert cache.interpreters == {"/python": "cpython 3 15 3.15.2"}


@pytest.mark.parametrize("field", Mark._fields)
def test_a_file_with_another_mark_is_not_known(tmp_path: Path, field: str) -> None:
    kept(tmp_path / "cache.db")
    with Cache(tmp_path / "cache.db") as cache:
        assert cache.contents({"/a.py": mark(**{field: 3})}) == {}


def test_a_mark_is_trusted_once_its_tick_is_over() -> None:
    fine = mark()
    assert not fine.trusted(fine.changed + 1_000_000)
    assert fine.trusted(fine.changed + SECOND)
    coarse = mark(changed=5 * SECOND, status_changed=5 * SECOND)
    assert not coarse.trusted(coarse.changed + SECOND), "FAT tells times to two seconds"
    assert coarse.trusted(coarse.changed + 2 * SECOND)
    ahead = mark(changed=2 * time.time_ns())
    assert not ahead.trusted(time.time_ns()), "a clock that is ahead of ours"
    renamed = mark(status_changed=6 * SECOND)
    assert not renamed.trusted(6 * SECOND), "put in place of another, with its old time"


@pytest.mark.parametrize("content", [b"", b"no database" * 99, b"SQLite format 3\0" + b"x" * 5000])
def test_a_broken_one_is_made_anew(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "cache.db"
    path.write_bytes(content)
    kept(path)
    with Cache(path) as cache:
        assert cache.results(["k"]) == {"k": "found"}


def test_one_that_breaks_behind_its_first_page_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    with Cache(path) as cache:
        cache.keep({f"key {number}": "x" * 500 for number in range(500)}, ())
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    with Cache(path) as cache:
        assert cache.results(["key 3"]) == {}
    kept(path)
    with Cache(path) as cache:
        assert cache.results(["k"]) == {"k": "found"}


def test_another_format_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE something (x)")
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    kept(path)
    with Cache(path) as cache:
        assert cache.results(["k"]) == {"k": "found"}


def test_where_nothing_can_be_kept_all_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (None, tmp_path / "file" / "cache.db", tmp_path):
        with Cache(path) as cache:
            cache.keep({"k": "found"}, ())
            assert cache.results(["k"]) == {}


def test_one_that_is_locked_is_neither_waited_for_long_nor_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BUSY_SECONDS", 0.1)
    path = tmp_path / "cache.db"
    kept(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with Cache(path) as cache:
        assert cache.results(["k"]) == {}
        cache.keep({"new": "x"}, ())
    other.execute("COMMIT")
    other.close()
    with Cache(path) as cache:
        assert cache.results(["k", "new"]) == {"k": "found"}


def _fill(path: Path, name: str) -> None:
    for number in range(20):
        with Cache(path) as cache:
            cache.keep({f"{name} {number}": "x" * 1000}, [Seen(f"/{name}", mark(), "d")])


def test_several_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_fill, args=(path, name)) for name in ("a", "b", "c")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    with Cache(path) as cache:
        wanted = [f"{name} {number}" for name in "abc" for number in range(20)]
        assert len(cache.results(wanted)) == 60


def test_what_was_not_used_for_long_goes(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    kept(path)
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE result SET used = used - 31")
        connection.execute("INSERT INTO result SELECT 'used', found, used FROM result")
    connection.close()
    with Cache(path) as cache:
        assert cache.results(["used"]) == {"used": "found"}  # which makes it young again
        cache.keep({"new": "x"}, ())
    with Cache(path) as cache:
        assert set(cache.results(["k", "used", "new"])) == {"used", "new"}


def test_what_is_too_much_goes_the_oldest_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_KEPT_ROWS", 3)
    path = tmp_path / "cache.db"
    with Cache(path) as cache:
        cache.keep({"old 1": "x", "old 2": "x"}, ())
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE result SET used = used - 1")
    connection.close()
    with Cache(path) as cache:
        cache.keep({"new 1": "x", "new 2": "x"}, ())
    with Cache(path) as cache:
        assert set(cache.results(["old 1", "old 2", "new 1", "new 2"])) == {"new 1", "new 2"}


def test_it_holds_no_more_than_data(tmp_path: Path) -> None:
    """A cache may come with a repository: nothing in it may write or run."""
    path = tmp_path / "cache.db"
    kept(path)
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("ALTER TABLE result RENAME TO hidden")
        connection.execute("CREATE VIEW result AS SELECT 'k' AS key, 2 AS found, 'x' AS used")
    connection.close()
    with Cache(path) as cache:
        assert cache.results(["k"]) == {}
        cache.keep({"k": "x"}, ())
    assert [file.name for file in tmp_path.iterdir()] == ["cache.db"]
