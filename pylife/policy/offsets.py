"""ISO 8601 durations as calendar offsets, and rounding to the end of a month or quarter."""

import datetime as dt
import re
from typing import Literal, NamedTuple

from pylife.calendar import month_end

Rounding = Literal["month-end", "quarter-start", "quarter-end"]

_DURATION = re.compile(
    r"(?P<sign>[+-]?)P(?=\d)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?"
    r"(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
)


class Offset(NamedTuple):
    """A calendar offset of whole `months` and `days`, either of them negative or zero."""

    months: int = 0
    days: int = 0
    text: str = ""

    @classmethod
    def parse(cls, text: str) -> "Offset":
        """Read `P3M`, `-P90D`, `P2Y6M`; raises ValueError for anything else."""
        match = _DURATION.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is no duration such as P6M, P90D or -P2Y")
        sign = -1 if match["sign"] == "-" else 1
        years, months, weeks, days = (int(match[name] or 0) for name in _PARTS)
        return cls(sign * (12 * years + months), sign * (7 * weeks + days), text)

    def after(self, day: dt.date) -> dt.date:
        """`day` moved by the months (clamped to the month's last day), then by the days.

        Source: ISO 8601-1:2019, 5.5.2, read as calendars commonly do:
        2026-08-31 + P6M is 2027-02-28.
        """
        number = day.year * 12 + day.month - 1 + self.months
        first = dt.date(number // 12, number % 12 + 1, 1)
        clamped = first.replace(day=min(day.day, month_end(first).day))
        return clamped + dt.timedelta(days=self.days)


def rounded(day: dt.date, rounding: Rounding | None) -> dt.date:
    """`day` moved to the end of its month or quarter, or the start of its quarter."""
    first_of_quarter = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    match rounding:
        case None:
            return day
        case "month-end":
            return month_end(day)
        case "quarter-start":
            return first_of_quarter
        case "quarter-end":
            return month_end(first_of_quarter.replace(month=first_of_quarter.month + 2))


_PARTS = ("years", "months", "weeks", "days")
