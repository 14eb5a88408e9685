"""Badges: green is only what tests have shown, and the numbers are those of the first page."""

import datetime as dt
from typing import Any

import pytest

from pylife.site import documents, headlines
from pylife.site.base import Site
from pylife.site.kinds.badges import Badge, _fleet, _project
from tests.site import site_samples as samples

Doc = dict[str, Any]
ALL = [*samples.WINDOW, "3.15"]


def site(read: Doc, run: Doc | None = None) -> Site:
    loaded = documents.load(read, run, None)
    return Site(documents=loaded, as_of=dt.date.fromisoformat(samples.AS_OF), logs={})


def cells(name: str, *pythons: str, status: str = "passed") -> list[Doc]:
    return [samples.cell(name, python, status) for python in pythons]


def fleet(projects: list[Doc], *some: Doc) -> Badge:
    return _fleet(site(samples.read(projects), samples.run() | {"cells": list(some)}))


def test_the_number_is_the_headlines() -> None:
    found = site(samples.read(), samples.run())
    headline = headlines.headlines(found)[-2]
    assert (headline.figure, headline.text) == ("4", "in 4 projects, and 3 warnings.")
    assert _fleet(found) == Badge("4 errors in 4 projects", "bad")
    wide = samples.governed()
    assert _fleet(site(wide)) == Badge("1 error of the fleet as a whole", "bad")


def test_the_fleet_is_green_only_where_all_is_shown() -> None:
    one, two = samples.project("one", ALL), samples.project("two", ALL)
    shown = [*cells("one", *ALL), *cells("two", *ALL)]
    assert fleet([one, two], *shown) == Badge("2 projects, no errors", "good")
    assert fleet([one], *cells("one", *ALL)).message == "1 project, no errors"


@pytest.mark.parametrize("status", ["failed", "missing-interpreter", "no-tests", "not-run"])
def test_one_cell_that_nothing_has_shown_takes_the_green_away(status: str) -> None:
    one, two = samples.project("one", ALL), samples.project("two", ALL)
    shown = [*cells("one", *ALL), *cells("two", *ALL[:-1])]
    found = fleet([one, two], *shown, *cells("two", "3.15", status=status))
    assert found == Badge("1 of 2 projects shown to work", "said")


def test_what_is_required_and_not_declared_is_not_shown() -> None:
    one = samples.project("one", ALL[:-2])  # 3.14 is supported by the policy
    assert fleet([one], *cells("one", *ALL[:-2])).tone == "said"
    service = samples.project(
        "one", kind="service", declarations=[samples.declaration("runs-on", versions=["3.14"])]
    )
    assert fleet([service], *cells("one", "3.14")).tone == "good"


def test_what_could_not_be_looked_at_is_not_green() -> None:
    one, lost = samples.project("one", ALL), samples.project("two", error="no such folder")
    assert fleet([one, lost], *cells("one", *ALL)) == Badge(
        "1 project could not be checked", "open"
    )
    assert _fleet(site(samples.read([one]))) == Badge("1 project, not tested", "open")


def test_what_does_not_install_is_not_said_to_fail() -> None:
    one = samples.project("one", ALL)
    some = [*cells("one", "3.14", status="failed"), *cells("one", "3.15", status="blocked")]
    found = site(samples.read([one]), samples.run() | {"cells": some})
    assert _project(found, one, ALL) == Badge("fails on 3.14, blocked on 3.15", "bad")
    found = site(samples.read([one]), samples.run() | {"cells": some[1:]})
    assert _project(found, one, ALL) == Badge("blocked on 3.15", "bad")
