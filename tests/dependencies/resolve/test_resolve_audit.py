"""What is said against the picks of a resolution."""

from pathlib import Path

from pylife.dependencies.records import Audited, Flag, Solved, Target
from pylife.dependencies.resolve.audit import audit
from tests.dependencies.resolve.asked import on, world
from tests.dependencies.served import Dist, Projects, write_flat

LINUX = "manylinux_2_17_x86_64"


def audited(folder: Path, projects: Projects, *requirements: str, build: bool = False) -> Audited:
    """What is said against `one` on Python 3.13."""
    found = _audit(folder, projects, on("3.13"), *requirements, build=build)
    return next(each for each in found if each.package == "one")


def _audit(
    folder: Path, projects: Projects, target: Target, *requirements: str, build: bool = False
) -> tuple[Audited, ...]:
    with world(folder, projects) as asked:
        demand = asked.demand(*requirements or ("one",))
        answer = asked.resolver(demand, target, build=build)
        assert isinstance(answer, Solved), answer
        return audit(answer, demand, target, asked.support)


def test_nothing(tmp_path: Path) -> None:
    one = audited(tmp_path, {"one": [Dist("1.0", uploaded="2025-01-15")]})
    assert one == Audited("one", "1.0", (), "2025-01-15", "")


def test_ancient(tmp_path: Path) -> None:
    one = audited(
        tmp_path,
        {
            "one": [
                Dist("1.0", uploaded="2019-05-01"),
                Dist("2.0", f"cp312-cp312-{LINUX}", uploaded="2024-01-01"),
                Dist("3.0", f"cp312-cp312-{LINUX}", uploaded="2024-02-01"),
            ]
        },
    )
    assert (one.version, one.uploaded) == ("1.0", "2019-05-01")
    assert one.flags == (Flag.ANCIENT, Flag.UNEVIDENCED)
    assert "3.0 (and 1 older) would do and cannot be installed on it" in one.note


def test_old_without_anything_newer_is_not_ancient(tmp_path: Path) -> None:
    one = audited(tmp_path, {"one": [Dist("1.0", uploaded="2019-05-01")]})
    assert one.flags == (Flag.UNEVIDENCED,)


def test_old_by_its_own_cap_is_not_ancient(tmp_path: Path) -> None:
    projects: Projects = {
        "one": [
            Dist("1.0", uploaded="2019-05-01"),
            Dist("2.0", f"cp312-cp312-{LINUX}", uploaded="2024-01-01"),
        ]
    }
    assert Flag.ANCIENT not in audited(tmp_path, projects, "one<2").flags
    capping: Projects = {**projects, "two": [Dist("1.0", requires=("one<2",))]}
    assert Flag.ANCIENT not in audited(tmp_path, capping, "one", "two").flags


def test_what_came_before_and_newer_prereleases_or_withdrawn_do_not_make_it_ancient(
    tmp_path: Path,
) -> None:
    projects: Projects = {
        "one": [
            Dist("0.5", f"cp312-cp312-{LINUX}"),
            Dist("1.0", uploaded="2019-05-01"),
            Dist("2.0rc1", f"cp312-cp312-{LINUX}"),
            Dist("2.0", f"cp312-cp312-{LINUX}", yanked="broken"),
        ]
    }
    assert audited(tmp_path, projects).flags == (Flag.UNEVIDENCED,)


def test_a_wheel_for_this_very_python_is_not_ancient(tmp_path: Path) -> None:
    projects: Projects = {
        "one": [
            Dist("1.0", f"cp313-cp313-{LINUX}", uploaded="2024-08-01"),
            Dist("2.0", f"cp312-cp312-{LINUX}", uploaded="2024-11-01"),
        ]
    }
    assert audited(tmp_path, projects).flags == ()


def test_an_upper_bound(tmp_path: Path) -> None:
    projects: Projects = {"one": [Dist("1.0"), Dist("2.0", requires_python=">=3.9,<3.13")]}
    one = audited(tmp_path, projects)
    assert one.flags == (Flag.UPPER_BOUND,)
    assert "2.0 is for Python >=3.9,<3.13 only" in one.note.replace(" ,", ",")


def test_a_lower_bound_is_none(tmp_path: Path) -> None:
    projects: Projects = {"one": [Dist("1.0"), Dist("2.0", requires_python=">=3.14")]}
    assert audited(tmp_path, projects).flags == ()


def test_withdrawn_and_prerelease(tmp_path: Path) -> None:
    projects: Projects = {"one": [Dist("1.0rc1", yanked="broken build")]}
    one = audited(tmp_path, projects, "one==1.0rc1")
    assert one.flags == (Flag.YANKED, Flag.PRERELEASE)
    assert one.note == "withdrawn by its authors: broken build; a prerelease"


def test_built_from_source(tmp_path: Path) -> None:
    projects: Projects = {
        "one": [Dist("1.0", uploaded="2019-05-01"), Dist("2.0", "sdist", uploaded="2020-01-01")]
    }
    one = audited(tmp_path, projects, build=True)
    assert one == Audited(
        "one", "2.0", (Flag.SDIST_ONLY,), "2020-01-01", "must be built from its source"
    )
    # Where wheels alone are taken, the source is what cannot be had.
    assert audited(tmp_path, projects).flags == (Flag.ANCIENT, Flag.UNEVIDENCED)


def test_nothing_is_said_against_the_fleets_own(tmp_path: Path) -> None:
    own = write_flat(tmp_path / "own", {"acme": [Dist("1.0")]})
    with world(tmp_path, {"acme": [Dist("2.0", yanked="a stranger")]}) as asked:
        demand = asked.demand("acme", links=own)
        answer = asked.resolver(demand, on("3.13"))
        assert isinstance(answer, Solved)
        assert audit(answer, demand, on("3.13"), asked.support) == (
            Audited("acme", "1.0", note="one of the fleet's own"),
        )


def test_what_is_named_by_its_address_is_not_known(tmp_path: Path) -> None:
    folder = write_flat(tmp_path / "files", {"four": [Dist("4.0", requires=("one",))]})
    file = next(folder.iterdir())
    found = _audit(tmp_path, {"one": [Dist("1.0")]}, on("3.13"), f"four @ {file.as_uri()}")
    assert found[0] == Audited("four", "4.0", note="not on the index: nothing is known of it")
    assert found[1].package == "one"
