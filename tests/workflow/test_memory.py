"""What failed lately is tried more and more rarely; what is lost does no harm."""

import datetime as dt
from pathlib import Path

import pytest

from pylife.workflow import memory
from pylife.workflow.memory import Memory

DAY = dt.date(2026, 11, 21)


def day(number: int) -> dt.date:
    return DAY + dt.timedelta(days=number)


def test_each_failure_doubles_the_wait_up_to_a_month() -> None:
    known, waits, now = Memory(), [], 0
    for _ in range(8):
        known = known.failed("p", day(now))
        wait = (known.failures["p"].until - day(now)).days
        assert known.later("p", day(now))
        assert known.later("p", day(now + wait - 1))
        assert not known.later("p", day(now + wait))
        waits.append(wait)
        now += wait
    assert waits == [1, 2, 4, 8, 16, 32, 32, 32]


def test_twice_on_a_day_is_once_and_another_change_is_tried_at_once() -> None:
    known = Memory().failed("p", DAY, "a").failed("p", DAY, "a")
    assert known.failures["p"].times == 1
    assert known.later("p", DAY, "a").startswith("it failed once, on 2026-11-21")
    assert not known.later("p", DAY, "b")
    assert known.failed("p", DAY, "b").failures["p"].times == 1
    assert not known.worked("p").later("p", DAY, "a")


def test_it_is_kept_and_may_be_lost(tmp_path: Path) -> None:
    known = Memory().failed("p", DAY, "a").failed("p", day(1), "a").failed("q", DAY)
    memory.save(tmp_path, known)
    assert memory.load(tmp_path) == known
    assert memory.load(tmp_path / "nowhere") == Memory()


@pytest.mark.parametrize("text", ["", "[]", "{", '{"schema": "x"}', '{"schema": 1, "failures": 2}'])
def test_a_damaged_one_is_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / memory.FILE).write_text(text)
    assert memory.load(tmp_path) == Memory()
