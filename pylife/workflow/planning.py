"""What an upgrade does to each member of a fleet: plans, with all that is known behind them.

Executes nothing of any project.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from pylife import declarations, upgrade
from pylife.dependencies.stored import Stored
from pylife.fleet import Fleet
from pylife.model import Cell, PythonVersion, Stage
from pylife.policy import Window
from pylife.upgrade import ProjectPlan
from pylife.upgrade.held import Held
from pylife.workflow import afterwards, obstacles
from pylife.workflow.afterwards import Look
from pylife.workflow.read import Read, Scan, shown_path
from pylife.workflow.rising import Floors, with_floors
from pylife.workflow.waivers import Waivers

Recall: TypeAlias = Callable[[Fleet], Mapping[str, Stored]]
"""Gives what was last said of the members' dependencies, by their paths."""
Locks: TypeAlias = Callable[[Read, ProjectPlan], ProjectPlan]
"""Gives a plan with its locks and compiled files made anew, or with what a person does."""


def plans(
    scan: Scan,
    cells: Sequence[Cell],
    look: Look | None = None,
    *,
    recall: Recall | None = None,
    floors: "Floors | None" = None,
    locks: Locks | None = None,
) -> list[ProjectPlan]:
    """The plan of every member; a Python that was shown not to work is not asked for.

    That is shown by `cells`, by the source, at which `look` looks where a plan asks for
    something, and by what was last said of the dependencies, which `recall` finds where the scan
    has not. What none of them speaks of is said in the plan. `floors` tells which requirements
    have to rise, and `locks` makes locks anew; without them, that is left to people.
    """
    reads = list(scan.reads)
    if recall is not None:
        told = recall(scan.fleet)
        reads = [
            read._replace(dependencies=told.get(read.member.project.path))
            if read.dependencies is None
            else read
            for read in reads
        ]
    found = [_plan(read, ()) for read in reads]
    reads = afterwards.with_source(scan.fleet, reads, found, look)
    found = _held_back(reads, cells, found)
    found = [_sure(read, plan) for read, plan in zip(reads, found, strict=True)]
    found = with_floors(scan.fleet, reads, found, floors)
    return [_whole(scan, read, plan, locks) for read, plan in zip(reads, found, strict=True)]


def _held_back(
    reads: Sequence[Read], cells: Sequence[Cell], free: Sequence[ProjectPlan]
) -> list[ProjectPlan]:
    """The plans without the Pythons that do not work; `free` are those that ask for all.

    A project that only waits for others of the fleet goes with them, as far as they go: so it is
    looked again until nothing changes.
    """
    names = [read.member.project.name for read in reads]
    by_project: dict[str, list[Cell]] = {}
    for cell in cells:
        by_project.setdefault(cell.project, []).append(cell)
    known = [
        obstacles.internal(obstacles.held(read, by_project.get(name, ())), names, name)
        for read, name in zip(reads, names, strict=True)
    ]
    hard = [_hard(listed) for listed in known]
    plans = [
        _plan(read, listed) if listed else plan
        for read, listed, plan in zip(reads, hard, free, strict=True)
    ]
    where = {name: number for number, name in enumerate(names)}
    changed = True
    while changed:
        changed = False
        for number, read in enumerate(reads):
            waiting = [item for item in known[number] if item not in hard[number]]
            late = [i for i in waiting if not _gains(plans[where[i.blocker]], i.python)]
            if late:
                hard[number] = (*hard[number], *late)
                plans[number] = _plan(read, hard[number])
                changed = True
    return plans


def _hard(held: Collection[Held]) -> tuple[Held, ...]:
    return tuple(item for item in held if not item.internal)


def _gains(plan: ProjectPlan, python: PythonVersion) -> bool:
    """Whether the project will let `python` in, or let it in better, once its plan is merged."""
    return python in plan.adds or python == plan.runtime


def _sure(read: Read, plan: ProjectPlan) -> ProjectPlan:
    """The plan with what nobody knows of the Pythons that it adds or moves to."""
    asked = {*plan.adds, *filter(None, [plan.runtime])}
    return replace(plan, unsure=obstacles.unsure(read, asked))


def _whole(scan: Scan, read: Read, plan: ProjectPlan, locks: Locks | None) -> ProjectPlan:
    """The plan with its locks, and with what comes after it."""
    plan = _with_locks(scan, read, plan)
    if locks is not None:
        plan = locks(read, plan)
    return afterwards.follow_up(read, _modernised(read, afterwards.with_dead(read, plan)))


def _modernised(read: Read, plan: ProjectPlan) -> ProjectPlan:
    """The plan with a second commit, where the policy asks for one and the oldest Python moves."""
    python = plan.floor or (plan.runtime if plan.project.kind.is_application else None)
    if not read.window.policy.modernise or python is None or plan.empty:
        return plan
    from pylife.workflow.modernise import modernise

    done = modernise(read.member, plan.contents, python)
    return replace(
        plan,
        diff=plan.diff + done.diff,
        modernised=done.contents,
        modernised_by=done.done,
        remarks=(*plan.remarks, *filter(None, [done.remark])),
    )


def spared(read: Read) -> Window:
    """The project's window, with the Pythons whose drop is waived still in it."""
    window = read.window
    held = Waivers(read.waivers, window.as_of)
    findings = read.judgement.findings if read.judgement else ()
    waived = {
        python
        for item in findings
        if item.pythons and held.waive(item, window, read.waivers).suppressed
        for python in item.pythons
    }
    if not waived:
        return window
    # Whatever is newer stays too: a window has no holes.
    kept = {
        python: info._replace(stage=Stage.DEPRECATED)
        for python, info in window.stages.items()
        if info.stage is Stage.DROPPED and python >= min(waived)
    }
    return window._replace(stages={**window.stages, **kept})


def _plan(read: Read, held: Sequence[Held]) -> ProjectPlan:
    member = read.member
    reading = declarations.Reading(declarations=read.declarations, problems=read.problems)
    return upgrade.plan(
        member.project,
        member.folder if member.folder is not None else member.root,
        member.files,
        reading,
        spared(read),
        held=held,
        bases=read.bases,
    )


def _with_locks(scan: Scan, read: Read, plan: ProjectPlan) -> ProjectPlan:
    """The plan, also with the workspace's lock that has to follow where its range moves."""
    if plan.floor is None:
        return plan
    path = read.member.project.path
    lines = [
        f"{shown_path(above.member, item.file)}: refresh the workspace's lock (uv lock)"
        for above in scan.reads
        if above is not read and above.member.root == read.member.root
        for item in above.declarations
        if item.site == "uv-workspace-lock-python"
        and f"{path}/".startswith(shown_path(above.member, item.file).removesuffix("uv.lock"))
    ]
    return replace(plan, needs_person=(*plan.needs_person, *lines))
