"""`pylife matrix merge` and `prune`, and where the store may be named."""

import datetime as dt
import os
from pathlib import Path

import pytest

from pylife import evidence
from pylife.model import CellStatus
from tests.conftest import MakeTree, Pylife
from tests.evidence.evidence_help import DAY, cell, result
from tests.evidence.postgres_help import PASSWORD

SECRET = "postgresql://u:hunter2@127.0.0.1:1/d"


def _store(folder: Path, key: str, status: CellStatus) -> Path:
    with evidence.open(folder / evidence.FILE) as store:
        store.put_result(result(key, status, reason="1 failed" * (status is CellStatus.FAILED)))
    return folder


def test_merge_tells_of_different_outcomes(pylife: Pylife, tmp_path: Path) -> None:
    first = _store(tmp_path / "one", "k1", CellStatus.PASSED)
    second = _store(tmp_path / "two", "k1", CellStatus.FAILED)
    third = _store(tmp_path / "three", "k2", CellStatus.PASSED)
    done = pylife("matrix", "merge", first, second, third, "--into", tmp_path / "all.zip")
    assert (done.code, done.err) == (0, "")
    flaky, summary = done.out.splitlines()
    assert flaky.startswith(
        "a 3.13t tests(django='5.0'): flaky, different outcomes of the same key"
    )
    assert summary == "2 results, 2 of them new, 0 logs written"
    done = pylife("matrix", "merge", tmp_path / "all.zip", "--into", tmp_path / "state", "-q")
    assert (done.code, done.out) == (0, "")
    with evidence.open(tmp_path / "state") as store:
        assert {one.key: one.status.value for one in store.cells()} == {
            "k1": "flaky",
            "k2": "passed",
        }


def test_merge_of_what_is_not_there_or_damaged(pylife: Pylife, tmp_path: Path) -> None:
    done = pylife("matrix", "merge", tmp_path / "nothing", "--into", tmp_path / "state")
    assert done.code == 2
    assert "nothing is not there" in done.err
    (tmp_path / "r.jsonl").write_bytes(b"{}\n")
    done = pylife("matrix", "merge", tmp_path / "r.jsonl", "--into", tmp_path / "state")
    assert done.code == 6
    assert "r.jsonl:1: it does not hold results of pylife" in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("merge", SECRET, "--into", "x"),
        ("merge", "x", "--into", SECRET),
        ("prune", "--store", SECRET),
        ("run", "--store", SECRET),
        ("run", "--store", "postgresql://127.0.0.1:1/d?password=hunter2"),
    ],
)
def test_no_password_stands_on_a_command_line(pylife: Pylife, arguments: tuple[str, ...]) -> None:
    done = pylife("matrix", *arguments)
    assert done.code == 2
    assert "a URL with a password must not stand on a command line" in done.err
    assert "hunter2" not in done.out + done.err


def test_the_environment_may_name_the_store(
    pylife: Pylife, tmp_path: Path, where: str | Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYLIFE_STORE", str(where))
    first = _store(tmp_path / "one", "k1", CellStatus.PASSED)
    done = pylife("matrix", "merge", first)
    assert (done.code, done.err) == (0, "")
    with evidence.open(where) as store:
        assert len(store.cells()) == 1
    monkeypatch.setenv("PYLIFE_STORE", SECRET)
    pytest.importorskip("psycopg")
    done = pylife("matrix", "merge", first)
    assert done.code == 6
    assert "postgresql://127.0.0.1:1/d: the evidence store cannot be used" in done.err
    assert "hunter2" not in done.out + done.err


def test_prune_keeps_what_the_policy_keeps(pylife: Pylife, tree: MakeTree) -> None:
    folder = tree(
        {
            "pyproject.toml": '[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.12"\n',
            "p.toml": 'name = "p"\n[stages]\ndrop = { anchor = "python.eol" }\n'
            '[evidence]\nkeep-logs = "P90D"\nkeep = "P1Y"\n',
        }
    )
    state = folder / ".pylife"
    logs = state / "logs"
    days = {"new": 0, "edge": 90, "old": 91, "oldest": 366}
    with evidence.open(state / evidence.FILE) as store:
        for key, age in days.items():
            path = logs / "a" / f"3.13-{key}.log"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"pylife: a, s on Python 3.13.0, cell {key}\nmore\n")
            store.put(cell(key, log=f"logs/a/{path.name}"), as_of=DAY - dt.timedelta(days=age))
            store.observe([cell(key)], as_of=DAY - dt.timedelta(days=age))
        store.put(cell("gone", project="gone"), as_of=DAY - dt.timedelta(days=366))
    # Of cells that have no result, by when they were written.
    for name, age in (("timeout", 10), ("timeout-long-ago", 100)):
        path = logs / "gone" / f"{name}.log"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"\xff not by pylife")
        then = dt.datetime.combine(DAY - dt.timedelta(days=age), dt.time(), dt.UTC).timestamp()
        os.utime(path, (then, then))
    command = ("matrix", "prune", folder, "--as-of", str(DAY), "--policy", folder / "p.toml")
    done = pylife(*command)
    assert (done.code, done.err) == (0, "")
    assert done.out == "deleted 2 results, 1 observations, 3 logs\n"
    left = {str(path.relative_to(logs)) for path in logs.rglob("*.log")}
    assert left == {"a/3.13-new.log", "a/3.13-edge.log", "gone/timeout.log"}
    with evidence.open(state) as store:
        assert {one.key for one in store.cells()} == {"new", "edge", "old"}
    assert pylife(*command).out == "deleted 0 results, 0 observations, 0 logs\n"
    # Without a word of it nothing is deleted.
    done = pylife("matrix", "prune", folder, "--as-of", "2099-01-01")
    assert done.code in {0, 3}
    with evidence.open(state) as store:
        assert len(store.cells()) == 3
    assert PASSWORD not in done.out
