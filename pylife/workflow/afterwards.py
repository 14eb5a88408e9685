"""What of a project is dead once its floor has risen, and the edit that removes it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from pylife import declarations
from pylife.declarations.authority import supports
from pylife.errors import UnreadableError
from pylife.fleet import Fleet
from pylife.model import Change, Finding
from pylife.rules import src606
from pylife.source.facts import SourceFacts
from pylife.syntax import text
from pylife.upgrade.diff import unified
from pylife.upgrade.plan import ProjectPlan
from pylife.workflow.fix import again
from pylife.workflow.inventory import dead_after
from pylife.workflow.read import Read, judged

Look = Callable[[Fleet], Mapping[str, SourceFacts]]
"""Looks at the source of a fleet, and gives what it needs by the members' paths."""


class Dead(NamedTuple):
    """What is dead, a line each, and the edit of as much of it as can be edited, as a diff."""

    lines: tuple[str, ...] = ()
    diff: str = ""


def with_source(
    fleet: Fleet, reads: Sequence[Read], plans: Sequence[ProjectPlan], look: Look | None
) -> list[Read]:
    """The reads, those whose floor rises with their source: where it was not scanned, it is."""
    lacking = {
        read.member.project.path
        for read, plan in zip(reads, plans, strict=True)
        if plan.floor is not None and read.source is None
    }
    if look is None or not lacking:
        return list(reads)
    chosen = tuple(one for one in fleet.members if one.project.path in lacking)
    found = look(fleet._replace(members=chosen))
    return [
        read._replace(source=found.get(read.member.project.path)) if read.source is None else read
        for read in reads
    ]


def with_dead(read: Read, plan: ProjectPlan) -> ProjectPlan:
    """The plan with what is dead once it is carried out, judged by what is declared then."""
    if plan.floor is None:
        return plan
    found = dead(read, plan)
    return replace(plan, dead=found.lines, dead_diff=found.diff)


def dead(read: Read, plan: ProjectPlan) -> Dead:
    """Conditions, fallbacks and requirements that no Python needs on which the plan lets it run.

    From the scan of the source where there is one, else from what conditions say by themselves.
    """
    folder, range_ = read.member.folder, supports(read.declarations)
    if folder is None or range_ is None:
        return Dead()
    left = {
        v for v in (*(range_.versions or ()), *range_.partial) if plan.floor and v >= plan.floor
    }
    aside = declarations.asides(folder, read.member.files).declarations
    found = _findings(read, plan)
    places = {(item.file, item.line) for item in found}
    if read.source is not None:
        # Of a guard the scan knows more; what markers say is known without it.
        aside = tuple(item for item in aside if item.site != "guard")
    said = [item for item in aside if (item.file, item.line) not in places]
    lines = [f"{item.file}:{item.line}: {item.message}" for item in found]
    return Dead((*dead_after(tuple(said), left | set(plan.adds)), *lines), _edit(read, plan, found))


def _findings(read: Read, plan: ProjectPlan) -> list[Finding]:
    """What the rule on dead code says of the project as it will be, without what people keep."""
    if read.source is None:
        return []
    found = again(read, read.declarations, plan.contents)
    judgement = judged(read, found=found, contents=plan.contents)
    return [
        item
        for item in (judgement.findings if judgement else ())
        if item.code == src606.CODE and item.suppressed is None
    ]


def _edit(read: Read, plan: ProjectPlan, found: Sequence[Finding]) -> str:
    before: dict[str, bytes] = {}
    after: dict[str, bytes] = {}
    for change in dict.fromkeys(change for item in found for change in item.changes):
        _make(read, plan, change, before, after)
    changed = {path: data for path, data in after.items() if data != before[path]}
    return unified({path: before[path] for path in changed}, changed)


def _make(
    read: Read, plan: ProjectPlan, change: Change, before: dict[str, bytes],
    after: dict[str, bytes],
) -> None:  # fmt: skip
    """Make `change` in `after`; what cannot be made is left."""
    path, folder = change.at.file, read.member.folder
    try:
        if path not in after and folder is not None:
            data = plan.contents.get(path)
            before[path] = after[path] = text.read(folder, path).data if data is None else data
        after |= declarations.apply({path: after[path]}, [change])
    except (declarations.CannotEditError, UnreadableError):
        return
