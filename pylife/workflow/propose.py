"""The third step: plan upgrades and propose them. Executes nothing of any project."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pylife import declarations, upgrade
from pylife.forges.base import Forge
from pylife.matrix import from_document
from pylife.model import Cell, CellStatus, PythonVersion, Stage
from pylife.policy import Window
from pylife.workflow import afterwards
from pylife.workflow.afterwards import Look
from pylife.workflow.read import Read, Scan, requires, shown_path
from pylife.workflow.run import trees
from pylife.workflow.waivers import Waivers

_DOES_NOT_WORK = frozenset({CellStatus.FAILED, CellStatus.TIMEOUT, CellStatus.BLOCKED})


def evidence(scan: Scan, run: Mapping[str, Any] | None, state: Path) -> list[Cell]:
    """The cells of the run step's document that speak of the trees as they are now.

    None where no cell was run; a project that has changed since has no evidence.
    """
    if run is None:
        return []
    now = trees(scan, state)
    then = run.get("trees", {})
    same = {name for name, digest in now.items() if then.get(name) == digest}
    return [cell for cell in from_document(run) if cell.project in same]


def plans(scan: Scan, cells: Sequence[Cell], look: Look | None = None) -> list[upgrade.ProjectPlan]:
    """The plan of every member; a Python under which `cells` failed is not asked for.

    `look` looks at the source of those whose floor rises, for what is dead afterwards; without
    it, only conditions are known that say so by themselves.
    """
    broken = _broken(cells)
    found = [
        _with_locks(scan, read, _plan(read, broken.get(read.member.project.name, frozenset())))
        for read in scan.reads
    ]
    reads = afterwards.with_source(scan.fleet, scan.reads, found, look)
    return [
        _modernised(read, afterwards.with_dead(read, plan))
        for read, plan in zip(reads, found, strict=True)
    ]


def _modernised(read: Read, plan: upgrade.ProjectPlan) -> upgrade.ProjectPlan:
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


def propose(
    scan: Scan,
    forge: Forge,
    *,
    cells: Sequence[Cell],
    dry_run: bool = False,
    look: Look | None = None,
) -> list[upgrade.Proposal]:
    """Open or refresh a proposal for every member that needs one.

    `cells` are what is known of the trees as they are; `look` is as in `plans`. What goes wrong
    with one project is its proposal's state.
    """
    by_project: dict[str, list[Cell]] = {}
    for cell in cells:
        by_project.setdefault(cell.project, []).append(cell)
    return upgrade.propose(
        plans(scan, cells, look),
        forge,
        dry_run=dry_run,
        requires=requires(scan),
        cells=by_project,
    )


def _spared(read: Read) -> Window:
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


def _plan(read: Read, without: frozenset[PythonVersion]) -> upgrade.ProjectPlan:
    member = read.member
    reading = declarations.Reading(declarations=read.declarations, problems=read.problems)
    return upgrade.plan(
        member.project,
        member.folder if member.folder is not None else member.root,
        member.files,
        reading,
        _spared(read),
        without=without,
        bases=read.bases,
    )


def _with_locks(scan: Scan, read: Read, plan: upgrade.ProjectPlan) -> upgrade.ProjectPlan:
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


def _broken(cells: Sequence[Cell]) -> dict[str, frozenset[PythonVersion]]:
    """By project, the Pythons that do not work, and the newer ones not seen to work.

    What broke in 3.12 is rarely whole again in 3.14: without a pass of its own, a
    Python above one that fails is not asked for.
    """
    found: dict[str, frozenset[PythonVersion]] = {}
    for name in {cell.project for cell in cells}:
        own = [cell for cell in cells if cell.project == name]
        failed = {cell.python for cell in own if cell.status in _DOES_NOT_WORK}
        if failed:
            unseen = {
                cell.python
                for cell in own
                if cell.status is not CellStatus.PASSED and cell.python > min(failed)
            }
            found[name] = frozenset(failed | unseen)
    return found
