"""Plans become proposals: one branch and one pull request each, dependencies first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from pylife.errors import PylifeError
from pylife.model import Cell, CellStatus, Kind, MigrationState, Outcome, Proposed, PullRequest
from pylife.upgrade import text
from pylife.upgrade.plan import ProjectPlan
from pylife.upgrade.waves import waves


class Opener(Protocol):
    """The part of a forge that is needed here; see `pylife.forges.base.Forge`."""

    def open_or_update(self, proposed: Proposed) -> tuple[PullRequest, Outcome]:
        """Make the pull request be as proposed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Where a project stands in the upgrade, and what was done for it.

    `outcome` is None where nothing was to be done yet (a dry run). `branch`,
    `title`, `body` and `diff` are empty where no file changes; `base` and
    `commit` are None where no commit was made. `reason` says why in words.
    """

    project: str
    wave: int
    state: MigrationState
    outcome: Outcome | None
    branch: str = ""
    base: str | None = None
    commit: str | None = None
    title: str = ""
    body: str = ""
    diff: str = ""
    files: tuple[str, ...] = ()
    needs_person: tuple[str, ...] = ()
    reason: str = ""
    where: str = ""


def propose(
    plans: Sequence[ProjectPlan],
    forge: Opener,
    *,
    dry_run: bool,
    requires: Mapping[str, Sequence[str]],
    cells: Mapping[str, Sequence[Cell]] | None = None,
) -> list[Proposal]:
    """Open or refresh a pull request for each of `plans` that changes a file.

    In the order of waves, then of names. `requires` is the internal dependency
    graph: the projects that each one requires, by name. `cells` are, by project, what was run
    of its tree as it is, before the change. With `dry_run` the forge is not asked at all. What
    goes wrong with one project is its proposal's state; the others go on.
    """
    number = waves({plan.project.name: requires.get(plan.project.name, ()) for plan in plans})
    ordered = sorted(plans, key=lambda plan: (number[plan.project.name], plan.project.name))
    found = []
    for plan in ordered:
        name = plan.project.name
        settled = _settled(plan, number[name], (cells or {}).get(name, ()))
        if settled is not None:
            found.append(settled)
            continue
        parents = _first(plan, requires, {other.project.name: other for other in plans})
        body = text.body(
            plan,
            cells=(cells or {}).get(name, ()),
            prerequisites=[(parent.project.name, parent.branch) for parent in parents],
        )
        drafted = Proposal(
            project=name,
            wave=number[name],
            state=MigrationState.AWAITING_PR,
            outcome=None,
            branch=plan.branch,
            title=text.title(plan),
            body=body,
            diff=plan.diff,
            files=tuple(sorted({*plan.contents, *plan.modernised})),
            needs_person=plan.needs_person,
        )
        found.append(drafted if dry_run else _send(plan, drafted, forge))
    return found


def _settled(plan: ProjectPlan, wave: int, cells: Sequence[Cell]) -> Proposal | None:
    """The proposal of a project for which no pull request is due; None where one is."""
    state, outcome, reason = MigrationState.VERIFIED, Outcome.NOTHING_TO_DO, ""
    if plan.project.error:
        state, outcome, reason = MigrationState.ERROR, Outcome.ERROR, plan.project.error
    elif plan.project.excluded or plan.idle:
        state, reason = MigrationState.EXCLUDED, plan.project.excluded or plan.idle
    elif not plan.empty:
        return None
    elif plan.failing:
        state, outcome = MigrationState.FAILING_TESTS, Outcome.FAILING_TESTS
        reason = plan.needs_person[0]
    elif plan.awaits:
        state, outcome = MigrationState.AWAITING_PARENTS, Outcome.AWAITING_PARENTS
        reason = f"it runs on the image that {' and '.join(plan.awaits)} builds"
    elif plan.needs_person:
        state, reason = MigrationState.NEEDS_PERSON, plan.needs_person[0]
    else:
        unseen = _unseen(plan, cells)
        if unseen:
            state, reason = MigrationState.MERGED, f"declared, not shown by a test: {unseen}"
    return Proposal(
        project=plan.project.name,
        wave=wave,
        state=state,
        outcome=outcome,
        needs_person=plan.needs_person,
        reason=reason,
    )


def _first(
    plan: ProjectPlan, requires: Mapping[str, Sequence[str]], plans: Mapping[str, ProjectPlan]
) -> list[ProjectPlan]:
    """The plans below `plan`, however deep, that gain a Python which this one needs as well."""
    needed = {*plan.adds, *filter(None, [plan.runtime])}
    reached: set[str] = {plan.project.name}
    open_names = [plan.project.name]
    while open_names:
        parents = set(requires.get(open_names.pop(), ())) - reached
        reached |= parents
        open_names += sorted(parents)
    below = sorted((reached & plans.keys()) - {plan.project.name})
    return [plans[name] for name in below if needed & set(plans[name].adds)]


def _unseen(plan: ProjectPlan, cells: Sequence[Cell]) -> str:
    """The Pythons that the project should work on and was not seen to pass a test under."""
    passed = {cell.python for cell in cells if cell.status is CellStatus.PASSED}
    if plan.project.kind is Kind.LIBRARY:
        return ", ".join(str(version) for version in plan.required if version not in passed)
    return "" if passed else "any Python"


def _send(plan: ProjectPlan, drafted: Proposal, forge: Opener) -> Proposal:
    try:
        pull, outcome = forge.open_or_update(
            Proposed(
                project=drafted.project,
                folder=str(plan.folder),
                branch=plan.branch,
                title=drafted.title,
                body=drafted.body,
                message=text.message(plan),
                contents=plan.contents,
                as_of=plan.as_of,
                then=((text.modernising(plan), plan.modernised),) if plan.modernised else (),
            )
        )
    except (PylifeError, OSError) as error:
        reason = str(error) if isinstance(error, PylifeError) else error.strerror or "cannot write"
        return replace(drafted, state=MigrationState.ERROR, outcome=Outcome.ERROR, reason=reason)
    state, reason = _SENT.get(outcome, (MigrationState.IN_PR, ""))
    return replace(
        drafted,
        state=state,
        outcome=outcome,
        base=pull.base or None,
        commit=pull.commit or None,
        reason=reason,
        where=pull.where,
    )


_SENT = {
    Outcome.DECLINED: (
        MigrationState.DECLINED,
        "closed without merging; reopen it to have it proposed again",
    ),
    Outcome.EDITED_BY_PEOPLE: (
        MigrationState.IN_PR,
        "people committed to the branch, so it is left to them",
    ),
}
