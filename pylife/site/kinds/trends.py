"""Trends over the nights: what is tested, what is found, how far the upgrades are."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from pylife.model import MigrationState
from pylife.site import windows
from pylife.site.base import Page, Site
from pylife.site.changes import Change, changes, nights_of
from pylife.site.documents import Doc
from pylife.site.line_chart import LineChart, line_chart
from pylife.site.text import python_key

_DONE = {MigrationState.VERIFIED, MigrationState.MERGED}
_LEFT_OUT = {MigrationState.EXCLUDED, MigrationState.DECLINED}
_BACK = (1, 7, 30, 90)
"""Days before tonight with which the page compares it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What is different tonight from the night `since`."""

    since: str
    changes: tuple[Change, ...]


def pages(site: Site) -> Iterator[Page]:
    """The page of trends, and each night's document."""
    nights = nights_of(site)
    data = (("nights/index.json", "nights"), (f"nights/{nights[-1]['as_of']}.json", "night"))
    yield site.html("trends.html", "trends.html", lambda: _view(site, nights), data=data)
    for one in nights:
        key = site.key("night", one) if one is nights[-1] else f"night {one['as_of']} {one['tool']}"
        yield Page(f"nights/{one['as_of']}.json", lambda one=one: one, key)  # type: ignore[misc]
    listed = {"schema": "pylife/nights/1", "nights": [one["as_of"] for one in nights]}
    yield Page("nights/index.json", lambda: listed)


def _view(site: Site, nights: list[Doc]) -> dict[str, object]:
    return {
        "nights": [one["as_of"] for one in nights],
        "charts": list(_charts(site, nights)) if len(nights) > 1 else [],
        "comparisons": list(comparisons(site, nights)),
    }


def comparisons(site: Site, nights: list[Doc]) -> Iterator[Comparison]:
    """Tonight against the last night, and those about a week, a month and three ago."""
    told = set()
    for days in _BACK:
        until = (site.as_of - dt.timedelta(days=days)).isoformat()
        old = next((one for one in reversed(nights[:-1]) if one["as_of"] <= until), None)
        if old is not None and old["as_of"] not in told:
            told.add(old["as_of"])
            yield Comparison(since=old["as_of"], changes=tuple(changes(old, nights[-1])))


def _charts(site: Site, nights: list[Doc]) -> Iterator[LineChart]:
    days = [one["as_of"] for one in nights]
    pythons = sorted({p for one in nights for p in one["pythons"]}, key=python_key)
    tested = {python: [_tested(one, python) for one in nights] for python in pythons}
    yield line_chart(
        "Projects shown to work, by Python",
        {f"Python {python}": numbers for python, numbers in tested.items() if any(numbers)},
        days,
        marks=windows.since(site.documents, pythons),
    )
    yield line_chart(
        "Findings",
        {
            **{
                word: [_found(one, word) for one in nights] for word in ("error", "warning", "info")
            },
            # Fewer findings are no progress on a night on which less was judged.
            "judged in part": [_blind(one) for one in nights],
        },
        days,
        styles={"error": 2, "warning": 3, "info": 7, "judged in part": 5},
    )
    yield line_chart(
        "Upgrades",
        {
            "to do": [_upgrades(one, done=False) for one in nights],
            "merged or verified": [_upgrades(one, done=True) for one in nights],
        },
        days,
        styles={"to do": 0, "merged or verified": 1},
    )


def _tested(one: Doc, python: str) -> int | None:
    """How many projects tests show to work; None of a night without tests."""
    tested: dict[str, int] = one["totals"]["tested"]
    return tested.get(python) if one["tests_run"] else None


def _found(one: Doc, severity: str) -> int:
    number: int = one["totals"]["severities"].get(severity, 0)
    return number


def _blind(one: Doc) -> int | None:
    """Of how many projects a rule could say nothing, or a file could not be read."""
    told = [project for project in one["projects"].values() if "unjudged" in project]
    return sum(bool(p["unjudged"] or p["unread"]) for p in told) if told else None


def _upgrades(one: Doc, *, done: bool) -> int | None:
    if not one["upgrades_proposed"]:
        return None
    states: dict[str, int] = one["totals"]["states"]
    if done:
        return sum(number for state, number in states.items() if state in _DONE)
    return sum(n for state, n in states.items() if state not in _DONE | _LEFT_OUT)
