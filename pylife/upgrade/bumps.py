"""Floors of requirements that rise with an upgrade, since an added Python needs it."""

from collections.abc import Sequence
from dataclasses import replace

from pylife import declarations
from pylife.declarations import requirement_floors
from pylife.errors import UnreadableError
from pylife.model import SetRequirement
from pylife.syntax import text
from pylife.upgrade.diff import unified
from pylife.upgrade.records import Bump, ProjectPlan
from pylife.upgrade.summary import Row


def raised(plan: ProjectPlan, bumps: Sequence[Bump]) -> ProjectPlan:
    """The plan with `bumps` made in its contents; what cannot be edited is left to people.

    A change of the range is not undone by a floor that cannot be written: the Python is asked
    for, and the line says what goes with it. Raising again changes nothing.
    """
    before, after = dict(plan.before), dict(plan.contents)
    made: list[Bump] = []
    rows: list[Row] = []
    lines: list[str] = []
    for bump in bumps:
        try:
            change = _change(plan, bump, before, after)
            new = declarations.apply({bump.file: after[bump.file]}, [change])
        except (declarations.CannotEditError, UnreadableError) as error:
            reason = getattr(error, "message", None) or str(error)
            lines.append(_asked(bump, reason))
            continue
        if new:
            after |= new
            made.append(bump)
            rows.append(_row(bump))
    contents = {path: data for path, data in sorted(after.items()) if data != before[path]}
    was = {path: before[path] for path in contents}
    return replace(
        plan,
        contents=contents,
        before=was,
        diff=unified(was, contents),
        bumps=(*plan.bumps, *made),
        rows=tuple(sorted((*plan.rows, *rows), key=lambda row: (row.file, row.line, row.site))),
        needs_person=(*plan.needs_person, *lines),
    )


def _change(
    plan: ProjectPlan, bump: Bump, before: dict[str, bytes], after: dict[str, bytes]
) -> SetRequirement:
    """The change that a bump comes to; raises CannotEditError or UnreadableError."""
    if bump.file not in after:
        if (plan.folder / bump.file).is_symlink():
            raise UnreadableError("a link: edit the file that it leads to", path=bump.file)
        before[bump.file] = after[bump.file] = text.read(plan.folder, bump.file).data
    source = text.Source(bump.file, before[bump.file])  # whose lines are those of the bump
    at = requirement_floors.find(source, bump.before, bump.line)
    if at is None:
        raise declarations.CannotEditError("it is not written where it can be edited")
    return SetRequirement(at, bump.before, bump.after)


def _asked(bump: Bump, reason: str) -> str:
    where = f"{bump.file}:{bump.line}" if bump.line else bump.file
    wanted = " and ".join(map(repr, bump.after))
    return f"{where}: require {wanted} in place of {bump.before!r}, {bump.why}: {reason}"


def _row(bump: Bump) -> Row:
    return Row(
        file=bump.file,
        line=bump.line or 1,
        site="requirement",
        before=bump.before,
        after=", ".join(bump.after),
    )
