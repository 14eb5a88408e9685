"""What holds of blockers in every world, tried in many small ones."""

from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.requirements import Requirement

from pylife.dependencies.reasons.blockers import Explained, explain
from pylife.dependencies.reasons.probe import without
from pylife.dependencies.records import Demand, Reason, Solved, Target
from tests.dependencies.reasons.universe import Universe, on
from tests.dependencies.reasons.worlds import PYTHONS, demands, universes

MANY = settings(max_examples=100, deadline=None)


def explained(world: Universe, asked: Demand, target: Target) -> Explained:
    witnesses = {}
    for python in PYTHONS:
        answer = world.resolve(asked, on(python))
        if isinstance(answer, Solved):
            witnesses[on(python)] = answer
    return explain(asked, target, resolver=world.resolve, support=world, witnesses=witnesses)


def solves(world: Universe, asked: Demand, target: Target) -> bool:
    return isinstance(world.resolve(asked, target), Solved)


def leading(world: Universe, name: str) -> set[str]:
    """All that lead to `name` in any of their releases."""
    found = {name}
    while True:
        more = {
            parent
            for parent, releases in world.packages.items()
            for made in releases
            if found & {Requirement(text).name for text in made.requires}
        }
        if more <= found:
            return found - {name}
        found |= more


@MANY
@given(universes(), demands(), st.sampled_from(PYTHONS))
def test_all_and_none_too_many(world: Universe, asked: Demand, python: str) -> None:
    target = on(python)
    if solves(world, asked, target):
        return
    found = explained(world, asked, target)
    assert found.complete, found.told
    names = {each.package for each in found.blockers}
    assert len(names) == len(found.blockers) > 0
    assert solves(world, without(asked, names), target), "the rest resolves"
    for name in names:
        rest = names - {name}
        if not rest & leading(world, name):  # else it may be behind another one
            assert not solves(world, without(asked, rest), target), f"{name} is in the way"


@MANY
@given(universes(), demands(), st.sampled_from(PYTHONS))
def test_what_is_told_of_each_is_true(world: Universe, asked: Demand, python: str) -> None:
    target = on(python)
    if solves(world, asked, target):
        return
    direct = {Requirement(text).name for text in asked.requirements}
    for each in explained(world, asked, target).blockers:
        assert each.chain[0] in direct
        assert each.chain[-1] == each.package
        own = {*asked.requirements, *asked.constraints}
        assert (each.own_cap is not None) == (each.reason is Reason.OWN_CAP)
        assert each.own_cap is None or each.own_cap in own
        releases = {made.version: made for made in world.packages.get(each.package, ())}
        if each.loads_from is not None:
            release = releases[each.loads_from.version].seen(target)
            assert release.usable
            assert release.uploaded == each.loads_from.date
        named = {Requirement(text).name for text in own}
        if each.reason is Reason.ABSENT_VERSION and each.package not in named:
            assert not releases


@MANY
@given(universes(), demands(), st.sampled_from(PYTHONS))
def test_the_same_question_has_the_same_answer(world: Universe, asked: Demand, python: str) -> None:
    target = on(python)
    if not solves(world, asked, target):
        assert explained(world, asked, target) == explained(world, asked, target)
