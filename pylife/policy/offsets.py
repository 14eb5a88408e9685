"""ISO 8601 durations as calendar offsets, and rounding to the end of a month or quarter."""

import datetime as dt
from typing import Literal, NamedTuple

from pylife.calendar import month_end

Rounding = Literal["month-end", "quarter-start", "quarter-end"]

# Where `datetime` ends; a year less, so that what is rounded is still a date.
_FIRST, _LAST = dt.date(2, 1, 1), dt.date(9998, 12, 31)


class Offset(NamedTuple):
    """A calendar offset of whole `months` and `days`, either of them negative or zero."""

    months: int = 0
    days: int = 0
    text: str = ""

    @classmethod
    def parse(cls, text: str) -> "Offset":
        """Read `P3M`, `-P90D`, `P2Y6M`; raises ValueError for anything else."""
        rest = text[1:] if text.startswith(("+", "-")) else text
        amounts = dict.fromkeys("YMWD", 0)
        wrong = not rest.startswith("P") or rest == "P" or not rest.isascii()
        rest = rest[1:]
        for unit in amounts:  # no regular expression: compiling one costs every start
            number, found, tail = rest.partition(unit)
            if found:
                wrong = wrong or not number.isdigit()
                amounts[unit] = 0 if wrong else int(number)
                rest = tail
        if wrong or rest:
            raise ValueError(f"{text!r} is no duration such as P6M, P90D or -P2Y")
        sign = -1 if text.startswith("-") else 1
        months, days = 12 * amounts["Y"] + amounts["M"], 7 * amounts["W"] + amounts["D"]
        return cls(sign * months, sign * days, text)

    def __str__(self) -> str:
        """` + P3M` or ` - P90D`, as it follows an anchor; empty for no offset."""
        if not self.months and not self.days:
            return ""
        sign = "-" if self.text.startswith("-") else "+"
        return f" {sign} {self.text.lstrip('+-')}"

    @property
    def length(self) -> tuple[int, int]:
        """What offsets are ordered by: about how many days, then the days themselves."""
        return (round(self.months * 30.44) + self.days, self.days)

    def after(self, day: dt.date) -> dt.date:
        """`day` moved by the months (clamped to the month's last day), then by the days.

        Source: ISO 8601-1:2019, 5.5.2, read as calendars commonly do:
        2026-08-31 + P6M is 2027-02-28. What leaves the years 2 to 9998 stops there.
        """
        if not self.months and not self.days:
            return day
        number = day.year * 12 + day.month - 1 + self.months
        if not _FIRST.year <= number // 12 <= _LAST.year:
            return _LAST if self.months > 0 else _FIRST
        first = dt.date(number // 12, number % 12 + 1, 1)
        clamped = first.replace(day=min(day.day, month_end(first).day))
        try:
            return min(max(clamped + dt.timedelta(days=self.days), _FIRST), _LAST)
        except OverflowError:
            return _LAST if self.days > 0 else _FIRST


NONE = Offset(text="P0D")


def rounded(day: dt.date, rounding: Rounding | None) -> dt.date:
    """`day` moved to the end of its month or quarter, or the start of its quarter."""
    if rounding is None:
        return day
    if rounding == "month-end":
        return month_end(day)
    first_of_quarter = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    if rounding == "quarter-start":
        return first_of_quarter
    return month_end(first_of_quarter.replace(month=first_of_quarter.month + 2))
