"""`--format json`: the contract for machines, `pylife/check/1`.

All findings are there: those that count, those that are suppressed, and upcoming ones.
`summary.findings` counts those that count. The schema is `pylife/data/check.schema.json`.
"""

import json
import re
from typing import Any

from pylife.formats.base import CheckReport, Row
from pylife.formats.shared import suppressed, upcoming
from pylife.model import Finding, Severity, Suppression, SuppressionKind

SCHEMA = "pylife/check/1"


def render(report: CheckReport) -> str:
    """The report as a JSON document that ends in a newline."""
    return dumps(document(report))


def dumps(data: object) -> str:
    """`data` as JSON of UTF-8 text; bytes of a file name that are no UTF-8 stay as escapes."""
    text = json.dumps(data, indent=2, ensure_ascii=False)
    return re.sub("[\ud800-\udfff]", lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"


def document(report: CheckReport) -> dict[str, Any]:
    """The report as plain data."""
    statuses = report.statuses
    kinds = [item.suppressed.kind for item in suppressed(report.findings) if item.suppressed]
    return {
        "schema": SCHEMA,
        "as_of": report.as_of,
        "tool": report.tool,
        "fleet": report.fleet or None,
        "horizon": report.horizon,
        "summary": {
            "projects": len(report.rows),
            "checked": statuses["checked"],
            "incomplete": statuses["incomplete"],
            "excluded": statuses["excluded"],
            "errors": statuses["error"],
            "declarations": sum(row.declarations for row in report.rows),
            "unreadable": report.unreadable,
            "not_evaluated": len(report.not_evaluated),
            "findings": {severity.value: report.count(severity) for severity in Severity},
            "suppressed": {kind.value: kinds.count(kind) for kind in SuppressionKind},
            "upcoming": len(upcoming(report.findings)),
        },
        "projects": [_row(row) for row in report.rows],
        "findings": [finding(item) for item in report.findings],
        "not_evaluated": [
            {"project": project, "code": code, "reason": reason}
            for project, code, reason in report.not_evaluated
        ],
    }


def finding(item: Finding) -> dict[str, Any]:
    """One finding as plain data."""
    return {
        "code": item.code,
        "severity": item.severity.value,
        "project": item.project,
        "subject": item.subject,
        "file": item.file,
        "line": item.line,
        "column": item.column,
        "message": item.message,
        "help": item.help,
        "fixable": item.fixable,
        "unsafe_fix": item.fixable and item.unsafe,
        "fingerprint": item.fingerprint,
        "effective": item.effective,
        "upcoming": item.upcoming,
        "suppressed": suppression(item.suppressed),
    }


def suppression(found: Suppression | None) -> dict[str, Any] | None:
    """Why a finding does not count, as plain data."""
    if found is None:
        return None
    return {
        "kind": found.kind.value,
        "reason": found.reason,
        "owner": found.owner,
        "until": found.until.isoformat() if found.until else None,
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "name": row.project.name,
        "path": row.project.path,
        "kind": row.project.kind.value,
        "policy": row.policy,
        "status": row.status,
        "reason": row.reason or None,
        "declarations": row.declarations,
        "unreadable": row.unreadable,
    }
