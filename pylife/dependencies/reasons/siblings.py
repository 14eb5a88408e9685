"""Distributions that are released together, each asking for that very release of another."""

from collections.abc import Mapping, Sequence

from packaging.version import Version

from pylife.dependencies.reasons.lowest import Lowest
from pylife.dependencies.reasons.plans import Plan
from pylife.dependencies.reasons.splits import Group
from pylife.dependencies.reasons.wanted import Line, allows
from pylife.dependencies.records import Demand, Target

NEAR = 2
"""How many releases before and after one are tried with it."""


def coupled(
    demand: Demand,
    plan: Plan,
    lines: Mapping[int, Line],
    targets: Sequence[Target],
    lowest: Lowest,
) -> dict[int, int]:
    """The lines whose floors have to move with one of the plan, and with which one."""
    raised = {lines[place].name for place in plan}
    found: dict[int, int] = {}
    for place, row in plan.items():
        for other, line in lines.items():
            if line.name in raised or other in found:
                continue
            if _together(demand, row, (lines[place], line), targets, lowest):
                found[other] = place
    return found


def _together(
    demand: Demand,
    row: tuple[Group, ...],
    pair: tuple[Line, Line],
    targets: Sequence[Target],
    lowest: Lowest,
) -> bool:
    """Whether the second can have no release but that of the first one's floor, and is below."""
    line, sibling = pair
    if str(line.marker) != str(sibling.marker):
        return False
    for group in row:
        if group.floor is None:
            continue
        for target in targets:
            if target.python in group.pythons and not _bound(
                demand, line, sibling, group.floor, target, lowest
            ):
                return False
    return True


def _bound(
    demand: Demand, line: Line, sibling: Line, floor: str, target: Target, lowest: Lowest
) -> bool:
    usable = [
        each.version
        for each in lowest.seen.releases(sibling.name, target)
        if lowest.seen.taken(each, sibling.name) and allows((sibling,), each.version)
    ]
    usable.sort(key=Version)
    own = Version(floor)
    before = [each for each in usable if Version(each) < own][-NEAR:]
    after = [each for each in usable if Version(each) > own][:NEAR]
    same = [each for each in usable if Version(each) == own]

    def goes(number: str) -> bool:
        pins = (f"{line.name}=={floor}", f"{sibling.name}=={number}")
        return lowest.probe.solves(demand._replace(requirements=pins, constraints=()), target)

    if not before or not same or not goes(same[0]):
        return False
    return not any(map(goes, [*before, *after]))
