"""Floors to be raised, written into the requirements of a demand."""

from pylife.dependencies.reasons import wanted
from pylife.dependencies.reasons.splits import Group, marker
from pylife.dependencies.records import Demand

Plan = dict[int, tuple[Group, ...]]
"""The floors of lines, by their places in the demand."""


def texts(demand: Demand, plan: Plan, place: int) -> list[tuple[str, str | None]]:
    """What stands for a line in a plan: the requirement of each group with its added marker."""
    row = plan.get(place, ())
    found = []
    for number, group in enumerate(row):
        text = demand.requirements[place]
        text = text if group.floor is None else wanted.raised(text, group.floor)
        added = marker(row, number)
        found.append((wanted.limited(text, added) if added else text, added))
    return found or [(demand.requirements[place], None)]


def changed(demand: Demand, plan: Plan) -> tuple[Demand, tuple[int, ...]]:
    """The demand with a plan, and for each of its lines the place that it comes from."""
    lines = [
        (text, place)
        for place in range(len(demand.requirements))
        for text, _ in texts(demand, plan, place)
    ]
    requirements = tuple(text for text, _ in lines)
    return demand._replace(requirements=requirements), tuple(place for _, place in lines)
