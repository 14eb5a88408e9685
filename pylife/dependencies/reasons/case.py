"""One unsolved demand with all that is known about it."""

from collections.abc import Iterable, Mapping

from packaging.version import Version

from pylife import calendar
from pylife.dependencies.reasons import wanted
from pylife.dependencies.reasons.graph import Graph
from pylife.dependencies.reasons.probe import Probe, without
from pylife.dependencies.reasons.seen import Seen
from pylife.dependencies.reasons.wanted import Line
from pylife.dependencies.records import Absent, Demand, Listed, Solved, Target

PARTS = 30
"""How many requirements are asked for alone, at most."""
NEIGHBOURS = 4
"""How many other Pythons are asked for a witness, at most."""


class Case:
    """A demand that does not resolve on a target, the resolver and what is published.

    `graph` shows who requires whom, by a witness: the resolution of the same demand where it
    has one (`where`), else of its requirements one by one.
    """

    def __init__(
        self,
        demand: Demand,
        target: Target,
        probe: Probe,
        seen: Seen,
        witnesses: Mapping[Target, Solved],
    ) -> None:
        self.demand = demand
        self.target = target
        self.probe = probe
        self.seen = seen
        self.lines = wanted.lines(demand, "requirements", target)
        left_out = set(demand.excludes)
        self.direct = {each.name for each in self.lines if each.name} - left_out
        self.where, self.graph = self._witness(witnesses)
        self.seen.prefetch(tuple(sorted({*self.direct, *self.graph.versions})))

    def solves(self, left_out: Iterable[str], more: tuple[str, ...] = ()) -> bool:
        """Whether the rest resolves when these names are left out and `more` is required."""
        return self.probe.solves(without(self.demand, left_out, more), self.target)

    def asking(self, name: str) -> tuple[Line, ...]:
        """The project's own lines about `name`."""
        return wanted.asked(self.demand, name, self.target)

    def hopeless(self, name: str, floor: str | None = None) -> bool:
        """Whether none of the releases that may be taken has a wheel that loads.

        Of what others require, any release may be, from `floor` on. Prereleases and withdrawn
        ones count, as there are ways to get them; so does what could not be read.
        """
        asking = self.asking(name)
        if any(line.url for line in asking):
            return False
        match self.seen(name, self.target):
            case Absent():
                return True
            case Listed(releases=releases):
                least = () if floor is None else (wanted.least(name, floor),)
                return not any(
                    release.loads.by_wheel and wanted.allows((*asking, *least), release.version)
                    for release in releases
                )
            case _:
                return False

    def suspect(self, name: str) -> bool:
        """Whether the release that the witness took cannot be had on the target."""
        version = self.graph.versions.get(name)
        found = self.seen.releases(name, self.target)
        return not any(each.version == version and each.usable for each in found)

    def downwards(self, names: Iterable[str]) -> list[str]:
        """The names from the project's own requirements down to the deepest."""
        return sorted(set(names), key=lambda name: (self.graph.depth(name), name))

    def least(self, parent: str, child: str) -> str | None:
        """The lowest release of `child` that the witness's release of `parent` goes with."""
        told = (text for text in self.graph.wanted.get(child, ()) if "|" not in text)
        floors = [wanted.floor_clause(wanted.relaxed(child + text)) for text in told]
        if any(floors):
            return max((clause.version for clause in floors if clause), key=Version)
        if self.where is None:
            return None
        demand = self.demand._replace(
            requirements=(f"{parent}=={self.graph.versions[parent]}",),
            constraints=(),
            overrides=(),
        )
        match self.probe(demand, self.where, "lowest"):
            case Solved(picks):
                return next((pick.version for pick in picks if pick.name == child), None)
            case _:
                return None

    def _witness(self, witnesses: Mapping[Target, Solved]) -> tuple[Target | None, Graph]:
        if self.target in witnesses:  # with builds allowed
            return self.target, Graph(witnesses[self.target], self.direct)
        known = {each: witnesses[each] for each in sorted(witnesses, key=self._distance)}
        for target in self._neighbours() if not known else ():
            answer = self.probe(self.demand, target)
            if isinstance(answer, Solved):
                known[target] = answer
                break
        # One that is further away may require what no longer is required here.
        nearest = next(iter(known), None)
        return nearest, Graph(known[nearest] if nearest else None, self.direct)

    def _distance(self, other: Target) -> tuple[bool, int, bool, str, str]:
        """How far another target is from this one; the same platform counts most."""
        ours, theirs = self.target.python, other.python
        away = abs(theirs.minor - ours.minor) + 100 * abs(theirs.major - ours.major)
        return (
            other.platform != self.target.platform,
            away,
            theirs > ours,
            str(theirs),
            other.platform,
        )

    def _neighbours(self) -> list[Target]:
        others = {version.plain for version in calendar.known()} - {self.target.python}
        targets = [Target(python, self.target.platform) for python in others]
        return sorted(targets, key=self._distance)[:NEIGHBOURS]

    def alone(self) -> list[tuple[Line, Solved | None]]:
        """Each requirement for itself, by what it resolves to on the target, else elsewhere."""
        found: list[tuple[Line, Solved | None]] = []
        for line in self.lines[:PARTS]:
            demand = self.demand._replace(requirements=(line.text,))
            places = [self.target, *self._neighbours()[:2]]
            answers = (self.probe(demand, place) for place in places)
            found.append((line, next((each for each in answers if isinstance(each, Solved)), None)))
        return found

    def learn(self, rest: Demand) -> None:
        """Ask what `rest` resolves to on a neighbouring Python, and add that to the graph."""
        for place in self._neighbours():
            answer = self.probe(rest, place)
            if isinstance(answer, Solved):
                self._add([answer])
                return

    def learn_alone(self) -> None:
        """Ask for each requirement alone, and add what that shows to the graph."""
        self._add([solved for _, solved in self.alone() if solved is not None])

    def _add(self, more: list[Solved]) -> None:
        if more:
            self.graph = Graph(self.graph.witness, self.direct, [*self.graph.more, *more])
            self.seen.prefetch(tuple(sorted(self.graph.versions)))
