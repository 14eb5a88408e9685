"""What holds of proposed floors in every world, tried in many small ones."""

from dataclasses import replace

from hypothesis import given, settings
from packaging.requirements import Requirement
from packaging.version import Version

from pylife.dependencies.reasons import places
from pylife.dependencies.reasons.floors import Floors, applied, floors
from pylife.dependencies.reasons.wanted import floor_clause
from pylife.dependencies.records import Demand, Floor, Loads, Solved, Target
from pylife.dependencies.resolve.published import below
from tests.dependencies.reasons.universe import Made, Universe, on
from tests.dependencies.reasons.worlds import PYTHONS, demands, universes

MANY = settings(max_examples=100, deadline=None)
TARGETS = [on(python) for python in PYTHONS]


def proposed(world: Universe, asked: Demand) -> Floors:
    return floors(asked, TARGETS, resolver=world.resolve, support=world)


def solves(world: Universe, asked: Demand, target: Target) -> bool:
    return isinstance(world.resolve(asked, target), Solved)


def holds(world: Universe, asked: Demand, target: Target) -> bool:
    """Whether it resolves, and every floor of it is one that can be had there."""
    lowest = world.resolve(asked, target, bound="lowest-direct")
    if not isinstance(lowest, Solved):
        return False
    picks = {pick.name: pick.version for pick in lowest.picks}
    for text in asked.requirements:
        line = Requirement(text)
        if not places.holds(line.marker, target):
            continue
        pinned = any(each.operator == "==" for each in line.specifier)
        if line.name in picks and not pinned and not _had(world, asked, target, text, picks):
            return False
    return True


def _had(world: Universe, asked: Demand, target: Target, text: str, picks: dict[str, str]) -> bool:
    """Whether the oldest release that is allowed and that nobody refuses resolves."""
    name = Requirement(text).name
    pick = picks[name]
    seen = {made.version: made.seen(target) for made in world.packages[name]}
    if floor_clause(text) is None and seen[pick].loads is Loads.ANY:
        return True
    lines = [Requirement(each) for each in (*asked.requirements, *asked.constraints)]
    asking = [
        each.specifier
        for each in lines
        if each.name == name and (each.marker is None or places.holds(each.marker, target))
    ]
    for version in sorted(seen, key=Version):
        passed = seen[version].loads is Loads.EXCLUDED and below(
            seen[version].requires_python, target
        )
        if passed or not all(each.contains(version) for each in asking):
            continue
        if Version(version) >= Version(pick):
            return True
        empty = replace(world, packages={**world.packages, name: (Made(version),)}, asked=[])
        if not solves(empty, asked, target):
            continue
        if not seen[version].loads.by_wheel:
            return False
        pin = asked._replace(constraints=(*asked.constraints, f"{name}=={version}"))
        if solves(world, pin, target):
            return True
        alone = asked._replace(requirements=(f"{name}=={version}",))
        if not any(
            solves(world, alone, each) and not solves(world, pin, each)
            for each in TARGETS
            if places.holds(Requirement(text).marker, each)
        ):
            return False
    return True


def had(world: Universe, asked: Demand, pin: str, target: Target) -> bool:
    return solves(world, asked._replace(constraints=(*asked.constraints, pin)), target)


def coupled(bump: Floor) -> bool:
    return bump.why.startswith("each release of it goes")


@MANY
@given(universes(kind=True), demands(kind=True))
def test_they_hold_and_none_can_be_left_out(world: Universe, asked: Demand) -> None:
    found = proposed(world, asked)
    tried = [target for target in TARGETS if target not in found.left]
    assert all(solves(world, asked, target) for target in tried)
    assert not any(solves(world, asked, target) for target in found.left)
    if not found.verified:
        return
    after = asked._replace(requirements=applied(asked.requirements, found.bumps))
    assert all(holds(world, after, target) for target in tried)
    for text in {bump.from_ for bump in found.bumps if not coupled(bump)}:
        fewer = [bump for bump in found.bumps if bump.from_ != text]
        less = asked._replace(requirements=applied(asked.requirements, fewer))
        assert not all(holds(world, less, target) for target in tried), text


@MANY
@given(universes(kind=True), demands(kind=True))
def test_they_are_raised_no_further_than_needed(world: Universe, asked: Demand) -> None:
    found = proposed(world, asked)
    tried = [target for target in TARGETS if target not in found.left]
    if not found.verified or any(map(coupled, found.bumps)):
        return
    needing = [target for target in tried if not holds(world, asked, target)]
    for bump in found.bumps:
        clause = floor_clause(bump.to)
        if bump.to.startswith(f"{bump.from_};") or clause is None or "~=" in bump.to:
            continue
        lower = [
            made.version
            for made in world.packages[bump.package]
            if Version(made.version) < Version(clause.version)
            and Requirement(bump.from_).specifier.contains(made.version)
            and any(
                had(world, asked, f"{bump.package}=={made.version}", target)
                for target in needing
                if places.holds(Requirement(bump.to).marker, target)
            )
        ]
        for version in lower:
            to = bump.to.replace(f">={clause.version}", f">={version}")
            bumps = [each._replace(to=to) if each is bump else each for each in found.bumps]
            less = asked._replace(requirements=applied(asked.requirements, bumps))
            assert not all(holds(world, less, target) for target in tried), to


@MANY
@given(universes(kind=True), demands(kind=True))
def test_only_floors_change(world: Universe, asked: Demand) -> None:
    for bump in proposed(world, asked).bumps:
        before, after = Requirement(bump.from_), Requirement(bump.to)
        assert (before.name, before.extras) == (after.name, after.extras)
        floor_of = {">=", ">", "~="}
        assert {each for each in before.specifier if each.operator not in floor_of} == {
            each for each in after.specifier if each.operator not in floor_of
        }
