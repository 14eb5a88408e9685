"""How `pylife policy list` and `show` tell what they found, as text and as JSON data."""

import datetime as dt
import json
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from pylife.model import PythonVersion, Stage
from pylife.policy import StageInfo, Window, dependency_floors
from pylife.workflow.contract import stage_document
from pylife.workflow.dates.entry import shown as shown_date
from pylife.workflow.dates.timeline import Change, Line, line
from pylife.workflow.policies import Entry

_LONG_AGO = dt.timedelta(days=2 * 365)
"""What was dropped earlier is told in one line."""
_LEAST = 20
"""So many columns prose needs at the least to stand beside others."""
PROSE = 100
"""Prose in wider lines reads badly."""
EXPECTED = "* follows from a date that may still move"

Cells = tuple[str, ...]


def json_text(schema: str, **data: Any) -> str:
    """The document of `schema` with these data, as text."""
    return json.dumps({"schema": schema, **data}, indent=2, ensure_ascii=False) + "\n"


def table(rows: Sequence[Cells]) -> list[str]:
    """Lines with the cells of `rows` in columns; the last column is as long as it is."""
    widths = [max(map(len, column)) for column in zip(*(row[:-1] for row in rows), strict=True)]
    return [
        "  ".join((*(f"{cell:{n}}" for cell, n in zip(row, widths, strict=False)), row[-1]))
        for row in rows
    ]


def wrapped(rows: Sequence[Cells], width: int) -> list[str]:
    """The `table` of `rows` in `width` columns: its last column is folded, or set below the row."""
    lines = table(rows)
    if max(map(len, lines)) <= width:
        return lines
    widths = [max(map(len, column)) + 2 for column in zip(*rows, strict=True)]
    left = sum(widths[:-1])
    if left - 2 > width and len(widths) > 2:
        return wrapped([(*row[:-2], "; ".join(filter(None, row[-2:]))) for row in rows], width)
    beside = width - left >= _LEAST
    indent = left if beside else widths[0]
    found = []
    for row, whole in zip(rows, lines, strict=True):
        parts = _folded(row[-1], max(width - indent, _LEAST))
        start = whole[:left].rstrip()
        if beside and parts:
            start = f"{start:{left}}{parts.pop(0)}"
        elif row is rows[0]:
            parts = []  # a head of what is not in a column
        found += [*([start] if start else []), *(" " * indent + part for part in parts)]
    return found


def _folded(text: str, width: int) -> list[str]:
    """The text in lines that no date and no path is broken over."""
    return textwrap.wrap(text, width, break_on_hyphens=False)


def entry_document(entry: Entry) -> dict[str, Any]:
    """The data of `policy list --format json` on one policy."""
    item = entry.policy
    return {
        "name": entry.name,
        "kind": entry.kind,
        "title": item.title if item else None,
        "description": item.description if item else None,
        "source": item.published if item else None,
        "broken": entry.broken or None,
    }


def entry_text(entry: Entry) -> str:
    """The line of `policy list` on one policy."""
    title = entry.policy.title if entry.policy else f"broken: {entry.broken}"
    return f"{entry.name:16}{title}{' (installed)' if entry.kind == 'installed' else ''}"


def date_text(change: Change | None) -> str:
    """The date of a change as it is known, with a star where it may still move; `-` for none."""
    if change is None:
        return "-"
    return f"{shown_date(change.first, change.last)}{' *' if change.expected else ''}"


def marked(lines: list[str]) -> list[str]:
    """The lines, with what the star means where one of them has it."""
    return [*lines, "", EXPECTED] if any(" *" in text for text in lines) else lines


def window_document(window: Window) -> dict[str, Any]:
    """The data of `policy show --format json`."""
    follow = line(window)
    found = window.policy
    pythons = {}
    for python, info in window.stages.items():
        coming = follow.change(python, info.next_stage) if info.next_stage else None
        pythons[str(python)] = {
            **stage_document(info),
            "expected": coming.expected if coming else None,
            "blocked": info.blocked.isoformat() if info.blocked else None,
        }
    floors = {
        name: {
            "floor": item.version,
            "since": item.since.isoformat() if item.since else None,
            "next": {"floor": item.next_version, "date": item.next_date.isoformat()}
            if item.next_version and item.next_date
            else None,
            "rule": item.rule,
        }
        for name, item in dependency_floors(found, window.as_of).items()
    }
    return {
        "as_of": window.as_of.isoformat(),
        "policy": found.name,
        "title": found.title,
        "description": found.description,
        "source": found.published,
        "scope": found.scope or None,
        "files": [item.shown for item in found.layers],
        "pythons": pythons,
        "dependencies": floors,
    }


def window_text(window: Window, width: int, *, everything: bool) -> str:
    """The window as a table; what was dropped long ago in one line unless `everything`."""
    found = window.policy
    scope = f", for {found.scope}" if found.scope else ""
    head = f"{found.title} ({found.name}){scope}, as of {window.as_of}"
    lines = _folded(head, min(width, PROSE))
    if found.description:
        lines += ["", *_folded(" ".join(found.description.split()), min(width, PROSE))]
    if found.published:
        lines += _folded(f"Source: {found.published}", min(width, PROSE))
    gone = [] if everything else _gone(window)
    rows: list[Cells] = [("Python", "stage", "since", "next", "rule")]
    if gone:
        many = f"{len(gone)} Pythons (--all)"
        rows.append((f"to {gone[-1]}", Stage.DROPPED.value, "", "-", many))
    follow = line(window)
    shown = [python for python in window.stages if python not in gone]
    rows += [row for python in shown for row in _rows(window.stages[python], follow, python)]
    lines += ["", *wrapped(rows, width)]
    floors = dependency_floors(found, window.as_of)
    if floors:
        heads: Cells = ("package", "least", "since", "next", "rule")
        rests = (
            (
                name,
                item.version,
                str(item.since or "-"),
                f"{item.next_version} {item.next_date}" if item.next_version else "-",
                item.rule.removeprefix(f"{name} "),
            )
            for name, item in floors.items()
        )
        lines += ["", *wrapped([heads, *rests], width)]
    return "\n".join(marked(lines)) + "\n"


def _gone(window: Window) -> list[PythonVersion]:
    """The oldest Pythons, if there are several, that were dropped long ago one and all."""
    gone = []
    for python, info in window.stages.items():
        if info.stage is not Stage.DROPPED or info.since is None:
            break
        if info.since > window.as_of - _LONG_AGO:
            break
        gone.append(python)
    return gone if len(gone) > 1 else []


def _rows(info: StageInfo, follow: Line, python: PythonVersion) -> Iterator[Cells]:
    coming = follow.change(python, info.next_stage) if info.next_stage else None
    following = f"{info.next_stage} {date_text(coming)}" if info.next_stage else "-"
    rule = info.rule.removeprefix(f"{info.stage}: ")
    yield str(python), info.stage.value, str(info.since or "-"), following, rule
    if info.uncertain:
        yield "", "", "", "", f"uncertain: {info.uncertain}"


def count(number: int, one: str, many: str = "") -> str:
    """`1 policy`, `2 policies`: `many` where an s does not do."""
    return f"{number} {one if number == 1 else many or one + 's'}"
