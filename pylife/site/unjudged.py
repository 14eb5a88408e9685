"""Rules that could not be evaluated, and why: what nobody has judged is never "found nowhere"."""

from collections.abc import Iterator
from typing import NamedTuple

from pylife.site.documents import Doc, Documents, is_checked

_NO_VERDICTS = "its dependencies were not judged: `pylife deps` does"


class Unjudged(NamedTuple):
    """One project (or the fleet, which has no slug) of which a rule can say nothing."""

    name: str
    slug: str
    reasons: tuple[str, ...]


def unjudged(documents: Documents, project: Doc) -> dict[str, tuple[str, ...]]:
    """By code the rules that say nothing of the project, and why; of one not looked at none."""
    found: dict[str, list[str]] = {}
    if is_checked(project):
        for code, reason in _pairs(documents, project):
            found.setdefault(code, []).append(reason)
    return {code: tuple(dict.fromkeys(reasons)) for code, reasons in sorted(found.items())}


def _pairs(documents: Documents, project: Doc) -> Iterator[tuple[str, str]]:
    for item in project.get("not_evaluated", ()):
        yield item["code"], item["reason"]
    if not has_verdicts(project):
        told = project.get("dependencies") or {}
        why = told.get("error") or told.get("reason") or _NO_VERDICTS
        for rule in documents.rules.values():
            if rule.get("by_verdicts"):
                yield rule["code"], why


def has_verdicts(project: Doc) -> bool:
    """Whether anybody has judged what it requires on any Python."""
    return bool((project.get("dependencies") or {}).get("pythons"))


def by_rule(documents: Documents) -> dict[str, list[Unjudged]]:
    """By code of whom the rule can say nothing: the fleet first, then projects by name."""
    found: dict[str, list[Unjudged]] = {}
    for item in documents.read.get("not_evaluated", ()):
        fleet = Unjudged(documents.read["fleet"]["name"], "", (item["reason"],))
        found.setdefault(item["code"], []).append(fleet)
    for project in documents.projects:
        for code, reasons in unjudged(documents, project).items():
            one = Unjudged(project["name"], documents.slug(project), reasons)
            found.setdefault(code, []).append(one)
    return found
