"""What several formats need: words, groups, places and fingerprints of findings."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from pylife.formats.base import CheckReport, Row
from pylife.model import Finding

NO_FILE = "pylife.toml"
"""Where forges show what speaks of no file: it says which projects and waivers there are."""


class Group(NamedTuple):
    """The findings of one project; `row` is None for what speaks of the fleet itself."""

    name: str
    row: Row | None
    findings: tuple[Finding, ...]


def groups(report: CheckReport) -> list[Group]:
    """Every project with its findings, in the report's order, then the fleet's own findings."""
    found: dict[str, list[Finding]] = {row.project.name: [] for row in report.rows}
    for item in report.findings:
        found.setdefault(item.project, []).append(item)
    rows: dict[str, Row | None] = {row.project.name: row for row in report.rows}
    return [Group(name, rows.get(name), tuple(items)) for name, items in found.items()]


def homes(report: CheckReport) -> list[Row | None]:
    """The project of each finding of the report; None for what speaks of the fleet itself."""
    named = {row.project.name: row for row in report.rows}
    return [named.get(item.project) for item in report.findings]


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """By severity, else in the order given."""
    return sorted(findings, key=lambda item: -item.severity.rank)


def upcoming(findings: Iterable[Finding]) -> list[Finding]:
    """What does not hold yet and is not suppressed, the earliest first."""
    found = (item for item in findings if item.upcoming and not item.suppressed)
    return sorted(
        found,
        key=lambda item: (item.effective or "", item.file or "", item.line or 0, item.column or 0),
    )


def suppressed(findings: Iterable[Finding]) -> list[Finding]:
    """What was taken away by a waiver, the baseline or a comment."""
    return [item for item in findings if item.suppressed]


def fingerprints(report: CheckReport) -> list[str]:
    """A fingerprint for each finding of the report, in its order; no two are equal.

    Of findings with the same rule, project and subject, the second gets `/2` behind it, and so
    on: forges show only the first of equal ones.
    """
    seen: Counter[str] = Counter()
    found = []
    for item in report.findings:
        mark = item.fingerprint
        seen[mark] += 1
        found.append(mark if seen[mark] == 1 else f"{mark}/{seen[mark]}")
    return found


def shown_file(report: CheckReport, item: Finding) -> str:
    """The finding's file from the repository's root; `pylife.toml` where it speaks of none."""
    return report.prefix + (item.file or NO_FILE)


def place(item: Finding) -> str:
    """`file:line:column`, as much of it as is known; empty where it speaks of no file."""
    return ":".join(str(part) for part in (item.file, item.line, item.column) if part is not None)


class Extent(NamedTuple):
    """The text a finding speaks of in its line: positions of characters, from 0, half-open."""

    text: str
    start: int
    end: int


def extent(report: CheckReport, item: Finding) -> Extent | None:
    """Where in its line the finding's text is; None where line or column are not known.

    What goes on in further lines ends with the line. Without a span it is empty.
    """
    if item.file is None or item.line is None or item.column is None:
        return None
    text = report.lines.get((item.file, item.line))
    if text is None:
        return None
    start = min(item.column - 1, len(text))
    end = start
    if item.span is not None:
        rest = text[start:].encode("utf-8", "surrogatepass")[: item.span.end - item.span.start]
        end = start + len(rest.decode("utf-8", "ignore"))
    return Extent(text, start, end)


def plain(text: str) -> str:
    """Text of a repository, with what is not printable escaped: it must not drive the reader."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


def count(number: int, word: str) -> str:
    """`1 error`, `2 errors`; `2 info`."""
    return f"{number} {word}" if number == 1 or word == "info" else f"{number} {word}s"


def fix_option(item: Finding) -> str:
    """The option that makes the finding pass; empty where only people can."""
    return "" if not item.fixable else "--unsafe-fixes" if item.unsafe else "--fix"


def message(item: Finding) -> str:
    """The message on one line; of an upcoming finding with its date before it."""
    text = plain(item.message)
    return f"from {item.effective}: {text}" if item.upcoming else text
