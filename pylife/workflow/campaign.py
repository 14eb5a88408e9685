"""The campaign: from a scan to pull requests and back, joined of all its parts.

Executes nothing of any project: what tests have shown of upgraded trees is in the document of
the job that ran them.
"""

import contextlib
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from pylife import upgrade
from pylife.errors import PylifeError
from pylife.fleet.campaign import Campaign, parse
from pylife.forges.base import UNKNOWN
from pylife.forges.local import slug
from pylife.model import Cell, MigrationState, Outcome, Repository
from pylife.upgrade import dashboard
from pylife.upgrade.caps import Caps, Room
from pylife.upgrade.entry import Entry, Prove, Tonight, prepared
from pylife.upgrade.forecast import Forecast, forecast, merge_times
from pylife.upgrade.plan import branch_name
from pylife.upgrade.proof import NOTHING, Proof
from pylife.upgrade.proposal import Proposal
from pylife.workflow import memory, moves, outlook, repositories
from pylife.workflow.entries import Prepared
from pylife.workflow.entries import entries as entries_of
from pylife.workflow.forge import Chosen
from pylife.workflow.read import Scan

_CANARY, _OPEN, _HOUR = 2, 50, 50
"""Caps where people are at the other end and nobody set any."""
_AT_ONCE = 4
"""Projects for which a server is asked at the same time; what changes anything takes turns."""


class Wish(NamedTuple):
    """What is asked of this run.

    `now` is the present instant in UTC. `only` are names of projects, all where empty; `forced`
    those that are proposed whatever their tests say, each with the reason.
    """

    as_of: dt.date
    now: dt.datetime
    limit: int | None = None
    only: tuple[str, ...] = ()
    forced: Mapping[str, str] = {}
    dry_run: bool = False
    look_closer: bool = False
    """Whether open pull requests are asked for their checks and commits, which costs requests."""


class Campaigned(NamedTuple):
    """What became of the projects, in order, and when the campaign will be over."""

    proposals: list[Proposal]
    forecast: Forecast
    dashboards: tuple[str, ...] = ()

    def document(self, as_of: dt.date, forge: str, *, brief: bool = False) -> dict[str, Any]:
        """As plain values; see `pylife.upgrade.document`."""
        return upgrade.to_document(
            self.proposals,
            as_of,
            forecast=self.forecast,
            dashboards=self.dashboards,
            forge=forge,
            brief=brief,
        )


def settings_of(scan: Scan) -> dict[str, Campaign]:
    """The settings of each member, by name."""
    found = {}
    for read in scan.reads:
        document = scan.fleet.config(read.member).document
        table = document.value.get("upgrade", {}) if document is not None else {}
        found[read.member.project.name] = parse(table, read.member.upgrade)
    return found


def prepare(scan: Scan, planner: moves.Planner, *, server: bool) -> Prepared:
    """The plans, on the branches that they have on a forge (a `server`, or the local one)."""
    settings = settings_of(scan)
    found = moves.planned(scan, settings, planner)
    homes = repositories.homes(scan.reads, settings, server=server)
    names = repositories.branches(homes, {p.project.name: p.branch for p in found.plans})
    plans = [prepared(p, settings[p.project.name], names[p.project.name]) for p in found.plans]
    return Prepared(plans, found.places, settings, homes)


def run(
    scan: Scan,
    ready: Prepared,
    chosen: Chosen,
    wish: Wish,
    *,
    cells: Sequence[Cell] = (),
    proofs: Mapping[str, Proof] | None = None,
    prove: Prove | None = None,
    state: Path | None,
) -> Campaigned:
    """Do what is due tonight; what goes wrong with one project is its proposal's state.

    `proofs` are those that are known, None where nothing is to be proven; `prove` finds others.
    In `state` is what failed lately; without it, nothing is remembered.
    """
    at_once = _AT_ONCE if chosen.server and not chosen.rehearsal else 1
    entries = entries_of(scan, ready, chosen.forge, cells, closer=wish.look_closer, at_once=at_once)
    pulls = [pull for entry in entries for pull in entry.pulls]
    branches = frozenset(plan.branch for plan in ready.plans) | _campaign(scan, ready)
    remembered = memory.load(state) if state is not None else memory.Memory()
    later = {e.name: why for e in entries if (why := remembered.later(e.name, wish.as_of))}
    tonight = Tonight(
        as_of=wish.as_of,
        room=Room(caps(ready, wish, server=chosen.server), pulls, branches, wish.now),
        only=frozenset(wish.only) if wish.only else None,
        forced=wish.forced,
        later=later,
        dry_run=wish.dry_run,
        unknown=UNKNOWN,
        at_once=at_once,
    )
    proposals = upgrade.propose(
        entries, chosen.forge, tonight, _prover(proofs, prove) if proofs is not None else None
    )
    if state is not None and not wish.dry_run and not chosen.rehearsal:
        _remember(state, remembered, proposals, wish.as_of)
    seen = forecast(outlook.left(scan, entries, proposals), merge_times(pulls), wish.as_of)
    proposals = _told(entries, chosen, wish, proposals)
    return Campaigned(proposals, seen, _dashboards(scan, ready, chosen, wish, proposals, seen))


def _told(
    entries: Sequence[Entry], chosen: Chosen, wish: Wish, proposals: Sequence[Proposal]
) -> list[Proposal]:
    """The proposals, those of projects that are not edited (models) with where people are told.

    That is an issue of their own repository, or a page.
    """
    of = {entry.name: entry for entry in entries}
    found = []
    for proposal in proposals:
        entry = of[proposal.project]
        due = proposal.state is MigrationState.NEEDS_PERSON and not wish.dry_run
        paused = entry.settings.frozen(wish.as_of) or (wish.only and entry.name not in wish.only)
        if entry.plan.page and due and not paused and not entry.trouble:
            topic = f"{entry.plan.branch.removeprefix('pylife/')}-{slug(entry.name)}"
            title = f"Retrain or re-validate {entry.name}"
            with contextlib.suppress(PylifeError, OSError):
                where = chosen.forge.dashboard(entry.where, topic, title, entry.plan.page)
                proposal = replace(proposal, where=where)  # noqa: PLW2901 - the same, told
        found.append(proposal)
    return found


def _dashboards(
    scan: Scan, ready: Prepared, chosen: Chosen, wish: Wish, proposals: Sequence[Proposal],
    seen: Forecast,
) -> tuple[str, ...]:  # fmt: skip
    """A page or an issue for each window of the fleet, where one is asked for; their addresses.

    That one cannot be written is no reason to lose the run.
    """
    where = _board(scan, ready, chosen)
    if where is None or wish.dry_run or wish.only:
        return ()
    windows: dict[str, list[str]] = {}
    for read in scan.reads:
        topic = branch_name(read.window).removeprefix("pylife/")
        windows.setdefault(topic, []).append(read.member.project.name)
    found = []
    for topic, names in sorted(windows.items()):
        rows = [proposal for proposal in proposals if proposal.project in names]
        said = seen if len(windows) == 1 else None
        with contextlib.suppress(PylifeError, OSError):
            found.append(
                chosen.forge.dashboard(
                    where, topic, dashboard.title(topic), dashboard.body(rows, said)
                )
            )
    return tuple(filter(None, found))


def _board(scan: Scan, ready: Prepared, chosen: Chosen) -> Repository | None:
    if not chosen.server:
        return Repository(scan.fleet.name)
    said = next(iter(ready.settings.values()), Campaign()).dashboard
    return Repository(scan.fleet.name, said) if said is not None else None


def caps(ready: Prepared, wish: Wish, *, server: bool) -> Caps:
    """What may be opened; without a server at the other end, all that there is."""
    said = next(iter(ready.settings.values()), Campaign())
    canary, most, hour = said.canary, said.max_open, said.max_per_hour
    if server:
        canary = _CANARY if canary is None else canary
        most = _OPEN if most is None else most
        hour = _HOUR if hour is None else hour
    return Caps(canary or None, most, hour, wish.limit)


def _campaign(scan: Scan, ready: Prepared) -> frozenset[str]:
    """The branches that this window's proposals have or had, with floors held or not."""
    plain = {r.member.project.name: branch_name(r.window) for r in scan.reads}
    return frozenset(repositories.branches(ready.homes, plain).values())


def _prover(proofs: Mapping[str, Proof], prove: Prove | None) -> Prove:
    """Gives what is known, and finds out the rest if it may."""

    def found(entries: Sequence[Entry]) -> Mapping[str, Proof]:
        known = {entry.name: proofs[entry.name] for entry in entries if entry.name in proofs}
        rest = [entry for entry in entries if entry.name not in known]
        if rest and prove is not None:
            known |= prove(rest)
        return known | {entry.name: NOTHING for entry in entries if entry.name not in known}

    return found


def _remember(
    state: Path, remembered: memory.Memory, proposals: Sequence[Proposal], day: dt.date
) -> None:
    """Note what failed; that it cannot be noted does no harm."""
    before = remembered
    for proposal in proposals:
        if proposal.outcome is Outcome.ERROR and proposal.branch:
            remembered = remembered.failed(proposal.project, day)
        elif proposal.outcome in {Outcome.CREATED, Outcome.UPDATED}:
            remembered = remembered.worked(proposal.project)
    if remembered != before:
        try:
            memory.save(state, remembered)
        except OSError:
            return
