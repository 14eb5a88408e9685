"""The planned cells as people and programs read them: where each comes from, and why.

A cell is one for a job of a CI where some machine may run it: here, where the Python is
missing or the platform another one, nothing is said of that machine.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pylife.matrix import names, platforms
from pylife.matrix.base import CellPlan
from pylife.matrix.presets import Bounds
from pylife.model import CellStatus

SCHEMA = "pylife/matrix-list/1"


def document(cells: Iterable[CellPlan], as_of: str) -> dict[str, Any]:
    """The list as plain data, in the order of the plan."""
    return {"schema": SCHEMA, "as_of": as_of, "cells": [_row(cell) for cell in cells]}


def _row(cell: CellPlan) -> dict[str, Any]:
    return {
        "project": cell.project.name,
        "python": str(cell.python),
        "session": cell.session,
        "origin": cell.origin.value,
        "source": cell.source or None,
        "preset": cell.project.preset.file or cell.project.preset.name,
        "bounds": cell.bounds.value,
        "platform": cell.platform or None,
        "allowed_to_fail": cell.allowed_to_fail,
        "why": list(reasons(cell)),
        "status": cell.decided[0].value if cell.decided else None,
        "reason": cell.decided[1] if cell.decided else None,
    }


def reasons(cell: CellPlan) -> tuple[str, ...]:
    """Why the cell is there, in the words for people: preset, Python, bounds, platform."""
    preset = cell.project.preset
    named = preset.file or preset.name
    window = "the support window" if preset.pythons is None else f"`pythons` of {named}"
    found = [f"Python {cell.python} by {window}"]
    if cell.allowed_to_fail:
        found.append(f"may fail: Python {cell.python} is in preview for {cell.project.name}")
    chosen = [
        f"`{key}` of {named}" for key in ("sessions", "tags") if getattr(preset, key)
    ]  # fmt: skip
    if chosen and cell.source:
        found.append(f"session by {' and '.join(chosen)}")
    if cell.bounds is Bounds.LOWEST_DIRECT:
        found.append(f"lowest versions of what the project requires, by `bounds` of {named}")
    if cell.platform:
        found.append(f"on {cell.platform} by `platforms` of {named}")
    return tuple(found)


def text(cells: Sequence[CellPlan]) -> list[str]:
    """The list for people: a line for each cell, and below it why it is there.

    The reasons that all cells of a project share are said once, before them.
    """
    width = max((len(cell.session) for cell in cells), default=0)
    lines: list[str] = []
    before = ""
    for cell in cells:
        if cell.project.name != before:
            before = cell.project.name
            preset = cell.project.preset
            lines.append(f"{before} (preset {preset.name})")
        origin = cell.origin.value if not cell.source else f"{cell.origin.value}, {cell.source}"
        notes = [one for one in reasons(cell)[1:] if not one.startswith("session by")]
        if cell.decided:
            notes.append(f"{cell.decided[0]}: {cell.decided[1]}")
        end = "".join(f"; {note}" for note in notes)
        lines.append(f"  {cell.python!s:6} {cell.session:{width}}  {origin}{end}")
    return [names.printable(line) for line in lines]


def jobs(cells: Iterable[CellPlan]) -> tuple[list[CellPlan], list[dict[str, str]]]:
    """The cells that a CI's job can run; of the others the reason."""
    possible, others = [], []
    for cell in cells:
        reason = _no_job(cell)
        if reason is None:
            possible.append(cell)
        else:
            others.append({**_name(cell), "reason": reason})
    return possible, others


def _no_job(cell: CellPlan) -> str | None:
    if cell.platform and not platforms.is_pylifes(cell.platform):
        return f"pylife does not run on {cell.platform}"
    if cell.decided is None or cell.decided[0] is CellStatus.MISSING_INTERPRETER:
        return None
    if cell.decided[0] is CellStatus.NEEDS and cell.platform not in {"", *platforms.here()}:
        return None
    return cell.decided[1]


def _name(cell: CellPlan) -> dict[str, str]:
    return {"project": cell.project.name, "python": str(cell.python), "session": cell.session}


def github(cells: Iterable[CellPlan]) -> dict[str, Any]:
    """Matrices for GitHub's `strategy.matrix`, each within its limit.

    `shards` has one `{"include": [...]}` for each; `left_out` the cells that no job
    runs, with the reason. The same cells give the same document.
    """
    possible, others = jobs(cells)
    rows = [_github(cell) for cell in possible]
    most = platforms.limit("github")
    return {
        "schema": "pylife/matrix-github/1",
        "jobs": len(rows),
        "shards": [
            {"include": rows[start : start + most]} for start in range(0, len(rows), most)
        ],
        "left_out": others,
    }  # fmt: skip


def _github(cell: CellPlan) -> dict[str, Any]:
    runner = platforms.runner(cell.platform, cell.project.preset).github
    return {
        **_name(cell),
        "runs-on": runner if isinstance(runner, str) else list(runner),
        "allowed-to-fail": cell.allowed_to_fail,
        "timeout-minutes": minutes(cell),
    }


def minutes(cell: CellPlan) -> int:
    """What a job for the cell may take: all its tries, their waits, and as much for the set-up."""
    preset = cell.project.preset
    tries = 1 + preset.retries + preset.retries_failed
    waits = sum(min(300.0, preset.backoff * 2**number) for number in range(preset.retries))
    # The baseline is run too where the cell fails.
    seconds: float = 2 * tries * preset.timeout + waits
    return round(seconds / 60) + _SET_UP


_SET_UP = 10
"""Minutes for a job's own steps: checking out, installing pylife and interpreters."""


def grouped(cells: Iterable[CellPlan]) -> Mapping[tuple[Any, ...], list[CellPlan]]:
    """Cells whose jobs are alike but for the cell's name: runner, may fail, time."""
    found: dict[tuple[Any, ...], list[CellPlan]] = {}
    for cell in cells:
        tags = platforms.runner(cell.platform, cell.project.preset).gitlab
        found.setdefault((tags, cell.allowed_to_fail, minutes(cell)), []).append(cell)
    return found
