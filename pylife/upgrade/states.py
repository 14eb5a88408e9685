"""Where a project stands in the campaign, from facts alone: state, reason, and what to do.

What is in the repository decides first: where nothing is left to change, it does not matter
whose pull request did it. Only then is asked what became of a pull request, and last what keeps
one from being opened.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pylife.model import (
    Cell,
    CellStatus,
    Checks,
    Kind,
    MigrationState,
    Obstacle,
    Proving,
    PullRequest,
    PythonVersion,
)
from pylife.upgrade.proof import Proof
from pylife.upgrade.records import ProjectPlan
from pylife.upgrade.words import joined


class Standing(NamedTuple):
    """Where a project stands; `todo` says what somebody has to do, empty where nobody has.

    `due` says that a pull request is to be opened for it now.
    """

    state: MigrationState
    reason: str = ""
    todo: str = ""
    due: bool = False


class Parent(NamedTuple):
    """A project that gains what this one needs, and has not got it on its default branch yet."""

    name: str
    standing: Standing
    pull: PullRequest | None = None

    @property
    def proposed(self) -> bool:
        """Whether its pull request is open and fit to build upon."""
        return self.standing.state is MigrationState.IN_PR


class Facts(NamedTuple):
    """All that the state follows from.

    `shown` are the cells of the tree as it is; `pull` the pull request of the plan's branch;
    `held` the Pythons that a floor keeps for its consumers; `waits` why nothing is opened today
    (a freeze, a cap), with what to do about it; `unmerged` those parents that are not merged.
    """

    plan: ProjectPlan
    shown: Sequence[Cell] = ()
    proof: Proof | None = None
    pull: PullRequest | None = None
    unmerged: Sequence[Parent] = ()
    held: Mapping[PythonVersion, Sequence[str]] = {}
    opt_out: str | None = None
    waits: tuple[str, str] | None = None
    wait_for_merge: bool = False
    """Whether parents have to be merged, rather than proposed, before this one is."""
    unproven_waits: bool = False
    forced: str | None = None
    """Why a person has it proposed whatever the tests say."""


def standing(facts: Facts) -> Standing:
    """Where the project stands."""
    plan = facts.plan
    if plan.project.error:
        return Standing(
            MigrationState.ERROR, plan.project.error, "make the project readable for pylife"
        )
    excluded = plan.project.excluded or facts.opt_out or plan.idle
    if excluded:
        return Standing(MigrationState.EXCLUDED, excluded)
    if plan.cleanup is not None:
        return _with_follow_up(facts)
    if plan.empty:
        return _present(facts)
    if facts.pull is not None and facts.pull.state in {"open", "closed"}:
        found = _pulled(facts.pull)
        if facts.forced is None or found.state is not MigrationState.IN_PR:
            return found
        return found._replace(reason=f"{found.reason}; forced by a person: {facts.forced}")
    return _ahead(facts)


def _with_follow_up(facts: Facts) -> Standing:
    """Of a project that has moved, and of which pylife would remove what is dead now.

    That is no part of the migration, so that it takes nothing back, whatever becomes of it.
    """
    found = _present(facts)
    if found.state not in {MigrationState.VERIFIED, MigrationState.MERGED}:
        return found
    if facts.pull is not None and facts.pull.state in {"open", "closed"}:
        more = _pulled(facts.pull)
    else:
        more = _ahead(facts)
    said = f"what is dead is to be removed: {more.reason}" if more.reason else ""
    reason = "; ".join(filter(None, [found.reason, said]))
    return found._replace(reason=reason, due=more.due)


def _present(facts: Facts) -> Standing:
    """Of a project in which no declaration is left to change by pylife."""
    plan = facts.plan
    if plan.failing:
        return _obstructed(plan)
    if plan.awaits:
        return Standing(
            MigrationState.AWAITING_PARENTS,
            f"it runs on the image that {joined(plan.awaits)} builds",
        )
    if facts.held:
        return _holding(facts.held)
    if plan.needs_person:
        return Standing(MigrationState.NEEDS_PERSON, plan.needs_person[0], plan.needs_person[0])
    unseen = unseen_of(plan, facts.shown)
    if unseen:
        return Standing(
            MigrationState.MERGED,
            f"declared, not shown by a test: {unseen}",
            "run its tests there: pylife matrix run",
        )
    return Standing(MigrationState.VERIFIED)


def _obstructed(plan: ProjectPlan) -> Standing:
    """Of a project that does not work on a Python that the policy asks for today."""
    held = [item for item in plan.held if item.python in plan.failing]
    todo = plan.needs_person[0] if plan.needs_person else ""
    broken = [item for item in held if item.kind is not Obstacle.DEPENDENCY]
    if broken or not held:
        reason = "; ".join(map(str, broken[:3])) or todo
        return Standing(MigrationState.FAILING_TESTS, reason, todo)
    inside = sorted({item.blocker for item in held if item.internal})
    if inside and all(item.internal for item in held):
        return Standing(MigrationState.AWAITING_PARENTS, f"{joined(inside)} must support it first")
    outside = [item for item in held if not item.internal]
    return Standing(MigrationState.NOT_SOLVABLE, "; ".join(map(str, outside[:3])), todo)


def _holding(held: Mapping[PythonVersion, Sequence[str]]) -> Standing:
    names = sorted({name for some in held.values() for name in some})
    kept = joined(sorted(held))
    verb = "lets" if len(names) == 1 else "let"
    return Standing(
        MigrationState.AWAITING_PARENTS,
        f"its floor keeps {kept} until {joined(names)} no longer {verb} it in",
    )


def _pulled(pull: PullRequest) -> Standing:
    """Of a project whose pull request is open, or was closed by people."""
    if pull.state == "closed":
        return Standing(
            MigrationState.DECLINED,
            "closed without merging",
            "reopen the pull request to have it proposed again",
        )
    if pull.checks is Checks.FAILING:
        named = f": {joined(pull.failing)}" if pull.failing else ""
        return Standing(
            MigrationState.FAILING_TESTS,
            f"its pull request's own checks fail{named}",
            f"look at {pull.where}",
        )
    if pull.edited:
        return Standing(
            MigrationState.IN_PR,
            "people committed to the branch, so it is left to them",
            f"merge {pull.where}, or close it",
        )
    checks = {Checks.PENDING: "; its checks are still running"}.get(pull.checks, "")
    what = "a draft" if pull.draft else "open"
    return Standing(
        MigrationState.IN_PR, f"its pull request is {what}{checks}", f"review {pull.where}"
    )


def _ahead(facts: Facts) -> Standing:
    """Of a project that needs a pull request and has none."""
    absent = [parent for parent in facts.unmerged if facts.wait_for_merge or not parent.proposed]
    if absent and facts.forced is None:
        said = "; ".join(_parent(parent) for parent in absent[:3])
        more = f"; and {len(absent) - 3} more" if len(absent) > 3 else ""
        return Standing(MigrationState.AWAITING_PARENTS, said + more)
    proof = facts.proof
    if proof is not None and facts.forced is None:
        match proof.verdict:
            case Proving.FAILED:
                return Standing(
                    MigrationState.FAILING_TESTS,
                    f"with the upgrade, {proof.reason}",
                    f"make it pass, or say --force {facts.plan.project.name}=REASON",
                )
            case Proving.BLOCKED:
                return Standing(
                    MigrationState.NOT_SOLVABLE,
                    f"with the upgrade, {proof.reason}",
                    "wait for the dependency, or replace it: see pylife deps",
                )
            case Proving.UNPROVEN if facts.unproven_waits:
                return Standing(
                    MigrationState.AWAITING_PR,
                    f"it could not be tested: {proof.reason}",
                    "give it what its tests need, or set unproven to open",
                )
    if facts.waits is not None:
        return Standing(MigrationState.AWAITING_PR, *facts.waits)
    return Standing(MigrationState.AWAITING_PR, due=True)


def _parent(parent: Parent) -> str:
    said = f" ({parent.standing.reason})" if parent.standing.reason else ""
    return f"{parent.name} is {parent.standing.state}{said}"


def unseen_of(plan: ProjectPlan, cells: Sequence[Cell]) -> str:
    """The Pythons that the project should work on and was not seen to pass a test under."""
    passed = {cell.python for cell in cells if cell.status is CellStatus.PASSED}
    if plan.project.kind is Kind.LIBRARY:
        return ", ".join(str(version) for version in plan.required if version not in passed)
    return "" if passed else "any Python"
