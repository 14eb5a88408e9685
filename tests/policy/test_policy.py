import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pylife import calendar, policy, resources
from pylife.errors import ConfigError
from pylife.model import PythonVersion, Stage
from pylife.policy.offsets import Offset, rounded
from tests.conftest import ROOT

V = PythonVersion.parse
PLATFORM = ROOT / "examples" / "platform"


def stage(name: str, day: str, python: str, base: Path = PLATFORM) -> Stage:
    found = policy.find(name, base)
    return policy.window(found, calendar.load(), dt.date.fromisoformat(day)).stage(V(python))


@pytest.mark.parametrize(
    ("name", "day", "python", "expected"),
    [
        # Every Python that is alive (PEP 602).
        ("upstream", "2025-10-30", "3.9", Stage.SUPPORTED),
        ("upstream", "2025-10-31", "3.9", Stage.DROPPED),
        ("upstream", "2025-05-07", "3.14", Stage.PREVIEW),
        ("upstream", "2025-10-07", "3.14", Stage.SUPPORTED),
        # SPEC 0: three years after the release, in that quarter.
        ("spec0", "2025-09-30", "3.11", Stage.SUPPORTED),
        ("spec0", "2025-10-01", "3.11", Stage.DEPRECATED),
        ("spec0", "2025-12-31", "3.11", Stage.DROPPED),
        ("spec0", "2026-11-21", "3.12", Stage.DEPRECATED),
        # The example platform: adopt within six months, drop three months after the end.
        ("policies/platform.toml", "2026-05-04", "3.15", Stage.UNKNOWN),
        ("policies/platform.toml", "2026-05-05", "3.15", Stage.PREVIEW),
        ("policies/platform.toml", "2026-10-01", "3.15", Stage.ADOPTING),
        ("policies/platform.toml", "2027-04-01", "3.15", Stage.SUPPORTED),
        ("policies/platform.toml", "2027-01-30", "3.10", Stage.DEPRECATED),
        ("policies/platform.toml", "2027-01-31", "3.10", Stage.DROPPED),
    ],
)
def test_stages(name: str, day: str, python: str, expected: Stage) -> None:
    assert stage(name, day, python) is expected


def test_every_info_names_the_next_date_and_the_rule() -> None:
    found = policy.find("policies/platform.toml", PLATFORM)
    info = policy.window(found, calendar.load(), dt.date(2026, 11, 21)).stages[V("3.10")]
    assert info.since == dt.date(2026, 10, 31)
    assert (info.next_stage, info.next_date) == (Stage.DROPPED, dt.date(2027, 1, 31))
    assert info.rule == "deprecated: end of life"


def test_a_verdict_that_depends_on_an_unknown_day_says_so() -> None:
    upstream = policy.find("upstream", PLATFORM)
    known = calendar.load()
    inside = policy.window(upstream, known, dt.date(2026, 10, 15)).stages[V("3.10")]
    assert inside.stage is Stage.SUPPORTED
    assert "known to the month only (2026-10" in inside.uncertain
    for day in (dt.date(2026, 9, 30), dt.date(2026, 10, 31)):
        assert policy.window(upstream, known, day).stages[V("3.10")].uncertain == ""


MOMENTS = st.fixed_dictionaries(
    {
        "anchor": st.sampled_from(["beta1", "release", "bugfix_end", "eol"]),
        "offset": st.sampled_from(["P0D", "P6M", "-P90D", "P3Y", "-P1Y", "+P7D"]),
        "round": st.sampled_from([None, "month-end", "quarter-start", "quarter-end"]),
    }
)


def spell(name: str, moment: dict[str, str | None]) -> str:
    rounding = f', round = "{moment["round"]}"' if moment["round"] else ""
    return f'{name} = {{ anchor = "python.{moment["anchor"]}", offset = "{moment["offset"]}"{rounding} }}'


@settings(max_examples=40, deadline=None)
@given(adopt=MOMENTS, deprecate=MOMENTS, drop=MOMENTS, keep=st.integers(0, 3))
def test_any_policy_gives_one_stage_a_day_and_stages_never_go_backwards(
    adopt: dict[str, str | None],
    deprecate: dict[str, str | None],
    drop: dict[str, str | None],
    keep: int,
) -> None:
    text = "\n".join(
        [
            'name = "x"',
            f"keep-newest = {keep}",
            "[stages]",
            spell("adopt", adopt),
            spell("deprecate", deprecate),
            spell("drop", drop),
        ]
    )
    made = policy.parse(text.encode(), shown="x.toml")
    order = list(Stage)
    days = [dt.date(2015, 1, 1) + dt.timedelta(days=number * 190) for number in range(40)]
    windows = [policy.window(made, calendar.load(), day) for day in days]
    for python in calendar.known():
        places = [order.index(found.stage(python)) for found in windows]
        assert places == sorted(places)


@pytest.mark.parametrize("name", policy.names())
def test_presets_follow_the_schema(name: str) -> None:
    path = resources.folder("policies") / f"{name}.toml"
    assert policy.parse(path.read_bytes(), shown=path.name).name == name


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('name="x"\n[stages]\ndrop={anchor="python.elo"}', r"p.toml:3: .*did you mean 'python.eol'"),
        ('name="x"\nwran="P1D"\n[stages]\ndrop={anchor="python.eol"}', r"p.toml:2: unknown key 'wran' .*'warn'"),
        ('name="x"\n[stages]\ndrop={anchor="python.eol",ofset="P1D"}', r"p.toml:3: unknown key 'ofset' in stages.drop .*'offset'"),
        ('name="x"\n', "lacks stages"),
        ("x=[", r"p.toml:1:4: not valid TOML"),
        ('name="x"\nwarn=3\n[stages]\ndrop={anchor="python.eol"}', "p.toml:2: warn must be a string"),
        ('name="x"\n[stages]\ndrop={anchor="python.eol",offset="3 months"}', "ISO 8601"),
    ],
)  # fmt: skip
def test_a_wrong_policy_names_its_line_and_what_was_meant(text: str, error: str) -> None:
    with pytest.raises(ConfigError, match=error):
        policy.parse(text.encode(), shown="p.toml")


def test_an_unknown_policy_lists_the_presets() -> None:
    with pytest.raises(ConfigError, match="presets: spec0, upstream"):
        policy.find("spec1", PLATFORM)


@pytest.mark.parametrize(
    ("day", "offset", "expected"),
    [
        ("2026-08-31", "P6M", "2027-02-28"),
        ("2027-08-31", "P6M", "2028-02-29"),
        ("2026-01-31", "-P2M", "2025-11-30"),
        ("2024-02-29", "P1Y", "2025-02-28"),
        ("2026-12-31", "P1M1D", "2027-02-01"),
        ("2026-01-01", "-P90D", "2025-10-03"),
    ],
)
def test_offsets_are_clamped_to_the_calendar(day: str, offset: str, expected: str) -> None:
    moved = Offset.parse(offset).after(dt.date.fromisoformat(day))
    assert moved == dt.date.fromisoformat(expected)


def test_rounding() -> None:
    day = dt.date(2026, 11, 5)
    assert rounded(day, "month-end") == dt.date(2026, 11, 30)
    assert rounded(day, "quarter-start") == dt.date(2026, 10, 1)
    assert rounded(day, "quarter-end") == dt.date(2026, 12, 31)
