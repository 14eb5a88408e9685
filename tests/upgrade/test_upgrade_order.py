"""The order of a campaign: gains downward first, floors upward first, circles together."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from pylife.model import PythonVersion
from pylife.upgrade.order import Move, order, sequence
from tests.upgrade.upgrade_help import v

NAMES = "abcdefg"
PYTHONS = [v("3.8"), v("3.9")]
NEW = [v("3.14"), v("3.15")]


def move(gains: str = "", loses: str = "", lets_in: str = "") -> Move:
    sets = [frozenset(map(v, text.split())) for text in (gains, loses, lets_in)]
    return Move(*sets)


def test_what_comes_comes_to_dependencies_first() -> None:
    moves = {"core": move("3.15"), "api": move("3.15", "", "3.14"), "tool": move("", "", "3.14")}
    found = order(moves, {"api": ["core", "flask"], "tool": ["core"]})
    assert (found["core"].wave, found["api"].wave) == (1, 2)
    assert found["api"].parents == ("core",)
    assert found["api"].reason == "after core, which must have 3.15 first"
    assert found["core"].reason == "nothing has to come before it"
    assert found["core"].dependants == 2
    assert found["tool"].reason == "nothing comes or goes"


def test_a_parent_that_lacks_what_comes_is_waited_for_even_if_it_does_not_move() -> None:
    moves = {"core": move("", "", "3.11 3.12"), "api": move("3.15", "", "3.12")}
    assert order(moves, {"api": ["core"]})["api"].parents == ("core",)


def test_a_floor_rises_under_consumers_last() -> None:
    old = {"loses": "3.9", "lets_in": "3.9 3.14"}
    found = order({"core": move(**old), "api": move(**old)}, {"api": ["core"]})
    assert (found["api"].wave, found["core"].wave) == (1, 2)
    assert found["core"].held == {v("3.9"): ("api",)}
    assert found["core"].floor_wave is None  # it is all that it does
    assert found["core"].reason == "its floor rises after api, which still lets in 3.9"
    assert found["api"].held == {}


def test_what_comes_does_not_wait_for_a_floor_that_does() -> None:
    both = {"gains": "3.15", "loses": "3.8 3.9", "lets_in": "3.8 3.9 3.14"}
    moves = {"core": move(**both), "api": move("3.15", "3.9", "3.9 3.14")}
    found = order(moves, {"api": ["core"]})
    assert (found["core"].wave, found["api"].wave, found["core"].floor_wave) == (1, 2, 4)
    assert found["core"].held == {v("3.9"): ("api",)}  # 3.8 can go at once
    assert "in wave 4" in found["core"].reason


def test_a_circle_moves_together_and_says_so() -> None:
    both = {"gains": "3.15", "loses": "3.9", "lets_in": "3.9"}
    moves = {name: move(**both) for name in ("sdk", "configuration", "top", "base")}
    edges = {
        "sdk": ["configuration", "base"], "configuration": ["sdk"], "top": ["configuration"],
    }  # fmt: skip
    found = order(moves, edges)
    assert found["sdk"].wave == found["configuration"].wave == 2
    assert found["sdk"].together == ("configuration",)
    assert "they require each other, so none can go first" in found["sdk"].reason
    # Both keep what a consumer of either of them lets in, and nothing for each other.
    assert found["sdk"].held == found["configuration"].held == {v("3.9"): ("top",)}
    assert found["top"].held == {}


def test_in_a_circle_who_does_not_move_along_is_waited_for() -> None:
    moves = {"a": move("", "3.9", "3.9"), "b": move("", "", "3.9")}
    found = order(moves, {"a": ["b"], "b": ["a"]})
    assert found["a"].held == {v("3.9"): ("b",)}


def test_in_a_wave_those_come_first_on_which_most_stand() -> None:
    moves = {name: move("3.15") for name in ("a", "z", "one", "two")}
    found = order(moves, {"one": ["z"], "two": ["z"]})
    assert sequence(found)[:2] == ["z", "a"]


pythons = st.frozensets(st.sampled_from(PYTHONS))
moves_ = st.builds(
    lambda gains, loses, more, new: Move(gains, loses, loses | more | new),
    st.frozensets(st.sampled_from(NEW)), pythons, pythons, st.frozensets(st.sampled_from(NEW)),
)  # fmt: skip
fleets = st.tuples(
    st.dictionaries(st.sampled_from(NAMES), moves_, min_size=1),
    st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES + "xy"), max_size=3)),
)


@given(fleets)
def test_laws(fleet: tuple[dict[str, Move], dict[str, list[str]]]) -> None:
    moves, requires = fleet
    found = order(moves, requires)
    assert set(found) == set(moves)
    assert set(sequence(found)) == set(moves)
    for name, place in found.items():
        assert place.reason
        for parent in set(requires.get(name, ())) & moves.keys() - {name}:
            other = found[parent]
            if parent in place.together:
                continue
            shared = moves[name].gains & moves[parent].gains
            if shared:
                assert parent in place.parents
                assert other.wave < place.wave
            for python in moves[parent].loses & moves[name].lets_in:
                # Its floor waits for each consumer, and comes after what that one does last.
                assert name in other.held[python]
                last = other.floor_wave or other.wave
                assert last > (place.floor_wave or place.wave)
    flipped = {n: list(reversed(requires[n])) for n in reversed(list(requires))}
    assert order(dict(reversed(list(moves.items()))), flipped) == found


@given(fleets)
def test_carried_out_night_by_night_it_ends_and_never_lifts_a_floor_too_early(
    fleet: tuple[dict[str, Move], dict[str, list[str]]],
) -> None:
    moves, requires = fleet
    # A project that lets in what it does not lose would rightly be waited for: here all move.
    dropped = frozenset(PYTHONS)
    now = {n: m._replace(loses=m.lets_in & dropped) for n, m in moves.items()}
    for _ in range(4 * len(now) + 2):
        places = order(now, requires)
        merged = {}
        for name, one in now.items():
            place = places[name]
            if any(parent in now and now[parent].gains & one.gains for parent in place.parents):
                continue
            lost = one.loses - _kept(one.loses, place.held)
            _see(name, lost, now, requires, place.together)
            merged[name] = Move(frozenset(), one.loses - lost, (one.lets_in | one.gains) - lost)
        now |= merged
    assert all(one.still for one in now.values())


def _kept(
    loses: frozenset[PythonVersion], held: Mapping[PythonVersion, tuple[str, ...]]
) -> frozenset[PythonVersion]:
    """A floor that stays for one Python keeps all that are newer."""
    first = min(held, default=None)
    return frozenset(p for p in loses if first is not None and p >= first)


def _see(
    name: str,
    lost: frozenset[PythonVersion],
    now: dict[str, Move],
    requires: dict[str, list[str]],
    together: tuple[str, ...],
) -> None:
    for consumer, one in now.items():
        if name in requires.get(consumer, ()) and consumer not in {name, *together}:
            assert not lost & one.lets_in
