"""The upgrades: where every project stands, wave after wave."""

from collections.abc import Iterator

from pylife.site import upgrade_view
from pylife.site.base import Page, Site


def pages(site: Site) -> Iterator[Page]:
    """The upgrades' page."""
    yield site.html(
        "upgrades.html",
        "upgrades.html",
        lambda: {
            "waves": upgrade_view.waves(site.documents),
            "states": upgrade_view.states(site.documents),
        },
    )
