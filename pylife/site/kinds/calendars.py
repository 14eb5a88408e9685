"""The calendar: every Python's dates over the years, and the policy's over them."""

from collections.abc import Iterator
from typing import Any

from pylife.site import windows
from pylife.site.base import Page, Site
from pylife.site.chart import chart
from pylife.site.slugs import anchor
from pylife.site.text import python_key


def pages(site: Site) -> Iterator[Page]:
    """The calendar's page."""
    yield site.html("calendar.html", "calendar.html", lambda: _view(site))


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
        "events": (
            ("beta1", "First beta"),
            ("release", "Release"),
            ("bugfix_end", "Bugfix ends"),
            ("eol", "End of life"),
        ),
    }
