"""The dates as an iCalendar feed (RFC 5545): one all-day event each; the clock is no input."""

import datetime as dt
from collections.abc import Iterable

import icalendar

from pylife import __version__
from pylife.formats.shared import plain
from pylife.workflow.dates.entry import Entry

_EPOCH = dt.date(2020, 1, 1)
"""Before any feed was made: a later export has a higher SEQUENCE."""


def feed(name: str, found: Iterable[Entry], as_of: dt.date, *, alarms: bool = False) -> str:
    """The calendar `name` with one event for each entry, with CRLF as line ends.

    The clock is not an input: DTSTAMP is midnight (UTC) of `as_of`, and SEQUENCE the days up to
    it, so that whoever imports a later export gets what has moved. A date of which only the
    month is known is an event on its last day, tentative like one that is expected. With
    `alarms`, each event reminds from the day on which its policy warns.
    """
    calendar = icalendar.Calendar()
    # No METHOD: to publish by RFC 5546, each event would need an organiser.
    calendar.add("prodid", f"-//pylife//pylife {__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for property_ in ("name", "x-wr-calname"):  # RFC 7986, and what most programs read
        calendar.add(property_, icalendar.vText(plain(name)))
    for entry in found:
        calendar.add_component(_event(entry, as_of, alarms=alarms))
    data: bytes = calendar.to_ical()
    return data.decode()


def summary(entry: Entry) -> str:
    """The title of an event: whom it concerns, what is to be done, and how sure the date is."""
    late = "OVERDUE: " if entry.overdue else ""
    by = "" if entry.exact else f", by {entry.by}"
    return plain(f"{late}{entry.about}: {entry.text}{by}")


def _event(entry: Entry, as_of: dt.date, *, alarms: bool) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", dt.datetime.combine(as_of, dt.time(), tzinfo=dt.UTC))
    event.add("sequence", max((as_of - _EPOCH).days, 0))
    event.add("dtstart", entry.last)
    event.add("dtend", entry.last + dt.timedelta(days=1))
    event.add("summary", summary(entry))
    event.add("description", _description(entry))
    event.add("categories", _categories(entry))
    event.add("status", "TENTATIVE" if entry.expected or not entry.exact else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # nobody is busy on that day because of it
    if alarms and entry.warned is not None and not entry.overdue and entry.warned < entry.last:
        alarm = icalendar.Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", summary(entry))
        alarm.add("trigger", entry.warned - entry.last)
        event.add_component(alarm)
    return event


def _categories(entry: Entry) -> list[str]:
    return [
        entry.kind.value,
        *([entry.project_kind.value] if entry.project_kind else []),
        *([f"tier {entry.tier}"] if entry.tier is not None else []),
        *([plain(entry.owner)] if entry.owner else []),
    ]


def _description(entry: Entry) -> str:
    place = f"{entry.file}:{entry.line}" if entry.line is not None else entry.file
    lines = [
        entry.text,
        f"To do: {entry.help}" if entry.help else "",
        f"Date: {entry.shown}{', expected' if entry.expected else ''}",
        f"Set by: policy {entry.policy}" + (f" ({entry.rule})" if entry.rule else ""),
        f"Place: {place}" if place else "",
        f"Owner: {entry.owner}" if entry.owner else "",
    ]
    return "\n".join(plain(line) for line in lines if line)
