"""The move to a Python, or off it: buckets, nights, obstacles that went, and the forecast."""

import datetime as dt
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from pylife.model import MigrationState
from pylife.site import build, documents, forecast_view, upgrade_view
from pylife.site.base import Site
from pylife.site.buckets import Change, Way, bucket, is_asked
from pylife.site.line_chart import line_chart
from pylife.site.night import night
from pylife.site.python_view import PythonPage, python_page
from tests.site import site_samples as samples
from tests.site.site_html import parse

FORECAST: dict[str, Any] = {
    "first": "2026-12-20",
    "last": "2027-02-01",
    "basis": "4 merges seen took 2 days to 9 days",
    "left": 6,
    "setters": ["nw-config", "nw-features", "nw-config's floor"],
    "stuck": [],
    "deadline": "2027-04-01",
    "due": [{"project": "nw-config", "asks": "support", "python": "3.15"}],
    "in_time": True,
    "words": [],
}


def row(tone: str, rung: str = "", state: str = "", **fields: Any) -> dict[str, Any]:
    made = {"status": "checked", "kind": "library", "state": state}
    return made | {"cells": {"3.15": [tone, "words", rung]}} | fields


@pytest.mark.parametrize(
    ("one", "gain", "leave"),
    [
        (row("pass", "tested"), "verified", None),
        (row("pass", "tested", "in-pr"), "verified", "in-pr"),
        # Merged is said; that it works is shown by tests alone.
        (row("said", "declared", "verified"), "merged", None),
        (row("said", "declared"), "merged", None),
        (row("open", "declared", "awaiting-pr"), "awaiting-pr", "awaiting-pr"),
        (row("fail", "installs", "verified"), "failing-tests", None),
        (row("block", "declared"), "not-solvable", None),
        (row("none"), None, "verified"),
        (row("none", state="needs-person"), "needs-person", "verified"),
        # Whoever may be deployed there has not left.
        (row("odd"), None, None),
        (row("open"), None, None),
        (row("none", status="error"), "error", "error"),
        (row("none", status="excluded"), "excluded", "excluded"),
        (row("none", cells={}), None, None),
    ],
)
def test_what_is_shown_goes_before_what_is_said(
    one: dict[str, Any], gain: str | None, leave: str | None
) -> None:
    assert (bucket(one, "3.15", Way.GAIN), bucket(one, "3.15", Way.LEAVE)) == (gain, leave)


@pytest.mark.parametrize(
    ("tone", "state", "change", "gain"),
    [
        # That a pull request is open mends no test and finds no wheel.
        ("fail", "in-pr", Change(), "failing-tests"),
        ("fail", "awaiting-parents", Change(), "failing-tests"),
        ("fail", "in-pr", Change(brings=True, proven=True), "in-pr"),
        ("block", "in-pr", Change(brings=True), "not-solvable"),
        ("block", "in-pr", Change(brings=True, proven=True), "in-pr"),
        ("block", "awaiting-parents", Change(), "awaiting-parents"),
        # One for another Python is none for this one.
        ("said", "in-pr", Change(brings=False), "merged"),
        ("said", "in-pr", Change(), "in-pr"),
        ("fail", "declined", Change(), "declined"),
    ],
)
def test_a_pull_request_makes_nothing_look_better_than_it_is(
    tone: str, state: str, change: Change, gain: str
) -> None:
    assert bucket(row(tone, "declared", state), "3.15", Way.GAIN, change) == gain


def test_the_proposal_says_which_python_it_is_for() -> None:
    upgrade = samples.upgrade()
    one = next(p for p in upgrade["proposals"] if p["project"] == "nw-client")
    assert "nw-client" in groups(page(site(samples.read(), upgrade), "3.15"))["in-pr"]
    one["adds"] = ["3.14"]
    assert "in-pr" not in groups(page(site(samples.read(), upgrade), "3.15"))
    one["proof"] = {"verdict": "passed", "reason": "", "pythons": ["3.15"], "upon": []}
    assert "nw-client" in groups(page(site(samples.read(), upgrade), "3.15"))["in-pr"]


def test_what_is_deployed_is_not_asked_to_work_everywhere() -> None:
    assert is_asked(row("none"), "3.15")
    assert not is_asked(row("none", kind="service"), "3.15")
    assert not is_asked(row("open", kind="service"), "3.14")
    assert is_asked(row("said", "declared", kind="service"), "3.15")
    assert is_asked(row("fail", kind="service"), "3.15")


def blocked(read: samples.Doc, *names: str) -> samples.Doc:
    """The document with numpy in the way of each of `names` on 3.15; the others are free."""

    def told(name: str) -> dict[str, Any]:
        blocker = {
            "package": "numpy", "chain": ["numpy"], "reason": "no-wheel", "own_cap": "numpy<3",
            "own_cap_at": None, "loads_from": {"version": "2.6.0", "date": "2026-11-02"},
            "evidenced_from": None, "told": "no wheel",
        }  # fmt: skip
        held = [blocker] if name in names else []
        verdict = {
            "verdict": "blocked" if held else "installs", "reason": None, "basis": None,
            "blockers": held, "complete": True, "picks": [], "disagreements": [],
        }  # fmt: skip
        return {
            "name": name, "path": name, "error": None, "reason": None,
            "pythons": {"3.15": verdict}, "floors": None,
        }  # fmt: skip

    projects = [project | {"dependencies": told(project["name"])} for project in read["projects"]]
    return read | {"projects": projects}


def site(
    read: samples.Doc,
    upgrade: samples.Doc | None = None,
    nights: tuple[Any, ...] = (),
    day: str = "",
) -> Site:
    day = day or samples.AS_OF
    loaded = documents.load(read | {"as_of": day}, samples.run(), upgrade or samples.upgrade())
    return Site(documents=loaded, as_of=dt.date.fromisoformat(day), logs={}, nights=nights)


def page(found: Site, python: str) -> PythonPage:
    columns = {column.python: column for column in found.columns[0]}
    return python_page(found, columns[python])


def groups(found: PythonPage) -> dict[str, list[str]]:
    assert found.migration is not None
    states: dict[str, list[str]] = {}
    for one in found.migration.groups:
        states.setdefault(one.state, []).extend(name for name, _, _ in one.members)
    return states


def labels(found: PythonPage) -> dict[str, list[str]]:
    assert found.migration is not None
    return {one.label: [name for name, _, _ in one.members] for one in found.migration.groups}


def test_every_project_is_in_one_bucket_or_not_asked() -> None:
    read = samples.read()
    found = page(site(read), "3.15")
    assert found.migration is not None
    every = [name for names in groups(found).values() for name in names]
    assert len(every) == len(set(every))
    assert len(every) + found.migration.aside == len(read["projects"])
    assert groups(found)["verified"] == ["nw-core"]
    assert groups(found)["not-solvable"] == ["nw-config"]
    assert found.migration.done == 1
    assert found.migration.asked == len(every) - len(groups(found)["excluded"])
    why = {one.state: one.members[0][2] for one in found.migration.groups}
    assert why["not-solvable"] == "pydantic-core has no release that installs on 3.15"


def test_a_python_that_goes_counts_those_who_left() -> None:
    found = page(site(samples.read()), "3.9")
    assert found.migration is not None
    assert found.migration.way is Way.LEAVE
    assert found.migration.outlook == "that day has passed"
    assert "nw-core" in groups(found)["verified"]


def test_whoever_raised_its_floor_has_left_though_its_tests_still_pass() -> None:
    read = samples.read()
    core = next(p for p in read["projects"] if p["name"] == "nw-core")
    core["supports"] = {"raw": ">=3.11", "versions": ["3.11", "3.12", "3.13"], "partial": []}
    found = page(site(read), "3.10")
    assert labels(found)["done: not declared any more"] == ["nw-core"]
    # Deployed with it, it is still there, whatever it declares.
    core["declarations"].append(samples.declaration("runs-on", versions=["3.10"]))
    assert "nw-core" in labels(page(site(read), "3.10"))["still on it, nothing proposed"]


def test_what_is_deployed_elsewhere_has_nothing_to_leave() -> None:
    run = samples.run()
    run["cells"].append(samples.cell("churn-model", "3.10", "passed"))
    loaded = documents.load(samples.read(), run, samples.upgrade())
    there = Site(documents=loaded, as_of=dt.date.fromisoformat(samples.AS_OF), logs={})
    assert "churn-model" not in {
        one for some in groups(page(there, "3.10")).values() for one in some
    }
    assert "churn-model" in {one for some in groups(page(there, "3.9")).values() for one in some}


def test_a_floor_where_there_was_none_leaves_what_is_below() -> None:
    upgrade = samples.upgrade()
    told = samples.proposal("nw-notebooks", "in-pr", "created", adds=[], drops=[])
    upgrade["proposals"].append(told)
    found = page(site(samples.read(), upgrade), "3.9")
    assert labels(found)["not stated, nothing proposed"] == ["nw-notebooks"]
    told["floor"] = "3.10"
    found = page(site(samples.read(), upgrade), "3.9")
    assert "nw-notebooks" in groups(found)["in-pr"]
    assert "nw-notebooks" not in groups(page(site(samples.read(), upgrade), "3.10"))["in-pr"]


def test_what_passes_and_is_not_declared_is_known() -> None:
    upgrade = samples.upgrade()
    upgrade["proposals"] = [p for p in upgrade["proposals"] if p["project"] != "nw-client"]
    found = page(site(samples.read(), upgrade), "3.15")
    assert labels(found)["passes, not declared"] == ["nw-client"]
    assert labels(found)["not known"] == ["nw-notebooks"]


def test_no_forecast_is_invented() -> None:
    found = page(site(samples.read()), "3.15").migration
    assert found is not None
    assert (found.forecast, found.deadline) == (None, "2027-04-01")
    assert found.outlook == "whether that is kept is not known"


@pytest.mark.parametrize(
    ("changed", "outlook"),
    [
        ({}, "in time, by the forecast"),
        ({"last": "2027-04-02"}, "whether that is kept is not known"),
        ({"first": None, "last": None}, "whether that is kept is not known"),
        (
            {"stuck": [{"project": "nw-core", "state": "declined"}]},
            "whether that is kept is not known",
        ),
    ],
)
def test_the_outlook_says_no_more_than_the_forecast(changed: Any, outlook: str) -> None:
    upgrade = samples.upgrade() | {"forecast": FORECAST | changed}
    found = page(site(samples.read(), upgrade), "3.15").migration
    assert found is not None
    assert found.outlook == outlook


def test_the_forecast_links_whom_it_names_if_they_are_here() -> None:
    told = FORECAST | {"stuck": [{"project": "nw-legacy-metrics", "state": "failing-tests"}]}
    loaded = documents.load(samples.read(), None, samples.upgrade() | {"forecast": told})
    found = forecast_view.forecast_view(loaded)
    assert found is not None
    assert found.setters[0] == ("nw-config", "nw-config")
    assert found.setters[2] == ("nw-config's floor", "")
    assert found.stuck == (("nw-legacy-metrics", "nw-legacy-metrics", "failing-tests", "fail"),)
    assert found.verdict == "in time"
    assert found.due == (("nw-config", "nw-config", "support 3.15"),)


def test_the_campaigns_deadline_says_whose_it_is_and_is_not_on_the_page_of_a_python(
    tmp_path: Path,
) -> None:
    told = FORECAST | {"deadline": "2024-04-02", "in_time": False, "left": 9}
    upgrade = samples.upgrade() | {"forecast": told}
    build(samples.read(), None, upgrade, output=tmp_path / "site")
    text = " ".join(parse(tmp_path / "site/upgrades.html").text.split())
    assert "the first is 2024-04-02, for nw-config to support 3.15: not in time" in text
    assert "Left9 upgrades" in text
    one = parse(tmp_path / "site/pythons/3.15.html").text
    assert "When the whole campaign will be over" in one
    assert "2024-04-02" not in one


def test_a_forecast_of_before_names_nobody() -> None:
    told = {name: value for name, value in FORECAST.items() if name != "due"}
    loaded = documents.load(samples.read(), None, samples.upgrade() | {"forecast": told})
    found = forecast_view.forecast_view(loaded)
    assert found is not None
    assert found.due == ()


def earlier(read: samples.Doc, day: str) -> Any:
    return json.loads(json.dumps(night(site(read, day=day))))


def test_nights_tell_since_when_a_package_is_in_the_way_and_when_it_went() -> None:
    read = samples.read()
    nights = (
        earlier(blocked(read, "nw-core", "nw-client"), "2026-11-01"),
        earlier(blocked(read), "2026-11-02"),
        earlier(blocked(read, "nw-core"), "2026-11-10"),
    )
    back = page(site(blocked(read, "nw-core", "nw-client"), nights=nights), "3.15")
    (numpy,) = [one for one in back.obstacles if one.package]
    assert (numpy.since, len(numpy.projects)) == ("2026-11-10", 2)
    assert numpy.cleared == "numpy 2.6.0 works, since 2026-11-02; relax numpy<3"
    assert back.gone == ()
    free = page(site(blocked(read), nights=nights), "3.15")
    assert [(one.package, one.night, one.projects) for one in free.gone] == [
        ("numpy", samples.AS_OF, 1)
    ]
    # A night on which nobody judged shows nothing.
    unjudged = page(site(samples.read(), nights=nights), "3.15")
    assert [(one.package, one.night) for one in unjudged.gone] == []


def test_the_chart_is_made_of_the_nights_totals() -> None:
    read = samples.read()
    old = earlier(read, "2026-11-01")
    old["totals"]["moves"]["3.15"]["buckets"] = {"unknown": 5, "in-pr": 2, "failing-tests": 2}
    before = earlier(read, "2026-10-01")
    del before["totals"]["moves"], before["totals"]["blockers"]
    found = page(site(read, nights=(before, old)), "3.15").migration
    assert found is not None
    assert found.chart is not None
    assert found.chart.names == ("done", "in a PR", "to come", "stuck", "not shown")
    rows = dict(found.chart.rows)
    assert rows["2026-11-01"] == (0, 2, 0, 2, 5)
    # An older pylife kept none of it.
    assert rows["2026-10-01"] == (None,) * 5
    tonight = rows[samples.AS_OF]
    assert sum(filter(None, tonight)) == found.asked
    assert tonight[0] == found.done


def test_labels_of_lines_that_end_together_stay_inside() -> None:
    series = {f"line {number}": [0, 0] for number in range(8)} | {"top": [0, 9]}
    found = line_chart("All", series, ["2026-11-01", "2026-11-02"])
    labels = [line.label_y for line in found.lines]
    assert max(labels) <= found.bottom
    assert all(below - above >= 14.9 for above, below in pairwise(labels))
    assert found.lines[0].name == "top"


@pytest.mark.parametrize(
    ("proof", "words", "tone"),
    [
        (None, "", "open"),
        (
            {"verdict": "passed", "reason": "", "pythons": ["3.11", "3.15"], "upon": ["nw-core"]},
            "passed on 3.11 and 3.15, with the upgrades of nw-core",
            "pass",
        ),
        (
            {"verdict": "unproven", "reason": "no Python 3.15", "pythons": [], "upon": []},
            "unproven: no Python 3.15",
            "open",
        ),
    ],
)
def test_what_the_tests_of_a_change_came_to(proof: Any, words: str, tone: str) -> None:
    told = samples.proposal("nw-core", MigrationState.IN_PR, "created", proof=proof)
    loaded = documents.load(samples.read(), None, samples.upgrade() | {"proposals": [told]})
    found = upgrade_view.proposal_view(loaded, told)
    assert (found.proof, found.proof_tone) == (words, tone)


def test_what_is_to_be_done_does_not_say_again_where() -> None:
    where = "https://git.example.com/northwind/nw-core/pull/12"
    told = samples.proposal(
        "nw-core", MigrationState.IN_PR, "created", where=where, todo=f"review {where}"
    )
    loaded = documents.load(samples.read(), None, samples.upgrade() | {"proposals": [told]})
    found = upgrade_view.proposal_view(loaded, told)
    assert (found.todo, found.link) == ("review its pull request", where)


@pytest.mark.parametrize(
    "where", ["http://a.example/1", "javascript:alert(1)", "https://u:p@a.example", "forge/a.md"]
)
def test_dashboards_are_linked_as_pull_requests_are(where: str) -> None:
    loaded = documents.load(
        samples.read(), None, samples.upgrade() | {"dashboards": [where, "https://a.example/i/1"]}
    )
    found = upgrade_view.links(loaded)
    assert found == ((where, ""), ("https://a.example/i/1", "https://a.example/i/1"))


def test_who_keeps_back_how_many() -> None:
    told = [
        samples.proposal("nw-core", "in-pr", "created"),
        samples.proposal(
            "nw-config", "awaiting-parents", "awaiting-parents", wave=1, parents=["nw-core"]
        ),
        samples.proposal(
            "nw-features",
            "awaiting-parents",
            "awaiting-parents",
            wave=2,
            parents=["nw-config", "nw-client"],
        ),
        samples.proposal("nw-client", "verified", "nothing-to-do", wave=2, parents=["nw-features"]),
    ]
    upgrade = samples.upgrade() | {"proposals": told}
    loaded = documents.load(samples.read(), None, upgrade)
    found = {
        one.project: one.holds for wave in upgrade_view.waves(loaded) for one in wave.proposals
    }
    assert found == {"nw-core": 2, "nw-config": 1, "nw-features": 0, "nw-client": 0}
    told[0]["parents"] = ["nw-features"]  # a circle
    found = {
        one.project: one.holds for wave in upgrade_view.waves(loaded) for one in wave.proposals
    }
    assert found["nw-core"] == found["nw-features"] == 2


def test_a_project_is_not_done_where_what_it_requires_does_not_install() -> None:
    read = samples.read()
    assert groups(page(site(read), "3.15"))["verified"] == ["nw-core"]
    found = page(site(blocked(read, "nw-core")), "3.15")
    assert labels(found)["passes, does not install"] == ["nw-core"]
    assert "verified" not in groups(found)
    assert found.migration is not None
    assert found.migration.done == 0


def test_a_night_that_is_not_known_is_a_gap() -> None:
    days = [f"2026-11-0{number}" for number in range(1, 8)]
    series = {"broken": [1, 2, None, 3, None, 4, 4], "old": [None, 2, None, None, None, None, None]}
    lines = {line.name: line for line in line_chart("All", series, days).lines}
    assert [len(run.split()) for run in lines["broken"].runs] == [2, 2]
    assert len(lines["broken"].dots) == 1
    assert lines["old"].runs == ()
    # Its label stands where it was last known.
    assert lines["old"].dots == ((lines["old"].end_x, lines["old"].end_y),)
    assert lines["old"].end_x < lines["broken"].end_x
    assert lines["old"].last == 2
    assert line_chart("None", {"never": [None] * 7}, days).lines == ()
