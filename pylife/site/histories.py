"""What changed about each project, night after night."""

from typing import NamedTuple

from pylife.site.base import Site
from pylife.site.changes import every_night


class Line(NamedTuple):
    """One change of one night; `tone` is `good`, `bad` or empty."""

    night: str
    what: str
    tone: str


def histories(site: Site) -> dict[str, list[Line]]:
    """The changes of each project by its slug, the oldest first."""
    found: dict[str, list[Line]] = {}
    for new, some in site.once(every_night):
        for one in some:
            if one.slug:
                found.setdefault(one.slug, []).append(Line(new["as_of"], one.what, one.tone))
    return found
