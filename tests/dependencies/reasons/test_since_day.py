"""The day on which a demand became installable, against every day being tried."""

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from pylife.dependencies.reasons.since import Since, since
from pylife.dependencies.records import Broken, Demand, Solved
from tests.dependencies.reasons.universe import Made, Universe, demand, on
from tests.dependencies.reasons.worlds import PYTHONS, demands, universes

FIRST, LAST = dt.date(2023, 12, 25), dt.date(2024, 6, 10)
WORLD = Universe(
    {
        "lib": (Made("1.0", requires=("fast",), day="2024-01-02"),),
        "fast": (Made("1.0", ("3.12", "3.13@2024-10-20"), day="2024-01-01"),),
    }
)


def day(world: Universe, asked: Demand, python: str, **more: dt.date) -> Since:
    more = {"last": dt.date(2026, 11, 21)} | more
    return since(asked, on(python), resolver=world.resolve, support=world, **more)


def test_the_day_of_the_last_wheel() -> None:
    found = day(WORLD, demand("lib"), "3.13")
    assert found.day == dt.date(2024, 10, 20)
    assert found.told == "it does not resolve on 2024-10-19"


def test_not_before_the_python_itself() -> None:
    found = day(WORLD, demand("lib"), "3.14")
    assert found == Since(None, "it does not resolve on 2026-11-21")
    pure = Universe({"lib": (Made("1.0", day="2012-01-01"),)})
    found = day(pure, demand("lib"), "3.14")
    assert found.told == "it resolved on 2025-05-07 or before"
    assert found.day == dt.date(2025, 5, 7)


def test_the_day_of_the_demand_is_the_last() -> None:
    found = day(WORLD, demand("lib", before=dt.date(2024, 10, 19)), "3.13")
    assert found == Since(None, "it does not resolve on 2024-10-19")


def test_an_index_without_dates_is_named() -> None:
    undated = Universe(WORLD.packages, dated=False)
    found = day(undated, demand("lib"), "3.13")
    assert found.undated == ("https://index.example/simple",)
    assert found.told.endswith("no days are known of fast, lib: what there is of them now counts")


def test_a_resolver_that_cannot_work_gives_no_day() -> None:
    found = since(
        demand("lib"),
        on("3.13"),
        resolver=lambda *_, **__: Broken("no network"),
        support=WORLD,
        last=LAST,
    )
    assert found == Since(None, "the resolver could not do its work: no network")


def test_few_questions_are_enough() -> None:
    WORLD.asked.clear()
    day(WORLD, demand("lib"), "3.13")
    assert len(WORLD.asked) <= 12


@settings(max_examples=100, deadline=None)
@given(universes(), demands(), st.sampled_from(PYTHONS))
def test_it_is_exact(world: Universe, asked: Demand, python: str) -> None:
    found = day(world, asked, python, first=FIRST, last=LAST)
    days = [FIRST + dt.timedelta(number) for number in range((LAST - FIRST).days + 1)]
    solved = (
        each
        for each in days
        if isinstance(world.resolve(asked._replace(before=each), on(python)), Solved)
    )
    assert found.day == next(solved, None)
