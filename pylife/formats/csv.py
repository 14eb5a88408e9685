"""`--format csv`: one row a finding, for spreadsheets (RFC 4180: a header, CRLF, quotes doubled).

Suppressed and upcoming findings are rows too; `status` tells them apart. Text that a spreadsheet
would take for a formula (it begins with `=`, `+`, `-` or `@`) gets an apostrophe before it, which
spreadsheets do not show; programs should read JSON. Projects without findings, and what could
not be read or evaluated, are not here.
"""

import csv
from typing import Any

from pylife.formats.base import CheckReport, Row
from pylife.formats.shared import fingerprints, fix_option, homes, plain
from pylife.model import Finding

HEADER = (
    "as_of", "project", "path", "kind", "tier", "owner", "policy", "code", "severity", "status",
    "file", "line", "column", "message", "help", "effective", "fix", "suppressed_by",
    "suppressed_until", "suppressed_owner", "suppressed_reason", "fingerprint",
)  # fmt: skip


def render(report: CheckReport) -> str:
    """The table as text; lines end in CRLF."""
    out = _Text()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADER)
    for item, row, mark in zip(report.findings, homes(report), fingerprints(report), strict=True):
        cells = (report.as_of, item.project, *_about(row), *_cells(item), mark)
        writer.writerow([_cell(cell) for cell in cells])
    return "".join(out.parts)


class _Text:
    """What the csv module writes to."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def write(self, text: str) -> None:
        self.parts.append(text)


def _about(row: Row | None) -> tuple[Any, ...]:
    if row is None:
        return (None,) * 5
    project = row.project
    return (project.path, project.kind, project.tier, project.owner, row.policy)


def _cells(item: Finding) -> tuple[Any, ...]:
    taken = item.suppressed
    status = "suppressed" if taken else "upcoming" if item.upcoming else "counts"
    return (
        item.code, item.severity, status, item.file, item.line, item.column, item.message,
        item.help, item.effective, fix_option(item).removeprefix("--"),
        taken and taken.kind, taken and taken.until, taken and taken.owner, taken and taken.reason,
    )  # fmt: skip


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = plain(str(value))
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
