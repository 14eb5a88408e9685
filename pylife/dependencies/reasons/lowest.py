"""Whether what a project allows at the lowest can be had: its floors, one by one.

A resolver that takes wheels alone passes over a floor that has none and takes something later:
so the floor is a claim that nobody checks. It holds on a target if the release that a resolver
would come to that asks nobody for wheels can be had there: the oldest that is allowed and that
nothing else of the project refuses, whatever the Python.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.version import Version

from pylife.dependencies.reasons import wanted
from pylife.dependencies.reasons.probe import Probe
from pylife.dependencies.reasons.seen import Seen, version
from pylife.dependencies.reasons.stand_ins import StandIns
from pylife.dependencies.reasons.wanted import Line
from pylife.dependencies.records import Demand, Loads, Release, Solved, Target
from pylife.dependencies.resolve import links
from pylife.dependencies.resolve.published import below

STEPS = 20
"""How many releases are tried one by one, at most."""


class Fault(NamedTuple):
    """A floor that cannot be had on a target; `needed` is the lowest release that can."""

    needed: str
    why: str
    hard: bool
    """Whether the floor itself has no wheel; else what it requires cannot be had."""


class Lowest:
    """Looks at the floors of demands, all with the same indexes and libraries of the fleet."""

    def __init__(
        self, probe: Probe, seen: Seen, stand_ins: StandIns, targets: Sequence[Target]
    ) -> None:
        self.probe = probe
        self.targets = targets
        self.seen = seen
        self._stand_ins = stand_ins

    def solves(self, demand: Demand, target: Target) -> bool:
        """Whether it resolves, at the highest and at the lowest."""
        return self.probe.solves(demand, target) and self.probe.solves(
            demand, target, "lowest-direct"
        )

    def possible(self, name: str, number: str, target: Target, *, enough: bool) -> bool:
        """Whether a release may be a floor on `target`, for all that is published.

        `enough`: it is no older than what can be had there; else only those will do that every
        resolver passes over.
        """
        found = (each for each in self.seen.releases(name, target) if each.version == number)
        release = next(found, None)
        if release is None or _passed_over(release, target):
            return True
        return enough and release.loads.by_wheel

    def faults(
        self, demand: Demand, target: Target, places: Collection[int] | None = None
    ) -> Iterator[tuple[int, Fault]]:
        """The floors that do not hold on `target`, with the places of their lines.

        Only of the lines at `places`, where these are given. Where `demand` does not resolve
        there, no floor is at fault.
        """
        answer = self.probe(demand, target, "lowest-direct")
        picks = {pick.name: pick for pick in answer.picks} if isinstance(answer, Solved) else {}
        for line in floored(demand, target):
            if line.name in picks and (places is None or line.place in places):
                fault = self._fault(demand, line, target, picks[line.name].version)
                if fault is not None:
                    yield line.place, fault

    def _fault(self, demand: Demand, line: Line, target: Target, pick: str) -> Fault | None:
        allowed = self._allowed(demand, line, target, pick)
        if not allowed or Version(allowed[0].version) == Version(pick):
            return None
        taken = next((each for each in allowed if Version(each.version) == Version(pick)), None)
        if wanted.floor_clause(line.text) is None and (taken is None or taken.loads is Loads.ANY):
            # Nobody said what the lowest is, and the Python does not matter to it.
            return None
        at = self._floor(demand, line, target, allowed)
        if at is None:
            return None
        later = allowed[at + 1 :][:STEPS]
        needed = next((each for each in later if self._had(demand, line, target, each)), None)
        return Fault(
            needed.version if needed else pick,
            _why(line, target, allowed[at]),
            not allowed[at].loads.by_wheel,
        )

    def _floor(
        self, demand: Demand, line: Line, target: Target, allowed: list[Release]
    ) -> int | None:
        """The place of the release that the floor comes to, if it cannot be had."""
        for place in range(self._unrefused(demand, line, target, allowed), len(allowed) - 1):
            release = allowed[place]
            if not self._accepted(demand, line, target, release):
                continue
            if not release.loads.by_wheel:
                return place
            if self._had(demand, line, target, release):
                return None
            if not self._refused(demand, line, release):
                return place
        return None

    def _allowed(self, demand: Demand, line: Line, target: Target, pick: str) -> list[Release]:
        """The releases that are allowed up to `pick`, the oldest first.

        Those that were made for newer Pythons alone are none: every resolver passes them over.
        """
        asking = wanted.asked(demand, line.name, target)
        found = [
            each
            for each in self.seen.releases(line.name, target)
            if version(each) <= Version(pick)
            and each.yanked is None
            and (not each.prerelease or self.seen.taken(each, line.name))
            and not _passed_over(each, target)
            and wanted.allows(asking, each.version)
        ]
        return sorted(found, key=version)

    def _unrefused(self, demand: Demand, line: Line, target: Target, allowed: list[Release]) -> int:
        """About where the others stop to refuse releases; they do so below their own floors."""
        refused, taken = 0, len(allowed) - 1
        if taken < STEPS or self._accepted(demand, line, target, allowed[0]):
            return 0
        while taken - refused > 1:
            middle = (refused + taken) // 2
            accepted = self._accepted(demand, line, target, allowed[middle])
            refused, taken = (refused, middle) if accepted else (middle, taken)
        return taken

    def _accepted(self, demand: Demand, line: Line, target: Target, release: Release) -> bool:
        """Whether nobody else refuses a release, were there a wheel of it."""
        extras = Requirement(line.text).extras
        folder = self._stand_ins.of(line.name, release.version, extras)
        return self.probe.solves(demand._replace(links=folder), target)

    def _had(self, demand: Demand, line: Line, target: Target, release: Release) -> bool:
        if not release.loads.by_wheel:
            return False
        pin = f"{line.name}=={release.version}"
        return self.probe.solves(demand._replace(constraints=(*demand.constraints, pin)), target)

    def _refused(self, demand: Demand, line: Line, release: Release) -> bool:
        """Whether a release can be had somewhere, but not with the rest of the project."""
        extras = ",".join(sorted(Requirement(line.text).extras))
        alone = f"{line.name}[{extras}]=={release.version}"
        return any(
            self.probe.solves(demand._replace(requirements=(alone,)), target)
            and not self._had(demand, line, target, release)
            for target in self.targets
            if line.place in {each.place for each in floored(demand, target)}
            and any(
                each.version == release.version and each.loads.by_wheel
                for each in self.seen.releases(line.name, target)
            )
        )


def _passed_over(release: Release, target: Target) -> bool:
    """Whether every resolver would go on to the next: it was made for newer Pythons alone."""
    excluded = release.loads is Loads.EXCLUDED and below(release.requires_python, target)
    return excluded or release.loads is Loads.EMPTY


def floored(demand: Demand, target: Target | None = None) -> tuple[Line, ...]:
    """The requirements whose floors are the project's own to raise.

    Not those of one release alone, nor of the fleet's own libraries.
    """
    own = {*links.read(demand.links), *demand.excludes}
    own |= {line.name for line in wanted.lines(demand, "overrides", target)}
    return tuple(
        line
        for line in wanted.lines(demand, "requirements", target)
        if line.name and line.name not in own and not line.url and not wanted.pinned(line.text)
    )


def _why(line: Line, target: Target, release: Release) -> str:
    title = f"{line.name} {release.version}"
    where = f"Python {target.python} on {target.platform}"
    match release.loads:
        case Loads.EXCLUDED:
            return f"{title} asks for Python {release.requires_python}"
        case Loads.SDIST_ONLY:
            return f"{title} has no wheel for {where}, only source"
        case Loads.NO_WHEEL:
            return f"{title} has no wheel for {where}"
        case _:
            return f"what {title} requires cannot be had on {where}"
