"""When a campaign will be over: from merges seen, never from nothing."""

import datetime as dt

import pytest

from pylife.model import MigrationState, PullRequest
from pylife.upgrade.forecast import Due, Left, forecast, merge_times, words
from pylife.workflow.outlook import due_of
from tests.upgrade.upgrade_help import v, window

DAY = dt.date(2026, 11, 21)
UTC = dt.UTC
WAITS, OPEN = MigrationState.AWAITING_PR, MigrationState.IN_PR
TIMES = [1.0, 2.0, 4.0, 8.0, 10.0]  # one in four in 2 days, nine in ten in 9.2


def day(number: int) -> dt.date:
    return DAY + dt.timedelta(days=number)


def test_merge_times_are_those_of_what_was_merged() -> None:
    start = dt.datetime(2026, 11, 1, tzinfo=UTC)

    def pull(state: str, created: dt.datetime | None, ended: dt.datetime | None) -> PullRequest:
        return PullRequest(
            project="p", branch="b", state=state, title="", digest="", base="", commit="",
            edited=False, where="", created=created, ended=ended,
        )  # fmt: skip

    pulls = [
        pull("merged", start, start + dt.timedelta(days=3)),
        pull("merged", start, start + dt.timedelta(hours=12)),
        pull("closed", start, start + dt.timedelta(days=9)),
        pull("merged", None, start),
        pull("open", start, None),
    ]
    assert merge_times(pulls) == [0.5, 3.0]


def test_a_chain_takes_one_merge_after_the_other() -> None:
    left = [Left("core", WAITS), Left("api", WAITS, ("core",)), Left("app", WAITS, ("api",))]
    found = forecast(left, TIMES, DAY)
    assert (found.first, found.last) == (day(6), day(27))
    assert found.setters == ("core", "api", "app")
    assert "5 merges seen" in found.basis
    assert found.left == 3


def test_what_is_open_has_taken_some_time_already() -> None:
    opened = dt.datetime.combine(day(-5), dt.time(), UTC)
    found = forecast([Left("core", OPEN, opened=opened)], TIMES, DAY)
    assert (found.first, found.last) == (DAY, day(4))


def test_nobody_moves_before_the_day_that_is_set() -> None:
    found = forecast([Left("core", WAITS, not_before=day(100))], TIMES, DAY)
    assert (found.first, found.last) == (day(102), day(109))


def test_without_merges_there_is_no_date() -> None:
    found = forecast([Left("core", WAITS, due=Due(day(5), "support", v("3.15")))], TIMES[:2], DAY)
    assert (found.first, found.last, found.in_time) == (None, None, None)
    assert "2 merges seen so far; a forecast needs 3" in "".join(words(found))
    assert str(DAY.year) not in words(found)[0]


def test_who_waits_for_somebody_has_no_date_nor_has_who_waits_for_them() -> None:
    left = [
        Left("core", MigrationState.DECLINED),
        Left("api", WAITS, ("core",)),
        Left("tool", WAITS),
    ]
    found = forecast(left, TIMES, DAY)
    assert found.stuck == (("core", "declined"), ("api", "awaiting-pr"))
    assert found.last == day(9)
    assert found.setters == ("tool",)
    only = forecast(left[:2], TIMES, DAY)
    assert only.first is only.last is None


@pytest.mark.parametrize(
    ("deadline", "in_time"), [(day(9), True), (day(8), None), (day(1), False), (DAY, False)]
)
def test_in_time_only_if_the_last_day_is(deadline: dt.date, *, in_time: bool | None) -> None:
    due = Due(deadline, "support", v("3.15"))
    assert forecast([Left("core", WAITS, due=due)], TIMES, DAY).in_time is in_time


@pytest.mark.parametrize("times", [TIMES, []])
def test_a_deadline_says_who_is_due_for_what(times: list[float]) -> None:
    left = [
        Left("done", MigrationState.VERIFIED, due=Due(day(-9), "drop", v("3.8"))),
        Left("core", WAITS, due=Due(day(-5), "support", v("3.12"))),
        Left("api", MigrationState.DECLINED, due=Due(day(-5), "drop", v("3.9"))),
        Left("app", WAITS, due=Due(day(90), "run on", v("3.15"))),
        Left("tool", WAITS),
    ]
    found = forecast(left, times, DAY)
    assert found.deadline == day(-5)
    assert words(found)[-1] == (
        "The first day that the policy sets is 2026-11-16, for core to support 3.12 and api to"
        " drop 3.9: not in time."
    )


def test_of_what_a_plan_brings_the_first_is_due() -> None:
    found = window(DAY)
    both = due_of(found, [("support", v("3.15")), ("support", v("3.13")), ("drop", v("3.9"))])
    assert both == Due(found.stages[v("3.13")].since or DAY, "support", v("3.13"))
    adopting = found.stages[v("3.15")]
    assert due_of(found, [("run on", v("3.15"))]) == Due(
        adopting.next_date or DAY, "run on", v("3.15")
    )
    # 3.10 is deprecated: nobody has to drop it yet.
    assert due_of(found, [("drop", v("3.10"))]) is None
    assert due_of(found, []) is None


def test_nothing_left_is_over() -> None:
    found = forecast([Left("core", MigrationState.VERIFIED)], [], DAY)
    assert (found.last, found.left) == (DAY, 0)
    assert words(found) == ["Nothing is left to move."]


def test_a_circle_and_a_long_chain_end_too() -> None:
    circle = [Left("a", WAITS, ("b",)), Left("b", WAITS, ("a",))]
    assert forecast(circle, TIMES, DAY).last == day(9)
    chain = [Left(f"p{n}", WAITS, (f"p{n - 1}",) if n else ()) for n in range(3000)]
    assert forecast(chain, [1.0] * 3, DAY).last == day(3000)
