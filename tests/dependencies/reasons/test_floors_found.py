"""The fewest floors that make a project work at its lowest on every Python."""

import pytest

from pylife.dependencies.reasons.floors import Floors, applied, floors
from tests.dependencies.reasons.universe import Made, Universe, demand, on

PYTHONS = ("3.11", "3.12", "3.13")
FINE: dict[str, tuple[Made, ...]] = {
    "arrays": (
        Made("1.20", ("3.11",), sdist=True),
        Made("1.26", ("3.11", "3.12"), sdist=True),
        Made("2.1.0", ("3.11", "3.12", "3.13"), sdist=True),
        Made("2.2.0", ("3.12", "3.13"), sdist=True),
    )
}


def raised(
    world: Universe, *requirements: str, pythons: tuple[str, ...] = PYTHONS, **more: object
) -> Floors:
    return floors(
        demand(*requirements, **more),
        [on(python) for python in pythons],
        resolver=world.resolve,
        support=world,
    )


def changes(found: Floors) -> list[tuple[str, str]]:
    assert found.verified, found.reasons
    return [(bump.from_, bump.to) for bump in found.bumps]


def test_one_floor_for_all() -> None:
    found = raised(Universe(FINE), "arrays[x] >= 1.20, <3 ; python_version > '3.8'")
    assert changes(found) == [
        (
            "arrays[x] >= 1.20, <3 ; python_version > '3.8'",
            "arrays[x] >= 2.1, <3 ; python_version > '3.8'",
        )
    ]
    (bump,) = found.bumps
    assert bump.package == "arrays"
    assert bump.why == "arrays 1.20 has no wheel for Python 3.12 on linux-x86_64, only source"


def test_markers_where_no_floor_does_for_all() -> None:
    world = Universe(
        {
            "arrays": (
                Made("1.21", ("3.11",), sdist=True),
                Made("1.26", ("3.12",), sdist=True, python=">=3.12"),
                Made("2.1", ("3.12", "3.13"), sdist=True, python=">=3.12"),
            )
        }
    )
    found = raised(world, "arrays>=1.21")
    assert changes(found) == [
        ("arrays>=1.21", 'arrays>=1.21; python_version < "3.12"'),
        ("arrays>=1.21", 'arrays>=2.1; python_version >= "3.12"'),
    ]
    assert applied(("x", "arrays>=1.21"), found.bumps) == (
        "x",
        'arrays>=1.21; python_version < "3.12"',
        'arrays>=2.1; python_version >= "3.12"',
    )


def test_a_floor_that_holds_stays() -> None:
    assert changes(raised(Universe(FINE), "arrays>=2.1")) == []


def test_a_floor_is_added_where_releases_are_compiled() -> None:
    pure: dict[str, tuple[Made, ...]] = {"pure": (Made("0.1", (), sdist=True), Made("1.0"))}
    assert changes(raised(Universe(FINE | pure), "arrays", "pure")) == [("arrays", "arrays>=2.1.0")]


def test_a_floor_whose_own_requirements_cannot_be_had() -> None:
    world = Universe(
        FINE
        | {
            "frames": (
                Made("1.0", requires=("arrays<2",)),
                Made("2.0", requires=("arrays>=2",)),
            )
        }
    )
    assert changes(raised(world, "frames>=1")) == [("frames>=1", "frames>=2")]


def test_what_the_others_refuse_needs_no_floor() -> None:
    world = Universe(FINE | {"frames": (Made("2.0", requires=("arrays>=2",)),)})
    assert changes(raised(world, "frames>=2", "arrays>=1.20")) == []


def test_what_another_floor_makes_needless_is_not_raised() -> None:
    world = Universe(
        FINE
        | {
            "frames": (
                Made("1.0", ("3.11",), requires=("arrays<2",), sdist=True),
                Made("2.0", requires=("arrays>=2",)),
            )
        }
    )
    assert changes(raised(world, "frames>=1", "arrays>=1.26")) == [("frames>=1", "frames>=2")]


def test_what_only_the_present_floor_of_another_makes_needed_is_not_raised() -> None:
    frames = (Made("1.0", requires=("arrays<2",)), Made("2.0", requires=("arrays>=2",)))
    world = Universe(FINE | {"frames": frames})
    assert changes(raised(world, "frames>=1", "arrays>=1.20")) == [("arrays>=1.20", "arrays>=2.1")]


def test_a_release_that_the_rest_refuses_on_every_python_is_no_floor() -> None:
    world = Universe(
        {
            "frames": (Made("1.0", requires=("arrays<2",)), Made("2.0")),
            "arrays": (Made("1.0", ("3.11",)), Made("2.0")),
        }
    )
    assert changes(raised(world, "frames>=1", "arrays>=2", pythons=("3.11", "3.12"))) == []


def test_no_python_is_raised_further_than_it_must() -> None:
    world = Universe(
        {
            "arrays": (
                Made("1.0", ("3.11",), sdist=True),
                Made("2.0", ("3.12",), sdist=True, python=">=3.12"),
                Made("3.0", ("3.12", "3.13", "3.14"), sdist=True, python=">=3.12"),
                Made("4.0", ("3.13", "3.14"), sdist=True, python=">=3.13"),
            )
        }
    )
    found = raised(world, "arrays>=1", pythons=("3.11", "3.12", "3.13"))
    assert [bump.to for bump in found.bumps] == [
        'arrays>=1; python_version < "3.12"',
        'arrays>=3; python_version >= "3.12"',
    ]


def test_siblings_move_together() -> None:
    world = Universe(
        {
            "api": (Made("1.20"), Made("1.25"), Made("1.26")),
            "sdk": tuple(
                Made(version, wheels, (f"api=={version}",), sdist=True)
                for version, wheels in (("1.20", ("3.11",)), ("1.25", PYTHONS), ("1.26", PYTHONS))
            ),
        }
    )
    found = raised(world, "api>=1.20", "sdk>=1.20")
    assert changes(found) == [("api>=1.20", "api>=1.25"), ("sdk>=1.20", "sdk>=1.25")]
    assert found.bumps[0].why == "each release of it goes with that of sdk alone"


def test_a_cap_is_told_and_not_changed() -> None:
    found = raised(Universe(FINE), "arrays>=1.20,<2")
    assert found.left == (on("3.13"),)
    assert found.caps == ("arrays>=1.20,<2",)
    assert found.reasons == ("3.13 on linux-x86_64: the cap of `arrays>=1.20,<2` would have to go",)
    assert changes(found) == [("arrays>=1.20,<2", "arrays>=1.26,<2")]


def test_a_pin_is_no_floor() -> None:
    found = raised(Universe(FINE), "arrays==1.26", pythons=("3.11", "3.12"))
    assert changes(found) == []


def test_what_no_floor_helps() -> None:
    found = raised(Universe({"lib": (Made("1.0", ("3.11",)),)}), "lib>=1")
    assert found.left == (on("3.12"), on("3.13"))
    assert found.reasons == (
        "3.12 on linux-x86_64: no floor helps there",
        "3.13 on linux-x86_64: no floor helps there",
    )
    assert changes(found) == []


def test_lines_with_markers_of_their_own() -> None:
    found = raised(
        Universe(FINE),
        'arrays>=1.20; python_version < "3.12"',
        'arrays>=1.20; python_version >= "3.12"',
    )
    assert changes(found) == [
        ('arrays>=1.20; python_version >= "3.12"', 'arrays>=2.1; python_version >= "3.12"')
    ]


def test_a_resolver_that_cannot_work() -> None:
    from pylife.dependencies.records import Broken

    found = floors(
        demand("lib"),
        [on("3.12")],
        resolver=lambda *_, **__: Broken("no network"),
        support=Universe({}),
    )
    assert found == Floors(
        (), verified=False, reasons=("the resolver could not do its work: no network",)
    )


@pytest.mark.parametrize("order", [PYTHONS, PYTHONS[::-1]])
def test_the_order_of_targets_does_not_matter(order: tuple[str, ...]) -> None:
    found = raised(Universe(FINE), "arrays>=1.20", pythons=order)
    assert [bump.to for bump in found.bumps] == ["arrays>=2.1"]
