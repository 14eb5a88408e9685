"""A page for each Python that the fleet's matrix has a column for, and its JSON."""

import functools
from collections.abc import Iterator

from pylife.site import windows
from pylife.site.base import Page, Site
from pylife.site.documents import Doc
from pylife.site.migration import Migration
from pylife.site.python_view import PythonPage, python_page
from pylife.site.slugs import python_slug


def pages(site: Site) -> Iterator[Page]:
    """Every Python's page and document."""
    columns, _ = site.columns
    for column in columns:
        yield from _pages(site, column)


def _pages(site: Site, column: windows.Column) -> Iterator[Page]:
    @functools.cache
    def view() -> PythonPage:
        return python_page(site, column)

    path = f"pythons/{python_slug(column.python)}"
    data = ((f"{path}.json", "site-python"),)
    page = site.html(f"{path}.html", "python.html", lambda: {"page": view()}, data=data)
    yield page
    yield Page(f"{path}.json", lambda: _document(site, view()), page.key)


def _document(site: Site, page: PythonPage) -> Doc:
    return {
        "schema": "pylife/site-python/1",
        "as_of": site.documents.read["as_of"],
        "python": page.python,
        "stages": {name: view.stage for name, view in page.by_policy},
        "tests_run": site.documents.run is not None,
        "migration": _migration(page.migration),
        "shares": {share.tone: share.number for share in page.readiness.shares},
        "obstacles": [
            {
                "package": item.package or None,
                "what": item.what,
                "cleared": item.cleared,
                "told": item.told,
                "since": item.since or None,
                "projects": [name for name, _ in item.projects],
            }
            for item in page.obstacles
        ],
        "gone": [
            {"package": one.package, "night": one.night, "projects": one.projects}
            for one in page.gone
        ],
        "projects": [
            {
                "name": one.name,
                "wave": one.wave,
                "tone": one.evidence.tone.value,
                "label": one.evidence.label,
                "rung": one.evidence.rung and one.evidence.rung.value,
                "contradiction": one.evidence.contradiction or None,
                "tested_on": one.evidence.day or None,
                "state": one.state or None,
            }
            for wave in page.waves
            for one in wave.members
        ],
    }


def _migration(found: Migration | None) -> Doc | None:
    """The buckets with their members; the forecast is the one of `data/upgrade.json`."""
    if found is None:
        return None
    return {
        "way": found.way.value,
        "done": found.done,
        "asked": found.asked,
        "aside": found.aside,
        "deadline": found.deadline or None,
        "outlook": found.outlook,
        "buckets": [
            {
                "state": group.state,
                "label": group.label,
                "projects": [{"name": name, "reason": why} for name, _, why in group.members],
            }
            for group in found.groups
        ],
        "nights": [
            dict(zip(["night", *found.chart.names], [day, *numbers], strict=True))
            for day, numbers in found.chart.rows
        ]
        if found.chart
        else [],
    }
