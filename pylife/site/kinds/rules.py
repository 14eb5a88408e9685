"""The rules, and a page for each: why it is one, how to pass, and which projects it concerns."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from pylife.model import Severity
from pylife.site.base import Page, Site
from pylife.site.documents import Doc
from pylife.site.findings_view import FindingView, finding_views
from pylife.site.slugs import anchor, rule_slug
from pylife.site.text import count
from pylife.site.unjudged import Unjudged, by_rule, has_verdicts

_SHOWN = 200
"""Projects that a rule's page shows with what was found; its document has all of them."""


class Hit(NamedTuple):
    """One project (or the fleet, which has no slug) with what the rule has found in it."""

    name: str
    slug: str
    findings: tuple[Doc, ...]
    """Those that hold."""
    suppressed: int
    """How many more do not count, for a waiver, a baseline or a comment."""


class RuleView(NamedTuple):
    """A rule with its page's file name and whom it concerns: the fleet, then projects by name."""

    rule: Doc
    anchor: str
    page: str
    hits: tuple[Hit, ...]
    """Those in which something holds."""
    waived: tuple[Hit, ...]
    """Those in which all that was found does not count."""
    fleet: bool
    unjudged: tuple[Unjudged, ...]
    """Of whom it can say nothing: never the same as that it found nothing."""
    nobody: bool
    """Whether it was judged nowhere at all, as there are no verdicts in this run."""

    @property
    def by_severity(self) -> tuple[tuple[str, int], ...]:
        """The severities that its findings have themselves, and in how many projects each."""
        worst = Counter(
            severity
            for hit in self.hits
            if hit.slug
            for severity in {finding["severity"] for finding in hit.findings}
        )
        return tuple(
            (one.value, worst[one.value]) for one in reversed(Severity) if worst[one.value]
        )

    @property
    def unjudged_words(self) -> str:
        """Of how many projects, or of the fleet, nothing is known; empty where all were judged."""
        number = sum(bool(one.slug) for one in self.unjudged)
        where = [f"in {count(number, 'project')}"] if number else []
        if len(self.unjudged) > number:
            where.append("of the fleet as a whole")
        return f"not evaluated {' and '.join(where)}" if where else ""

    @property
    def reasons(self) -> tuple[tuple[str, int], ...]:
        """Why nothing is known, that of most projects first."""
        told = Counter(reason for one in self.unjudged for reason in one.reasons)
        return tuple(sorted(told.items(), key=lambda item: (-item[1], item[0])))

    @property
    def projects(self) -> int:
        """In how many projects something holds."""
        return len(self.hits) - self.fleet


class Shown(NamedTuple):
    """A project on the page of a rule."""

    name: str
    slug: str
    findings: tuple[FindingView, ...]
    suppressed: int


def pages(site: Site) -> Iterator[Page]:
    """The list, and every rule's page and document."""
    found = rules(site)
    data = (("rules.json", "site-rules"),)
    yield site.html("rules.html", "rules.html", lambda: {"rules": found}, data=data)
    yield Page("rules.json", lambda: _list(site, found))
    for view in found:
        yield from _pages(site, view)


def rules(site: Site) -> list[RuleView]:
    """Every rule by its code."""
    by_code: dict[str, list[Hit]] = {}
    documents = site.documents
    _collect(by_code, documents.read["fleet"]["name"], "", documents.fleet_findings)
    for project in documents.projects:
        _collect(by_code, project["name"], documents.slug(project), project["findings"])
    unknown, verdicts = by_rule(documents), any(map(has_verdicts, documents.checked))
    return [
        _view(rule, by_code.get(code, ()), unknown.get(code, ()), verdicts=verdicts)
        for code, rule in documents.rules.items()
    ]


def _collect(by_code: dict[str, list[Hit]], name: str, slug: str, findings: Any) -> None:
    own: dict[str, list[Doc]] = {}
    for finding in findings:
        own.setdefault(finding["code"], []).append(finding)
    for code, some in own.items():
        held = tuple(finding for finding in some if not finding.get("suppressed"))
        by_code.setdefault(code, []).append(Hit(name, slug, held, len(some) - len(held)))


def _view(rule: Doc, hits: Any, unknown: Iterable[Unjudged], *, verdicts: bool) -> RuleView:
    """The rule's view; `verdicts` says whether there are any on the dependencies of a project."""
    unjudged = tuple(unknown)
    held = tuple(hit for hit in hits if hit.findings)
    return RuleView(
        rule=rule,
        anchor=anchor(rule["code"]),
        page=rule_slug(rule["code"]),
        hits=held,
        waived=tuple(hit for hit in hits if not hit.findings),
        fleet=any(not hit.slug for hit in held),
        unjudged=unjudged,
        nobody=bool(rule.get("by_verdicts") and unjudged) and not verdicts and not hits,
    )


def _pages(site: Site, view: RuleView) -> Iterator[Page]:
    path = f"rules/{view.page}"
    key = site.key("rule", view.rule, view.hits, view.waived, view.unjudged)
    yield site.html(
        f"{path}.html",
        "rule.html",
        lambda: {
            "page": view,
            "shown": [_shown(site, hit) for hit in view.hits[:_SHOWN]],
            "more": max(0, len(view.hits) - _SHOWN),
        },
        key=key,
        data=((f"{path}.json", "site-rule"),),
    )
    yield Page(f"{path}.json", lambda: _document(site, view), key)


def _shown(site: Site, hit: Hit) -> Shown:
    return Shown(hit.name, hit.slug, finding_views(site.documents, hit.findings), hit.suppressed)


def _rule(view: RuleView) -> dict[str, Any]:
    rule = view.rule
    return {
        "code": rule["code"],
        "page": view.page,
        "title": rule["title"],
        "severity": rule["severity"],
        "why": rule["why"],
        "fix": rule["fix"],
        "example": rule.get("example") or None,
    }


def _list(site: Site, found: list[RuleView]) -> dict[str, Any]:
    return {
        "schema": "pylife/site-rules/1",
        "as_of": site.documents.read["as_of"],
        "rules": [
            {
                **_rule(view),
                "projects": view.projects,
                "fleet": view.fleet,
                "not_evaluated": sum(bool(one.slug) for one in view.unjudged),
            }
            for view in found
        ],
    }


def _document(site: Site, view: RuleView) -> dict[str, Any]:
    return {
        "schema": "pylife/site-rule/1",
        "as_of": site.documents.read["as_of"],
        **_rule(view),
        "hits": [
            {
                "name": hit.name,
                "slug": hit.slug or None,
                "findings": list(hit.findings),
                "suppressed": hit.suppressed,
            }
            for hit in (*view.hits, *view.waived)
        ],
        "not_evaluated": [
            {"name": one.name, "slug": one.slug or None, "reasons": list(one.reasons)}
            for one in view.unjudged
        ],
    }
