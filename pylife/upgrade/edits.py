"""The edits of one project in their order: its range, its runtimes, and what follows these."""

from collections.abc import Collection, Sequence

from pylife.declarations import has_editor
from pylife.declarations.authority import deciding
from pylife.errors import UnreadableError
from pylife.model import Kind, Project, PythonVersion
from pylife.policy import Window
from pylife.upgrade import manual, structure
from pylife.upgrade.draft import Draft
from pylife.upgrade.steps import list_steps, range_steps, runtime_changes
from pylife.upgrade.target import UpgradeTarget, ranges_of, target


def edit(
    project: Project,
    draft: Draft,
    files: Sequence[str],
    window: Window,
    without: Collection[PythonVersion],
) -> UpgradeTarget:
    """Make the changes in `draft`: the range first, what follows it only if that moved.

    Returns where the project is going then; `without` are Pythons that do not work.
    """
    first = target(project, draft.declarations, window, without=without)
    if project.kind is Kind.MODEL:
        return first
    if _moves(first):
        steps = list(range_steps(first, draft.declarations, window))
        made = [draft.make(step) or not needed for step, needed in steps]
        rest = target(project, draft.declarations, window, without=without)
        if not all(made) or _moves(rest):
            return _stop(draft, rest)
    elif not deciding(draft.declarations):
        _declare(project, draft, files, window)
    goal = target(project, draft.declarations, window, without=without)
    if not _run_on(project, draft, goal, window):
        return _stop(draft, goal)
    for step in list(list_steps(project, goal, draft.declarations, floor=first.floor)):
        draft.make(step)
    return goal


def _moves(wanted: UpgradeTarget) -> bool:
    """Whether the range itself has to move."""
    return wanted.floor is not None or wanted.remove_cap or wanted.cap is not None


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
