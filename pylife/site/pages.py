"""Every page of the site: its path and its content."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pylife.site import policies_view, upgrade_view, windows
from pylife.site.chart import chart
from pylife.site.documents import Doc, Documents
from pylife.site.findings_view import finding_views
from pylife.site.fleet_view import fleet
from pylife.site.headlines import headlines
from pylife.site.project_view import project_document, project_page, wave_words
from pylife.site.render import environment
from pylife.site.slugs import anchor
from pylife.site.text import python_key


@dataclass(frozen=True, slots=True)
class Page:
    """A file of the site: text, or a table that becomes JSON."""

    path: str
    content: str | Doc


def pages(documents: Documents, logs: Mapping[str, str], as_of: dt.date) -> Iterator[Page]:
    """All pages, and each project's JSON."""
    templates = environment()
    common = {"site": _frame(documents)}

    def page(path: str, template: str, **view: Any) -> Page:
        root = "../" * path.count("/")
        html = templates.get_template(template).render(common, root=root, path=path, **view)
        return Page(path, html)

    whole = fleet(documents)
    yield page(
        "index.html",
        "index.html",
        fleet=whole,
        headlines=headlines(documents, whole),
        findings=finding_views(documents, documents.fleet_findings),
    )
    yield page("calendar.html", "calendar.html", **_calendar(documents, as_of))
    yield page("policy.html", "policy.html", **_policy(documents))
    yield page("rules.html", "rules.html", rules=_rules(documents))
    yield page(
        "upgrades.html",
        "upgrades.html",
        waves=upgrade_view.waves(documents),
        states=upgrade_view.states(documents),
    )
    for project in documents.projects:
        view = project_page(documents, project, logs)
        path = f"projects/{view.slug}"
        yield page(f"{path}.html", "project.html", page=view, wave=wave_words(project))
        yield Page(f"{path}.json", project_document(documents, view))


def _frame(documents: Documents) -> Doc:
    """What every page shows around its content."""
    read, run, upgrade = documents.read, documents.run, documents.upgrade
    return {
        "fleet": read["fleet"]["name"],
        "as_of": read["as_of"],
        "tool": read["tool"],
        "snapshot": read["calendar"]["snapshot"],
        "run_as_of": run["as_of"] if run else None,
        "upgrade_as_of": upgrade["as_of"] if upgrade else None,
        "projects": len(documents.projects),
        "excluded": sum(bool(p.get("excluded")) for p in documents.projects),
        "errors": sum(bool(p.get("error")) for p in documents.projects),
    }


def _calendar(documents: Documents, as_of: dt.date) -> dict[str, Any]:
    releases = documents.read["calendar"]["releases"]
    used = windows.used_policies(documents)
    policy = documents.read["policies"][used[0]] if used else None
    rows = [(python, releases[python]) for python in sorted(releases, key=python_key)][::-1]
    return {
        "chart": chart(releases, policy["pythons"] if policy else {}, as_of),
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


def _policy(documents: Documents) -> dict[str, Any]:
    return {
        "policies": policies_view.policies(documents),
        "waivers": policies_view.waivers(documents),
    }


def _rules(documents: Documents) -> list[Doc]:
    """Each rule with the projects that it has something to say about."""
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
