"""Which floors of those that were found are raised, and as what they are written."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from pylife.dependencies.reasons.splits import Group, marker
from pylife.dependencies.reasons.wanted import floor_clause, limited
from pylife.dependencies.reasons.wanted import raised as raised_to
from pylife.dependencies.records import Floor
from pylife.model import PythonVersion
from pylife.upgrade.records import Bump
from pylife.workflow.dependencies.advising import Advice
from pylife.workflow.dependencies.document import rewritten
from pylife.workflow.dependencies.inputs.records import Line

_POETRY = re.compile(
    r'(?:^\S+ = |[{,] version = )"'
    r'(?P<head>\^|~(?!=)|>=)(?P<gap>\s*)(?P<version>[\w.]+)(?P<rest>,[^"]*)?"'
)


def chosen(gained: frozenset[PythonVersion], needed: Advice, whole: Advice) -> tuple[Floor, ...]:
    """Of the floors for all Pythons (`whole`) those of lines that a gained one needs (`needed`).

    One floor that holds on all of them is taken for all. Where markers are needed anyway, the
    Pythons that are not gained keep the floor that they had.
    """
    if not whole.verified:
        return ()
    lines = {floor.from_: floor.why for floor in needed.floors}
    found: list[Floor] = []
    for from_ in dict.fromkeys(floor.from_ for floor in whole.floors):
        if from_ in lines:
            rows = [f._replace(why=lines[from_]) for f in whole.floors if f.from_ == from_]
            found += rows if len(rows) == 1 else _split(rows, gained)
    return tuple(found)


def _split(rows: Sequence[Floor], gained: frozenset[PythonVersion]) -> Iterator[Floor]:
    """The rows of one line, with the floor as it was where nothing is gained."""
    floors: dict[PythonVersion, str | None] = {}
    for row in rows:
        clause = floor_clause(row.to) if row.to != _as_before(row).to else None
        for python in row.pythons:
            floors[python] = clause.version if clause is not None and python in gained else None
    groups = tuple(
        Group(tuple(pythons), floor)
        for floor, pythons in groupby(sorted(floors), key=floors.__getitem__)
    )
    for number, group in enumerate(groups):
        text = rows[0].from_ if group.floor is None else raised_to(rows[0].from_, group.floor)
        mark = marker(groups, number)
        yield rows[0]._replace(
            to=limited(text, mark) if mark else text, marker=mark, pythons=group.pythons
        )


def _as_before(floor: Floor) -> Floor:
    """The floor as it was, with its marker."""
    text = limited(floor.from_, floor.marker) if floor.marker else floor.from_
    return floor._replace(to=text)


def bumps(floors: Sequence[Floor], lines: Sequence[Line]) -> Iterator[Bump]:
    """What changes in each place where a requirement is written."""
    for from_ in dict.fromkeys(floor.from_ for floor in floors):
        rows = [floor for floor in floors if floor.from_ == from_]
        changed = [row for row in rows if row.to != _as_before(row).to]
        if not changed:
            continue  # others that rise do for it
        pythons = tuple(python for row in changed for python in row.pythons)
        for line in dict.fromkeys(line for line in lines if line.text == from_):
            before, after = _written(rows, line)
            yield Bump(line.file, line.line, before, after, changed[0].why, pythons)


def _written(rows: Sequence[Floor], line: Line) -> tuple[str, tuple[str, ...]]:
    """A requirement as its author has it, before and after; Poetry's without its name."""
    after = tuple(rewritten(row, [line])[1] for row in rows)
    match = _POETRY.search(line.raw)
    clause = floor_clause(rows[0].to)
    if match is None or clause is None or len(rows) > 1 or rows[0].marker:
        return line.raw, after
    head, rest = f"{match['head']}{match['gap']}", match["rest"] or ""
    return f"{head}{match['version']}{rest}", (f"{head}{clause.version}{rest}",)
