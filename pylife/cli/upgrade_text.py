"""What `pylife upgrade` prints: plans, where they stand, and what was done."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from pylife.model import MigrationState
from pylife.upgrade import Proposal
from pylife.upgrade.forecast import words
from pylife.workflow.campaign import Campaigned


def plan(found: Campaigned) -> Iterator[str]:
    """Each project by wave, with the reason for its place, its edits and what people do."""
    yield from _by_wave(found, edits=True)
    yield ""
    yield from words(found.forecast)


def status(found: Campaigned) -> Iterator[str]:
    """How many are in each state, each project with its reason, and the forecast."""
    counts = Counter(proposal.state for proposal in found.proposals)
    yield ", ".join(f"{counts[state]} {state}" for state in MigrationState if counts[state])
    yield from words(found.forecast)
    yield ""
    yield from _by_wave(found, edits=False)


def opened(found: Campaigned, *, quiet: bool) -> Iterator[str]:
    """What was done for each project; when `quiet`, only for those that went wrong."""
    for proposal in found.proposals:
        if quiet and proposal.state != "error":
            continue
        outcome = proposal.outcome or "nothing asked"
        where = f", {proposal.branch}" if proposal.branch else ""
        yield f"wave {proposal.wave}  {proposal.project}: {proposal.state}, {outcome}{where}" + (
            f" ({proposal.reason})" if proposal.reason else ""
        )
        for line in proposal.missing:
            yield f"        not allowed: {line}"
    if not quiet:
        yield from words(found.forecast)
        yield from (f"dashboard: {where}" for where in found.dashboards)


def proofs(rows: Mapping[str, Any]) -> Iterator[str]:
    """What the tests of each upgraded tree came to."""
    if not rows:
        yield "no upgrade is planned that could be tested"
    for name, row in rows.items():
        pythons = ", ".join(row["pythons"])
        yield f"{name}: {row['verdict']} on {pythons}" + (
            f" ({row['reason']})" if row["reason"] else ""
        )


def _by_wave(found: Campaigned, *, edits: bool) -> Iterator[str]:
    for proposal in found.proposals:
        yield (
            f"wave {proposal.wave}  {proposal.project}: {proposal.state}"
            + (f", {proposal.title}" if proposal.title else "")
            + (f" ({proposal.reason})" if proposal.reason else "")
        )
        yield from (f"        {line}" for line in _details(proposal, edits=edits))


def _details(proposal: Proposal, *, edits: bool) -> Iterator[str]:
    if edits and proposal.branch:
        yield f"order: {proposal.why}"
        yield f"edits: {', '.join(proposal.files)}"
    if proposal.where and proposal.state in {"in-pr", "failing-tests", "declined"}:
        yield f"pull request: {proposal.where}{' (draft)' if proposal.draft else ''}"
    if proposal.proof is not None and edits:
        reason = f": {proposal.proof.reason}" if proposal.proof.reason else ""
        yield f"tested with it: {proposal.proof.verdict}{reason}"
    if proposal.todo and proposal.todo not in proposal.needs_person:
        yield f"to do: {proposal.todo}"
    for line in proposal.needs_person:
        yield f"a person: {line}"
