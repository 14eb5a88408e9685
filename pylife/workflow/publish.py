"""The last step: the site, made of the documents of the steps before it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pylife import evidence, site
from pylife.policy.offsets import Offset
from pylife.syntax.edits import replace_file
from pylife.workflow import documents
from pylife.workflow.records import Scan

Document = Mapping[str, Any]

_SHOWN = dt.timedelta(days=400)
"""How far back trends go: a year, and the month before it."""


class Calendar(NamedTuple):
    """The organisation's dates, as the document `pylife/dates/1` and as iCalendar."""

    dates: Document
    feed: str


def calendar_of(scan: Scan) -> Calendar:
    """The dates of the two years after the day of the scan."""
    from pylife.workflow.dates import entries, ics
    from pylife.workflow.dates.document import document

    until = Offset(months=24).after(scan.as_of)
    found = entries(scan, until)
    name = f"{scan.fleet.name}: Python dates"
    return Calendar(document(scan, until, found), ics.feed(name, found, scan.as_of))


def keep_calendar(results: Path, calendar: Calendar) -> None:
    """Write the dates to the folder `results`; raises OSError."""
    documents.save(results / "dates.json", dict(calendar.dates))
    replace_file(results / "calendar.ics", calendar.feed.encode())


def kept_calendar(results: Path, as_of: str) -> Calendar | None:
    """The dates in the folder `results`, if they are of that day; raises StateError."""
    found = documents.open_document(results / "dates.json", "pylife/dates/1")
    if found is None or found["as_of"] != as_of:
        return None
    try:
        return Calendar(found, (results / "calendar.ics").read_bytes().decode())
    except (OSError, ValueError):
        return None


def publish(
    read: Document,
    run: Document | None,
    propose: Document | None,
    *,
    output: Path,
    logs: Path,
    resolve: Document | None = None,
    facts: Document | None = None,
    nights: Sequence[Document] = (),
    calendar: Calendar | None = None,
) -> Path:
    """Write the site to `output` and return the page to open; see `pylife.site.build`."""
    read = with_dependencies(read, resolve)
    site.build(
        read, run, propose, output=output, logs=logs, facts=facts, nights=nights,
        dates=calendar and calendar.dates, feed=calendar and calendar.feed,
    )  # fmt: skip
    return output / "index.html"


def nights(where: Path | str, as_of: dt.date) -> list[Document]:
    """The nights of the year before `as_of` that the store knows; none where there is no store."""
    if isinstance(where, Path) and not where.is_file():
        return []
    with evidence.open(where) as store:
        return list(store.summaries(since=as_of - _SHOWN))


def remember(
    where: Path | str, read: Document, run: Document | None, propose: Document | None,
    resolve: Document | None,
) -> None:  # fmt: skip
    """Keep in the store what this night's report comes to."""
    found = site.summarise(with_dependencies(read, resolve), run, propose)
    with evidence.open(where) as store:
        store.summarise(found, as_of=dt.date.fromisoformat(read["as_of"]))


def with_dependencies(read: Document, resolve: Document | None) -> Document:
    """The read document with what the verdicts say of each project, under `dependencies`."""
    if resolve is None:
        return read
    told = {(one["name"], one["path"]): one for one in resolve["projects"]}
    return {
        **read,
        "projects": [
            {**project, "dependencies": told.get((project["name"], project["path"]))}
            for project in read["projects"]
        ],
    }
