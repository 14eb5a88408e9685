"""`--format json`: the contract for machines, `pylife/check/1`."""

import json
from typing import Any

from pylife.formats.base import CheckReport, Row
from pylife.model import Finding, Severity, Suppression

SCHEMA = "pylife/check/1"


def render(report: CheckReport) -> str:
    """The report as a JSON document that ends in a newline."""
    return json.dumps(document(report), indent=2, ensure_ascii=False) + "\n"


def document(report: CheckReport) -> dict[str, Any]:
    """The report as plain data."""
    statuses = report.statuses
    return {
        "schema": SCHEMA,
        "as_of": report.as_of,
        "tool": report.tool,
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
