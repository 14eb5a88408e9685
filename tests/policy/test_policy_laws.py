"""Laws that hold for every policy, every offset, every date."""

import datetime as dt
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pylife import calendar, policy
from pylife.calendar import month_end, parse_dated
from pylife.errors import ConfigError
from pylife.model import Stage
from pylife.policy.anchors import Later
from pylife.policy.moments import Binding
from pylife.policy.offsets import Offset, Rounding, rounded
from pylife.policy.own import bind
from pylife.policy.parts import Own, OwnRelease
from pylife.policy.records import STAGES

DAYS = st.dates(dt.date(2010, 1, 1), dt.date(2040, 12, 31))
DURATIONS = st.builds(
    "{}P{}".format,
    st.sampled_from(["", "-", "+"]),
    st.sampled_from(["0D", "1M", "6M", "90D", "1Y", "3Y", "5Y7D", "2Y6M", "4W", "2Y3M1W10D"]),
)
ROUNDINGS: st.SearchStrategy[Rounding | None] = st.sampled_from(
    [None, "month-end", "quarter-start", "quarter-end"]
)
ANCHORS = [
    "python.beta1",
    "python.release",
    "python.bugfix_end",
    "python.eol",
    "own.release",
    "dependency.numpy.release",
    "platform.aws-lambda.deprecated",
    "platform.aws-lambda.blocked",
]
BINDINGS = ["own.next", "own.next-minor", "own.next-major", "own.previous", "own.after-lts"]
RELEASES = """
[[release]]
version = "1.0"
date = 2018-01-15
lts-until = "2021-06"
adds = ["3.6", "3.7"]
[[release]]
version = "1.1"
date = "2020-02"
adds = ["3.8", "3.9"]
[[release]]
version = "2.0"
date = "2023-05"
lts-until = "2027-06"
adds = ["3.12"]
[[release]]
version = "2.0.1"
date = 2023-06-01
[[release]]
version = "3.0"
date = 2027-02-01
adds = ["3.15"]
"""


def spelled(value: Any) -> str:
    """TOML for a moment."""
    match value:
        case dict():
            return "{ " + ", ".join(f"{key} = {spelled(v)}" for key, v in value.items()) + " }"
        case list():
            return "[" + ", ".join(spelled(item) for item in value) + "]"
        case _:
            return f'"{value}"'


def moved(table: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    more = st.fixed_dictionaries(
        {},
        optional={
            "offset": DURATIONS,
            "round": ROUNDINGS.filter(bool),
            "at": st.sampled_from(BINDINGS),
        },
    )
    return more.map(lambda extra: {**table, **extra})


def combined(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    how = st.sampled_from(["earliest", "latest"])
    return st.tuples(how, st.lists(inner, min_size=1, max_size=3)).flatmap(
        lambda pair: moved({pair[0]: pair[1]})
    )


MOMENTS = st.recursive(
    st.sampled_from(ANCHORS).flatmap(lambda anchor: moved({"anchor": anchor}))
    | st.sampled_from(["2019-03", "2021-07-09", "2026-10", "2028-01-31"]),
    combined,
    max_leaves=4,
)
POLICIES = st.fixed_dictionaries(
    {},
    optional={
        "adopt": MOMENTS,
        "deprecate": MOMENTS,
        "block": MOMENTS,
        "drop": MOMENTS,
        "keep": st.integers(0, 3),
        "window": st.integers(1, 4),
    },
)


def made(parts: dict[str, Any]) -> policy.Policy:
    lines = ['name = "x"']
    if "window" in parts:
        lines.append(f"window = {parts['window']}")
    elif "keep" in parts:
        lines.append(f"keep-newest = {parts['keep']}")
    lines.append("[stages]")
    stages = ("adopt", "deprecate", "block") if "window" in parts else STAGES
    lines.extend(f"{stage} = {spelled(parts[stage])}" for stage in stages if stage in parts)
    try:
        return policy.parse("\n".join([*lines, RELEASES]).encode(), shown="x.toml")
    except ConfigError as error:
        assume("before it asks" not in error.message and "neither drops" not in error.message)
        raise


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(parts=POLICIES, first=st.integers(0, 89))
def test_any_policy_gives_one_stage_a_day_and_stages_never_go_backwards(
    parts: dict[str, Any], first: int
) -> None:
    found, known = made(parts), calendar.load()
    order = list(Stage)
    start = dt.date(2015, 1, 1) + dt.timedelta(days=first)
    windows = [
        policy.window(found, known, start + dt.timedelta(days=90 * number)) for number in range(85)
    ]
    for python in known.releases:
        infos = [window.stages[python] for window in windows]
        assert [order.index(info.stage) for info in infos] == sorted(
            order.index(info.stage) for info in infos
        )
        for window, info in zip(windows, infos, strict=True):
            assert info.since is None or info.since <= window.as_of
            assert info.next_date is None or info.next_date > window.as_of
            assert (info.next_stage is None) == (info.next_date is None)
        for (earlier, before), (later, after) in pairwise(zip(windows, infos, strict=True)):
            # What is said to come next comes, on that day.
            if before.next_date is None or before.next_date > later.as_of:
                assert after.stage is before.stage, (python, earlier.as_of)
            elif before.next_date == after.since:
                assert after.stage is before.next_stage


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(parts=POLICIES, python=st.sampled_from(calendar.known()[5:]))
def test_every_single_day_of_twenty_years_has_one_stage(parts: dict[str, Any], python: Any) -> None:
    from pylife.policy.timeline import timelines

    line = timelines(made(parts), calendar.load())[python]
    order = list(Stage)
    last = -1
    for number in range((dt.date(2035, 12, 31) - dt.date(2015, 1, 1)).days + 1):
        day = dt.date(2015, 1, 1) + dt.timedelta(days=number)
        holding = [
            step
            for step, following in zip(line.steps, (*line.steps[1:], None), strict=True)
            if step.date <= day and (following is None or day < following.date)
        ]
        assert len(holding) <= 1
        stage = holding[0].stage if holding else Stage.UNKNOWN
        assert stage is line.stage(day)
        assert order.index(stage) >= last
        last = order.index(stage)


@given(day=DAYS, text=DURATIONS, other=DAYS)
def test_offsets_keep_the_order_of_days(day: dt.date, text: str, other: dt.date) -> None:
    offset = Offset.parse(text)
    early, late = sorted([day, other])
    assert offset.after(early) <= offset.after(late)
    if offset.months == 0:
        assert offset.after(day) - day == dt.timedelta(days=offset.days)
    elif offset.days == 0:
        there = offset.after(day)
        assert (there.year * 12 + there.month) - (day.year * 12 + day.month) == offset.months
        assert there.day in {day.day, month_end(there).day}


@given(day=DAYS, rounding=ROUNDINGS)
def test_rounding_stays_where_it_is(day: dt.date, rounding: Rounding | None) -> None:
    once = rounded(day, rounding)
    assert rounded(once, rounding) == once
    assert (once.year, (once.month - 1) // 3) == (day.year, (day.month - 1) // 3)
    assert once <= day if rounding == "quarter-start" else once >= day


@pytest.mark.parametrize(
    ("day", "offset", "expected"),
    [
        ("2026-08-31", "P6M", "2027-02-28"),
        ("2027-08-31", "P6M", "2028-02-29"),
        ("2026-01-31", "-P2M", "2025-11-30"),
        ("2024-02-29", "P1Y", "2025-02-28"),
        ("2026-12-31", "P1M1D", "2027-02-01"),
        ("2026-01-01", "-P90D", "2025-10-03"),
        ("2026-01-01", "P9999Y", "9998-12-31"),
        ("2026-01-01", "-P9999Y", "0002-01-01"),
        ("2026-01-01", "P99999W999999D", "3938-05-06"),
        ("9990-01-01", "P999999D", "9998-12-31"),
    ],
)
def test_offsets_are_clamped_to_the_calendar(day: str, offset: str, expected: str) -> None:
    there = Offset.parse(offset).after(dt.date.fromisoformat(day))
    assert expected == "3938-05-06" or there == dt.date.fromisoformat(expected)
    assert rounded(there, "quarter-end") >= there


@pytest.mark.parametrize("text", ["", "P", "P1", "1Y", "P1Y6", "P-1Y", "P1D1Y", "PT1H", "P1.5Y"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="no duration"):
        Offset.parse(text)


def test_rounding() -> None:
    day = dt.date(2026, 11, 5)
    assert rounded(day, "month-end") == dt.date(2026, 11, 30)
    assert rounded(day, "quarter-start") == dt.date(2026, 10, 1)
    assert rounded(day, "quarter-end") == dt.date(2026, 12, 31)


def own(*releases: str, known: str | None = None) -> Own:
    """`1.0 2018-01-15`, or with the end of its long support `1.0 2018-01-15 2021-06`."""
    split = [text.split() for text in releases]
    made_ = (
        OwnRelease(w[0], parse_dated(w[1]), parse_dated(w[2]) if w[2:] else None) for w in split
    )
    return Own(tuple(made_), dt.date.fromisoformat(known) if known else None)


LINE = own(
    "4.2 2023-04-03 2026-04", "5.0 2023-12-04", "5.1 2024-08-07", "5.1.1 2024-09-03",
    "5.2 2025-04-02 2028-04", "6.0 2025-12-03",
)  # fmt: skip


@pytest.mark.parametrize(
    ("at", "day", "expected"),
    [
        ("own.next", "2024-08-07", "2024-08-07"),
        ("own.next", "2024-08-08", "2024-09-03"),
        ("own.next-minor", "2024-08-08", "2025-04-02"),
        ("own.next-major", "2024-08-08", "2025-12-03"),
        ("own.next", "2025-12-04", None),
        ("own.previous", "2024-08-07", "2023-12-04"),
        ("own.previous", "2023-04-03", None),
        # Whether 6.0 is the last one before that day is not known yet.
        ("own.previous", "2026-03-01", None),
        # Django: 4.2 is supported until April 2026, so it is the last with 3.9 (2025-10).
        ("own.after-lts", "2025-10-31", "2023-12-04"),
        ("own.after-lts", "2026-04-30", "2025-12-03"),
        ("own.after-lts", "2028-05-01", None),
    ],
)
def test_dates_are_bound_to_own_releases(at: Binding, day: str, expected: str | None) -> None:
    date = dt.date.fromisoformat(day)
    found = bind(at, (date, date), LINE)
    if expected is None:
        assert isinstance(found, Later)
    else:
        assert found == (dt.date.fromisoformat(expected),) * 2


def test_the_last_release_before_a_day_is_known_when_the_data_is_newer() -> None:
    line = own("1.0 2024-01-01", "1.1 2024-06-01", known="2026-11-21")
    day = dt.date(2026, 10, 31)
    assert bind("own.previous", (day, day), line) == (dt.date(2024, 6, 1),) * 2
    assert isinstance(bind("own.previous", (dt.date(2026, 11, 30),) * 2, line), Later)


def test_a_month_is_bound_at_both_its_ends() -> None:
    line = own("1.0 2024-01-10", "1.1 2024-01-20", "1.2 2024-02")
    ends: Callable[[str, str], Any] = lambda a, b: bind(  # noqa: E731
        "own.next", (dt.date.fromisoformat(a), dt.date.fromisoformat(b)), line
    )
    assert ends("2024-01-01", "2024-01-31") == (dt.date(2024, 1, 10), dt.date(2024, 2, 29))
