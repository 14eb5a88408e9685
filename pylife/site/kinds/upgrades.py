"""The upgrades: where every project stands, wave after wave, and when all will be over."""

from collections.abc import Iterator

from pylife.site import upgrade_view
from pylife.site.base import Page, Site
from pylife.site.forecast_view import forecast_view


def pages(site: Site) -> Iterator[Page]:
    """The upgrades' page."""
    yield site.html(
        "upgrades.html",
        "upgrades.html",
        lambda: {
            "waves": upgrade_view.waves(site.documents),
            "states": upgrade_view.states(site.documents),
            "forecast": forecast_view(site.documents),
            "dashboards": upgrade_view.links(site.documents),
        },
        data=(("data/upgrade.json", "upgrade"),) if site.documents.upgrade else (),
    )
