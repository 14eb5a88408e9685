"""`--format text`: for people, grouped by project."""

from collections.abc import Iterator

from pylife.formats.base import CheckReport, Row
from pylife.model import Finding, Severity

_COLORS = {Severity.ERROR: "31;1", Severity.WARNING: "33", Severity.INFO: "36"}


def render(report: CheckReport) -> str:
    """The report as lines; the last one counts. Control characters of names are shown escaped."""
    lines: list[str] = []
    for row in report.rows:
        body = list(_project(report, row))
        if body:
            lines += [_paint(report, "1", _heading(row)), *body, ""]
    lines.append(summary(report))
    return "\n".join(lines) + "\n"


def summary(report: CheckReport) -> str:
    """One line with all the counts."""
    statuses = report.statuses
    checked = statuses["checked"] + statuses["incomplete"]
    total = sum(report.count(severity) for severity in Severity)
    parts = [f"{_count(checked, 'project')} checked"]
    if total:
        by = ", ".join(
            _count(report.count(severity), severity.value)
            for severity in reversed(Severity)
            if report.count(severity)
        )
        parts.append(f"{_count(total, 'finding')} ({by})")
    else:
        parts.append("no finding")
    for status, words in (
        ("incomplete", "could not be read in full"),
        ("error", "could not be had"),
        ("excluded", "excluded"),
    ):
        if statuses[status]:
            parts.append(f"{statuses[status]} {words}")
    if report.unreadable:
        parts.append(f"{_count(report.unreadable, 'declaration')} unreadable")
    if report.not_evaluated:
        parts.append(f"{_count(len(report.not_evaluated), 'verdict')} not evaluated")
    return f"{'; '.join(parts)} (as of {report.as_of})"


def _project(report: CheckReport, row: Row) -> Iterator[str]:
    if row.status in {"excluded", "error"}:
        if row.status == "error" or report.verbose:
            yield f"  {row.status}: {_plain(row.reason)}"
        return
    for item in report.findings:
        if item.project == row.project.name and item in report.counted:
            yield from _finding(report, item)
    if report.verbose:
        for project, code, reason in report.not_evaluated:
            if project == row.project.name:
                yield f"  {code} not evaluated: {_plain(reason)}"


def _finding(report: CheckReport, item: Finding) -> Iterator[str]:
    place = ":".join(str(part) for part in (item.file, item.line, item.column) if part is not None)
    severity = _paint(report, _COLORS[item.severity], item.severity.value)
    yield f"  {_plain(place)} {severity} {_paint(report, '1', item.code)} {_plain(item.message)}"
    fix = "" if not item.fixable else " [--unsafe-fixes]" if item.unsafe else " [--fix]"
    yield f"      {_plain(item.help)}{_paint(report, '2', fix)}"


def _heading(row: Row) -> str:
    place = "" if row.project.path in {row.project.name, "."} else f" ({row.project.path})"
    return _plain(f"{row.project.name}{place}: {row.project.kind.value}, policy {row.policy}")


def _paint(report: CheckReport, style: str, text: str) -> str:
    return f"\033[{style}m{text}\033[0m" if report.color and text else text


def _plain(text: str) -> str:
    """Text of a repository must not drive the terminal."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 or word == "info" else f"{number} {word}s"
