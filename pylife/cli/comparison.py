"""How `pylife policy diff` tells what it found, as text and as JSON data."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from pylife.cli.policies import PROSE, Cells, count, date_text, marked, table
from pylife.policy import Policy
from pylife.workflow.dates.entry import Entry, words
from pylife.workflow.dates.timeline import Change
from pylife.workflow.policies.diff import Diff, ProjectDiff, PythonDiff


def document(found: Diff) -> dict[str, Any]:
    """The data of `policy diff --format json`."""
    return {
        "as_of": found.as_of.isoformat(),
        "until": found.until.isoformat(),
        "a": _policy_document(found.old),
        "b": _policy_document(found.new),
        "pythons": _python_documents(found.pythons),
        "projects": [_project_document(item) for item in found.projects],
        "not_compared": [{"name": name, "reason": why} for name, why in found.unknown],
    }


def _policy_document(found: Policy) -> dict[str, Any]:
    return {"policy": found.name, "title": found.title, "file": found.source}


def _python_documents(found: Sequence[PythonDiff]) -> dict[str, Any]:
    return {
        str(item.python): {
            "a": item.old.value,
            "b": item.new.value,
            "dates": {
                dates.stage.value: {"a": _change(dates.old), "b": _change(dates.new)}
                for dates in item.dates
            },
        }
        for item in found
    }


def _change(change: Change | None) -> dict[str, Any] | None:
    if change is None:
        return None
    return {
        "date": change.last.isoformat(),
        "first": change.first.isoformat(),
        "expected": change.expected,
        "rule": change.rule,
    }


def _project_document(item: ProjectDiff) -> dict[str, Any]:
    return {
        "name": item.project.name,
        "path": item.project.path,
        "kind": item.project.kind.value,
        "tier": item.project.tier,
        "owner": item.project.owner,
        "pythons": _python_documents(item.pythons),
        "tasks": [
            {
                "kind": task.either.kind.value,
                "python": str(task.either.python) if task.either.python else None,
                "subject": task.either.subject,
                "text": task.either.text,
                "a": _task_document(task.old),
                "b": _task_document(task.new),
            }
            for task in item.tasks
        ],
        "unknown": list(item.unknown),
    }


def _task_document(entry: Entry | None) -> dict[str, Any] | None:
    if entry is None:
        return None
    return {
        "date": entry.last.isoformat(),
        "first": entry.first.isoformat(),
        "expected": entry.expected,
        "overdue": entry.overdue,
    }


def render(found: Diff, width: int) -> str:
    """The comparison as tables: Pythons, those of projects in scopes, and findings."""
    names = (found.old.name, found.new.name)
    if names[0] == names[1]:
        names = ("A", "B")
    lines = [
        f"{names[0]}: {found.old.title} ({found.old.source})",
        f"{names[1]}: {found.new.title} ({found.new.source})",
        f"from {found.as_of} to {found.until}",
        "",
        *_python_lines(found.pythons, names),
    ]
    for pythons, projects in _scoped(found):
        lines += ["", *textwrap.wrap(f"for {', '.join(projects)}", min(width, PROSE)), ""]
        lines += _python_lines(pythons, names)
    if found.projects or found.unknown:
        lines += ["", *_project_lines(found, names, width)]
    return "\n".join(marked(lines)) + "\n"


def _python_lines(pythons: Sequence[PythonDiff], names: tuple[str, str]) -> list[str]:
    if not pythons:
        return ["no Python changes its stage"]
    rows: list[Cells] = [("Python", "", *names)]
    for item in pythons:
        own: list[Cells] = []
        if item.old is not item.new:
            own.append(("today", item.old.value, item.new.value))
        own += [
            (dates.stage.value, date_text(dates.old), date_text(dates.new)) for dates in item.dates
        ]
        rows += [(str(item.python) if n == 0 else "", *row) for n, row in enumerate(own)]
    return table(rows)


def _scoped(found: Diff) -> Iterator[tuple[Sequence[PythonDiff], list[str]]]:
    """Projects for which scopes make the Pythons differ otherwise than in general."""
    groups: dict[tuple[PythonDiff, ...], list[str]] = {}
    for item in found.projects:
        if _plain(item.pythons) != _plain(found.pythons):
            groups.setdefault(item.pythons, []).append(item.project.name)
    yield from groups.items()


def _plain(pythons: Sequence[PythonDiff]) -> list[Any]:
    """What is shown of the Pythons: without the words of the rules."""
    return [
        (item.python, item.old, item.new, dates.stage, date_text(dates.old), date_text(dates.new))
        for item in pythons
        for dates in item.dates
    ]


def _project_lines(found: Diff, names: tuple[str, str], width: int) -> Iterator[str]:
    """What projects have to do by another day: one row for those that have the same to do."""
    groups: dict[tuple[Any, ...], list[str]] = {}
    for item in found.changed:
        for task in item.tasks:
            one = task.either
            what = words(one.kind, [one.python]) if one.python else one.subject
            key = (one.python or (), one.kind.rank, what, _due(task.old), _due(task.new))
            groups.setdefault(key, []).append(item.project.name)
    rows: list[Cells] = [("what is to be done", *names, "projects")]
    rows += [(*key[2:], ", ".join(groups[key])) for key in sorted(groups)]
    if groups:
        yield from (part for text in table(rows) for part in _hanging(text, rows, width))
        yield ""
    changed = count(len(found.changed), "project")
    have = "has" if len(found.changed) == 1 else "have"
    same = len(found.projects) - len(found.changed)
    yield f"{changed} {have} something to do by another day; nothing changes for {same}"
    for item in found.projects:
        yield from (f"not known: {item.project.name}: {why}" for why in item.unknown)
    for name, why in found.unknown:
        yield f"not compared: {name}: {why}"


def _hanging(text: str, rows: Sequence[Cells], width: int) -> list[str]:
    """A line of the table of `rows`, with its last column folded to `width`."""
    column = sum(max(map(len, cells)) + 2 for cells in zip(*(r[:-1] for r in rows), strict=True))
    folded = textwrap.wrap(
        text,
        max(width, column + 20),
        subsequent_indent=" " * column,
        drop_whitespace=False,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [part.rstrip() for part in folded]


def _due(entry: Entry | None) -> str:
    if entry is None:
        return "-"
    if entry.overdue:
        return "now"
    return f"{entry.shown}{' *' if entry.expected else ''}"
