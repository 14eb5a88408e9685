"""The plan of one project: what changes, as new contents and a diff, and what people do."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pylife.declarations import Reading, has_editor
from pylife.declarations.authority import deciding
from pylife.errors import UnreadableError
from pylife.model import (
    AddPython,
    Change,
    Declaration,
    DropPython,
    Kind,
    Project,
    PythonVersion,
    RemoveCap,
    Role,
    SetFloor,
    SetPython,
    Stage,
    explicit,
)
from pylife.policy import Window
from pylife.upgrade import manual, structure
from pylife.upgrade.diff import unified
from pylife.upgrade.draft import Draft
from pylife.upgrade.places import Place, at, editable, model_folders, places
from pylife.upgrade.steps import list_steps, range_steps, runtime_changes
from pylife.upgrade.summary import Row, covered, reasons, rows
from pylife.upgrade.target import UpgradeTarget, leaving, ranges_of, retrain, target


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectPlan:
    """What an upgrade does to one project; `contents` is empty where it does nothing.

    `adds` and `drops` are what the project gains and loses, `floor` the new
    least Python and `runtime` the new runtime, where these change. `branch` is
    where a proposal goes: the same for all plans of one window. `idle` says why
    nothing is asked of a project that was not looked at.
    """

    project: Project
    folder: Path
    policy: str
    as_of: dt.date
    branch: str
    changes: tuple[Change, ...] = ()
    contents: dict[str, bytes] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    adds: tuple[PythonVersion, ...] = ()
    drops: tuple[PythonVersion, ...] = ()
    floor: PythonVersion | None = None
    runtime: PythonVersion | None = None
    diff: str = ""
    reasons: tuple[str, ...] = ()
    failing: tuple[PythonVersion, ...] = ()
    """Pythons that the policy asks for and that do not work yet."""
    required: tuple[PythonVersion, ...] = ()
    """Pythons that the policy supports today."""
    needs_person: tuple[str, ...] = ()
    idle: str = ""
    dead: tuple[str, ...] = ()
    """What means nothing any more once the floor is `floor`, as lines."""
    dead_diff: str = ""
    """The edit of as much of that as can be edited."""
    modernised: dict[str, bytes] = field(default_factory=dict)
    """What a second commit changes: the code as ruff would have it for the new floor."""
    modernised_by: str = ""
    """What made that, in words; empty where the policy does not ask for it."""
    remarks: tuple[str, ...] = ()
    """What the policy asks for, and could not be done here."""
    awaits: tuple[str, ...] = ()
    """The projects whose images have to move before this one runs on a newer Python."""

    @property
    def empty(self) -> bool:
        """Whether no file changes."""
        return not self.contents


def plan(
    project: Project,
    folder: Path,
    files: Sequence[str],
    reading: Reading,
    window: Window,
    *,
    without: Collection[PythonVersion] = (),
    bases: Sequence[str] = (),
) -> ProjectPlan:
    """The plan of `project`, whose `files` (paths from `folder`) were read as `reading`.

    `without` are Pythons that were tried and do not work yet; they are neither
    added nor moved to. `bases` are the projects of the fleet that build the
    images on which this one runs. Planning again on the outcome gives an empty plan.
    Nothing is written; a change that cannot be made becomes a line of
    `needs_person`.
    """
    bare = ProjectPlan(
        project=project,
        failing=_failing(project, window, without),
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
    goal = _edit(project, draft, files, window, without)
    lines = [*manual.unread(reading.problems), *manual.misread(reading.declarations)]
    lines += retrain(
        [item for item in reading.declarations if item.file.startswith(models or ("\0",))], window
    )
    lines += _lines(project, draft, read, files, window, goal, without)
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


def _edit(
    project: Project,
    draft: Draft,
    files: Sequence[str],
    window: Window,
    without: Collection[PythonVersion],
) -> UpgradeTarget:
    """Make the changes: the range first, then what follows it, but only if the range moved."""
    first = target(project, draft.declarations, window, without=without)
    if project.kind is Kind.MODEL:
        return first
    if first.floor is not None or first.remove_cap:
        steps = list(range_steps(first, draft.declarations, window))
        made = [draft.make(step) or not needed for step, needed in steps]
        rest = target(project, draft.declarations, window, without=without)
        if not all(made) or rest.floor is not None or rest.remove_cap:
            return _stop(draft, rest)
    elif not deciding(draft.declarations):
        _declare(project, draft, files, window)
    goal = target(project, draft.declarations, window, without=without)
    if not _run_on(project, draft, goal, window):
        return _stop(draft, goal)
    for step in list(list_steps(project, goal, draft.declarations, floor=first.floor)):
        draft.make(step)
    return goal


def _run_on(project: Project, draft: Draft, goal: UpgradeTarget, window: Window) -> bool:
    """Move the runtimes; whether the rest may follow.

    What is deployed moves as a whole, since one runtime that moves alone lets the
    others drift; what stands beside a library (a docs build, a dev container)
    moves place by place. What cannot move is named, each place of it.
    """
    changes = runtime_changes(goal, draft.declarations, window)
    able = [change for change in changes if has_editor(change.at.file, change.at.site)]
    draft.refuse(change for change in changes if change not in able)
    if not project.kind.is_application:
        for change in able:
            draft.make(((change,),))
        return True
    if not able or draft.make((tuple(able),)):
        return not changes or bool(able)
    draft.refuse(able)
    return False


def _failing(
    project: Project, window: Window, without: Collection[PythonVersion]
) -> tuple[PythonVersion, ...]:
    """Of a library, every supported Python that does not work; the others run on one alone."""
    if project.kind is not Kind.LIBRARY:
        return ()
    return tuple(version for version in window.at(Stage.SUPPORTED) if version in without)


def _stop(draft: Draft, rest: UpgradeTarget) -> UpgradeTarget:
    """Give up all edits: lists that run ahead of their range would contradict it."""
    draft.reset()
    if not draft.refused:
        ranges = ranges_of(draft.declarations)
        wanted = f"begin at {rest.floor}" if rest.floor else "let in newer Pythons"
        draft.refused += [
            f"{item.file}:{item.line}: {item.site}: {item.raw!r} has no plain place to {wanted}"
            for item in ranges
        ]
    return UpgradeTarget(single=rest.single)


def _declare(project: Project, draft: Draft, files: Sequence[str], window: Window) -> None:
    """Add a range where a package has none."""
    where = manual.metadata_file(draft.folder, files)
    if where is None or window.floor is None or project.kind is Kind.WORKSPACE:
        return
    if where == "pyproject.toml":
        try:
            changed = structure.add_range(where, draft.content(where), window.floor)
        except UnreadableError:
            return  # it is a problem of its own
        if changed is not None:
            draft.put(where, changed)
            return
    draft.refused.append(f"{where}: no range is declared: begin it with >={window.floor}")


def _lines(
    project: Project,
    draft: Draft,
    read: Sequence[Declaration],
    files: Sequence[str],
    window: Window,
    goal: UpgradeTarget,
    without: Collection[PythonVersion],
) -> Iterator[str]:
    """What is left to people once the draft is made."""
    changing = bool(draft.after)
    yield from draft.refused
    failing = _failing(project, window, without)
    if failing:
        listed = ", ".join(map(str, failing))
        yield f"make it work on {listed}, which the policy asks for: see the tests' outcomes"
    yield from manual.unclear(read, changing=changing)
    yield from manual.bound(draft.declarations, window)
    if not draft.refused:
        yield from manual.uncovered(project, draft.declarations, window, without)
    moved = {change.at for change in draft.changes if isinstance(change, SetFloor | RemoveCap)}
    yield from manual.stale_comments(
        draft.folder,
        [item for item in read if at(item) in moved],
    )
    if project.kind is not Kind.MODEL:
        # What is deployed is compiled for its runtime; what a library tests with, for its floor.
        to = goal.single if project.kind.is_application else window.floor
        left = leaving(read, window)
        yield from manual.compiled(draft.folder, files, window, to=to, leaving=left)
    if moved:
        yield from manual.locks(files)


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
    adds = tuple(version for version in adds if version in window.wanted)
    return replace(
        bare,
        changes=changes,
        contents=draft.after,
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
