"""Since when a demand can be installed on a target: exact to the day, by bisection."""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from packaging.version import Version

from pylife import calendar
from pylife.dependencies.reasons.probe import HaltedError, Probe
from pylife.dependencies.reasons.seen import version
from pylife.dependencies.records import Demand, Listed, Pick, Resolver, Solved, Support, Target
from pylife.dependencies.resolve import links

LIMIT = 60
"""How many resolutions the search for one day may cost."""
NAMED = 3
"""How many packages without dates are named."""


class Since(NamedTuple):
    """The day on which a demand became installable; None where there is none to be told.

    `undated` are the indexes that do not say when files were uploaded: what is on them counts
    as if it had always been there. `told` says, for people, what the day rests on or why there
    is none.
    """

    day: dt.date | None
    told: str
    undated: tuple[str, ...] = ()


def since(
    demand: Demand,
    target: Target,
    *,
    resolver: Resolver,
    support: Support,
    last: dt.date,
    first: dt.date | None = None,
) -> Since:
    """The first day after which `demand` resolves by wheels on `target`, from `first` to `last`.

    `first` is by default the day of the Python's first beta. What was withdrawn since counts
    as never published, as an index does not say when that was done.
    """
    last = last if demand.before is None else min(last, demand.before)
    first = first or _beta(target) or dt.date(last.year - 5, 1, 1)
    search = _Search(demand, target, Probe(resolver, LIMIT), support)
    try:
        return search.between(min(first, last), last)
    except HaltedError as halted:
        return Since(None, str(halted))


def _beta(target: Target) -> dt.date | None:
    release = calendar.load().releases.get(target.python.plain)
    return None if release is None or release.beta1 is None else release.beta1.last


class _Search:
    def __init__(self, demand: Demand, target: Target, probe: Probe, support: Support) -> None:
        self.demand, self.target, self.probe, self.support = demand, target, probe, support

    def between(self, first: dt.date, last: dt.date) -> Since:
        """The day between these two, both included."""
        solved = self._on(last)
        if solved is None:
            return Since(None, f"it does not resolve on {last.isoformat()}")
        undated, unsure = self._undated(solved)
        there = self._complete(solved, last)
        if there <= first or self._on(first) is not None:
            return Since(first, f"it resolved on {first.isoformat()} or before{unsure}", undated)
        below = first
        # `below` is too early, `there` is not.
        while (there - below).days > 1:
            middle = below + (there - below) // 2
            solved = self._on(middle)
            if solved is None:
                below = middle
            else:
                there = max(self._complete(solved, middle), below + dt.timedelta(1))
        return Since(there, f"it does not resolve on {below.isoformat()}{unsure}", undated)

    def _on(self, day: dt.date) -> Solved | None:
        answer = self.probe(self.demand._replace(before=day), self.target)
        return answer if isinstance(answer, Solved) else None

    def _complete(self, solved: Solved, day: dt.date) -> dt.date:
        """The first day on which all that was chosen was there: on it, it resolves as well."""
        days = []
        for pick, page in self._pages(solved):
            if page.dated:
                found = (each for each in page.releases if version(each) == Version(pick.version))
                uploaded = next((each.uploaded for each in found), None)
                if uploaded is None:
                    return day
                days.append(dt.date.fromisoformat(uploaded))
        return min(max(days, default=day), day)

    def _undated(self, solved: Solved) -> tuple[tuple[str, ...], str]:
        """The indexes without dates, and what that means for the answer, in words."""
        found = [(pick.name, page.origin) for pick, page in self._pages(solved) if not page.dated]
        if not found:
            return (), ""
        names = ", ".join(name for name, _ in found[:NAMED])
        more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
        told = f"; no days are known of {names}{more}: what there is of them now counts"
        return tuple(sorted({origin for _, origin in found})), told

    def _pages(self, solved: Solved) -> Iterator[tuple[Pick, Listed]]:
        """What the indexes have of all that was chosen, but for the fleet's own libraries."""
        own = links.read(self.demand.links)
        for pick in solved.picks:
            page = self.support(pick.name, self.target) if pick.name not in own else None
            if isinstance(page, Listed):
                yield pick, page
