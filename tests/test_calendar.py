import datetime as dt
import subprocess
import sys

import pytest

from pylife import calendar
from pylife.errors import ConfigError, UsageError
from pylife.model import Phase, PythonVersion
from tests.conftest import ROOT

V = PythonVersion.parse


@pytest.mark.parametrize(
    ("python", "day", "phase"),
    [
        ("3.9", "2025-10-30", Phase.SECURITY),
        ("3.9", "2025-10-31", Phase.END_OF_LIFE),
        ("3.10", "2026-10-30", Phase.SECURITY),  # known to the month: until its last day
        ("3.10", "2026-10-31", Phase.END_OF_LIFE),
        ("3.14", "2025-05-06", Phase.FEATURE),
        ("3.14", "2025-05-07", Phase.PRERELEASE),
        ("3.14", "2025-10-07", Phase.BUGFIX),
        ("3.16", "2026-11-21", Phase.FEATURE),
    ],
)
def test_phases_follow_from_dates(python: str, day: str, phase: Phase) -> None:
    release = calendar.load().releases[V(python)]
    assert release.phase(dt.date.fromisoformat(day)) is phase


def test_dates_keep_precision_state_and_source() -> None:
    eol = calendar.load().releases[V("3.10")].eol
    assert eol is not None
    assert (str(eol), eol.month, eol.expected, eol.source) == ("2026-10", True, True, "PEP 619")
    release = calendar.load().releases[V("3.8")].release
    assert release is not None
    assert (str(release), release.expected) == ("2019-10-14", False)


def test_phases_never_go_backwards() -> None:
    order = list(Phase)
    for release in calendar.load().releases.values():
        days = [dt.date(2015, 1, 1) + dt.timedelta(days=number * 17) for number in range(430)]
        places = [order.index(release.phase(day)) for day in days]
        assert places == sorted(places), release.version


def test_the_shipped_calendar_is_what_its_script_makes() -> None:
    script = ROOT / "tools" / "refresh_calendar.py"
    done = subprocess.run(
        [sys.executable, str(script), "--check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(
    "text", ["", "2026-13-01", "20261101", "2026-W44-7", "yesterday", "2026-1-1"]
)
def test_what_is_no_day_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError, match="is no date"):
        calendar.parse_day(text)


def test_what_is_no_date_is_a_configuration_error() -> None:
    with pytest.raises(ConfigError):
        calendar.parse_dated("2026-1")
