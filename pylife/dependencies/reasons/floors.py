"""The fewest floors to be raised so that a project works at its lowest on every Python."""

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.version import Version

from pylife.dependencies.reasons import wanted
from pylife.dependencies.reasons.caps import loosened
from pylife.dependencies.reasons.lowest import Fault, Lowest, floored
from pylife.dependencies.reasons.probe import HaltedError, Probe, shrink
from pylife.dependencies.reasons.seen import Seen, version
from pylife.dependencies.reasons.splits import Group, groups, marker
from pylife.dependencies.reasons.stand_ins import StandIns
from pylife.dependencies.reasons.wanted import Line
from pylife.dependencies.records import Demand, Floor, Resolver, Solved, Support, Target
from pylife.model import PythonVersion

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
            Probe(resolver, LIMIT), Seen(support, demand), StandIns(Path(folder), demand.links)
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


Plan = dict[int, tuple[Group, ...]]
"""The floors of lines, by their places."""


class _Search:
    def __init__(self, demand: Demand, targets: Sequence[Target], lowest: Lowest) -> None:
        self.demand = demand
        self.lowest = lowest
        self.targets = [each for each in targets if lowest.solves(demand, each)]
        self.left = tuple(each for each in targets if each not in self.targets)
        self.lines = {line.place: line for line in floored(demand)}
        self.needs: dict[int, dict[Target, Fault]] = {}
        self.why: dict[int, str] = {}
        self.reasons: list[str] = []

    def found(self) -> Floors:
        plan = self._raised()
        plan = self._fewest(plan)
        plan |= self._coupled(plan)
        verified = all(self._works(plan, target) for target in self.targets)
        caps = tuple(dict.fromkeys(cap for target in self.left for cap in self._caps(target)))
        return Floors(self._bumps(plan), verified, tuple(self.reasons), self.left, caps)

    def _raised(self) -> Plan:
        """Floors that hold, perhaps more of them than are needed."""
        plan: Plan = {}
        for _ in range(ROUNDS):
            changed = False
            for target in self.targets:
                for place, fault in self._faults(plan, target).items():
                    changed |= self._needs(place, target, fault)
            if not changed:
                return plan
            for place in self.needs:
                row = self._row(place)
                if row is None:
                    self.lines.pop(place)
                else:
                    plan[place] = row
        return plan

    def _needs(self, place: int, target: Target, fault: Fault) -> bool:
        """Take down what a line needs on a target; whether that is something new."""
        known = self.needs.setdefault(place, {})
        if place not in self.lines:
            return False
        before = known.get(target)
        if before is not None and Version(before.needed) >= Version(fault.needed):
            return False
        known[target] = fault
        self.why.setdefault(place, fault.why)
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
        """Whether a Python can have a floor, on all platforms."""
        text = wanted.raised(line.text, floor)
        loose = Requirement(text).specifier
        texts = list(self.demand.requirements)
        texts[line.place] = text
        demand = self.demand._replace(requirements=tuple(texts))
        return all(
            any(
                each.usable and loose.contains(each.version, prereleases=True)
                for each in self.lowest.seen.releases(line.name, target)
            )
            and self.lowest.solves(demand, target)
            for target in self._applying(line)
            if target.python == python
        )

    def _changed(self, plan: Plan) -> tuple[Demand, list[int]]:
        """The demand with a plan, and for each of its lines the place that it comes from."""
        texts, places = [], []
        for place, text in enumerate(self.demand.requirements):
            for new, _ in self._texts(place, plan) or [(text, None)]:
                texts.append(new)
                places.append(place)
        return self.demand._replace(requirements=tuple(texts)), places

    def _texts(self, place: int, plan: Plan) -> list[tuple[str, str | None]]:
        """What stands for a line in a plan: requirement and marker of each group."""
        found = []
        row = plan.get(place, ())
        for number, group in enumerate(row):
            text = self.demand.requirements[place]
            text = text if group.floor is None else wanted.raised(text, group.floor)
            mark = marker(row, number)
            found.append((wanted.limited(text, mark) if mark else text, mark))
        return found

    def _faults(self, plan: Plan, target: Target) -> dict[int, Fault]:
        demand, places = self._changed(plan)
        return {places[place]: fault for place, fault in self.lowest.faults(demand, target).items()}

    def _works(self, plan: Plan, target: Target) -> bool:
        demand, _ = self._changed(plan)
        return self.lowest.solves(demand, target) and not self._faults(plan, target)

    def _fewest(self, plan: Plan) -> Plan:
        """The plan without what the others make needless; releases without a wheel stay."""
        order = sorted(plan, key=lambda place: (not self.why[place].startswith("what "), place))
        for place in order:
            less = {each: row for each, row in plan.items() if each != place}
            if all(self._works(less, target) for target in self.targets):
                plan = less
        return plan

    def _coupled(self, plan: Plan) -> Plan:
        """Floors of siblings of which each release asks for that very release of another."""
        found: Plan = {}
        for place, row in plan.items():
            for other in self.lines:
                if other not in plan and other not in found and self._steps(place, other, plan):
                    found[other] = row
                    with_whom = self.lines[place].name
                    self.why[other] = f"each release of it goes with that of {with_whom} alone"
        return found

    def _steps(self, place: int, other: int, plan: Plan) -> bool:
        """Whether `other` has to be at the version of `place`, and its floor is not."""
        demand, _ = self._changed(plan)
        name, sibling = self.lines[place].name, self.lines[other].name
        if name == sibling or self._applying(self.lines[place]) != self._applying(
            self.lines[other]
        ):
            return False
        for target in self.targets:
            for bound in ("highest", "lowest-direct"):
                answer = self.lowest.probe(demand, target, bound)
                picks = (
                    {each.name: each.version for each in answer.picks}
                    if isinstance(answer, Solved)
                    else {}
                )
                if name not in picks or picks[name] != picks.get(sibling):
                    return False
        return self._refuses(place, other, plan)

    def _refuses(self, place: int, other: int, plan: Plan) -> bool:
        """Whether the new floor of `place` cannot go with the present one of `other`."""
        line, sibling = self.lines[place], self.lines[other]
        for group in plan[place]:
            for target in self.targets:
                if group.floor is None or target.python not in group.pythons:
                    continue
                asking = wanted.asked(self.demand, sibling.name, target)
                releases = [
                    each
                    for each in self.lowest.seen.releases(sibling.name, target)
                    if each.usable and wanted.allows(asking, each.version)
                ]
                oldest = min(releases, key=version, default=None)
                if oldest is None or version(oldest) >= Version(group.floor):
                    continue
                pins = (f"{line.name}=={group.floor}", f"{sibling.name}=={oldest.version}")
                if not self.lowest.probe.solves(self.demand._replace(requirements=pins), target):
                    return True
        return False

    def _caps(self, target: Target) -> tuple[str, ...]:
        """The fewest caps without which the demand resolves on a target that is left."""
        capped = [each for each in wanted.lines(self.demand, "requirements", target) if each.capped]
        capped += [each for each in wanted.lines(self.demand, "constraints", target) if each.capped]

        def enough(some: Sequence[Line]) -> bool:
            return self.lowest.probe.solves(loosened(self.demand, some), target)

        if not capped or not enough(capped):
            self.reasons.append(f"{target.python} on {target.platform}: no floor helps there")
            return ()
        texts = tuple(line.text for line in shrink(capped, enough))
        told = " and ".join(f"`{text}`" for text in texts)
        self.reasons.append(
            f"{target.python} on {target.platform}: the cap of {told} would have to go"
        )
        return texts

    def _bumps(self, plan: Plan) -> tuple[Floor, ...]:
        found = []
        for place, row in sorted(plan.items()):
            for (text, mark), group in zip(self._texts(place, plan), row, strict=True):
                line = self.lines[place]
                found.append(
                    Floor(line.name, line.text, text, self.why[place], group.pythons, mark)
                )
        return tuple(found)
