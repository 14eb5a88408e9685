"""`--format github`: annotations of a GitHub Actions step, and its summary page.

GitHub shows 10 errors, 10 warnings and 10 notices of a step: the worst come first, and a plain
line counts the rest, as it counts everything. An info is a notice; so is an upcoming finding,
with its date. Suppressed findings are no annotations. A project that could not be had is an
error. `job_summary` is what belongs into the file that `GITHUB_STEP_SUMMARY` names.
"""

from collections.abc import Iterator

from pylife.formats.base import CheckReport
from pylife.formats.markdown import page
from pylife.formats.shared import count, extent, message, plain, upcoming, worst_first
from pylife.formats.summary import summary
from pylife.model import Finding, Severity

MOST_OF_A_KIND = 10
MOST_SUMMARY = 1024 * 1024
"""Bytes that GitHub takes as the summary of a step."""
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: CheckReport) -> str:
    """Workflow commands, then the line that counts everything."""
    by_kind: dict[str, list[str]] = {"error": [], "warning": [], "notice": []}
    for row in report.rows:
        if row.status == "error":
            text = plain(f"{row.project.name} could not be had: {row.reason}")
            by_kind["error"].append(_command("error", {"title": "pylife"}, text))
    for item in worst_first(report.counted):
        kind = _COMMANDS[item.severity]
        by_kind[kind].append(_annotation(report, item, kind))
    coming = (_annotation(report, item, "notice") for item in upcoming(report.findings))
    by_kind["notice"] = [*coming, *by_kind["notice"]]
    lines = [line for kind in by_kind.values() for line in kind[:MOST_OF_A_KIND]]
    left = [
        count(len(found) - MOST_OF_A_KIND, f"more {kind}")
        for kind, found in by_kind.items()
        if len(found) > MOST_OF_A_KIND
    ]
    if left:
        lines.append(f"pylife: not shown as annotations: {', '.join(left)}")
    lines.append(f"pylife: {summary(report)}")
    return "\n".join(lines) + "\n"


def job_summary(report: CheckReport) -> str:
    """The report as the Markdown page of a step, at most 1 MiB."""
    return page(report, MOST_SUMMARY)


def _annotation(report: CheckReport, item: Finding, kind: str) -> str:
    return _command(
        kind, dict(_properties(report, item)), f"{message(item)}\nhelp: {plain(item.help)}"
    )


def _properties(report: CheckReport, item: Finding) -> Iterator[tuple[str, str]]:
    if item.file is not None:
        yield "file", plain(report.prefix + item.file)
        if item.line is not None:
            yield "line", str(item.line)
            yield "endLine", str(item.line)
            found = extent(report, item)
            if found is not None:
                yield "col", str(found.start + 1)
                yield "endColumn", str(max(found.end, found.start + 1))
            elif item.column is not None:
                yield "col", str(item.column)
    yield "title", plain(f"{item.code} {item.project}")


def _command(kind: str, properties: dict[str, str], text: str) -> str:
    """A workflow command; what would end it or one of its properties is percent-encoded."""
    head = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{kind} {head}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
