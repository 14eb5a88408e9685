"""`--format gitlab`: a Code Quality report, for the widget of a merge request.

It has no word for what is suppressed or upcoming, so both are left out: the widget would call
them problems of today. Of equal fingerprints GitLab shows only the first, so none are equal.
GitLab wants a file for everything: what speaks of none stands at line 1 of `pylife.toml`. A
project that could not be had is an entry too, since an empty report reads as a good one.
"""

import hashlib
from typing import Any

from pylife.formats.base import CheckReport, Row
from pylife.formats.json import dumps
from pylife.formats.shared import NO_FILE, fingerprints, plain, shown_file
from pylife.model import Finding, Severity

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(report: CheckReport) -> str:
    """The findings that count as a JSON array."""
    return dumps(
        [
            *(_unavailable(report, row) for row in report.rows if row.status == "error"),
            *(
                _entry(report, item, mark)
                for item, mark in zip(report.findings, fingerprints(report), strict=True)
                if not item.suppressed and not item.upcoming
            ),
        ]
    )


def _entry(report: CheckReport, item: Finding, mark: str) -> dict[str, Any]:
    return {
        "description": plain(f"{item.code} {item.project}: {item.message}; {item.help}"),
        "check_name": item.code,
        "fingerprint": mark,
        "severity": _SEVERITIES[item.severity],
        "location": {"path": shown_file(report, item), "lines": {"begin": item.line or 1}},
    }


def _unavailable(report: CheckReport, row: Row) -> dict[str, Any]:
    name = row.project.name
    mark = hashlib.sha256(
        f"unavailable\0{name}\0{row.project.path}".encode("utf-8", "surrogatepass")
    ).hexdigest()[:16]
    return {
        "description": plain(f"{name} could not be had, so that it was not judged: {row.reason}"),
        "check_name": "pylife",
        "fingerprint": mark,
        "severity": "critical",
        "location": {"path": report.prefix + NO_FILE, "lines": {"begin": 1}},
    }
