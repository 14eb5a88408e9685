"""All blockers of a demand, with why they block and what would have to be."""

import pytest

from pylife.dependencies.reasons.blockers import Explained, explain
from pylife.dependencies.records import Blocker, Dated, Reason, Solved
from tests.dependencies.reasons.universe import Made, Universe, demand, on


def why(world: Universe, *requirements: str, python: str = "3.13", **more: object) -> Explained:
    asked = demand(*requirements, **more)
    return explain(asked, on(python), resolver=world.resolve, support=world, witnesses={})


def only(found: Explained) -> Blocker:
    assert found.complete, found.told
    (blocker,) = found.blockers
    return blocker


def test_a_package_without_a_wheel() -> None:
    world = Universe(
        {
            "lib": (Made("1.0", requires=("fast",)),),
            "fast": (
                Made("1.0", ("3.12",), sdist=True),
                Made("1.1", ("3.12", "3.14@2025-10-09"), day="2025-10-01"),
            ),
        }
    )
    blocker = only(why(world, "lib>=1"))
    assert blocker.package == "fast"
    assert blocker.chain == ("lib", "fast")
    assert blocker.reason is Reason.NO_WHEEL
    assert blocker.own_cap is None
    assert blocker.loads_from is None
    assert "fast 1.1 has no wheel for Python 3.13 on linux-x86_64" in blocker.told
    assert "(it has wheels for 3.12, 3.14)" in blocker.told


def test_all_of_them_also_behind_one_another() -> None:
    world = Universe(
        {
            "frames": (Made("2.0", ("3.12",), ("arrays>=1", "dates")),),
            "arrays": (Made("1.9", ("3.12",)),),
            "dates": (Made("1.0"),),
            "yaml": (Made("6.0", ("3.12",)),),
        }
    )
    found = why(world, "frames", "yaml")
    assert found.complete
    assert [(each.package, each.chain) for each in found.blockers] == [
        ("frames", ("frames",)),
        ("yaml", ("yaml",)),
        ("arrays", ("frames", "arrays")),
    ]


def test_an_old_release_for_every_python_says_nothing_about_later_ones() -> None:
    world = Universe(
        {
            "wire": (
                Made("3.0.0", ("*",), day="2016-01-01"),
                Made("5.0.0", ("3.12",), day="2024-01-01"),
                Made("6.0.0", ("3.12", "3.13@2024-11-05"), day="2024-10-01"),
            ),
            "rpc": (Made("1.0", requires=("wire>=4,<6",)),),
        }
    )
    blocker = only(why(world, "rpc"))
    assert (blocker.package, blocker.chain) == ("wire", ("rpc", "wire"))
    assert blocker.reason is Reason.NO_WHEEL
    assert blocker.loads_from == Dated("6.0.0", "2024-11-05")
    assert blocker.evidenced_from == Dated("6.0.0", "2024-11-05")
    assert "rpc 1.0 does not take wire>=6.0.0, which could be had" in blocker.told


def test_an_old_release_does_not_hide_what_blocks_behind_another() -> None:
    world = Universe(
        {
            "tools": (Made("1.0", ("3.12",), ("wire>=4",)),),
            "wire": (Made("3.0.0", ("*",)), Made("5.0.0", ("3.12",))),
        }
    )
    found = why(world, "tools")
    assert found.complete
    assert [each.package for each in found.blockers] == ["tools", "wire"]


def test_the_own_cap() -> None:
    world = Universe(
        {
            "arrays": (Made("1.26", ("3.12",)), Made("2.1", ("3.13",)), Made("2.2", ("3.13",))),
        }
    )
    blocker = only(why(world, 'arrays[x] >=1.20, <2 ; python_version >= "3.9"'))
    assert blocker.reason is Reason.OWN_CAP
    assert blocker.own_cap == 'arrays[x] >=1.20, <2 ; python_version >= "3.9"'
    assert blocker.loads_from is not None
    assert blocker.loads_from.version == "2.1"


def test_the_own_cap_of_what_brings_it() -> None:
    world = Universe(
        {
            "frames": (Made("1.0", requires=("arrays<2",)), Made("2.0", requires=("arrays>=2",))),
            "arrays": (Made("1.26", ("3.12",)), Made("2.1", ("3.13",))),
        }
    )
    blocker = only(why(world, "frames<2"))
    assert (blocker.package, blocker.chain) == ("arrays", ("frames", "arrays"))
    assert (blocker.reason, blocker.own_cap) == (Reason.OWN_CAP, "frames<2")
    assert "without the cap of `frames<2`" in blocker.told


def test_a_constraint_is_an_own_cap_too() -> None:
    world = Universe({"arrays": (Made("1.26", ("3.12",)), Made("2.1", ("3.13",)))})
    blocker = only(why(world, "arrays", constraints=("arrays==1.26",)))
    assert (blocker.reason, blocker.own_cap) == (Reason.OWN_CAP, "arrays==1.26")


def test_a_cap_that_does_not_decide_is_not_told() -> None:
    world = Universe({"arrays": (Made("1.26", ("3.12",)), Made("2.1", ("3.12",)))})
    blocker = only(why(world, "arrays<2"))
    assert (blocker.reason, blocker.own_cap) == (Reason.NO_WHEEL, None)


def test_the_cap_on_the_package_itself_is_told_rather_than_another() -> None:
    world = Universe(
        {
            "frames": (Made("1.0", requires=("arrays",)), Made("2.0")),
            "arrays": (Made("1.26", ("3.12",)), Made("2.1", ("3.13",))),
        }
    )
    blocker = only(why(world, "arrays<2", "frames<2"))
    assert (blocker.package, blocker.own_cap) == ("arrays", "arrays<2")
    blocker = only(why(world, "frames", constraints=("arrays<2", "frames<2")))
    assert (blocker.package, blocker.own_cap) == ("arrays", "arrays<2")


def test_what_a_later_layer_makes_needless_is_none() -> None:
    world = Universe(
        {
            "top": (Made("1.0", requires=("a",)), Made("2.0", ("3.14",), requires=("a",))),
            "a": (Made("1.0", requires=('c>=1.5; python_version < "3.14"',)),),
            "c": (Made("1.0"),),
        },
        tells=False,
    )
    blocker = only(why(world, "top"))
    assert blocker.package == "a"
    assert blocker.chain == ("top", "a")


def test_a_cap_that_has_to_go_though_that_is_not_enough() -> None:
    world = Universe(
        {
            "lib": (Made("1.0", python="<3.13", sdist=True), Made("2.0", requires=("api",))),
            "api": (Made("1.0", (), sdist=True),),
        }
    )
    blocker = only(why(world, "lib==1.0"))
    assert (blocker.reason, blocker.own_cap) == (Reason.OWN_CAP, "lib==1.0")
    assert blocker.told == (
        "lib 1.0 asks for Python <3.13; lib 2.0 can be had, which `lib==1.0` leaves out; "
        "more would be in the way then"
    )


def test_releases_for_newer_pythons_alone_are_not_the_reason() -> None:
    world = Universe({"lib": (Made("3.0", (), python=">=3.14"), Made("2.0", (), sdist=True))})
    assert only(why(world, "lib")).reason is Reason.SDIST_ONLY


def test_requires_python() -> None:
    world = Universe({"lib": (Made("1.0", python="<3.13"), Made("0.1", python="<3.12"))})
    blocker = only(why(world, "lib"))
    assert blocker.reason is Reason.REQUIRES_PYTHON
    assert "lib 1.0 asks for Python <3.13" in blocker.told


def test_a_floor_that_an_old_python_does_not_have() -> None:
    world = Universe({"lib": (Made("3.0", ("*",), python=">=3.12"), Made("2.9", ("3.11",)))})
    blocker = only(why(world, "lib>=3", python="3.11"))
    assert (blocker.reason, blocker.own_cap) == (Reason.REQUIRES_PYTHON, None)
    assert "the last release that could be had is 2.9" in blocker.told


def test_source_alone() -> None:
    world = Universe(
        {"lib": (Made("1.0", requires=("grammar",)),), "grammar": (Made("4.9", (), sdist=True),)}
    )
    blocker = only(why(world, "lib"))
    assert (blocker.package, blocker.reason) == ("grammar", Reason.SDIST_ONLY)
    assert "then it is not what blocks" in blocker.told


def test_what_is_behind_source_alone_is_known_from_a_resolution_with_builds() -> None:
    world = Universe(
        {
            "grammar": (Made("4.9", (), ("speed",), sdist=True),),
            "speed": (Made("1.0", ("3.12",), sdist=True),),
        }
    )
    asked = demand("grammar")
    built = world.resolve(asked, on("3.13"), build=True)
    assert isinstance(built, Solved)
    found = explain(
        asked, on("3.13"), resolver=world.resolve, support=world, witnesses={on("3.13"): built}
    )
    assert [each.package for each in found.blockers] == ["grammar", "speed"]


@pytest.mark.parametrize(
    ("requirement", "told"),
    [
        ("gone", "no index that is asked has gone"),
        ("lib>=9", "no release of lib is `lib>=9`; the newest is 1.0"),
    ],
)
def test_what_is_on_no_index(requirement: str, told: str) -> None:
    blocker = only(why(Universe({"lib": (Made("1.0"),)}), requirement))
    assert blocker.reason is Reason.ABSENT_VERSION
    assert told in blocker.told


def test_a_conflict_names_what_cannot_go_together() -> None:
    world = Universe(
        {
            "a": (Made("1.0", requires=("x<2",)),),
            "b": (Made("1.0", requires=("x>=2",)),),
            "c": (Made("1.0", requires=("x",)),),
            "x": (Made("1.0"), Made("2.0")),
        }
    )
    blocker = only(why(world, "c", "b", "a"))
    assert (blocker.package, blocker.reason) == ("x", Reason.CONFLICT)
    assert "`b` and `a` cannot be had together because of x" in blocker.told


def test_a_conflict_with_the_own_cap() -> None:
    world = Universe({"b": (Made("1.0", requires=("x>=2",)),), "x": (Made("1.0"), Made("2.0"))})
    blocker = only(why(world, "x<2", "b"))
    assert (blocker.package, blocker.reason) == ("x", Reason.OWN_CAP)
    assert blocker.own_cap == "x<2"
    assert blocker.loads_from == Dated("2.0", "2024-01-01")


def test_an_older_release_that_avoids_it_makes_it_none() -> None:
    world = Universe(
        {
            "lib": (Made("1.0"), Made("2.0", requires=("fast",))),
            "fast": (Made("1.0", ("3.12",)),),
            "other": (Made("1.0", ("3.12",)),),
        }
    )
    assert only(why(world, "lib", "other")).package == "other"


def test_a_marker_that_is_true_there_alone() -> None:
    world = Universe({"lib": (Made("1.0"),), "extra": (Made("1.0", ("3.12",)),)})
    found = why(world, "lib", 'extra; python_version >= "3.13"', 'gone; python_version < "3.13"')
    assert only(found).package == "extra"


def test_as_it_was_on_a_day() -> None:
    import datetime as dt

    world = Universe({"fast": (Made("1.0", ("3.12", "3.13@2025-02-01"), day="2024-06-01"),)})
    found = why(world, "fast", before=dt.date(2025, 1, 31))
    blocker = only(found)
    assert blocker.reason is Reason.NO_WHEEL
    assert blocker.loads_from is None
    assert why(world, "fast", before=dt.date(2025, 2, 1)).blockers == ()


def test_a_resolver_that_cannot_work_is_no_verdict() -> None:
    from pylife.dependencies.records import Broken

    world = Universe({"lib": (Made("1.0"),)})
    found = explain(
        demand("lib"),
        on("3.13"),
        resolver=lambda *_, **__: Broken("no network"),
        support=world,
        witnesses={},
    )
    assert found == Explained(
        (), complete=False, told="the resolver could not do its work: no network"
    )


def test_a_limit_of_questions_gives_what_was_found() -> None:
    packages: dict[str, tuple[Made, ...]] = {
        f"p{number}": (Made("1.0", ("3.12",)),) for number in range(6)
    }
    packages["top"] = (Made("1.0", requires=tuple(packages)),)
    world = Universe(packages)
    found = explain(
        demand("top"), on("3.13"), resolver=world.resolve, support=world, witnesses={}, limit=4
    )
    assert not found.complete
    assert found.told == "stopped after 4 resolutions"
