"""The fewest floors to be raised so that a project works at its lowest on every Python."""

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from packaging.version import Version

from pylife.dependencies.reasons import wanted
from pylife.dependencies.reasons.caps import loosened
from pylife.dependencies.reasons.lowest import Fault, Lowest, floored
from pylife.dependencies.reasons.plans import Plan, changed, texts
from pylife.dependencies.reasons.probe import HaltedError, Probe, shrink
from pylife.dependencies.reasons.seen import Seen
from pylife.dependencies.reasons.siblings import coupled
from pylife.dependencies.reasons.splits import Group, groups
from pylife.dependencies.reasons.stand_ins import StandIns
from pylife.dependencies.reasons.wanted import Line
from pylife.dependencies.records import Demand, Floor, Resolver, Support, Target
from pylife.model import PythonVersion

T = TypeVar("T")
LIMIT = 2000
"""How many resolutions one proposal may cost."""
ROUNDS = 6
"""How often floors are raised anew because of others that were."""


class Floors(NamedTuple):
    """Floors to be raised; those with the same `from_` replace that requirement together.

    `verified`: with all of them every target but those in `left` resolves at the highest and at
    the lowest, and every floor holds there; without any one of them one does not hold. `left`
    are targets on which nothing resolves, whatever the floors; `caps` are the project's own
    lines that would have to go for that, as they are written. `reasons` says, for people, what
    could not be done.
    """

    bumps: tuple[Floor, ...]
    verified: bool
    reasons: tuple[str, ...] = ()
    left: tuple[Target, ...] = ()
    caps: tuple[str, ...] = ()


def floors(
    demand: Demand, targets: Sequence[Target], *, resolver: Resolver, support: Support
) -> Floors:
    """The smallest change of the project's own floors that makes all of them hold.

    A floor holds on a target if its release resolves there by wheels (see `lowest`). Only
    floors are changed, or added where compiled releases need one: never a cap.
    """
    with tempfile.TemporaryDirectory(prefix="pylife-floors-") as folder:
        lowest = Lowest(
            Probe(resolver, LIMIT),
            Seen(support, demand),
            StandIns(Path(folder), demand.links),
            targets,
        )
        try:
            return _Search(demand, targets, lowest).found()
        except HaltedError as halted:
            return Floors((), verified=False, reasons=(str(halted),))


def applied(requirements: Iterable[str], bumps: Iterable[Floor]) -> tuple[str, ...]:
    """The requirements as they are with these floors."""
    changed: dict[str, list[str]] = {}
    for bump in bumps:
        changed.setdefault(bump.from_, []).append(bump.to)
    return tuple(to for text in requirements for to in changed.get(text, [text]))


def _each(ask: Callable[[Target], T], targets: Sequence[Target]) -> list[T]:
    """The answers for all targets, in their order, several at a time."""
    with ThreadPoolExecutor(max(1, os.cpu_count() or 1), "pylife-floors") as pool:
        return list(pool.map(ask, targets))


class _Search:
    def __init__(self, demand: Demand, targets: Sequence[Target], lowest: Lowest) -> None:
        self.demand = demand
        self.lowest = lowest
        solved = _each(lambda target: lowest.solves(demand, target), targets)
        self.targets = [each for each, solves in zip(targets, solved, strict=True) if solves]
        self.left = tuple(each for each in targets if each not in self.targets)
        self.lines = {line.place: line for line in floored(demand)}
        self.needs: dict[int, dict[Target, Fault]] = {}
        self.coupled: dict[int, str] = {}
        self.reasons: list[str] = []

    def found(self) -> Floors:
        plan = self._raised()
        plan = self._fewest(plan)
        plan |= self._coupled(plan)
        verified = all(_each(partial(self._works, plan), self.targets))
        caps = tuple(dict.fromkeys(cap for target in self.left for cap in self._caps(target)))
        return Floors(self._bumps(plan), verified, tuple(self.reasons), self.left, caps)

    def _raised(self) -> Plan:
        """Floors that hold, perhaps more of them than are needed."""
        plan: Plan = {}
        for _ in range(ROUNDS):
            more = False
            found = _each(partial(self._all_faults, plan), self.targets)
            for target, faults in zip(self.targets, found, strict=True):
                for place, fault in faults:
                    more |= self._needs(place, target, fault)
            if not more:
                return plan
            for place in self.needs:
                row = self._row(place)
                if row is None:
                    self.lines.pop(place)
                else:
                    plan[place] = row
        return plan

    def _all_faults(self, plan: Plan, target: Target) -> list[tuple[int, Fault]]:
        return list(self._faults(plan, target))

    def _needs(self, place: int, target: Target, fault: Fault) -> bool:
        """Take down what a line needs on a target; whether that is something new."""
        known = self.needs.setdefault(place, {})
        if place not in self.lines:
            return False
        before = known.get(target)
        if before is not None and Version(before.needed) >= Version(fault.needed):
            return False
        known[target] = fault
        return True

    def _row(self, place: int) -> tuple[Group, ...] | None:
        line = self.lines[place]
        needs: dict[PythonVersion, str | None] = {}
        for target in self._applying(line):
            fault = self.needs[place].get(target)
            before = needs.get(target.python)
            known = [each for each in (before, fault and fault.needed) if each is not None]
            needs[target.python] = max(known, key=Version, default=None)
        row = groups(needs, lambda floor, python: self._fits(line, floor, python))
        if row is None:
            self.reasons.append(f"no floor of `{line.text}` does for all platforms")
        return row

    def _applying(self, line: Line) -> list[Target]:
        return [
            target
            for target in self.targets
            if any(each.place == line.place for each in floored(self.demand, target))
        ]

    def _fits(self, line: Line, floor: str, python: PythonVersion) -> bool:
        """Whether a floor holds on a Python, on all platforms."""
        lines = list(self.demand.requirements)
        lines[line.place] = wanted.raised(line.text, floor)
        demand = self.demand._replace(requirements=tuple(lines))
        return all(
            self._possible(line, floor, target)
            and self.lowest.probe.solves(demand, target, "lowest-direct")
            and not any(self.lowest.faults(demand, target, {line.place}))
            for target in self._applying(line)
            if target.python == python
        )

    def _possible(self, line: Line, floor: str, target: Target) -> bool:
        """Whether a floor may hold on `target`, by what is known without asking."""
        fault = self.needs[line.place].get(target)
        enough = fault is None or Version(floor) >= Version(fault.needed)
        return self.lowest.possible(line.name, floor, target, enough=enough)

    def _faults(
        self, plan: Plan, target: Target, only: int | None = None
    ) -> Iterator[tuple[int, Fault]]:
        """The floors that do not hold with a plan, by the places of the lines as they were."""
        demand, places = changed(self.demand, plan)
        wanted_places = {new for new, old in enumerate(places) if only in {None, old}}
        for place, fault in self.lowest.faults(demand, target, wanted_places):
            yield places[place], fault

    def _works(self, plan: Plan, target: Target) -> bool:
        demand, _ = changed(self.demand, plan)
        return self.lowest.solves(demand, target) and not any(self._faults(plan, target))

    def _fewest(self, plan: Plan) -> Plan:
        """The plan without what the others make needless; releases without a wheel stay."""
        order = sorted(plan, key=lambda place: (self._hard(place), place))
        for place in order:
            less = {each: row for each, row in plan.items() if each != place}
            # Where it was needed, it most likely is.
            needing = [target for target in self.targets if target in self.needs[place]]
            if any(any(self._faults(less, target, place)) for target in needing):
                continue
            if all(self._works(less, target) for target in self.targets):
                plan = less
        return plan

    def _hard(self, place: int) -> bool:
        """Whether a floor has no wheel somewhere: not merely what it requires has none."""
        return any(fault.hard for fault in self.needs[place].values())

    def _coupled(self, plan: Plan) -> Plan:
        """The floors of siblings, which move with those of a plan."""
        moving = coupled(self.demand, plan, self.lines, self.targets, self.lowest)
        for other, place in moving.items():
            with_whom = self.lines[place].name
            self.coupled[other] = f"each release of it goes with that of {with_whom} alone"
        return {other: plan[place] for other, place in moving.items()}

    def _caps(self, target: Target) -> tuple[str, ...]:
        """The fewest caps without which the demand resolves on a target that is left."""
        capped = [each for each in wanted.lines(self.demand, "requirements", target) if each.capped]
        capped += [each for each in wanted.lines(self.demand, "constraints", target) if each.capped]

        def enough(some: Sequence[Line]) -> bool:
            return self.lowest.probe.solves(loosened(self.demand, some), target)

        if not capped or not enough(capped):
            self.reasons.append(f"{target.python} on {target.platform}: no floor helps there")
            return ()
        fewest = tuple(line.text for line in shrink(capped, enough))
        told = " and ".join(f"`{text}`" for text in fewest)
        self.reasons.append(
            f"{target.python} on {target.platform}: the cap of {told} would have to go"
        )
        return fewest

    def _bumps(self, plan: Plan) -> tuple[Floor, ...]:
        found = []
        for place, row in sorted(plan.items()):
            for (text, mark), group in zip(texts(self.demand, plan, place), row, strict=True):
                line = self.lines[place]
                why = self.coupled.get(place) or self._why(place, group)
                found.append(Floor(line.name, line.text, text, why, group.pythons, mark))
        return tuple(found)

    def _why(self, place: int, group: Group) -> str:
        """What the floor is raised for on the first of these Pythons that needs it."""
        needs = self.needs[place]
        first = (needs[each].why for each in sorted(needs) if each.python in group.pythons)
        return next(first, "the floor holds there")
