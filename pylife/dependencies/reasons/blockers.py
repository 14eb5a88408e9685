"""Why a demand does not resolve on a target: every package that blocks, as data."""

from collections.abc import Mapping
from typing import NamedTuple

from pylife.dependencies.reasons.case import Case
from pylife.dependencies.reasons.describe import describe, plain
from pylife.dependencies.reasons.probe import HaltedError, Probe
from pylife.dependencies.reasons.search import others_out, search
from pylife.dependencies.reasons.seen import Seen
from pylife.dependencies.records import Blocker, Demand, Resolver, Solved, Support, Target

LIMIT = 300
"""How many resolutions one explanation may cost."""


class Explained(NamedTuple):
    """The blockers of a demand, those of the project's own requirements first.

    `complete`: with these left out the rest resolves, and without any one of them left out it
    does not. Where it is false, `told` says why the search ended.
    """

    blockers: tuple[Blocker, ...]
    complete: bool
    told: str = ""


def explain(
    demand: Demand,
    target: Target,
    *,
    resolver: Resolver,
    support: Support,
    witnesses: Mapping[Target, Solved],
    limit: int = LIMIT,
) -> Explained:
    """All blockers of a `demand` that does not resolve by wheels on `target`.

    A blocker is a package that has to be left out for the rest to resolve. What such a package
    requires itself (as far as a witness shows it) stays required, so that what blocks behind it
    is found too. `witnesses` are resolutions of the same demand elsewhere; under `target` itself
    it is one with builds allowed. Without any, neighbouring Pythons are asked.
    """
    probe = Probe(resolver, limit)
    names: tuple[str, ...] = ()
    blockers: list[Blocker] = []
    told = ""
    try:
        case = Case(demand, target, probe, Seen(support, demand), witnesses)
        for found in search(case):
            names = found
    except HaltedError as halted:
        told = str(halted)
        if not names:
            return Explained((), complete=False, told=told)
    for name in names:
        try:
            blockers.append(describe(case, others_out(case, names, name), name))
        except HaltedError as halted:
            told = str(halted)
            blockers.append(plain(case, name))
    blockers.sort(key=lambda each: (len(each.chain), each.chain, each.package))
    return Explained(tuple(blockers), not told, told)
