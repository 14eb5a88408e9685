"""The policies in words, with each Python's stage and why, and the waivers."""

from collections.abc import Iterator

from pylife.site import policies_view
from pylife.site.base import Page, Site


def pages(site: Site) -> Iterator[Page]:
    """The policies' page."""
    yield site.html(
        "policy.html",
        "policy.html",
        lambda: {
            "policies": policies_view.policies(site.documents),
            "waivers": policies_view.waivers(site.documents),
        },
    )
