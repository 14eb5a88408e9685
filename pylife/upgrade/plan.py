"""The plan of one project: what changes, as new contents and a diff, and what people do."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pylife.declarations import Reading
from pylife.model import (
    AddPython,
    Declaration,
    DropPython,
    Kind,
    Project,
    PythonVersion,
    RemoveCap,
    Role,
    SetCap,
    SetFloor,
    SetPython,
    Stage,
    explicit,
)
from pylife.policy import Window
from pylife.upgrade import conditions, leftovers, locks, manual
from pylife.upgrade import held as obstacles
from pylife.upgrade import models as model_pages
from pylife.upgrade.diff import unified
from pylife.upgrade.draft import Draft
from pylife.upgrade.edits import edit
from pylife.upgrade.held import Held
from pylife.upgrade.locks import Stale
from pylife.upgrade.places import Place, at, editable, model_folders, places
from pylife.upgrade.records import ProjectPlan
from pylife.upgrade.summary import covered, reasons, rows
from pylife.upgrade.target import UpgradeTarget, leaving, retrain

__all__ = ["ProjectPlan", "branch_name", "plan"]


def plan(
    project: Project,
    folder: Path,
    files: Sequence[str],
    reading: Reading,
    window: Window,
    *,
    held: Sequence[Held] = (),
    without: Collection[PythonVersion] = (),
    bases: Sequence[str] = (),
) -> ProjectPlan:
    """The plan of `project`, whose `files` (paths from `folder`) were read as `reading`.

    `held` are Pythons that do not work yet, with the reason, and `without` those of which none
    is told; they are neither added nor moved to. `bases` are the projects of the fleet that build
    the images on which this one runs. Planning again on the outcome gives an empty plan.
    Nothing is written; a change that cannot be made becomes a line of
    `needs_person`.
    """
    held = obstacles.merged(held, without)
    without = frozenset(item.python for item in held)
    bare = ProjectPlan(
        project=project,
        failing=obstacles.failing(project, window, reading.declarations, without),
        held=tuple(item for item in held if item.python in window.wanted),
        required=window.at(Stage.SUPPORTED),
        folder=folder,
        policy=window.policy.name,
        as_of=window.as_of,
        branch=branch_name(window),
    )
    if project.excluded or project.error:
        return bare
    if project.kind is Kind.WORKSPACE and not reading.declarations and not reading.problems:
        return replace(bare, idle="holds other projects and declares no Python itself")
    models = model_folders(project, files)
    read = _own(folder, editable(reading.declarations, models))
    draft = Draft(folder, read)
    goal = edit(project, draft, files, window, without)
    lines = [*manual.unread(reading.problems), *manual.misread(reading.declarations)]
    lines += retrain(
        [item for item in reading.declarations if item.file.startswith(models or ("\0",))], window
    )
    lines += _lines(bare, draft, read, window)
    outdated = list(_outdated(bare, draft, read, files, window, goal))
    lines += [item if isinstance(item, str) else item.line for item in outdated]
    bare = replace(
        bare,
        page=model_pages.page(folder, files, reading.declarations, models, window),
        stale=tuple(item for item in outdated if not isinstance(item, str)),
        lock_for=_lock_for(bare, goal, window),
    )
    inherited = manual.inherited(reading.declarations, window)
    if inherited and bases:
        bare = replace(bare, awaits=tuple(bases))
    else:
        lines += inherited
    if not reading.declarations and not draft.after and not lines:
        lines.append("nothing in this project declares a Python version")
    return _finish(bare, draft, read, window, goal, lines)


def branch_name(window: Window) -> str:
    """The branch of the upgrade to `window`, such as `pylife/python-3.11-3.15`."""
    ends = [window.wanted[0], window.wanted[-1]] if window.wanted else []
    return "-".join(["pylife/python", *map(str, ends)])


def _own(folder: Path, read: tuple[Declaration, ...]) -> tuple[Declaration, ...]:
    """`read` without what stands in links to files that are read, and edited, for themselves."""
    files = {item.file for item in read}
    root = folder.resolve()
    links = {
        path
        for path in files
        if (folder / path).is_symlink()
        and any((folder / path).resolve() == root / other for other in files - {path})
    }
    return tuple(item for item in read if item.file not in links)


def _lines(
    bare: ProjectPlan,
    draft: Draft,
    read: Sequence[Declaration],
    window: Window,
) -> Iterator[str]:
    """What is left to people once the draft is made."""
    project, changing = bare.project, bool(draft.after)
    yield from draft.refused
    yield from obstacles.lines(bare.failing, bare.held)
    yield from manual.unclear(read, changing=changing)
    yield from manual.bound(draft.declarations, window)
    if not draft.refused:
        without = {item.python for item in bare.held}
        yield from manual.uncovered(project, draft.declarations, window, without)
    moved = {
        change.at for change in draft.changes if isinstance(change, SetFloor | RemoveCap | SetCap)
    }
    yield from manual.stale_comments(
        draft.folder,
        [item for item in read if at(item) in moved],
    )
    yield from conditions.unfollowed(draft.changes, read, draft.before)
    yield from leftovers.of_python_2(draft.declarations, draft.after)


def _outdated(
    bare: ProjectPlan,
    draft: Draft,
    read: Sequence[Declaration],
    files: Sequence[str],
    window: Window,
    goal: UpgradeTarget,
) -> Iterator[Stale | str]:
    """What tools have to write anew: compiled files by their Python, locks where a range moves."""
    if bare.project.kind is Kind.MODEL:
        return
    to, left = _lock_for(bare, goal, window), leaving(read, window)
    yield from locks.stale(draft.folder, files, window, to=to, leaving=left)
    if any(isinstance(change, SetFloor | RemoveCap | SetCap) for change in draft.changes):
        yield from locks.locks(files, to)


def _lock_for(bare: ProjectPlan, goal: UpgradeTarget, window: Window) -> PythonVersion | None:
    """What is deployed is compiled for its runtime; what a library tests with, for its floor."""
    return goal.single if bare.project.kind.is_application else window.floor


def _finish(
    bare: ProjectPlan,
    draft: Draft,
    read: Sequence[Declaration],
    window: Window,
    goal: UpgradeTarget,
    lines: list[str],
) -> ProjectPlan:
    changes = tuple(draft.changes)
    before, after = covered(read), covered(draft.declarations)
    gained = after - before if before and after else frozenset()
    lost = before - after
    adds = explicit([*gained, *(c.version for c in changes if isinstance(c, AddPython))])
    drops = explicit([*lost, *(c.version for c in changes if isinstance(c, DropPython))])
    floor = next((c.version for c in changes if isinstance(c, SetFloor)), None)
    if not before and after:
        floor = window.floor
    moved = {c.at for c in changes if isinstance(c, SetPython)}
    runtime = goal.runtime if any(p.at in moved for p in places(read) if _runs(p)) else None
    out = {item.python for item in bare.held}
    adds = tuple(version for version in adds if version in window.wanted and version not in out)
    return replace(
        bare,
        changes=changes,
        contents=draft.after,
        before=draft.before,
        rows=tuple(rows(read, draft.declarations)),
        adds=adds,
        drops=drops,
        floor=floor,
        runtime=runtime,
        diff=unified(draft.before, draft.after),
        reasons=tuple(reasons(window, {*adds, *drops}, floor, runtime, read)),
        needs_person=tuple(dict.fromkeys(lines)),
    )


def _runs(place: Place) -> bool:
    return place.role is Role.RUNS_ON
