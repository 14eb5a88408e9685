"""Verdicts: by wheels, by sources, blocked or unknown, and where pip and uv disagree."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pylife.dependencies.records import (
    Blocker,
    Demand,
    Flag,
    Judged,
    Reason,
    Resolver,
    Solved,
    Strategy,
    Support,
    Target,
    Verdict,
)
from pylife.dependencies.resolve import binary
from pylife.dependencies.resolve.judge import judge
from tests.dependencies.resolve.asked import IMPATIENT, World, on, world
from tests.dependencies.served import Dist, Projects

LINUX = "manylinux_2_17_x86_64"


def verdict(asked: World, *requirements: str, python: str = "3.13", **more: object) -> Judged:
    demand = asked.demand(*requirements)
    return judge(
        demand,
        on(python),
        resolver=asked.resolver,
        support=asked.support,
        **more,  # type: ignore[arg-type]
    )


def test_wheels_for_everything(tmp_path: Path) -> None:
    with world(tmp_path, {"one": [Dist("1.0", requires=("two",))], "two": [Dist("1.0")]}) as asked:
        found = verdict(asked, "one")
    assert found.verdict is Verdict.INSTALLS
    assert [pick.package for pick in found.picks] == ["one", "two"]
    assert found.basis == (("2026-11-21T12:00:00+00:00", binary.name(), None, ()))
    assert (found.reason, found.disagreements, found.blockers) == ("", (), ())


SOURCE: Projects = {"one": [Dist("1.0", "sdist", requires=("two",))], "two": [Dist("1.0")]}


def test_a_source_among_them(tmp_path: Path) -> None:
    with world(tmp_path, SOURCE) as asked:
        found = verdict(asked, "one")
    assert found.verdict is Verdict.SDIST_ONLY
    assert {pick.package: pick.flags for pick in found.picks} == {
        "one": (Flag.SDIST_ONLY,),
        "two": (),
    }


def test_without_builds_a_source_leaves_it_unknown(tmp_path: Path) -> None:
    with world(tmp_path, SOURCE) as asked:
        found = verdict(asked, "one", builds=False)
    assert found.verdict is Verdict.UNKNOWN
    assert "building them is switched off: one 1.0" in found.reason


def test_blocked(tmp_path: Path) -> None:
    projects: Projects = {"one": [Dist("1.0", f"cp312-cp312-{LINUX}")]}
    with world(tmp_path, projects) as asked:
        for builds in (True, False):
            found = verdict(asked, "one", builds=builds)
            assert found.verdict is Verdict.BLOCKED
            assert "you require one" in found.reason
        assert verdict(asked, "one", python="3.12").verdict is Verdict.INSTALLS


def test_sources_are_looked_at_only_where_they_could_help(tmp_path: Path) -> None:
    """Where no search that failed would have found one, nothing is built."""
    projects: Projects = {
        "one": [Dist("1.0", f"cp312-cp312-{LINUX}"), Dist("0.5", "sdist")],
        "two": [Dist("1.0", "sdist")],
        "three": [Dist("1.0", f"cp313-cp313-{LINUX}"), Dist("1.0", "sdist")],
    }
    with world(tmp_path, projects) as asked:
        builds: list[bool] = []
        resolve = asked.resolver.resolve

        def counted(*given: Any, build: bool = False, **more: Any) -> Any:
            builds.append(build)
            return resolve(*given, build=build, **more)

        asked.resolver.resolve = counted  # type: ignore[method-assign]
        assert verdict(asked, "one>=1").verdict is Verdict.BLOCKED
        assert builds == [False]
        assert verdict(asked, "two").verdict is Verdict.SDIST_ONLY
        assert builds == [False, False, True]
        # Kept from uv for free-threaded builds, and found by building it.
        assert verdict(asked, "three", python="3.13t").verdict is Verdict.SDIST_ONLY


def test_a_source_that_does_not_build_does_not_help(tmp_path: Path) -> None:
    projects: Projects = {
        "one": [Dist("1.0", "sdist", requires=("two>1",)), Dist("0.5", "sdist", requires=("no",))],
        "two": [Dist("1.0")],
    }
    with world(tmp_path, projects) as asked:
        assert verdict(asked, "one").verdict is Verdict.BLOCKED


def test_unknown_says_why(tmp_path: Path) -> None:
    with world(tmp_path, {"one": [Dist("1.0")]}, surroundings=IMPATIENT, offline=True) as asked:
        found = verdict(asked, "one")
        assert found.verdict is Verdict.UNKNOWN
        assert "network was disabled" in found.reason
        found = verdict(asked, "one=1")
        assert found.verdict is Verdict.UNKNOWN
        assert "'one=1' is no requirement" in found.reason


def test_a_day_in_the_past_and_an_index_without_days(tmp_path: Path) -> None:
    day = dt.date(2025, 1, 1)
    projects: Projects = {
        "one": [
            Dist("1.0", uploaded="2019-05-01"),
            Dist("2.0", f"cp312-cp312-{LINUX}", uploaded="2024-01-01"),
            Dist("3.0", uploaded="2025-05-01"),
        ],
        "two": [Dist("1.0", uploaded=None)],
    }
    with world(tmp_path, projects) as asked:
        demand = asked.demand("one", before=day)
        found = judge(demand, on("3.13"), resolver=asked.resolver, support=asked.support)
        assert [(pick.version, pick.flags) for pick in found.picks] == [
            ("1.0", (Flag.ANCIENT, Flag.UNEVIDENCED))
        ]
        assert (found.basis.before, found.basis.undated) == ("2025-01-01", ())
        demand = asked.demand("one", "two", before=day)
        found = judge(demand, on("3.13"), resolver=asked.resolver, support=asked.support)
    assert found.verdict is Verdict.INSTALLS
    assert found.basis.undated == (asked.indexes.indexes[0].url,)
    assert "does not say when files were uploaded" in found.reason


class Told(NamedTuple):
    blockers: tuple[Blocker, ...]
    complete: bool
    told: str


@pytest.mark.parametrize(("projects", "wheels"), [(SOURCE, False), ({"one": [Dist("1.0")]}, True)])
def test_those_who_block_are_asked_for_where_wheels_do_not_do(
    projects: Projects, wheels: bool, tmp_path: Path
) -> None:
    asked_for: list[tuple[Target, Mapping[Target, Solved]]] = []
    blocker = Blocker("one", ("one",), Reason.SDIST_ONLY)

    def explain(
        demand: Demand,
        target: Target,
        *,
        resolver: Resolver,
        support: Support,
        witnesses: Mapping[Target, Solved],
    ) -> Told:
        asked_for.append((target, witnesses))
        return Told((blocker,), False, "too many")

    with world(tmp_path, projects) as asked:
        found = verdict(asked, "one", explain=explain)
    if wheels:
        assert not asked_for
        assert (found.blockers, found.complete) == ((), True)
    else:
        ((target, witnesses),) = asked_for
        assert target in witnesses
        assert (found.blockers, found.complete, found.reason) == ((blocker,), False, "too many")


class TestTwoOpinions:
    def opinions(self, folder: Path, projects: Projects, *requirements: str) -> tuple[str, ...]:
        with world(folder, projects) as asked:
            return verdict(asked, *requirements).disagreements

    def test_an_older_release_is_taken(self, tmp_path: Path) -> None:
        projects: Projects = {"one": [Dist("1.0"), Dist("2.0", requires_python="<3.13")]}
        (told,) = self.opinions(tmp_path, projects, "one")
        assert told == "uv may take one 2.0, which is for Python <3.13 only; pip takes 1.0"
        assert self.opinions(tmp_path, projects, "one<2") == ()

    def test_uv_alone_would_resolve(self, tmp_path: Path) -> None:
        projects: Projects = {
            "one": [Dist("1.0", requires=("two",))],
            "two": [Dist("2.0", requires_python="<3.13")],
        }
        (told,) = self.opinions(tmp_path, projects, "one")
        assert told == (
            "uv alone resolves this with two 2.0, which is for Python <3.13 only; pip refuses it"
        )

    def test_prereleases(self, tmp_path: Path) -> None:
        projects: Projects = {
            "one": [Dist("1.0"), Dist("2.0rc1")],
            "two": [Dist("1.0", requires=("one>=1.0rc1",))],
        }
        (told,) = self.opinions(tmp_path, projects, "two")
        assert told.startswith("pip takes the prerelease one 2.0rc1")

    def test_a_prerelease_that_uv_alone_would_take(self, tmp_path: Path) -> None:
        projects: Projects = {
            "one": [Dist("1.0", requires=("two>=2",)), Dist("0.5rc1")],
            "two": [Dist("1.0")],
        }
        (told,) = self.opinions(tmp_path, projects, "one")
        assert told == (
            "uv alone resolves this with one 0.5rc1, a prerelease;"
            " pip takes none where final releases fit"
        )

    def test_withdrawn(self, tmp_path: Path) -> None:
        projects: Projects = {
            "one": [Dist("1.0", yanked="broken")],
            "two": [Dist("1.0", requires=("one==1.0",))],
        }
        (told,) = self.opinions(tmp_path, projects, "two")
        assert told.startswith("pip takes one 1.0, which was withdrawn")

    def test_indexes(self, tmp_path: Path) -> None:
        first: Projects = {"one": [Dist("1.0")]}
        second: Projects = {"one": [Dist("2.0")]}
        with world(tmp_path, first, second) as asked:
            (told,) = verdict(asked, "one").disagreements
            assert told.startswith("pip looks on every index and takes one 2.0; uv takes 1.0")
        with world(tmp_path, first, second, strategy=Strategy.UNSAFE_BEST_MATCH) as asked:
            assert verdict(asked, "one").disagreements == ()
