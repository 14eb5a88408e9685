"""`--format text`: for people, grouped by project, with the source line and a caret.

A finding begins with `file:line:column severity CODE`, which editors and `grep` understand, and
is wrapped at the width of the terminal between words, never inside one. Several findings of one
place share its source line. With `quiet`, one line a finding and nothing else.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from pylife.formats.base import CheckReport, Row
from pylife.formats.excerpt import columns, excerpt
from pylife.formats.shared import (
    Group,
    count,
    extent,
    fix_option,
    groups,
    message,
    place,
    plain,
    suppressed,
    upcoming,
)
from pylife.formats.summary import summary
from pylife.model import Finding, Severity

Word = tuple[str, str]
"""A word and the style in which it is painted."""

_COLORS = {Severity.ERROR: "31;1", Severity.WARNING: "33;1", Severity.INFO: "36;1"}
_BOLD, _DIM, _HELP, _GUTTER = "1", "2", "32", "34"
_LEAST_WIDTH = 40
_WIDEST = 160
"""Columns of a source line that are enough, however wide a log may be."""


def render(report: CheckReport) -> str:
    """The report as lines; the last one counts. Control characters of names are shown escaped."""
    if report.quiet:
        return "".join(f"{line}\n" for line in _quiet(report))
    lines: list[str] = []
    for group in groups(report):
        body = list(_group(report, group))
        if body:
            lines += [*_flow(report, _heading(group), 0), *body, ""]
    lines += _flow(report, _words(summary(report)), 0)
    return "\n".join(lines) + "\n"


def _quiet(report: CheckReport) -> Iterator[str]:
    for group in groups(report):
        if group.row and group.row.status == "error":
            yield f"{plain(group.name)} error {plain(group.row.reason)}"
        for item in [*_counted(group.findings), *upcoming(group.findings)]:
            where = plain(place(item) or item.project)
            yield f"{where} {item.severity.value} {item.code} {message(item)}"


def _group(report: CheckReport, group: Group) -> Iterator[str]:
    """All that is said of one project; nothing where there is nothing to say."""
    row = group.row
    if row and row.status in {"excluded", "error"}:
        if row.status == "error" or report.verbose:
            style = _COLORS[Severity.ERROR] if row.status == "error" else _DIM
            yield from _flow(report, [(f"{row.status}:", style), *_words(row.reason)], 2)
        return
    counted = _counted(group.findings)
    if row and row.status == "incomplete" and (report.verbose or not counted):
        words = [("not read in full:", _COLORS[Severity.ERROR]), *_words(row.reason)]
        yield from _flow(report, words, 2)
    yield from _findings(report, counted, 2)
    coming = upcoming(group.findings)
    if coming:
        yield from _flow(
            report,
            [(word, _BOLD) for word, _ in _words("merges today, breaks the policy later:")],
            2,
        )
        yield from _findings(report, coming, 4)
    if report.verbose:
        for item in sorted(suppressed(group.findings), key=_where):
            yield from _suppressed(report, item)
        yield from _not_evaluated(report, group.name)
        if row and not group.findings:
            yield f"  no finding in {count(row.declarations, 'declaration')}"


def _counted(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(
        (item for item in findings if not item.suppressed and not item.upcoming), key=_where
    )


def _where(item: Finding) -> tuple[str, int, int, int]:
    return (item.file or "", item.line or 0, item.column or 0, -item.severity.rank)


def _findings(report: CheckReport, found: list[Finding], indent: int) -> Iterator[str]:
    """The findings; the first of each place with its source line."""
    for _, same in groupby(found, key=lambda item: (item.file, item.line, item.column, item.span)):
        for number, item in enumerate(same):
            yield from _flow(report, _first_line(item), indent)
            if number == 0:
                yield from _source(report, item, indent)
            yield from _help(report, item, indent + 4)


def _first_line(item: Finding) -> list[Word]:
    return [
        *([(f"from {item.effective}:", _BOLD)] if item.upcoming else []),
        (plain(place(item)), ""),
        (item.severity.value, _COLORS[item.severity]),
        (item.code, _BOLD),
        *_words(item.message),
    ]


def _source(report: CheckReport, item: Finding, indent: int) -> Iterator[str]:
    found = extent(report, item)
    if found is None or not found.text.strip():
        return
    margin = " " * (indent + 4)
    bar = _paint(report, _GUTTER, "|")
    text = found.text.rstrip()
    start, end = min(found.start, len(text)), min(found.end, len(text))
    source, carets = excerpt(text, start, end, min(_room(report), _WIDEST) - indent - 6)
    blank = len(carets) - len(carets.lstrip())
    yield f"{margin}{bar} {source}".rstrip()
    yield f"{margin}{bar} {carets[:blank]}{_paint(report, _COLORS[item.severity], carets[blank:])}"


def _help(report: CheckReport, item: Finding, indent: int) -> Iterator[str]:
    option = fix_option(item)
    tag = [(f"[{option}]", _DIM)] if option else []
    yield from _flow(report, [("help:", _HELP), *_words(item.help), *tag], indent)


def _suppressed(report: CheckReport, item: Finding) -> Iterator[str]:
    yield from _flow(report, [("suppressed:", _DIM), *_first_line(item)], 2)
    yield from _flow(report, _words(str(item.suppressed)), 6)


def _not_evaluated(report: CheckReport, name: str) -> Iterator[str]:
    for project, code, reason in report.not_evaluated:
        if project == name:
            words = [("not", _DIM), ("evaluated:", _DIM), (code, _BOLD), *_words(reason)]
            yield from _flow(report, words, 2)


def _heading(group: Group) -> list[Word]:
    if group.row is None:
        return [(word, _BOLD) for word, _ in _words(f"{group.name}: the fleet itself")]
    return [(word, _BOLD) for word, _ in _words(_described(group.row))]


def _described(row: Row) -> str:
    beside = "" if row.project.path in {row.project.name, "."} else f" ({row.project.path})"
    return f"{row.project.name}{beside}: {row.project.kind.value}, policy {row.policy}"


def _words(text: str) -> list[Word]:
    return [(word, "") for word in plain(text).split(" ")]


def _room(report: CheckReport) -> int:
    return max(report.width, _LEAST_WIDTH)


def _flow(report: CheckReport, words: Iterable[Word], indent: int) -> Iterator[str]:
    """Words on lines of at most the terminal's width; what is continued hangs by 4 more."""
    margin = used = indent
    line: list[Word] = []
    for text, style in words:
        if not text:
            continue
        width = columns(text)
        if line and used + 1 + width > _room(report):
            yield " " * margin + _line(report, line)
            margin = used = indent + 4
            line = []
        used += width + (1 if line else 0)
        line.append((text, style))
    yield " " * margin + _line(report, line)


def _line(report: CheckReport, words: list[Word]) -> str:
    runs = groupby(words, key=lambda word: word[1])
    return " ".join(_paint(report, style, " ".join(text for text, _ in run)) for style, run in runs)


def _paint(report: CheckReport, style: str, text: str) -> str:
    return f"\033[{style}m{text}\033[0m" if report.color and style and text else text
