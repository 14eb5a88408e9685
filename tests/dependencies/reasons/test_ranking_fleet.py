"""Which packages hold back the most projects."""

from itertools import permutations

from pylife.dependencies.reasons.ranking import rank
from pylife.dependencies.records import Blocker, Dated, Reason
from tests.dependencies.reasons.universe import on

YAML = Blocker("pyyaml", ("pyyaml",), Reason.NO_WHEEL)
DEEP = Blocker("pyyaml", ("kfp", "pyyaml"), Reason.NO_WHEEL)
ARRAYS = Blocker(
    "numpy",
    ("numpy",),
    Reason.OWN_CAP,
    "numpy<2",
    Dated("2.5.2", "2026-08-09"),
    Dated("2.5.2", "2026-08-09"),
)
FLEET = [
    ("a", on("3.15"), (YAML, ARRAYS)),
    ("b", on("3.15"), (DEEP,)),
    ("c", on("3.15"), (YAML,)),
    ("c", on("3.14"), ()),
    ("d", on("3.15"), (ARRAYS._replace(loads_from=Dated("2.10.0", "2026-11-01")),)),
]


def test_the_most_held_back_come_first() -> None:
    yaml, arrays = rank(FLEET)
    assert yaml.projects == ("a", "b", "c")
    assert yaml.told == "pyyaml holds back 3 projects on 3.15 (no-wheel)"
    assert arrays.cleared == Dated("2.5.2", "2026-08-09")
    assert arrays.told == (
        "numpy holds back 2 projects on 3.15 (own-cap); 2.5.2 can be had since 2026-08-09"
    )
    assert [held.blocker.own_cap for held in arrays.held] == ["numpy<2", "numpy<2"]


def test_the_order_does_not_depend_on_that_of_the_fleet() -> None:
    assert len({rank(order) for order in permutations(FLEET)}) == 1


def test_one_project_is_named() -> None:
    (row,) = rank(FLEET[1:2])
    assert row.told == "pyyaml holds back b on 3.15 (no-wheel)"
