import datetime as dt
from pathlib import Path

import pytest

from pylife import calendar, policy
from pylife.errors import ConfigError
from pylife.model import PythonVersion, Severity, Stage
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


def test_an_unknown_policy_lists_the_presets() -> None:
    with pytest.raises(
        ConfigError, match=r"did you mean 'spec0'\? presets: .*upstream.*path of a .toml file"
    ):
        policy.find("spec1", PLATFORM)


def made(text: str) -> policy.Policy:
    return policy.parse(text.encode(), shown="p.toml")


def infos(text: str, day: str) -> dict[str, policy.StageInfo]:
    found = policy.window(made(text), calendar.load(), dt.date.fromisoformat(day))
    return {str(python): info for python, info in found.stages.items()}


def test_what_is_kept_for_being_new_goes_when_newer_ones_are_released() -> None:
    text = 'name = "x"\nkeep-newest = 2\n[stages]\ndrop = { anchor = "python.release", offset = "P1Y" }\n'
    before = infos(text, "2025-10-06")
    assert before["3.12"].stage is Stage.SUPPORTED
    assert before["3.12"].rule == "supported: release; among the newest 2"
    assert (before["3.12"].next_stage, before["3.12"].next_date) == (
        Stage.DROPPED,
        dt.date(2025, 10, 7),
    )
    after = infos(text, "2025-10-07")["3.12"]
    assert (after.stage, after.since) == (Stage.DROPPED, dt.date(2025, 10, 7))
    assert after.rule == "dropped: no longer among the newest 2"
    # The newest one of the calendar stays without an end that is known.
    assert infos(text, "2035-01-01")["3.16"].stage is Stage.SUPPORTED


def test_a_window_holds_exactly_that_many() -> None:
    text = 'name = "x"\nwindow = 2\n'
    for day, expected in (("2025-10-06", ["3.12", "3.13"]), ("2025-10-07", ["3.13", "3.14"])):
        found = infos(text, day)
        assert [p for p, info in found.items() if info.stage is Stage.SUPPORTED] == expected
    assert infos(text, "2026-01-01")["3.12"].rule == "dropped: not among the newest 2"


def test_a_window_lets_an_old_one_go_when_the_new_one_is_adopted() -> None:
    text = (
        'name = "x"\nwindow = 1\n[stages]\nadopt = { anchor = "python.release", offset = "P3M" }\n'
    )
    for day in ("2025-10-07", "2026-01-06", "2026-01-07", "2026-11-21"):
        found = infos(text, day).values()
        assert sum(info.stage is Stage.SUPPORTED for info in found) == 1, day


def test_fixed_dates_win_over_every_rule_and_say_why() -> None:
    text = (
        'name = "x"\nkeep-newest = 9\n[stages]\ndrop = { anchor = "python.eol" }\n'
        '[[override]]\npython = "3.11"\ndrop = 2026-06-30\nreason = "the last model moved"\n'
    )
    info = infos(text, "2026-07-01")["3.11"]
    assert (info.stage, info.since) == (Stage.DROPPED, dt.date(2026, 6, 30))
    assert info.rule == "dropped: fixed: the last model moved"
    assert infos(text, "2026-06-29")["3.11"].stage is Stage.SUPPORTED


def test_the_later_of_two_fixed_dates_holds() -> None:
    both = "".join(
        f'[[override]]\npython = "3.11"\ndrop = "{month}"\nreason = "r"\n'
        for month in ("2026-06", "2026-08")
    )
    found = infos(f'name = "x"\n[stages]\ndrop = {{ anchor = "python.eol" }}\n{both}', "2026-08-15")
    assert found["3.11"].stage is Stage.SUPPORTED
    assert "the fixed date is known to the month only (2026-08" in found["3.11"].uncertain


def test_from_when_a_drop_is_not_waived() -> None:
    text = (
        'name = "x"\n[stages]\ndrop = { anchor = "python.eol", offset = "P6M" }\n'
        'block = { anchor = "python.eol", offset = "P9M", round = "month-end" }\n'
    )
    assert infos(text, "2026-11-21")["3.9"].blocked == dt.date(2026, 7, 31)
    early = text.replace("P9M", "P1M")  # not before the drop itself
    assert infos(early, "2026-11-21")["3.9"].blocked == dt.date(2026, 4, 30)


def test_warn_steps_say_how_much_a_date_matters() -> None:
    text = (
        'name = "x"\nwarn = [{ before = "P90D", severity = "warning" }, { before = "P1Y", severity = "info" }]\n'
        '[stages]\ndrop = { anchor = "python.eol" }\n'
    )
    found = policy.window(made(text), calendar.load(), dt.date(2026, 11, 21))
    assert found.policy.warn.text == "P1Y"
    assert found.severity(dt.date(2027, 11, 22)) is None
    assert found.severity(dt.date(2027, 11, 21)) is Severity.INFO
    assert found.severity(dt.date(2027, 2, 19)) is Severity.WARNING
    assert found.severity(dt.date(2020, 1, 1)) is Severity.WARNING
    plain = policy.window(policy.find("upstream", ROOT), calendar.load(), dt.date(2026, 11, 21))
    assert plain.severity(dt.date(2027, 2, 19)) is Severity.WARNING
    assert plain.severity(dt.date(2027, 2, 20)) is None


def test_the_earliest_of_several_passes_over_what_has_no_date_and_the_latest_waits_for_it() -> None:
    dates = '[{ anchor = "python.eol" }, { anchor = "own.release" }]'
    releases = '[[release]]\nversion = "2.0"\ndate = 2026-01-15\nadds = ["3.14"]\n'
    early = infos(
        f'name = "x"\n[stages]\ndrop = {{ earliest = {dates} }}\n{releases}', "2026-11-21"
    )
    assert (early["3.14"].stage, early["3.14"].since) == (Stage.DROPPED, dt.date(2026, 1, 15))
    assert early["3.13"].next_date == dt.date(2029, 10, 31)
    late = infos(f'name = "x"\n[stages]\ndrop = {{ latest = {dates} }}\n{releases}', "2026-11-21")
    assert late["3.14"].next_date == dt.date(2030, 10, 31)
    assert (late["3.13"].stage, late["3.13"].next_date) == (Stage.SUPPORTED, None)


def test_a_date_that_is_not_known_leaves_the_stage_and_says_so() -> None:
    text = (
        'name = "x"\n[stages]\ndrop = { anchor = "python.eol", at = "own.next-major" }\n'
        '[[release]]\nversion = "1.0"\ndate = 2026-01-01\n'
    )
    info = infos(text, "2026-11-21")["3.10"]
    assert (info.stage, info.next_stage) == (Stage.SUPPORTED, None)
    assert info.uncertain == "drop: the first own major release from 2026-10-31 on is not known"
    assert infos(text, "2026-10-30")["3.10"].uncertain == ""


def test_platforms_and_dependencies_give_dates() -> None:
    found = infos(
        'name = "x"\n[stages]\nadopt = { anchor = "dependency.numpy.release" }\n'
        'drop = { anchor = "platform.aws-lambda.blocked" }\n',
        "2026-11-21",
    )
    # numpy 1.26 was there on 2023-09-16, before 3.12 itself.
    assert found["3.12"].since == dt.date(2023, 10, 2)
    assert found["3.12"].rule == "supported: first numpy that supports it, not before the release"
    assert (found["3.9"].next_stage, found["3.9"].next_date) == (Stage.DROPPED, dt.date(2027, 3, 3))


@pytest.mark.parametrize(
    "adopt",
    [
        '"2026-10"',
        '"2020-01-01"',
        '{ anchor = "python.beta1" }',
        '{ anchor = "python.release", offset = "-P6M" }',
        '{ earliest = [{ anchor = "python.eol", offset = "-P9Y" }] }',
    ],
)
def test_no_python_is_required_before_its_release(adopt: str) -> None:
    text = f'name = "x"\n[stages]\nadopt = {adopt}\ndrop = {{ anchor = "python.eol" }}\n'
    for day in ("2026-05-31", "2026-09-30", "2026-10-31", "2027-10-04", "2027-10-05"):
        found = policy.window(
            policy.parse(text.encode(), shown="x.toml"), calendar.load(), dt.date.fromisoformat(day)
        )
        for python in found.required:
            release = calendar.load().releases[python].release
            assert release is not None
            assert release.last <= found.as_of, (day, python)
    info = infos(text, "2026-10-31")["3.15"]
    assert info.stage is Stage.SUPPORTED
    assert info.rule.endswith(", not before the release") is (adopt != '"2026-10"')


def test_an_override_may_adopt_before_the_release() -> None:
    text = (
        'name = "x"\n[stages]\ndrop = { anchor = "python.eol" }\n'
        '[[override]]\npython = "3.15"\nadopt = "2026-06-01"\nreason = "we test the betas"\n'
    )
    info = infos(text, "2026-06-01")["3.15"]
    assert (info.stage, info.rule) == (Stage.SUPPORTED, "supported: fixed: we test the betas")


def test_a_window_of_one_is_the_newest() -> None:
    found = infos('name = "x"\nwindow = 1\n', "2026-11-21")
    assert found["3.14"].rule == "dropped: not the newest"
