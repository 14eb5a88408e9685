"""`--format markdown`: for a comment on a pull request or the page of a job.

Errors and warnings are tables, one a project; then what is upcoming; infos and what is
suppressed are folded away. A comment on GitHub holds 65,536 characters: what does not fit is
left out, the least urgent first, and counted at the end. Text of a repository is shown as it is:
it makes no markup and mentions nobody.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pylife.formats.base import CheckReport
from pylife.formats.shared import Group, fix_option, groups, place, plain, suppressed, upcoming
from pylife.formats.summary import summary
from pylife.model import Finding, Severity

MOST_COMMENT = 65_536
_MARKS = {Severity.ERROR: "❌", Severity.WARNING: "⚠️", Severity.INFO: "ℹ️"}  # noqa: RUF001 - a sign
_ACTIVE = frozenset("\\`*_[<#|~$&")
_FOOT = 200
"""Room for the line that counts what is left out."""


class Line(NamedTuple):
    """One line of a section's table or list; `urgency` decides what stays where room is short."""

    section: str
    project: str
    urgency: int
    text: str


_BROKEN = {"error": "could not be had", "incomplete": "could not be read in full"}
_SECTIONS = {
    "broken": ("### Not judged, or not in full", False),
    "": ("", False),
    "upcoming": ("### Merges today, breaks the policy later", False),
    "info": ("Infos", True),
    "suppressed": ("Suppressed", True),
    "not evaluated": ("Not evaluated", True),
}
"""Each section's title, and whether it is folded away, in the order of the page."""


def render(report: CheckReport) -> str:
    """The report as a page that fits a comment."""
    return page(report, MOST_COMMENT)


def page(report: CheckReport, most: int) -> str:
    """The report as Markdown of at most `most` bytes of UTF-8 (so no more characters either)."""
    head = f"**pylife check**: {_text(summary(report._replace(seconds=None)))}\n"
    lines = list(_lines(report))
    kept = _fitting(lines, most - len(head.encode()) - _FOOT)
    parts = [head, *_page(kept)]
    if len(kept) < len(lines):
        left = f"{len(lines) - len(kept)} of {len(lines)} entries"
        parts.append(f"\n{left} are left out, the least urgent: no more fits on this page.\n")
    return "".join(parts)


def _fitting(lines: list[Line], room: int) -> list[Line]:
    """The most urgent lines that fit into `room` bytes, in the order of the page."""
    kept: set[int] = set()
    opened: set[tuple[str, str]] = set()
    for at in sorted(range(len(lines)), key=lambda at: lines[at].urgency):
        line = lines[at]
        cost = len(line.text.encode()) + 1
        for key in ((line.section, ""), (line.section, line.project)):
            if key not in opened:
                cost += len(_opening(*key).encode()) + len(_CLOSING)
        if cost > room:
            break
        room -= cost
        opened |= {(line.section, ""), (line.section, line.project)}
        kept.add(at)
    return [line for at, line in enumerate(lines) if at in kept]


_TABLE = "\n| | rule | place | what |\n|---|---|---|---|\n"
_CLOSING = "\n</details>\n"


def _opening(section: str, project: str) -> str:
    """What stands before the first line of a section, or of a project in it."""
    title, folded = _SECTIONS[section]
    if not project:
        if folded:
            return f"\n<details><summary>{title}</summary>\n"
        return f"\n{title}\n" if title else ""
    if section in {"broken", "not evaluated"}:
        return "\n" if section == "broken" else f"\n#### {_text(project)}\n\n"
    return f"\n#### {_text(project)}\n{_TABLE}"


def _page(lines: list[Line]) -> Iterator[str]:
    for section, (_, folded) in _SECTIONS.items():
        inside = [line for line in lines if line.section == section]
        if not inside:
            continue
        yield _opening(section, "")
        project = ""
        for line in inside:
            if line.project != project:
                project = line.project
                yield _opening(section, project)
            yield f"{line.text}\n"
        if folded:
            yield _CLOSING


def _lines(report: CheckReport) -> Iterator[Line]:
    """Everything there is to say; the findings of a section in the order of the projects."""
    for group in groups(report):
        what = _BROKEN.get(group.row.status) if group.row else None
        if group.row and what:
            yield Line("broken", "-", 0, f"- {_text(group.name)} {what}: {_text(group.row.reason)}")
        for section, urgency, found in _sorted(group):
            for item in found:
                yield Line(section, group.name, urgency - item.severity.rank, _row(item))
    for project, code, reason in report.not_evaluated:
        yield Line("not evaluated", project, 40, f"- {code}: {_text(reason)}")


def _sorted(group: Group) -> list[tuple[str, int, list[Finding]]]:
    """The findings of a project by section, with how much a section may wait."""
    counted = [item for item in group.findings if not item.suppressed and not item.upcoming]
    return [
        ("", 10, [item for item in counted if item.severity is not Severity.INFO]),
        ("upcoming", 20, upcoming(group.findings)),
        ("info", 30, [item for item in counted if item.severity is Severity.INFO]),
        ("suppressed", 50, suppressed(group.findings)),
    ]


def _row(item: Finding) -> str:
    what = _text(item.message)
    if item.upcoming:
        what = f"from **{item.effective}**: {what}"
    what += f"<br>{_text(item.help)}"
    option = fix_option(item)
    if option:
        what += f" (`{option}`)"
    if item.suppressed:
        what += f"<br>{_text(str(item.suppressed))}"
    at = _code(place(item)) if item.file else _text(item.project)
    return f"| {_MARKS[item.severity]} {item.severity} | {item.code} | {at} | {what} |"


def _text(text: str) -> str:
    """Text that Markdown shows as it is; a mention or a reference is parted from its sign."""
    # Forges look for mentions after entities are decoded: nothing but a character parts them.
    parted = re.sub(r"([@#])(?=\w)", "\\1\u200b", plain(text))
    return _still(parted)


def _code(text: str) -> str:
    """Text in the type of code, where forges look for no mentions."""
    return f"<code>{_still(plain(text))}</code>"


def _still(text: str) -> str:
    """The text with all that could be markup as entities."""
    return "".join(f"&#{ord(char)};" if char in _ACTIVE else char for char in text)
