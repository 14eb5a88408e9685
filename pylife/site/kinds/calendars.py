"""The calendar: every Python's dates, the organisation's over them, and what fails next."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from pylife.model import DateKind
from pylife.site import windows
from pylife.site.base import Page, Site
from pylife.site.chart import chart
from pylife.site.documents import Doc
from pylife.site.slugs import anchor
from pylife.site.text import days_words, python_key

_POLICY = frozenset(kind.value for kind in DateKind if kind.is_policy)


@dataclass(frozen=True, slots=True, kw_only=True)
class DateView:
    """What one day asks: of whom, what, and what to do."""

    date: str
    left: str
    text: str
    help: str
    rule: str
    expected: bool
    policy: str
    """For a date of a policy; empty for one of projects."""
    projects: tuple[tuple[str, str], ...]
    """Name and slug of each; a slug is empty of one that is not here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """The dates of one month, or (with an empty `name`) those that are overdue."""

    name: str
    dates: tuple[DateView, ...]


def pages(site: Site) -> Iterator[Page]:
    """The calendar's page, and the feed where there is one."""
    data = (("data/dates.json", "dates"),) if site.dates is not None else ()
    yield site.html("calendar.html", "calendar.html", lambda: _view(site), data=data)
    feed = site.feed
    if feed is not None:
        yield Page("calendar.ics", feed.encode)


def months(site: Site) -> list[Month]:
    """What fails next, month by month; what is overdue comes first."""
    entries = site.dates["dates"] if site.dates else []
    overdue = [entry for entry in entries if entry["overdue"]]
    coming = [entry for entry in entries if not entry["overdue"]]
    found = [Month(name="", dates=_dates(site, overdue))] if overdue else []
    for name, some in groupby(coming, key=lambda entry: entry["last"][: len("2026-10")]):
        found.append(Month(name=name, dates=_dates(site, list(some))))
    return found


def _dates(site: Site, entries: list[Doc]) -> tuple[DateView, ...]:
    """The entries, those that ask the same on the same day as one."""
    grouped: dict[tuple[Any, ...], list[Doc]] = {}
    for entry in entries:
        policy = entry["policy"] if entry["kind"] in _POLICY else ""
        key = (entry["last"], entry["text"], policy, entry["kind"])
        grouped.setdefault(key, []).append(entry)
    return tuple(_date(site, some, key[2]) for key, some in grouped.items())


def _date(site: Site, some: list[Doc], policy: str) -> DateView:
    first = some[0]
    names = sorted({entry["project"] for entry in some if entry["project"]})
    known = site.documents.by_name
    return DateView(
        date=first["date"],
        left=days_words(site.as_of, dt.date.fromisoformat(first["last"])),
        text=first["text"],
        help=first["help"] or "" if len(names) < 2 else "",
        rule=first["rule"] or "",
        expected=any(entry["expected"] for entry in some),
        policy=policy,
        projects=tuple(
            (name, site.documents.slug(known[name]) if name in known else "") for name in names
        ),
    )


def _view(site: Site) -> dict[str, Any]:
    documents = site.documents
    releases = documents.read["calendar"]["releases"]
    used = windows.used_policies(documents)
    policy = documents.read["policies"][used[0]] if used else None
    rows = [(python, releases[python]) for python in sorted(releases, key=python_key)][::-1]
    return {
        "chart": chart(releases, policy["pythons"] if policy else {}, site.as_of),
        "policy": policy,
        "policy_anchor": anchor(used[0]) if used else "",
        "rows": rows,
        "months": months(site),
        "asked": site.dates is not None,
        "until": site.dates["until"] if site.dates else "",
        "feed": site.feed is not None,
        "events": (
            ("beta1", "First beta"),
            ("release", "Release"),
            ("bugfix_end", "Bugfix ends"),
            ("eol", "End of life"),
        ),
    }
