"""Findings ready to show, with their rules' reasons."""

from collections.abc import Iterable
from dataclasses import dataclass

from pylife.model import Severity
from pylife.site.documents import Doc, Documents
from pylife.site.slugs import rule_slug


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """One finding with its rule's reason."""

    code: str
    page: str
    """The file name of its rule's page; empty where that rule is not known."""
    title: str
    severity: str
    message: str
    help: str
    why: str
    place: str
    fix: str
    """The command that makes it pass; empty where only a person can."""
    effective: str
    suppressed: str


def finding_views(documents: Documents, findings: Iterable[Doc]) -> tuple[FindingView, ...]:
    """The findings ready to show: the worst first, then by place."""
    ordered = sorted(
        findings,
        key=lambda f: (
            -Severity(f["severity"]).rank,
            f["code"],
            f["file"] or "",
            f["line"] or 0,
            f["message"],
        ),
    )
    return tuple(_finding(documents, finding) for finding in ordered)


def _finding(documents: Documents, finding: Doc) -> FindingView:
    rule = documents.rules.get(finding["code"])
    line = f":{finding['line']}" if finding["line"] is not None else ""
    return FindingView(
        code=finding["code"],
        page=rule_slug(finding["code"]) if rule else "",
        title=finding["title"],
        severity=finding["severity"],
        message=finding["message"],
        help=finding["help"],
        why=rule["why"] if rule else "",
        place=f"{finding['file']}{line}" if finding["file"] else "",
        fix=_fix(finding),
        effective=finding.get("effective") or "",
        suppressed=_suppressed(finding.get("suppressed")),
    )


def _suppressed(found: Doc | None) -> str:
    if not found:
        return ""
    until = f" until {found['until']}" if found["until"] else ""
    owner = f" ({found['owner']})" if found["owner"] else ""
    return f"{found['kind']}{until}{owner}: {found['reason']}"


def _fix(finding: Doc) -> str:
    if not finding["fixable"]:
        return ""
    return "pylife check --fix" + (" --unsafe-fixes" if finding["unsafe_fix"] else "")
