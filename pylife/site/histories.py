"""What changed about each project, night after night."""

from itertools import pairwise
from typing import NamedTuple

from pylife.site.base import Site
from pylife.site.changes import changes
from pylife.site.night import night


class Line(NamedTuple):
    """One change of one night; `tone` is `good`, `bad` or empty."""

    night: str
    what: str
    tone: str


def histories(site: Site) -> dict[str, list[Line]]:
    """The changes of each project by its slug, the oldest first."""
    found: dict[str, list[Line]] = {}
    for old, new in pairwise([*site.nights, site.once(night)]):
        for one in changes(old, new):
            if one.slug:
                found.setdefault(one.slug, []).append(Line(new["as_of"], one.what, one.tone))
    return found
