"""What of a project is dead once its floor has risen, and the edit that removes it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from pylife import declarations
from pylife.declarations.authority import supports
from pylife.errors import UnreadableError
from pylife.fleet import Fleet
from pylife.model import Change, Finding, Kind
from pylife.rules import src606
from pylife.source.facts import SourceFacts
from pylife.syntax import text
from pylife.upgrade.diff import unified
from pylife.upgrade.records import ProjectPlan
from pylife.upgrade.summary import covered
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
    """The reads, those of whom something is asked with their source: if not scanned, it is now."""
    lacking = {
        read.member.project.path
        for read, plan in zip(reads, plans, strict=True)
        if _asks(read, plan) and read.source is None
    }
    if look is None or not lacking:
        return list(reads)
    chosen = tuple(one for one in fleet.members if one.project.path in lacking)
    found = look(fleet._replace(members=chosen))
    return [
        read._replace(source=found.get(read.member.project.path)) if read.source is None else read
        for read in reads
    ]


def _asks(read: Read, plan: ProjectPlan) -> bool:
    """Whether the source matters: something is asked of it, or what is dead is to be removed."""
    return bool(plan.floor or plan.adds or plan.runtime) or _may_follow(read, plan)


def _may_follow(read: Read, plan: ProjectPlan) -> bool:
    """Whether what is dead is proposed by itself: there is nothing else to do."""
    return (
        read.window.policy.follow_up
        and read.is_there
        and plan.empty
        and not plan.failing
        and not plan.idle
        and plan.project.kind is not Kind.MODEL
    )


def follow_up(read: Read, plan: ProjectPlan) -> ProjectPlan:
    """Where the policy wants that and nothing else is to do: a plan that removes what is dead.

    It is made of what is declared today, so it comes once the floor is on the default branch. It
    has a branch of its own; where nothing can be removed surely, the plan stays what it is.
    """
    floor = min(covered(read.declarations), default=None)
    if floor is None or not _may_follow(read, plan):
        return plan
    found = _findings(read, plan)
    before, after = _edited(read, plan, found)
    if not after:
        return plan
    return replace(
        plan,
        branch=f"{plan.branch}-cleanup",
        cleanup=floor,
        contents=after,
        before=before,
        diff=unified(before, after),
        dead=tuple(f"{item.file}:{item.line}: {item.message}" for item in found),
        reasons=(f"nothing needs this on {floor} and newer, which the project declares",),
    )


def with_dead(read: Read, plan: ProjectPlan) -> ProjectPlan:
    """The plan with what is dead once it is carried out, judged by what is declared then."""
    if plan.floor is None:
        return plan
    found = dead(read, plan)
    follow = read.window.policy.follow_up and bool(found.diff)
    return replace(plan, dead=found.lines, dead_diff=found.diff, follow_up=follow)


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
    return unified(*_edited(read, plan, found))


def _edited(
    read: Read, plan: ProjectPlan, found: Sequence[Finding]
) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The files that change, as they are with the plan and without what is dead."""
    before: dict[str, bytes] = {}
    after: dict[str, bytes] = {}
    for change in dict.fromkeys(change for item in found for change in item.changes):
        _make(read, plan, change, before, after)
    changed = {path: data for path, data in sorted(after.items()) if data != before[path]}
    return {path: before[path] for path in changed}, changed


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
