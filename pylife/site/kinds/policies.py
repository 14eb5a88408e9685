"""The policies in words, with each Python's stage and why, and the waivers."""

from collections.abc import Iterator

from pylife.site import policies_view
from pylife.site.base import Page, Site


def pages(site: Site) -> Iterator[Page]:
    """The policies' page and document."""
    found, waivers = policies_view.policies(site.documents), policies_view.waivers(site.documents)
    yield site.html(
        "policy.html",
        "policy.html",
        lambda: {"policies": found, "waivers": waivers},
        data=(("policy.json", "site-policy"),),
    )
    yield Page(
        "policy.json",
        lambda: {
            "schema": "pylife/site-policy/1",
            "as_of": site.documents.read["as_of"],
            "policies": [policies_view.policy_document(item) for item in found],
            "waivers": None
            if waivers is None
            else [policies_view.waiver_document(item) for item in waivers],
        },
    )
