"""uv's resolutions made to agree with pip's: a question is asked anew until pip would agree.

What the two see differently is in `differences`. It is looked for in all that uv *tried*, not
only in what it chose: so the answer does not depend on what was asked before, though what is
known from other questions is told to uv at once.
"""

import threading
from typing import NamedTuple

from pylife.dependencies.records import Answer, Bound, Broken, Demand, Solved, Support, Target
from pylife.dependencies.resolve import differences, links, published
from pylife.dependencies.resolve.differences import Seen
from pylife.dependencies.resolve.published import Shelf
from pylife.dependencies.resolve.question import Added
from pylife.dependencies.resolve.runner import Uv
from pylife.dependencies.resolve.trace import Trace

_ROUNDS = 25
_PINS = 3
"""How many withdrawn pins are tried for one question."""


class Resolution(NamedTuple):
    """An answer with which pip agrees, what was looked at, and what uv had to be told."""

    answer: Answer
    trace: Trace = Trace()
    added: Added = Added()
    rounds: int = 1


class Agreeing:
    """A `records.Resolver`: uv, made to agree with pip; for several threads at a time."""

    def __init__(self, uv: Uv, support: Support) -> None:
        self._uv = uv
        self.shelf = Shelf(support)
        self._memory: dict[tuple[Target, bool], dict[str, str]] = {}
        self._lock = threading.Lock()

    def __call__(
        self, demand: Demand, target: Target, *, build: bool = False, bound: Bound = "highest"
    ) -> Answer:
        """The resolution of `demand` on `target`, agreeing with pip."""
        return self.resolve(demand, target, build=build, bound=bound).answer

    def stop(self) -> None:
        """End what runs; all questions are then answered with Broken."""
        self._uv.stop()

    def alone(self, demand: Demand, target: Target, *, build: bool = False) -> Answer:
        """What uv answers when nothing is done to make it agree with pip."""
        return self._uv.ask(demand, target, build=build).answer

    def resolve(
        self, demand: Demand, target: Target, *, build: bool = False, bound: Bound = "highest"
    ) -> Resolution:
        """As calling it, with what was looked at."""
        shelf = self.shelf.at(demand.before)
        try:
            own = published.own_excluded(demand, target)
            ours = frozenset(links.read(demand.links))
        except OSError as error:
            return Resolution(Broken(f"{demand.links} cannot be read: {error}"))
        added = Added(excluded={**self._remembered(target, build=build), **own})
        for number in range(1, _ROUNDS + 1):
            told = self._uv.ask(demand, target, build=build, bound=bound, added=added)
            reached = Resolution(told.answer, told.trace, added, number)
            if isinstance(told.answer, Broken):
                return reached
            shelf.prefetch(tuple(name for name in told.trace.names if name not in ours))
            seen = Seen(told, demand, target, shelf, ours, build=build)
            more = self._more(seen, added, bound)
            if isinstance(more, Broken):
                return reached._replace(answer=more)
            if more == added:
                return self._withdrawn(reached, seen, bound)
            added = more
        return reached._replace(
            answer=Broken(f"uv and pip still disagree after {_ROUNDS} rounds"), added=added
        )

    def _remembered(self, target: Target, *, build: bool) -> dict[str, str]:
        with self._lock:
            return dict(self._memory.get((target, build), {}))

    def _more(self, seen: Seen, added: Added, bound: Bound) -> Added | Broken:
        """What uv has to be told in the next round; `added` itself where nothing is missing."""
        unknown = seen.unknown()
        if unknown is not None:
            return Broken(f"what is published of {unknown.name} is not known: {unknown.reason}")
        with self._lock:
            memory = self._memory.setdefault((seen.target, seen.build), {})
            memory.update({name: each.finals for name, each in seen.unseen.items() if each.finals})
        excluded = differences.excluded(seen, added.excluded)
        allowed, refused = differences.prereleases(seen) if bound == "highest" else (set(), set())
        return added._replace(
            excluded={**added.excluded, **excluded} if excluded else added.excluded,
            prereleases=added.prereleases | allowed,
            finals=added.finals | refused - added.prereleases - allowed,
            undated=added.undated | seen.undated(),
        )

    def _withdrawn(self, reached: Resolution, seen: Seen, bound: Bound) -> Resolution:
        """The resolution with a withdrawn release that something pins, where pip takes it."""
        for parent, pinned in differences.pins(seen)[:_PINS]:
            added = reached.added._replace(pinned=reached.added.pinned | {pinned})
            told = self._uv.ask(
                seen.demand, seen.target, build=seen.build, bound=bound, added=added
            )
            if isinstance(told.answer, Solved):
                picked = {(pick.name, pick.version) for pick in told.answer.picks}
                if parent in picked and pinned in picked:
                    return Resolution(told.answer, told.trace, added, reached.rounds + 1)
        return reached
