"""The CPython release calendar, always looked at from a day: phases follow from dates.

The dates are `pylife/data/calendar.toml`, each with precision, state and source;
`tools/refresh_calendar.py` makes it. PEP 602 names the phases.
"""

import contextlib
import datetime as dt
import re
from functools import lru_cache
from typing import Literal, NamedTuple

from pylife import resources
from pylife.errors import ConfigError, UsageError
from pylife.model import Phase, PythonVersion
from pylife.syntax import toml
from pylife.syntax.text import Source

Event = Literal["beta1", "release", "bugfix_end", "eol"]
EVENTS: tuple[Event, ...] = ("beta1", "release", "bugfix_end", "eol")


class Dated(NamedTuple):
    """A date with its precision: a `month` means some day of it, not known which."""

    first: dt.date
    last: dt.date
    expected: bool
    source: str

    @property
    def month(self) -> bool:
        """Whether only the month is known."""
        return self.first != self.last

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}" if self.month else self.first.isoformat()


class Release(NamedTuple):
    """The dates of one feature release; None where none has been set."""

    version: PythonVersion
    beta1: Dated | None
    release: Dated | None
    bugfix_end: Dated | None
    eol: Dated | None

    def date(self, event: Event) -> Dated | None:
        """The date of `event`."""
        match event:
            case "beta1":
                return self.beta1
            case "release":
                return self.release
            case "bugfix_end":
                return self.bugfix_end
            case "eol":
                return self.eol

    def phase(self, as_of: dt.date) -> Phase:
        """Where CPython stands with this release on the day `as_of`.

        A date that is known to the month only counts from the month's last day.
        """
        reached = [
            (self.eol, Phase.END_OF_LIFE),
            (self.bugfix_end, Phase.SECURITY),
            (self.release, Phase.BUGFIX),
            (self.beta1, Phase.PRERELEASE),
        ]
        for date, phase in reached:
            if date is not None and date.last <= as_of:
                return phase
        return Phase.FEATURE


class Calendar(NamedTuple):
    """All known feature releases, and the day on which their dates were collected."""

    releases: dict[PythonVersion, Release]
    snapshot: dt.date

    @property
    def versions(self) -> tuple[PythonVersion, ...]:
        """The known feature releases, oldest first."""
        return tuple(self.releases)


@lru_cache(maxsize=1)
def load() -> Calendar:
    """The calendar that pylife ships."""
    path = resources.data("calendar.toml")
    document = toml.parse(Source(path.name, path.read_bytes()))
    releases = {}
    for name, table in document.table("python").items():
        version = PythonVersion.parse(name)
        releases[version] = Release(version, *(_dated(table.get(event)) for event in EVENTS))
    return Calendar(dict(sorted(releases.items())), document.value["snapshot"])


def known() -> tuple[PythonVersion, ...]:
    """The feature releases of the shipped calendar, oldest first (2.7, 3.6, ...)."""
    return load().versions


def parse_day(text: str) -> dt.date:
    """Read `--as-of`: an ISO date such as 2026-11-01; raises UsageError for anything else."""
    # `fromisoformat` alone also takes 20261101 and 2026-W44-7.
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        with contextlib.suppress(ValueError):
            return dt.date.fromisoformat(text)
    raise UsageError(
        f"{text!r} is no date", help="write it as YEAR-MONTH-DAY, for example 2026-11-01"
    )


def parse_dated(text: str, *, expected: bool = False, source: str = "") -> Dated:
    """Read `2026-10` (a month) or `2026-10-31` (a day); raises ConfigError otherwise."""
    try:
        if len(text) == len("2026-10"):
            first = dt.date.fromisoformat(text + "-01")
            return Dated(first, month_end(first), expected, source)
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"{text!r} is no date such as 2026-10 or 2026-10-31") from None
    return Dated(day, day, expected, source)


def month_end(day: dt.date) -> dt.date:
    """The last day of the month of `day`."""
    following = (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    return following - dt.timedelta(days=1)


def _dated(table: dict[str, object] | None) -> Dated | None:
    if table is None:
        return None
    return parse_dated(
        str(table["date"]), expected=table["state"] == "expected", source=str(table["source"])
    )
