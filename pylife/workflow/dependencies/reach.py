"""Which questions can be asked at all: those whose own requirements the indexes tell of."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from packaging.requirements import Requirement

from pylife.dependencies.index import targets
from pylife.dependencies.records import Demand, Support, Target, Unavailable
from pylife.dependencies.resolve import links, patches
from pylife.fleet.identity import normal

Question = tuple[Demand, Target]


class Reach(NamedTuple):
    """What can be asked, and why the rest cannot.

    `nothing` says that no index could be asked for anything: there is no network, or it is down.
    """

    askable: tuple[Question, ...]
    reasons: Mapping[Question, str]
    nothing: bool


def reach(asked: Sequence[Question], support: Support) -> Reach:
    """Look for the pages of all that is required directly; the fleet's own libraries have none."""
    direct = {question: _direct(*question) for question in asked}
    names = tuple(sorted(frozenset[str]().union(*direct.values())))
    support.prefetch(names)
    missing: dict[Question, str] = {}
    known = False
    for question, required in direct.items():
        found = {name: support(name, question[1]) for name in sorted(required)}
        reasons = [one.reason for one in found.values() if isinstance(one, Unavailable)]
        known = known or len(reasons) < len(found)
        if reasons:
            missing[question] = _joined(reasons)
    askable = tuple(question for question in asked if question not in missing)
    return Reach(askable, missing, nothing=bool(missing) and not known)


def _direct(demand: Demand, target: Target) -> frozenset[str]:
    """The names that are required on the target, but for the fleet's own."""
    environment = targets.environment(target, patches.full(target.python))
    own = links.read(demand.links)
    found = set()
    for line in demand.requirements:
        one = Requirement(line)
        applies = one.marker is None or one.marker.evaluate({**environment, "extra": ""})
        if applies and one.url is None and normal(one.name) not in own:
            found.add(normal(one.name))
    return frozenset(found)


def _joined(reasons: Sequence[str]) -> str:
    distinct = list(dict.fromkeys(reasons))
    more = f"; and {len(distinct) - 1} more" if len(distinct) > 1 else ""
    return f"{distinct[0]}{more}"
