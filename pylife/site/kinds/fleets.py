"""The first page: headlines, how far each Python is, and the matrix of projects."""

from collections.abc import Iterator

from pylife.site.base import Page, Site
from pylife.site.findings_view import finding_views
from pylife.site.fleet_view import fleet
from pylife.site.headlines import headlines


def pages(site: Site) -> Iterator[Page]:
    """The fleet's page."""

    def view() -> dict[str, object]:
        whole = site.once(fleet)
        return {
            "fleet": whole,
            "headlines": headlines(site.documents, whole),
            "findings": finding_views(site.documents, site.documents.fleet_findings),
        }

    yield site.html("index.html", "index.html", view)
