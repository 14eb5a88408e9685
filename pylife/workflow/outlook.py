"""What a forecast has to know of a fleet: who waits for whom, and by when it is due."""

import datetime as dt
from collections.abc import Iterable, Sequence

from pylife.model import MigrationState, PythonVersion, Stage
from pylife.policy import Window
from pylife.upgrade.entry import Entry
from pylife.upgrade.forecast import Left
from pylife.upgrade.proposal import Proposal
from pylife.upgrade.records import ProjectPlan
from pylife.workflow.read import Scan


def deadline_of(
    window: Window, plan: ProjectPlan, also: Iterable[PythonVersion] = ()
) -> dt.date | None:
    """The earliest day from which the policy asks for something that the plan brings.

    A Python that is being adopted is due when the policy supports it, and one that it supports
    since that day; a drop when it can no longer be waived, else since it is one. `also` are
    drops that the plan leaves for later. None where it asks for nothing, or knows no day.
    """
    days = []
    for python in {*plan.adds, *filter(None, [plan.runtime]), *plan.failing}:
        info = window.stages.get(python.plain)
        if info is None:
            continue
        if info.stage is Stage.ADOPTING and info.next_stage is Stage.SUPPORTED:
            days.append(info.next_date)
        elif info.stage is Stage.SUPPORTED:
            days.append(info.since)
    for python in {*plan.drops, *also}:
        info = window.stages.get(python.plain)
        if info is not None and info.stage is Stage.DROPPED:
            days.append(info.blocked or info.since)
    return min(filter(None, days), default=None)


def left(scan: Scan, entries: Sequence[Entry], proposals: Sequence[Proposal]) -> list[Left]:
    """What the forecast has to know of each project; `entries` are in the order of the scan."""
    of = {proposal.project: proposal for proposal in proposals}
    found = []
    for read, entry in zip(scan.reads, entries, strict=True):
        place, name, pull = entry.place, entry.name, entry.pull
        consumers = tuple(sorted({one for names in place.held.values() for one in names}))
        parents = tuple(parent for parent in place.parents if parent in of)
        freeze = entry.settings.frozen(scan.as_of)
        days = [entry.settings.snooze, freeze.last + dt.timedelta(days=1) if freeze else None]
        not_before = max(filter(None, days), default=None)
        deadline = deadline_of(read.window, entry.plan, place.held)
        if place.held and place.floor_wave is None:  # all that is left is the floor
            parents += consumers
        opened = pull.created if pull is not None and pull.state == "open" else None
        state = of[name].state
        found.append(Left(name, state, parents, opened, not_before, deadline))
        if place.floor_wave is not None:
            waits = (name, *consumers)
            later = MigrationState.AWAITING_PARENTS
            found.append(Left(f"{name}'s floor", later, waits, None, not_before, deadline))
    return found
