"""Questions to the resolver: each is asked once, and not more than a fair number of them."""

from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import TypeVar

from pylife.dependencies.reasons.lagging import Tracing
from pylife.dependencies.records import Bound, Broken, Demand, Resolver, Solved, Target, Unsolved
from pylife.dependencies.resolve.trace import Trace

T = TypeVar("T")


class HaltedError(Exception):
    """The search ended before its end; its text says why, for people."""


class Probe:
    """A resolver that remembers its answers and is asked at most `limit` questions."""

    def __init__(self, resolver: Resolver, limit: int) -> None:
        self._resolver = resolver
        self._limit = limit
        self._answers: dict[tuple[Demand, Target, Bound], Solved | Unsolved] = {}
        self._lock = Lock()
        self.asked = 0
        """How many questions went to the resolver."""

    def __call__(
        self, demand: Demand, target: Target, bound: Bound = "highest"
    ) -> Solved | Unsolved:
        """The answer, by wheels only; raises HaltedError where there is none or not any more."""
        key = (demand, target, bound)
        known = self._answers.get(key)
        if known is not None:
            return known
        self._count()
        match self._resolver(demand, target, bound=bound):
            case Broken(reason):
                raise HaltedError(f"the resolver could not do its work: {reason}")
            case answer:
                self._answers[key] = answer
                return answer

    def solves(self, demand: Demand, target: Target, bound: Bound = "highest") -> bool:
        """Whether there is a resolution; raises as a call does."""
        return isinstance(self(demand, target, bound), Solved)

    def trace(self, demand: Demand, target: Target) -> Trace:
        """What is tried before there is no resolution; nothing where nobody tells that.

        It counts as a question, also where the answer is known. Raises as a call does.
        """
        if not isinstance(self._resolver, Tracing):
            return Trace()
        self._count()
        found = self._resolver.resolve(demand, target)
        return found.trace if isinstance(found.answer, Unsolved) else Trace()

    def _count(self) -> None:
        with self._lock:
            if self.asked >= self._limit:
                raise HaltedError(f"stopped after {self._limit} resolutions")
            self.asked += 1


def shrink(things: Sequence[T], enough: Callable[[tuple[T, ...]], bool]) -> tuple[T, ...]:
    """A part of `things` that is enough and of which nothing can be left out.

    `things` have to be enough, and more of them must never be less so. Those that come first
    are given up first. Large groups go at once: k of n remain after about k·log(n) questions.
    """
    kept = list(range(len(things)))
    waiting = [kept] if kept else []
    while waiting:
        group = waiting.pop()
        rest = [place for place in kept if place not in group]
        if enough(tuple(things[place] for place in rest)):
            kept = rest
        elif len(group) > 1:
            half = len(group) // 2
            waiting += [group[half:], group[:half]]
    return tuple(things[place] for place in kept)


def without(demand: Demand, names: Iterable[str], more: tuple[str, ...] = ()) -> Demand:
    """The demand with `names` left out as well and `more` required."""
    return demand._replace(
        requirements=(*demand.requirements, *more),
        excludes=tuple(sorted({*demand.excludes, *names})),
    )
