"""Waves of the internal dependency graph, against a slow definition of the same."""

from hypothesis import given
from hypothesis import strategies as st

from pylife.upgrade import cycles, waves

names = st.sampled_from("abcdefgh")
graphs = st.dictionaries(names, st.lists(st.sampled_from("abcdefghxyz"), max_size=4))


def test_dependencies_come_first_and_strangers_do_not_count() -> None:
    requires = {
        "serving": ["features", "flask"],
        "features": ["config"],
        "config": ["core"],
        "core": [],
    }
    assert waves(requires) == {"config": 2, "core": 1, "features": 3, "serving": 4}


def test_a_circle_moves_together_and_what_needs_it_comes_after() -> None:
    requires = {"a": ["b"], "b": ["c"], "c": ["a", "base"], "base": [], "top": ["b"]}
    assert waves(requires) == {"a": 2, "b": 2, "base": 1, "c": 2, "top": 3}
    assert cycles(requires) == [("a", "b", "c")]


def test_a_project_that_requires_itself_is_no_circle() -> None:
    assert waves({"a": ["a"]}) == {"a": 1}
    assert cycles({"a": ["a"]}) == []


def test_a_chain_of_thousands() -> None:
    requires = {f"p{n:05}": [f"p{n - 1:05}"] if n else [] for n in range(5000)}
    assert waves(requires)["p04999"] == 5000


@given(graphs)
def test_laws(requires: dict[str, list[str]]) -> None:
    number = waves(requires)
    assert set(number) == set(requires)
    reach = _reach(requires)
    for one in requires:
        for other in requires:
            if one != other and other in reach[one]:
                together = one in reach[other]
                assert (number[one] == number[other]) if together else number[one] > number[other]
    # No gaps: a wave above the first stands on the one below it.
    assert set(number.values()) == set(range(1, max(number.values(), default=0) + 1))
    shuffled = {name: list(reversed(requires[name])) for name in reversed(list(requires))}
    assert waves(shuffled) == number


def _reach(requires: dict[str, list[str]]) -> dict[str, set[str]]:
    reach = {name: set(found) & requires.keys() for name, found in requires.items()}
    for _ in requires:
        for name in requires:
            reach[name] |= {far for near in set(reach[name]) for far in reach[near]}
    return reach
