"""The kinds of page, one a module: each gives the pages of its kind, in `pages(site)`.

A kind's module makes the view (what is shown, as plain records); its template in `reports/`
only lays it out. To add a kind: a module here, a template there, a line in `KINDS`.
"""

from collections.abc import Callable, Iterator

from pylife.site.base import Page, Site
from pylife.site.kinds import (
    badges,
    calendars,
    dependencies,
    feeds,
    fleets,
    policies,
    projects,
    pythons,
    rules,
    runtimes,
    summaries,
    teams,
    trends,
    upgrades,
)

KINDS: tuple[Callable[[Site], Iterator[Page]], ...] = (
    fleets.pages,
    calendars.pages,
    policies.pages,
    rules.pages,
    upgrades.pages,
    pythons.pages,
    dependencies.pages,
    runtimes.pages,
    teams.pages,
    trends.pages,
    projects.pages,
    badges.pages,
    feeds.pages,
    summaries.pages,
)


def pages(site: Site) -> Iterator[Page]:
    """All pages of all kinds."""
    for kind in KINDS:
        yield from kind(site)
