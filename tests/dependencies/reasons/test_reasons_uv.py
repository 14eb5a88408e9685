"""The same answers with the real uv and a real index as in the small world in which all is tried."""

from pathlib import Path

import pytest

from pylife.dependencies.reasons.blockers import explain
from pylife.dependencies.reasons.floors import floors
from pylife.dependencies.records import Blocker, Demand, Reason
from tests.dependencies.reasons.universe import Made, Universe, demand, on
from tests.dependencies.resolve.asked import World, world
from tests.dependencies.served import Dist


def served(universe: Universe) -> dict[str, list[Dist]]:
    """The distribution files of a universe."""
    return {
        name: [dist for made in releases for dist in _files(made)]
        for name, releases in universe.packages.items()
    }


def _files(made: Made) -> list[Dist]:
    tags = {
        wheel: "py3-none-any"
        if wheel == "*"
        else f"cp{wheel.replace('.', '')}-cp{wheel.replace('.', '')}-manylinux_2_17_x86_64"
        for wheel in (each.partition("@")[0] for each in made.wheels)
    }
    tags |= {"sdist": "sdist"} if made.sdist else {}
    days = {each.partition("@")[0]: each.partition("@")[2] for each in made.wheels}
    return [
        Dist(
            made.version,
            tag,
            made.requires,
            made.python,
            made.yanked,
            days.get(wheel) or made.day,
        )
        for wheel, tag in tags.items()
    ]


def same(one: Blocker) -> tuple[object, ...]:
    return one.package, one.chain, one.reason, one.own_cap, one.loads_from


WORLDS: dict[str, tuple[dict[str, tuple[Made, ...]], Demand]] = {
    "behind": (
        {
            "frames": (Made("2.0", ("3.12",), ("arrays>=1", "dates")),),
            "arrays": (Made("1.9", ("3.12",)),),
            "dates": (Made("1.0"),),
            "yaml": (Made("6.0", ("3.12",), sdist=True),),
        },
        demand("frames", "yaml", "dates"),
    ),
    "old-wheel": (
        {
            "wire": (
                Made("3.0.0", ("*",), day="2016-01-01"),
                Made("5.0.0", ("3.12",), day="2024-01-01"),
                Made("6.0.0", ("3.12", "3.13@2024-11-05"), day="2024-10-01"),
            ),
            "rpc": (Made("1.0", requires=("wire>=4,<6",)),),
        },
        demand("rpc"),
    ),
    "own-cap-above": (
        {
            "frames": (Made("1.0", requires=("arrays<2",)), Made("2.0", requires=("arrays>=2",))),
            "arrays": (Made("1.26", ("3.12",)), Made("2.1", ("3.13",))),
        },
        demand("frames<2"),
    ),
    "conflict": (
        {
            "a": (Made("1.0", requires=("x<2",)),),
            "b": (Made("1.0", requires=("x>=2",)),),
            "x": (Made("1.0"), Made("2.0")),
        },
        demand("b", "a"),
    ),
    "only-there": (
        {"a": (Made("1.0", requires=('gone; python_version >= "3.13"',)),)},
        demand("a"),
    ),
    "upper-bound": (
        {
            "a": (Made("1.0", python="<3.13"), Made("0.9", requires=("b",))),
            "b": (Made("1.0", ("3.12",)),),
        },
        demand("a"),
    ),
    "source-alone": (
        {"lib": (Made("1.0", requires=("grammar",)),), "grammar": (Made("4.9", (), sdist=True),)},
        demand("lib"),
    ),
}


@pytest.mark.parametrize("name", WORLDS)
def test_blockers_are_those_of_the_small_world(name: str, tmp_path: Path) -> None:
    packages, asked = WORLDS[name]
    small = Universe(packages)
    expected = explain(asked, on("3.13"), resolver=small.resolve, support=small, witnesses={})
    with world(tmp_path, served(small)) as real:
        found = explain(
            asked._replace(indexes=real.indexes),
            on("3.13"),
            resolver=real.resolver,
            support=real.support,
            witnesses={},
        )
    assert found.complete, found.told
    assert list(map(same, found.blockers)) == list(map(same, expected.blockers))


def test_a_requirement_of_that_python_alone_is_found(tmp_path: Path) -> None:
    packages, asked = WORLDS["only-there"]
    with world(tmp_path, served(Universe(packages))) as real:
        found = explain(
            asked._replace(indexes=real.indexes),
            on("3.13"),
            resolver=real.resolver,
            support=real.support,
            witnesses={},
        )
    (blocker,) = found.blockers
    assert (blocker.package, blocker.chain) == ("gone", ("a", "gone"))
    assert blocker.reason is Reason.ABSENT_VERSION


def floors_of(real: World, *requirements: str) -> list[str]:
    found = floors(
        real.demand(*requirements),
        [on("3.11"), on("3.12"), on("3.13")],
        resolver=real.resolver,
        support=real.support,
    )
    assert found.verified, found.reasons
    return [bump.to for bump in found.bumps]


def test_floors_are_those_of_the_small_world(tmp_path: Path) -> None:
    universe = Universe(
        {
            "arrays": (
                Made("1.20", ("3.11",), sdist=True),
                Made("1.26", ("3.11", "3.12"), sdist=True),
                Made("2.1.0", ("3.12", "3.13"), sdist=True, python=">=3.12"),
            ),
            "frames": (Made("2.0", requires=("arrays>=1.26",)),),
            "api": (Made("1.20"), Made("1.25"), Made("1.26")),
            "sdk": tuple(
                Made(version, wheels, (f"api=={version}",), sdist=True)
                for version, wheels in (("1.20", ("3.11",)), ("1.25", ("*",)), ("1.26", ("*",)))
            ),
        }
    )
    with world(tmp_path, served(universe)) as real:
        assert floors_of(real, "arrays[x]>=1.20") == [
            'arrays[x]>=1.20; python_version < "3.12"',
            'arrays[x]>=2.1; python_version >= "3.12"',
        ]
        assert floors_of(real, "arrays>=1.20", "frames>=2") == [
            'arrays>=1.20; python_version < "3.13"',
            'arrays>=2.1; python_version >= "3.13"',
        ]
        assert floors_of(real, "api>=1.20", "sdk>=1.20") == ["api>=1.25", "sdk>=1.25"]
