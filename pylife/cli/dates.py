"""How `pylife calendar PATH` shows an organisation's dates to people."""

import datetime as dt
import textwrap
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from pylife import calendar
from pylife.formats.shared import count, plain
from pylife.model import Stage
from pylife.rules.base import listing
from pylife.workflow.dates import Entry, unknown
from pylife.workflow.dates.entry import together, words
from pylife.workflow.read import Scan

_FOLD = 4
"""From so many projects on, one line tells what a day asks of all of them."""
_NAMED = 6
"""So many of them are named, where there are many more."""
_WHO = 40
"""A longer name has a line of its own."""
_LEGEND = {
    "*": "* follows from a date that is expected, and may still move",
    "?": "? the day is not known: at the latest the last of the month, or the day that is given",
}
_HELD = (Stage.DEPRECATED, Stage.SUPPORTED, Stage.ADOPTING, Stage.PREVIEW)


class Style(NamedTuple):
    """How to show the dates: `width` in columns; `verbose` shows each by itself, with its rule
    and what to do; `quiet` what is overdue only."""

    width: int = 100
    color: bool = False
    verbose: bool = False
    quiet: bool = False


class Row(NamedTuple):
    """When, whom it concerns, what is to be done; and what more there is to say of it."""

    when: str
    who: str
    what: str
    aside: str = ""


class Block(NamedTuple):
    """Lines under a heading."""

    title: str
    rows: list[Row]


def render(scan: Scan, until: dt.date, found: Sequence[Entry], style: Style) -> str:
    """The dates by month and project, what is overdue first; the last line counts."""
    blocks = list(_blocks(scan, found, style))
    rows = [row for block in blocks for row in block.rows]
    who = min(max((len(row.who) for row in rows), default=0), max(min(style.width // 3, _WHO), 10))
    lines = [] if style.quiet else [*_heading(scan, until), ""]
    for block in blocks:
        when = max(len(row.when) for row in block.rows)
        lines.append(f"\033[1m{plain(block.title)}\033[0m" if style.color else plain(block.title))
        for row in block.rows:
            lines += _lines(row, when, who, style.width)
        lines.append("")
    marks = {mark for row in rows for mark in row.when}
    lines += [text for mark, text in _LEGEND.items() if mark in marks]
    lines.append(_summary(scan, found))
    return "\n".join(lines) + "\n"


def _heading(scan: Scan, until: dt.date) -> Iterator[str]:
    """The fleet, and where each of its policies stands on the day."""
    yield plain(f"{scan.fleet.name}: dates from {scan.as_of} to {until}")
    said: dict[tuple[str, str], list[str]] = {}
    for read in scan.reads:
        if read.is_there:
            held = ((stage, read.window.at(stage)) for stage in _HELD)
            stages = "; ".join(f"{listing(pythons)} {stage}" for stage, pythons in held if pythons)
            key = (read.window.policy.name, stages)
            said.setdefault(key, []).append(read.member.project.name)
    policies = [name for name, _ in said]
    for (name, stages), projects in said.items():
        some = f" (for {_some(projects)})" if policies.count(name) > 1 else ""
        yield plain(f"policy {name}{some}: {stages}")


def _blocks(scan: Scan, found: Sequence[Entry], style: Style) -> Iterator[Block]:
    there = sum(read.is_there for read in scan.reads)
    overdue = [entry for entry in found if entry.overdue]
    if overdue:
        overdue.sort(key=lambda entry: (entry.about, entry.kind.rank, entry.last))
        rows = _rows(overdue, lambda entry: entry.shown, there, verbose=style.verbose)
        yield Block(f"overdue on {scan.as_of}", list(rows))
    if style.quiet:
        return
    coming = [entry for entry in found if not entry.overdue]
    for month, group in groupby(coming, key=lambda entry: f"{entry.last:%Y-%m}"):
        rows = _rows(list(group), _day, there, verbose=style.verbose)
        yield Block(month, list(_days(rows)))
    open_ = [
        Row("", read.member.project.name, reason) for read in scan.reads for reason in unknown(read)
    ]
    if open_:
        yield Block("not known", open_)


class _Item(NamedTuple):
    """What one change would settle: dates of one kind of one project, or of a policy."""

    entries: tuple[Entry, ...]

    @property
    def same(self) -> tuple[object, ...]:
        """What it has in common with the same thing for another project."""
        pythons = tuple(entry.python for entry in self.entries)
        first = self.entries[0]
        return (first.first, first.last, first.expected, first.kind, pythons)


def _items(entries: Sequence[Entry], *, verbose: bool) -> list[_Item]:
    """The dates, in order; those of one project that one change settles are put together."""
    groups: dict[tuple[object, ...], list[Entry]] = {}
    for entry in entries:
        day = None if entry.overdue else (entry.first, entry.last)
        what = entry.subject if verbose or entry.python is None else entry.file
        groups.setdefault((entry.about, entry.kind, day, what), []).append(entry)
    return [_Item(tuple(group)) for group in groups.values()]


def _rows(
    entries: Sequence[Entry], when: Callable[[Entry], str], everybody: int, *, verbose: bool
) -> Iterator[Row]:
    """The dates as lines; what is asked of many of the `everybody` projects is one line."""
    items = _items(entries, verbose=verbose)
    names: dict[tuple[object, ...], list[str]] = {}
    for item in items:
        first = item.entries[0]
        if first.project is not None and first.python is not None and not verbose:
            names.setdefault(item.same, []).append(first.project)
    for item in items:
        first, same = item.entries[0], names.get(item.same, [])
        if len(same) < _FOLD:
            aside = "; ".join(part for part in (first.help, first.rule) if part)
            text = together(item.entries)
            yield Row(when(first), first.about, text, aside if verbose else "")
        elif same[0] == first.project:
            pythons = [entry.python for entry in item.entries if entry.python is not None]
            some = "" if len(same) == everybody else f": {_some(same)}"
            who = f"{'all ' if not some else ''}{len(same)} projects"
            yield Row(when(first), who, words(first.kind, pythons) + some)


def _some(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names) if more < _FOLD else f"{', '.join(names[:_NAMED])} and {more} more"


def _days(rows: Iterator[Row]) -> Iterator[Row]:
    """The lines with each day said once."""
    day = ""
    for row in rows:
        yield row._replace(when="") if row.when == day else row
        day = row.when


def _day(entry: Entry) -> str:
    """The day in its month, with the marks that the legend explains."""
    day = f"{entry.last:%d}" if entry.exact else "??" if entry.is_month else f"?{entry.last:%d}"
    return day + ("*" if entry.expected else "")


def _lines(row: Row, when: int, who: int, width: int) -> Iterator[str]:
    """The row in columns that begin after `when` and `who`, wrapped to `width`."""
    indent = 2 + (when + 2 if when else 0)
    start = f"  {row.when:<{when}}  " if when else "  "
    name = plain(row.who)
    if len(name) > who:
        yield f"{start}{name}"
        start, name = " " * indent, ""
    left = indent + who + 2
    room = max(width - left, 20)
    texts = [(plain(row.what), ""), *([(plain(row.aside), "  ")] if row.aside else [])]
    for text, deeper in texts:
        for line in textwrap.wrap(
            text, room, initial_indent=deeper, subsequent_indent="  ",
            break_long_words=False, break_on_hyphens=False,
        ):  # fmt: skip
            yield f"{start}{name:<{who}}  {line}"
            start, name = " " * indent, ""


def _summary(scan: Scan, found: Sequence[Entry]) -> str:
    """One line with all the counts."""
    there = [read for read in scan.reads if read.is_there]
    late = sum(entry.overdue for entry in found)
    dated = {entry.project for entry in found if entry.project}
    to_come = len(found) - late
    parts = [f"{count(len(there), 'project')}: {count(late, 'date')} overdue, {to_come} to come"]
    if len(there) > len(dated):
        parts.append(f"{len(there) - len(dated)} without a date")
    open_ = sum(bool(unknown(read)) for read in there)
    statuses = [read.status for read in scan.reads]
    for number, what in (
        (open_, "not known in full"),
        (statuses.count("error"), "could not be had"),
        (statuses.count("excluded"), "excluded"),
    ):
        if number:
            parts.append(f"{number} {what}")
    return f"{'; '.join(parts)} (as of {scan.as_of}; CPython's dates of {calendar.load().snapshot})"
