"""The dates as the JSON document `pylife/dates/1`; `pylife/data/dates.schema.json` describes it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from pylife import __version__, calendar
from pylife.workflow.dates import Entry, unknown
from pylife.workflow.read import Read, Scan

SCHEMA = "pylife/dates/1"


def document(scan: Scan, until: dt.date, found: Sequence[Entry]) -> dict[str, Any]:
    """What is `found` in `scan` up to `until`, as plain JSON data."""
    return {
        "schema": SCHEMA,
        "tool": f"pylife {__version__}",
        "as_of": scan.as_of.isoformat(),
        "until": until.isoformat(),
        "calendar_snapshot": calendar.load().snapshot.isoformat(),
        "fleet": scan.fleet.name,
        "projects": [_project(read) for read in scan.reads],
        "dates": [_entry(entry) for entry in found],
        "summary": {
            "projects": len(scan.reads),
            "dates": len(found),
            "overdue": sum(entry.overdue for entry in found),
        },
    }


def _project(read: Read) -> dict[str, Any]:
    project = read.member.project
    return {
        "name": project.name,
        "path": project.path,
        "kind": project.kind.value,
        "tier": project.tier,
        "owner": project.owner,
        "policy": read.window.policy.name,
        "status": read.status,
        "reason": project.excluded or project.error,
        "unknown": list(unknown(read)),
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "uid": entry.uid,
        "date": entry.shown,
        "first": entry.first.isoformat(),
        "last": entry.last.isoformat(),
        "expected": entry.expected,
        "overdue": entry.overdue,
        "warned": entry.warned.isoformat() if entry.warned else None,
        "kind": entry.kind.value,
        "project": entry.project,
        "policy": entry.policy,
        "python": str(entry.python) if entry.python else None,
        "subject": entry.subject,
        "text": entry.text,
        "help": entry.help or None,
        "rule": entry.rule or None,
        "file": entry.file,
        "line": entry.line,
    }
