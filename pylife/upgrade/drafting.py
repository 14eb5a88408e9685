"""A project's proposal before the forge is asked: where it stands, and the words."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from pylife.model import MigrationState, Outcome, PullRequest
from pylife.upgrade import sections
from pylife.upgrade.entry import Entry, title
from pylife.upgrade.proof import Proof
from pylife.upgrade.proposal import Proposal, Shown
from pylife.upgrade.states import Facts, Standing

_OUTCOMES = {
    MigrationState.AWAITING_PARENTS: Outcome.AWAITING_PARENTS,
    MigrationState.NOT_SOLVABLE: Outcome.NOT_SOLVABLE,
    MigrationState.FAILING_TESTS: Outcome.FAILING_TESTS,
    MigrationState.DECLINED: Outcome.DECLINED,
    MigrationState.ERROR: Outcome.ERROR,
    MigrationState.IN_PR: Outcome.UNCHANGED,
}
"""What was done where nothing was, by the state; nothing-to-do for the others."""


class Wanted(NamedTuple):
    """What the words need to know of the run.

    `paused` says that nothing is done for the project today; `branches` are those of the
    projects that come before it, by name.
    """

    dry_run: bool
    paused: bool
    branches: Mapping[str, str]


def drafted(entry: Entry, facts: Facts, state: Standing, wanted: Wanted) -> Proposal:
    """Where the project stands and what would be proposed, before the forge is asked."""
    plan, place, pull = entry.plan, entry.place, facts.pull
    changes = not plan.empty and state.state is not MigrationState.EXCLUDED
    return Proposal(
        project=entry.name,
        wave=place.wave,
        state=state.state,
        outcome=_outcome(facts, state, wanted, changes=changes),
        branch=plan.branch if changes else "",
        title=title(entry) if changes else "",
        body=_body(entry, facts, wanted) if changes else "",
        diff=plan.diff if changes else "",
        files=tuple(sorted({*plan.contents, *plan.modernised})) if changes else (),
        adds=tuple(map(str, sorted({*plan.adds, *filter(None, [plan.runtime])}))),
        drops=tuple(map(str, plan.drops)),
        floor=str(plan.floor) if changes and plan.floor else "",
        needs_person=plan.needs_person,
        reason="; ".join(filter(None, [state.reason, *(entry.remarks if changes else ())])),
        todo=state.todo,
        why=place.reason,
        floor_wave=place.floor_wave,
        where=pull.where if pull is not None else "",
        number=pull.number if pull is not None else None,
        draft=pull is not None and pull.state == "open" and pull.draft,
        parents=place.parents,
        proof=_shown(facts.proof),
    )


def _outcome(facts: Facts, state: Standing, wanted: Wanted, *, changes: bool) -> Outcome | None:
    """What was done where the forge is not asked; None where nobody knows yet."""
    if changes and wanted.dry_run:
        return None
    if state.state is MigrationState.AWAITING_PR and not wanted.dry_run:
        capped = not wanted.paused and facts.waits is not None
        return Outcome.RATE_LIMITED if capped else Outcome.NOTHING_TO_DO
    return _OUTCOMES.get(state.state, Outcome.NOTHING_TO_DO)


def _shown(proof: Proof | None) -> Shown | None:
    if proof is None:
        return None
    pythons = tuple(map(str, proof.pythons))
    return Shown(proof.verdict, proof.reason, pythons, proof.upon, proof.tree)


def _body(entry: Entry, facts: Facts, wanted: Wanted) -> str:
    return sections.body(
        entry.plan,
        cells=entry.cells,
        proof=facts.proof,
        prerequisites=[
            (parent.name, wanted.branches[parent.name], _open(parent.pull))
            for parent in facts.unmerged
            if parent.name in wanted.branches
        ],
        held=entry.place.held,
        forced=facts.forced,
    )


def _open(pull: PullRequest | None) -> PullRequest | None:
    return pull if pull is not None and pull.state == "open" else None


def troubled(drafted: Proposal, reason: str, *, limited: bool) -> Proposal:
    """The proposal of a project of which the forge could not be asked."""
    if limited:
        return replace(
            drafted, outcome=Outcome.RATE_LIMITED, reason=reason, todo="run it again later"
        )
    return replace(
        drafted,
        state=MigrationState.ERROR,
        outcome=Outcome.ERROR,
        reason=reason,
        todo="see that the forge can be reached, and run it again",
    )
