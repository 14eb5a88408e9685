"""The floors of requirements that rise with the plans of a fleet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from pylife.fleet import Fleet
from pylife.model import Kind, PythonVersion, Role
from pylife.policy import Window
from pylife.upgrade import ProjectPlan
from pylife.upgrade.bumps import raised
from pylife.upgrade.summary import covered
from pylife.workflow.read import Read

if TYPE_CHECKING:
    from pylife.workflow.dependencies.raising import Gain, Raised

Floors: TypeAlias = "Callable[[Fleet, Sequence[Gain], Mapping[str, Window]], Mapping[str, Raised]]"
"""Gives the floors that have to rise where projects gain Pythons; see `dependencies.raising`."""


def with_floors(
    fleet: Fleet, reads: Sequence[Read], plans: Sequence[ProjectPlan], floors: "Floors | None"
) -> list[ProjectPlan]:
    """The plans with the floors that have to rise in libraries for what these gain.

    What is deployed is installed at its highest: floors are what a library promises to others.
    """
    gaining = [
        (read, plan)
        for read, plan in zip(reads, plans, strict=True)
        if plan.adds and read.member.project.kind is Kind.LIBRARY and not plan.empty
    ]
    if not gaining:
        return list(plans)
    if floors is None:
        whose = {id(plan) for _, plan in gaining}
        unsure = "whether the floors of what is required hold there: not looked at"
        return [
            replace(plan, unsure=(*plan.unsure, unsure)) if id(plan) in whose else plan
            for plan in plans
        ]
    from pylife.workflow.dependencies.raising import Gain, Raised  # few plans need it

    gains = [
        Gain(plan.project.path, gained, _had(read, plan))
        for read, plan in gaining
        if (gained := _gained(read, plan))
    ]
    windows = {read.member.project.path: read.window for read in reads}
    told = floors(fleet, gains, windows)
    return [
        replace(raised(plan, found.bumps), unsure=(*plan.unsure, *found.unsure))
        if (found := told.get(plan.project.path, Raised())) != Raised()
        else plan
        for plan in plans
    ]


def _gained(read: Read, plan: ProjectPlan) -> tuple[PythonVersion, ...]:
    """Of what a plan adds, what the project did not claim: out of its range, or newer than all.

    A Python in the middle that only a list forgot is claimed already.
    """
    before = covered(read.declarations)
    named = {
        python.plain
        for item in read.declarations
        if item.role in {Role.ADVERTISES, Role.TESTS} and item.specifier is None
        for python in item.effective
    }
    newest = max(named, default=None)
    return tuple(
        python for python in plan.adds if python not in before or newest is None or python > newest
    )


def _had(read: Read, plan: ProjectPlan) -> tuple[PythonVersion, ...]:
    """The Pythons of the policy that the project has once the plan is carried out."""
    found = {*covered(read.declarations), *plan.adds} - set(plan.drops)
    return tuple(python for python in read.window.wanted if python in found)
