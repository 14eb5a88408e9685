"""What the pages show, before any markup: columns, headlines, declarations, chart, diffs."""

import datetime as dt

import pytest

from pylife.errors import UsageError
from pylife.site import (
    chart,
    documents,
    fleet_view,
    headlines,
    lifetime_view,
    policies_view,
    upgrade_view,
    windows,
)
from pylife.site.base import Site
from pylife.site.declarations_view import declaration_tables
from tests.site import site_samples as samples

ALL = ("3.9", *samples.WINDOW, "3.15")


def load(
    projects: list[samples.Doc] | None = None, run: samples.Doc | None = None, **fields: object
) -> documents.Documents:
    return documents.load(samples.read(projects, **fields), run, None)


def site_of(loaded: documents.Documents) -> Site:
    return Site(documents=loaded, as_of=dt.date.fromisoformat(samples.AS_OF), logs={})


def shown(loaded: documents.Documents) -> tuple[str, ...]:
    return tuple(column.python for column in windows.columns(loaded)[0])


def test_columns_are_the_window_and_dropped_pythons_that_linger() -> None:
    assert shown(load()) == ALL
    assert shown(load([samples.project("a", ["3.11"])])) == ALL[1:]


def test_excluded_projects_make_no_column() -> None:
    old = samples.project("old", ["3.8"], excluded="archived")
    assert shown(load([old])) == ALL[1:]


def test_only_the_newest_dropped_pythons_get_columns() -> None:
    policy = samples.policy()
    for old in ("2.7", "3.6", "3.7"):
        policy["pythons"][old] = policy["pythons"]["3.8"]
    project = samples.project("a", ["2.7", "3.6", "3.7", "3.8", "3.9", "3.10"])
    columns, older = windows.columns(load([project], policies={"platform": policy}))
    assert tuple(c.python for c in columns) == ("3.7", "3.8", *ALL)
    assert older == ("2.7", "3.6")


def test_a_python_that_was_tested_has_a_column() -> None:
    run = samples.run() | {"cells": [samples.cell("nw-core", "3.14t", "passed")]}
    assert "3.14t" in shown(load(run=run))
    run["cells"] = [samples.cell("nw-core", "3.14t", "not-run")]
    assert "3.14t" not in shown(load(run=run))


def test_a_column_says_where_policies_differ() -> None:
    slow = samples.policy("Slow")
    slow["pythons"]["3.15"]["stage"] = "preview"
    projects = [
        samples.project("a", ["3.12"]),
        samples.project("b", ["3.12"]),
        samples.project("c", ["3.12"], policy="slow"),
    ]
    loaded = load(projects, policies={"platform": samples.policy(), "slow": slow})
    columns = {c.python: c for c in windows.columns(loaded)[0]}
    assert (columns["3.15"].stage.stage, columns["3.15"].varies) == ("adopting", True)
    assert not columns["3.14"].varies


def test_rows_and_sums() -> None:
    fleet = fleet_view.fleet(site_of(load(run=samples.run())))
    assert [row.name for row in fleet.unchecked] == ["nw-old-sdk"]
    assert len(fleet.rows) == 9
    last = fleet.readiness[-1]
    assert last.column.python == "3.15"
    assert last.words == "1 tested, 1 in doubt, 2 failing, 1 blocked, 3 not known, 1 not declared"
    assert sum(share.number for share in last.shares) == 9
    assert last.shares[-1].x + last.shares[-1].width == pytest.approx(100, abs=0.02)


def test_errors_come_before_exclusions() -> None:
    projects = [
        samples.project("a", excluded="archived"),
        samples.project("b", error="no such folder"),
    ]
    fleet = fleet_view.fleet(site_of(load(projects)))
    assert [row.name for row in fleet.unchecked] == ["b", "a"]
    assert fleet.rows == ()
    assert all(not share.shares for share in fleet.readiness)


def lines(loaded: documents.Documents) -> list[str]:
    found = headlines.headlines(site_of(loaded))
    return [f"{item.figure} {item.of} {item.text}" for item in found]


def test_headlines() -> None:
    loaded = documents.load(samples.read(), samples.run(), samples.upgrade())
    assert lines(loaded) == [
        "1 of 9 project is shown to work on Python 3.15, being adopted.",
        "3 of 9 projects are shown to work on Python 3.14, supported.",
        "71 days until Python 3.10 is dropped, on 2027-01-31.",
        "4 of 9 projects still declare or run on Python 3.9, which the policy has dropped.",
        "4 errors in 4 projects, and 3 warnings.",
        "1 of 7 upgrade is merged or verified.",
    ]


def test_a_project_is_on_a_dropped_python_by_its_own_policy() -> None:
    loaded = documents.load(samples.governed(), None, None)
    found = headlines.headlines(site_of(loaded))
    says = [f"{item.figure} {item.of} {item.text} {item.more}" for item in found]
    # Of the model's policy 3.9 is only deprecated; of a project without one nothing is asked.
    assert (
        "2 of 5 projects still declare or run on Python 3.9, which their own policy has dropped."
        " app and lib." in says
    )
    assert (
        "40 days until Python 3.9 is dropped, on 2026-12-31, under 1 of 2 policies."
        " 1 project declares it or runs on it, and follows that policy." in says
    )


def test_findings_of_the_fleet_count_as_in_the_terminal() -> None:
    read = samples.governed()
    loaded = documents.load(read, None, None)
    found = headlines.headlines(site_of(loaded))[-2]
    assert (found.figure, found.link) == ("1", "#fleet-findings")
    assert found.text == "of the fleet as a whole, and 1 warning."
    assert found.more == (
        "0 of all 3 findings can be fixed with pylife check --fix."
        " 2 findings are of the fleet as a whole."
    )
    # A single project of the fleet's name: its findings are not the fleet's.
    single = samples.project(read["fleet"]["name"], ["3.12"], findings=read["findings"])
    loaded = documents.load(read | {"projects": [single]}, None, None)
    assert loaded.fleet_findings == ()
    assert len(loaded.findings) == 2


@pytest.mark.parametrize(
    ("name", "fields", "scope"),
    [
        ("spec0", {}, ""),
        ("policies/p.toml (kind model, tier 1)", {}, "kind model, tier 1"),
        ("a (b).toml", {}, ""),
        ("a (b).toml", {"scope": "kind model"}, "kind model"),
        ("x (y)", {"scope": None}, ""),
    ],
)
def test_the_scope_of_a_policy(name: str, fields: samples.Doc, scope: str) -> None:
    assert policies_view.scope_of(name, samples.policy() | fields) == scope


def test_waivers_by_their_end() -> None:
    found = policies_view.waivers(documents.load(samples.governed(), None, None)) or []
    assert [(w.rule, w.left, w.over, w.used) for w in found] == [
        ("PL2", "ended 3 days ago", True, 0),
        ("PL3", "the last day", False, 1),
        ("PL104", "71 days left", False, 1),
    ]
    assert policies_view.waivers(load()) is None
    assert policies_view.waivers(load(waivers=[])) == []


def test_the_end_of_what_a_project_stands_on() -> None:
    loaded = documents.load(samples.governed(), None, None)
    app = lifetime_view.lifetime(loaded, loaded.by_name["app"])
    assert app is not None
    assert app.date == "2026-08-31"
    assert [(e.name, e.date, e.left, e.over, e.binds) for e in app.endings] == [
        ("debian:11", "2026-08-31", "ended 82 days ago", True, True),
        ("Python 3.14", "2030-10", "1440 days left", False, False),
    ]
    model = lifetime_view.lifetime(loaded, loaded.by_name["model"])
    assert model == lifetime_view.Lifetime(
        date="", endings=(), unknown=("nothing names its Python",)
    )
    assert lifetime_view.lifetime(loaded, loaded.by_name["lib"]) is None
    assert lifetime_view.lifetime(loaded, loaded.by_name["new"]) is None


def test_headlines_of_steps_that_were_not_run_claim_nothing() -> None:
    loaded = load()
    found = headlines.headlines(site_of(loaded))
    assert [item.figure for item in found] == ["?", "?", "71", "4", "4", "?"]
    assert {item.tone for item in found} == {"open", "bad", ""}


def test_waived_findings_do_not_count() -> None:
    project = samples.project("a", ["3.12"])
    project["findings"] = [
        samples.finding("PL104", "a", "error", "m", suppressed={"kind": "waiver"}),
        samples.finding("PL101", "a", "warning", "m"),
    ]
    assert fleet_view.severities(project) == {"warning": 1}


def test_declarations_join_by_list_and_show_disagreement() -> None:
    core, config = samples.fleet()[:2]
    tables = {t.role: t.rows for t in declaration_tables(core)}
    assert list(tables) == ["supports", "advertises", "tests", "targets"]
    claims = tables["advertises"][0]
    assert (claims.place, claims.means) == ("pyproject.toml:11–15", "3.10–3.14")
    assert [row.differs for row in tables["tests"]] == ["", ""]

    config["declarations"].append(
        samples.declaration("tests", file="noxfile.py", line=3, versions=["3.14"])
    )
    tests = {row.place: row for row in declaration_tables(config)[2].rows}
    assert tests["tox.ini:2"].differs == "noxfile.py:3"
    assert tests["noxfile.py:3"].differs == ""
    assert tests[".github/workflows/ci.yml:20"].unreadable == "computed while the workflow runs"
    assert declaration_tables(config)[0].rows[0].findings == ("PL101",)


def test_tools_need_not_agree() -> None:
    project = samples.project("a", ["3.12"])
    project["declarations"] += [
        samples.declaration("targets", site="ruff", line=20, versions=["3.10"]),
        samples.declaration("targets", site="mypy", line=30, versions=["3.12"]),
    ]
    assert [row.differs for row in declaration_tables(project)[1].rows] == ["", ""]


def test_partly_and_not_at_all_read_differently() -> None:
    project = samples.project("a")
    project["declarations"] = [
        samples.declaration("supports", versions=[], partial=["3.13"], specifier="==3.13.1"),
        samples.declaration("tests", versions=[]),
    ]
    means = [table.rows[0].means for table in declaration_tables(project)]
    assert means == ["in part 3.13", "none"]


def test_chart_keeps_to_its_frame_and_clips() -> None:
    made = chart.chart(samples.releases(), samples.policy()["pythons"], dt.date(2026, 11, 21))
    assert [line.python for line in made.lines][:2] == ["3.16", "3.15"]
    assert "2.7" not in {line.python for line in made.lines}
    for line in made.lines:
        for bar in line.bars:
            assert made.left <= bar.x < bar.x + bar.width <= made.right + 0.1
        for mark in line.marks:
            assert made.left < mark.x < made.right
    assert made.left < made.today < made.right
    fifteen = made.lines[1]
    assert [mark.text for mark in fifteen.marks] == ["adopting 2026-10-01", "supported 2027-04-01"]
    assert [(b.phase, b.expected) for b in fifteen.bars] == [
        ("prerelease", True),
        ("bugfix", True),
        ("security", True),
    ]
    phases = {line.python: [bar.phase for bar in line.bars] for line in made.lines}
    assert phases["3.9"] == ["bugfix", "security"]


def test_chart_of_another_day_shows_other_years() -> None:
    made = chart.chart(samples.releases(), {}, dt.date(2019, 3, 1))
    assert made.years[0][1] == "2015"
    assert "2.7" in {line.python for line in made.lines}
    assert "3.15" not in {line.python for line in made.lines}


def test_diff_lines_by_kind() -> None:
    diff = "--- a/x\n+++ b/x\n@@ -1,3 +1,2 @@\n keep\n--- gone\n-+ too\n++++ new\n"
    kinds = [(line.kind, line.text) for line in upgrade_view.diff_lines(diff)]
    assert kinds == [
        ("file", "--- a/x"),
        ("file", "+++ b/x"),
        ("hunk", "@@ -1,3 +1,2 @@"),
        ("same", " keep"),
        ("del", "--- gone"),
        ("del", "-+ too"),
        ("add", "++++ new"),
    ]
    assert upgrade_view.diff_lines("") == ()


def test_documents_of_another_schema_or_token_are_refused() -> None:
    with pytest.raises(UsageError, match="pylife/matrix-run/1, not 'pylife/read/1'"):
        documents.load(samples.read(), samples.read(), None)
    run = samples.run()
    run["cells"][0]["status"] = "great"
    with pytest.raises(UsageError, match="'great'"):
        documents.load(samples.read(), run, None)
    upgrade = samples.upgrade()
    upgrade["proposals"][0]["state"] = "done"
    with pytest.raises(UsageError, match="'done'"):
        documents.load(samples.read(), None, upgrade)
