"""Results of several runners: files that travel, and stores that are joined."""

import datetime as dt
import hashlib
import itertools
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pylife import evidence
from pylife.errors import StateError, UsageError
from pylife.evidence import Observation, Result, Store, portable
from pylife.evidence.merge import merge, read
from pylife.evidence.portable import Contents
from pylife.evidence.settle import joined, worse
from pylife.model import CellStatus
from tests.evidence.evidence_help import CELL, DAY, PY, cell, imported, result
from tests.evidence.postgres_help import PASSWORD

LATER = DAY + dt.timedelta(days=1)
FORMS = ("r.jsonl", "r.zip", "r.results")


def _state(folder: Path, *keys: str, log: bytes | None = b"log", day: dt.date = DAY) -> Path:
    """A state folder with a cell of each key, all of one session: the last has the log."""
    with evidence.open(folder / evidence.FILE, logs=folder) as store:
        for key in keys:
            if log is not None:
                path = folder / "logs" / "a" / "3.13t-tests.log"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(b"%s, cell %s\n" % (log, key.encode()))
            store.put(cell(key), as_of=day)
            store.observe([cell(key)], as_of=day)
    return folder


def _all(path: Path) -> dict[str, bytes]:
    if path.is_file():
        return {"": path.read_bytes()}
    return {
        str(one.relative_to(path)): one.read_bytes() for one in path.rglob("*") if one.is_file()
    }


@pytest.mark.parametrize("form", FORMS)
def test_a_store_travels_and_comes_back(tmp_path: Path, form: str) -> None:
    first = _state(tmp_path / "one", "k1", "k2", log=b"\xff\xfe not text")
    done = merge([str(first)], str(tmp_path / form))
    assert (done.results, done.new, done.logs, done.differing) == (2, 2, 1, ())
    assert merge([str(tmp_path / form)], str(tmp_path / "two")).logs == 1
    assert _all(tmp_path / "two" / "logs") == _all(first / "logs")
    with evidence.open(first) as one, evidence.open(tmp_path / "two") as two:
        assert one.results() == two.results()
        assert one.observations() == two.observations()


@pytest.mark.parametrize("form", FORMS)
def test_the_same_contents_are_the_same_bytes(tmp_path: Path, form: str) -> None:
    first, second = _state(tmp_path / "1", "k1", "k2"), _state(tmp_path / "2", "k3", "k1", log=None)
    for number, sources in enumerate(itertools.permutations([str(first), str(second)])):
        merge(sources, str(tmp_path / f"{number}{form}"))
        merge(sources[:1], str(tmp_path / f"again{number}{form}"))
        merge(sources, str(tmp_path / f"again{number}{form}"))
    made = [_all(tmp_path / f"{name}{form}") for name in ("0", "1", "again0", "again1")]
    assert made[1:] == made[:1] * 3
    # No path of this machine, nor its name.
    assert not any(str(tmp_path).encode() in data for data in made[0].values())


def test_only_logs_that_are_meant_stay_in_the_folder(tmp_path: Path) -> None:
    target = tmp_path / "r.results"
    portable.write(target, Contents((result(),), (), {"1" * 64: lambda: b"x"}))
    (target / "logs" / "notes.log").write_text("of somebody")
    portable.write(target, Contents((result(),)))
    assert {one.name for one in (target / "logs").iterdir()} == {"notes.log"}


def test_a_log_of_another_run_is_not_taken_along(tmp_path: Path) -> None:
    first = _state(tmp_path / "one", "k1", "k2")
    contents = read(str(first))
    assert len(contents.logs) == 1
    by_key = {one.cell.key: one.log_digest for one in contents.results}
    assert by_key["k2"] in contents.logs
    assert by_key["k1"] not in contents.logs
    # The newest result that names the log has it.
    second = _state(tmp_path / "two", "k3", log=b"newer", day=LATER)
    merge([str(second)], str(first))
    log = first / "logs" / "a" / "3.13t-tests.log"
    assert log.read_bytes() == b"newer, cell k3\n"
    merge([str(_state(tmp_path / "three", "k0", log=b"older", day=DAY))], str(first))
    assert log.read_bytes() == b"newer, cell k3\n"


def test_a_log_from_before_digests_is_known_by_its_first_line(tmp_path: Path) -> None:
    state = _state(tmp_path / "s", "k1", log=None)
    log = state / "logs" / "a" / "3.13t-tests.log"
    log.parent.mkdir(parents=True)
    log.write_bytes(b"pylife: a, cell k2\n")
    assert not read(str(state)).logs
    log.write_bytes(b"pylife: a, cell k1\nrest")
    digest = hashlib.sha256(log.read_bytes()).hexdigest()
    contents = read(str(state))
    assert contents.logs[digest]() == log.read_bytes()
    assert contents.results[0].log_digest == digest


def test_different_outcomes_are_told_and_never_green(store: Store) -> None:
    store.merge([result("k1"), result("k2"), result("k3", CellStatus.FAILED)], [])
    told = store.merge(
        [
            result("k1", CellStatus.FAILED, LATER, reason="1 failed"),
            result("k2", CellStatus.PASSED, LATER),
            result("k3", CellStatus.PASSED, LATER),
        ],
        [],
    )
    assert [one.cell.key for one in told] == ["k1", "k3"]
    found = {one.cell.key: one for one in store.results()}
    assert found["k1"].cell.status is found["k3"].cell.status is CellStatus.FLAKY
    assert found["k1"].cell.reason.endswith("; failed on 2026-11-22 (1 failed)")
    assert found["k2"] == result("k2", CellStatus.PASSED, LATER)
    # Once told, it is not told anew, and stays.
    assert store.merge(list(found.values()), []) == []
    assert [one.cell.key for one in store.merge([result("k1")], [])] == ["k1"]
    assert store.results() == sorted(found.values(), key=lambda one: one.cell.key)


def test_observations_are_joined_and_the_worse_one_stays(store: Store) -> None:
    seen = Observation(DAY, "a", PY("3.13"), "s", CellStatus.PASSED, "k")
    store.merge([], [seen, seen._replace(as_of=LATER)])
    store.merge([], [seen._replace(status=CellStatus.BLOCKED, key=""), seen._replace(session="t")])
    store.merge([], [seen])
    assert [(one.as_of, one.session, one.status) for one in store.observations()] == [
        (DAY, "s", CellStatus.BLOCKED), (DAY, "t", CellStatus.PASSED), (LATER, "s", CellStatus.PASSED)
    ]  # fmt: skip


_RESULTS = st.builds(
    result,
    key=st.just("k"),
    status=st.sampled_from(sorted(evidence.CONCLUSIVE)),
    day=st.dates(dt.date(2026, 1, 1), dt.date(2026, 1, 3)),
    reason=st.sampled_from(["", "x", "y"]),
)


@given(st.lists(_RESULTS, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_joining_minds_no_order_and_is_green_only_for_green(
    found: list[Result], mix: object
) -> None:
    kept = joined(found)
    other = found.copy()
    mix.shuffle(other)  # type: ignore[attr-defined] # random.Random
    assert joined(other) == kept
    assert joined([kept, *found]) == kept
    statuses = {one.cell.status for one in found}
    assert kept.cell.status is (statuses.pop() if len(statuses) == 1 else CellStatus.FLAKY)
    assert kept.as_of == max(one.as_of for one in found) or CellStatus.FLAKY in statuses


@given(st.lists(st.sampled_from(CellStatus), min_size=1, max_size=4), st.permutations(range(4)))
@settings(max_examples=50)
def test_worse_minds_no_order(statuses: list[CellStatus], order: list[int]) -> None:
    seen = [Observation(DAY, "a", PY("3.9"), "s", one, one) for one in statuses]
    kept = seen[0]
    for one in seen:
        kept = worse(kept, one)
    other = seen[order[0] % len(seen)]
    for place in order:
        other = worse(other, seen[place % len(seen)])
    assert worse(kept, other) == kept
    assert (kept.status is CellStatus.PASSED) == (set(statuses) == {CellStatus.PASSED})


def test_into_and_from_postgres(tmp_path: Path, where: str | Path) -> None:
    state = _state(tmp_path / "s", "k1")
    done = merge([str(state)], str(where))
    assert done.results == 1
    assert merge([str(where)], str(tmp_path / "r.zip")).new == 1
    assert PASSWORD.encode() not in (tmp_path / "r.zip").read_bytes()
    with evidence.open(where) as store:
        assert store.results() == [read(str(state)).results[0]]


def test_an_imported_result_keeps_what_it_rests_on(tmp_path: Path) -> None:
    portable.write(tmp_path / "r.jsonl", Contents((imported("f" * 40),)))
    assert portable.read(tmp_path / "r.jsonl").results == (imported("f" * 40),)


def _written(tmp_path: Path) -> Path:
    path = tmp_path / "r.jsonl"
    merge([str(_state(tmp_path / "s", "k1"))], str(path))
    return path


def _with(path: Path, number: int, **changes: object) -> Path:
    """The file with other fields in a line, and the digest that fits."""
    lines = path.read_bytes().splitlines(keepends=True)
    document = {**json.loads(lines[number]), **changes}
    lines[number] = json.dumps(document).encode() + b"\n"
    head = json.loads(lines[0]) | {"sha256": hashlib.sha256(b"".join(lines[1:])).hexdigest()}
    path.write_bytes(b"".join([json.dumps(head).encode() + b"\n", *lines[1:]]))
    return path


@pytest.mark.parametrize(
    ("number", "changes", "said"),
    [
        (1, {"status": "green"}, ":2: 'green' is not a valid CellStatus"),
        (1, {"status": 1}, ":2: status is no text"),
        (1, {"log": "logs/../../x"}, ":2: log is no name of a log"),
        (1, {"log": "/etc/passwd"}, ":2: log is no name"),
        (1, {"log_digest": "../x"}, ":2: log_digest is no SHA-256"),
        (1, {"counts": {"passed": "many"}}, ":2: counts are not numbers"),
        (1, {"seconds": "1"}, ":2: key or seconds"),
        (1, {"key": ""}, ":2: key or seconds"),
        (1, {"python": "3"}, ":2: '3' is not a Python"),
        (1, {"as_of": "today"}, ":2: Invalid isoformat"),
        (1, {"more": ""}, ":2: it is no result"),
        (2, {"night": 1}, ":3: it is no observation"),
        (2, {"status": "green"}, ":3: 'green' is not"),
        (3, {"text": "other"}, ": the log [0-9a-f]{64} was changed"),
        (3, {"log": "0" * 64}, ": the log [0-9a-f]{64} is missing"),
        (3, {"text": None}, ":4: it is no log"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_its_line(
    tmp_path: Path, number: int, changes: dict[str, object], said: str
) -> None:
    path = _with(_written(tmp_path), number, **changes)
    with pytest.raises(StateError, match=rf"^r\.jsonl{said}"):
        merge([str(path)], str(tmp_path / "into"))
    assert not (tmp_path / "into").exists()


@pytest.mark.parametrize("cut", [1, 40, 400])
def test_what_is_cut_off_is_told(tmp_path: Path, cut: int) -> None:
    path = _written(tmp_path)
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(StateError, match=r"r\.jsonl: it is cut off, or was changed"):
        portable.read(path)


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"", "does not hold results"),
        (b"[]", "does not hold results"),
        (b'{"schema": "pylife/results/9"}', "is pylife/results/9, not pylife/results/1.*update"),
        (b'{"schema": "pylife/results/1", "results": -1}', "first line is damaged"),
        (b'{"schema": "pylife/results/1", "results": 0, "observations": 0, "logs": ["../x"]}', "line is"),
    ],
)  # fmt: skip
def test_other_first_lines(tmp_path: Path, head: bytes, said: str) -> None:
    (tmp_path / "r.jsonl").write_bytes(head + b"\n")
    with pytest.raises(StateError, match=rf"r\.jsonl:1: .*{said}"):
        portable.read(tmp_path / "r.jsonl")


def test_damaged_archives(tmp_path: Path) -> None:
    path = tmp_path / "r.zip"
    merge([str(_state(tmp_path / "s", "k1"))], str(path))
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"log, cell k1", b"LOG, cell k1"))
    with pytest.raises(StateError, match=r"r\.zip: .*(damaged|changed)"):
        portable.read(path)
    path.write_bytes(whole[:-30])
    with pytest.raises(StateError, match=r"r\.zip: it is damaged"):
        portable.read(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x", "y")
    with pytest.raises(StateError, match=r"r\.zip: it is damaged, or no archive of results"):
        portable.read(path)


def test_sources_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere is not there"):
        merge([str(tmp_path / "nowhere")], str(tmp_path / "into"))
    with pytest.raises(UsageError, match="has no results"):
        merge([str(tmp_path)], str(tmp_path / "into"))
    (tmp_path / "junit.xml").write_text("<testsuites/>" * 100)
    with pytest.raises(StateError, match=r"junit\.xml: .*not a database"):
        merge([str(tmp_path / "junit.xml")], str(tmp_path / "into"))
    assert not (tmp_path / "into").exists()
    assert CELL.key == "k1"
