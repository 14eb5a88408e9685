"""What a forecast has to know of a fleet: who waits for whom, and by when it is due."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from pylife.model import MigrationState, PythonVersion, Stage
from pylife.policy import StageInfo, Window
from pylife.upgrade.entry import Entry
from pylife.upgrade.forecast import Asks, Due, Left
from pylife.upgrade.proposal import Proposal
from pylife.upgrade.records import ProjectPlan
from pylife.workflow.read import Scan


def asked(plan: ProjectPlan) -> Iterator[tuple[Asks, PythonVersion]]:
    """What the plan brings, and what it has to bring and cannot yet."""
    supports = {*plan.adds, *plan.failing}
    yield from (("support", python) for python in supports)
    if plan.runtime is not None and plan.runtime not in supports:
        yield "run on", plan.runtime
    yield from (("drop", python) for python in plan.drops)


def due_of(window: Window, asked: Iterable[tuple[Asks, PythonVersion]]) -> Due | None:
    """The first of what is asked that the policy sets a day for.

    A Python that is being adopted is due when the policy supports it, and one that it supports
    since that day; a drop when it can no longer be waived, else since it is one. None where the
    policy asks for nothing of it, or knows no day.
    """
    found = [
        Due(day, asks, python)
        for asks, python in asked
        if (day := _day(window.stages.get(python.plain), asks)) is not None
    ]
    return min(found, default=None)


def _day(info: StageInfo | None, asks: Asks) -> dt.date | None:
    if info is None:
        return None
    match asks, info.stage:
        case "drop", Stage.DROPPED:
            return info.blocked or info.since
        case "drop", _:
            return None
        case _, Stage.ADOPTING if info.next_stage is Stage.SUPPORTED:
            return info.next_date
        case _, Stage.SUPPORTED:
            return info.since
    return None


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
        held: list[tuple[Asks, PythonVersion]] = [("drop", python) for python in place.held]
        now = [*asked(entry.plan), *(held if place.floor_wave is None else ())]
        if place.held and place.floor_wave is None:  # all that is left is the floor
            parents += consumers
        opened = pull.created if pull is not None and pull.state == "open" else None
        state = of[name].state
        due = due_of(read.window, now)
        found.append(Left(name, state, parents, opened, not_before, due))
        if place.floor_wave is not None:
            waits = (name, *consumers)
            later = MigrationState.AWAITING_PARENTS
            due = due_of(read.window, held)
            found.append(Left(f"{name}'s floor", later, waits, None, not_before, due))
    return found
