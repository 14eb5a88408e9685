"""The rules, each with the projects that it has something to say about."""

from collections import Counter
from collections.abc import Iterator

from pylife.site.base import Page, Site
from pylife.site.documents import Doc, Documents
from pylife.site.slugs import anchor


def pages(site: Site) -> Iterator[Page]:
    """The rules' page."""
    yield site.html("rules.html", "rules.html", lambda: {"rules": _rules(site.documents)})


def _rules(documents: Documents) -> list[Doc]:
    hits: dict[str, dict[tuple[str, str], int]] = {}
    for project in documents.projects:
        for finding in project["findings"]:
            if not finding.get("suppressed"):
                counts = hits.setdefault(finding["code"], {})
                key = (project["name"], documents.slug(project))
                counts[key] = counts.get(key, 0) + 1
    wide = Counter(f["code"] for f in documents.fleet_findings if not f.get("suppressed"))
    return [
        {
            "rule": rule,
            "anchor": anchor(code),
            "hits": sorted(hits.get(code, {}).items()),
            "fleet": wide[code],
        }
        for code, rule in documents.rules.items()
    ]
