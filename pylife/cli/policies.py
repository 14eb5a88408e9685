"""How `pylife policy show` and `test` tell what they found, as text and as JSON data."""

import datetime as dt
import json
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from pylife.model import PythonVersion, Stage
from pylife.policy import Policy, StageInfo, Window, dependency_floors
from pylife.policy.examples import Outcome
from pylife.workflow.contract import stage_document
from pylife.workflow.dates.entry import shown as shown_date
from pylife.workflow.dates.timeline import Change, Line, line

_LONG_AGO = dt.timedelta(days=2 * 365)
"""What was dropped earlier is told in one line."""
PROSE = 100
"""Prose in wider lines reads badly."""
EXPECTED = "* follows from a date that may still move"

Cells = tuple[str, ...]
Tested = Sequence[tuple[Policy, Sequence[Outcome]]]


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
    lines = [f"{found.title} ({found.name}){scope}, as of {window.as_of}"]
    if found.description:
        lines += ["", *textwrap.wrap(" ".join(found.description.split()), min(width, PROSE))]
    if found.published:
        lines += textwrap.wrap(f"Source: {found.published}", min(width, PROSE))
    gone = [] if everything else _gone(window)
    rows: list[Cells] = [("Python", "stage", "since", "next", "rule")]
    if gone:
        many = f"{len(gone)} Pythons (--all)"
        rows.append((f"to {gone[-1]}", Stage.DROPPED.value, "", "-", many))
    follow = line(window)
    shown = [python for python in window.stages if python not in gone]
    rows += [row for python in shown for row in _rows(window.stages[python], follow, python)]
    lines += ["", *table(rows)]
    floors = dependency_floors(found, window.as_of)
    if floors:
        head: Cells = ("package", "least", "since", "next", "rule")
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
        lines += ["", *table([head, *rests])]
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


def test_document(found: Tested) -> dict[str, Any]:
    """The data of `policy test --format json`."""
    everything = [outcome for _, outcomes in found for outcome in outcomes]
    return {
        "policies": [
            {
                "policy": item.name,
                "file": item.source,
                "examples": [_outcome_document(outcome) for outcome in outcomes],
            }
            for item, outcomes in found
        ],
        "summary": {
            "policies": len(found),
            "without_examples": sum(not outcomes for _, outcomes in found),
            "examples": len(everything),
            "failed": sum(not outcome.passed for outcome in everything),
        },
    }


def _outcome_document(outcome: Outcome) -> dict[str, Any]:
    example = outcome.example
    return {
        "line": example.line,
        "as_of": example.as_of.isoformat(),
        "python" if example.python else "dependency": example.subject,
        "expected": example.expected,
        "found": outcome.found,
        "rule": outcome.rule,
        "source": example.source or None,
        "holds": outcome.passed,
    }


def test_text(found: Tested, *, verbose: bool) -> str:
    """What fails, each with its place; what holds as well if `verbose`; the last line counts."""
    lines: list[str] = []
    for item, outcomes in found:
        if not outcomes:
            lines.append(f"{item.source}: no examples, so nothing of {item.name} was tested")
        lines += [text for outcome in outcomes for text in _outcome(outcome, verbose=verbose)]
    everything = [outcome for _, outcomes in found for outcome in outcomes]
    failed = sum(not outcome.passed for outcome in everything)
    verdict = f"{failed} failed" if failed else "all hold" if everything else "nothing was tested"
    without = sum(not outcomes for _, outcomes in found)
    untested = f"; {without} without examples" if without and everything else ""
    lines.append(
        f"{count(len(found), 'policy', 'policies')}, {count(len(everything), 'example')}:"
        f" {verdict}{untested}"
    )
    return "\n".join(lines) + "\n"


def _outcome(outcome: Outcome, *, verbose: bool) -> Iterator[str]:
    example = outcome.example
    place = f"{example.file}:{example.line}: on {example.as_of}"
    what = f"Python {example.subject}" if example.python else example.subject
    are = "is" if example.python else "has the floor"
    if outcome.passed:
        if verbose:
            yield f"{place} {what} {are} {outcome.found}"
        return
    yield f"{place} {what} {are} {outcome.found}, and the example says {example.expected}"
    yield f"    {'rule':8}{outcome.rule or 'none: it is not known to the policy'}"
    if example.source:
        yield f"    {'source':8}{example.source}"


def count(number: int, one: str, many: str = "") -> str:
    """`1 policy`, `2 policies`: `many` where an s does not do."""
    return f"{number} {one if number == 1 else many or one + 's'}"
