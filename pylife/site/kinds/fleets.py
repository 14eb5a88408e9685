"""The first page: headlines, how far each Python is, and the matrix of projects."""

from collections.abc import Iterator
from typing import Any

from pylife.site.base import Page, Site
from pylife.site.findings_view import finding_views
from pylife.site.fleet_view import fleet
from pylife.site.headlines import headlines
from pylife.site.row_documents import columns_document, rows_document


def pages(site: Site) -> Iterator[Page]:
    """The fleet's page."""

    data = (("index.json", "site-fleet"), ("data/read.json", "read"))
    key = site.once(fleet_key)
    yield site.html("index.html", "index.html", lambda: _view(site), key=key, data=data)
    yield Page("index.json", lambda: _document(site), key)


def fleet_key(site: Site) -> str:
    """The key of pages that show nothing but the matrix, the headlines and the fleet's findings."""
    return site.key(repr(_view(site)))


def _view(site: Site) -> dict[str, object]:
    return {
        "fleet": site.once(fleet),
        "headlines": site.once(headlines),
        "findings": finding_views(site.documents, site.documents.fleet_findings),
    }


def _document(site: Site) -> dict[str, Any]:
    """The matrix and the headlines."""
    whole, frame = site.once(fleet), site.frame
    return {
        "schema": "pylife/site-fleet/1",
        "as_of": frame["as_of"],
        "tool": frame["tool"],
        "fleet": frame["fleet"],
        "tests_run": site.documents.run is not None,
        "upgrades_proposed": site.documents.upgrade is not None,
        "ages": frame["ages"],
        "headlines": [
            {"figure": one.figure, "of": one.of, "text": one.text, "more": one.more}
            for one in site.once(headlines)
        ],
        "pythons": columns_document(whole),
        "older": list(whole.older),
        "projects": rows_document(whole),
    }
