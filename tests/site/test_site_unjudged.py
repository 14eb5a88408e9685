"""What nobody has judged, or could not read, is never shown as if it were found to be fine."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from pylife import rules
from pylife.site import build, documents, headlines
from pylife.site.base import Site
from pylife.site.declared import Declared, declaration
from pylife.site.evidence import evidence
from pylife.site.kinds.rules import rules as rule_views
from tests.site import site_html
from tests.site import site_samples as samples
from tests.site.test_site_schemas import faults, judged

Doc = dict[str, Any]


def text_of(path: Path) -> str:
    return " ".join(site_html.parse(path).text.split())


def site_of(read: Doc, **steps: Any) -> Site:
    loaded = documents.load(read, steps.pop("run", None), steps.pop("upgrade", None))
    return Site(documents=loaded, as_of=dt.date.fromisoformat(samples.AS_OF), logs={}, **steps)


def partly() -> Doc:
    """The sample fleet; PL301 rests on verdicts, and PL201 was not evaluated in two places."""
    read = judged(samples.read())
    next(rule for rule in read["rules"] if rule["code"] == "PL301")["by_verdicts"] = True
    for number in (1, 2):
        why = {"code": "PL201", "reason": "setup.cfg:3: the range is unreadable: computed"}
        read["projects"][number]["not_evaluated"] = [why, why]
    return read | {"not_evaluated": [{"code": "PL110", "reason": "no policy can be read"}]}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("unjudged") / "site"
    build(partly(), samples.run(), samples.upgrade(), output=output)
    assert faults(output) == []
    assert site_html.dead_links(output) == []
    return output


def test_rules_say_of_whom_nothing_is_known(site: Path) -> None:
    text = text_of(site / "rules.html")
    assert "info found nowhere that was judged; not evaluated in 2 projects" in text
    # One of nine checked projects has verdicts, and the excluded one is not asked.
    assert "error found in 2 projects; not evaluated in 8 projects" in text
    assert "not evaluated of the fleet as a whole" in text
    listed = {one["code"]: one for one in json.loads((site / "rules.json").read_text())["rules"]}
    assert {code: one["not_evaluated"] for code, one in listed.items()} == {
        "PL101": 0, "PL104": 0, "PL110": 0, "PL201": 2, "PL301": 8,
    }  # fmt: skip


def test_a_rule_that_nobody_judged_is_not_found_nowhere(tmp_path: Path) -> None:
    read = samples.read()
    rule = next(rule for rule in read["rules"] if rule["code"] == "PL110")
    for project in read["projects"]:
        project["findings"] = []
    rule["by_verdicts"] = True
    read["not_evaluated"] = [{"code": "PL101", "reason": "no policy can be read"}]
    found = {view.rule["code"]: view.nobody for view in rule_views(site_of(read))}
    assert {code for code, nobody in found.items() if nobody} == {"PL110"}
    build(read, None, None, output=tmp_path / "site")
    text = text_of(tmp_path / "site" / "rules.html")
    assert text.count("not judged in this run") == 1
    assert "found nowhere that was judged; not evaluated of the fleet as a whole" in text
    page = text_of(tmp_path / "site" / "rules" / "PL110.html")
    assert "Nobody has judged it in this run." in page
    assert "nowhere" not in page.lower()


def test_a_rules_page_says_why_nothing_is_known(site: Path) -> None:
    text = text_of(site / "rules" / "PL201.html")
    assert "Nowhere that counts, as far as it could be evaluated." in text
    assert "setup.cfg:3: the range is unreadable: computed in 2 places 2 places" in text
    assert "Where it could not be evaluated" not in text_of(site / "rules" / "PL101.html")
    document = json.loads((site / "rules" / "PL301.json").read_text())
    assert len(document["not_evaluated"]) == 8
    assert document["not_evaluated"][0] == {
        "name": "churn-model",
        "slug": "churn-model",
        "reasons": ["its dependencies were not judged: `pylife deps` does"],
    }


def test_a_project_says_which_rules_say_nothing_of_it(site: Path) -> None:
    first, second = (one["name"] for one in partly()["projects"][:2])
    text = text_of(site / "projects" / f"{second}.html")
    assert "2 rules not evaluated" in text
    assert "PL201 setup.cfg:3: the range is unreadable: computed" in text
    assert "PL301 its dependencies were not judged" in text
    assert "not evaluated" not in text_of(site / "projects" / f"{first}.html")


def test_the_first_page_says_that_not_all_was_judged() -> None:
    assert headlines.headlines(site_of(partly()))[-2].more.endswith(
        " 3 rules could not be evaluated everywhere."
    )


def of_severities(*severities: str) -> Doc:
    """A project for each, with a finding of that severity, and one that could not be checked."""
    projects = [
        samples.project(f"p{number}", findings=[samples.finding("PL110", "p", severity, "m")])
        for number, severity in enumerate(severities)
    ]
    return samples.read([*projects, samples.project("q", error="no such folder")])


def test_a_rule_counts_its_findings_by_their_own_severities() -> None:
    found = rule_views(site_of(of_severities("error", "warning", "warning")))
    (view,) = (one for one in found if one.rule["code"] == "PL110")
    assert view.by_severity == (("error", 1), ("warning", 2))


def test_pages_show_the_severities_of_findings(tmp_path: Path) -> None:
    build(of_severities("error", "warning"), None, None, output=tmp_path / "site")
    for page in ("rules.html", "rules/PL110.html"):
        assert "found in 2 projects: error in 1, warning in 1" in text_of(tmp_path / "site" / page)
        assert "; of 1 project that could not be checked " in text_of(tmp_path / "site" / page)
    assert "m pyproject.toml:5 warning" in text_of(tmp_path / "site" / "rules" / "PL110.html")


def test_the_rules_that_rest_on_verdicts_say_so() -> None:
    by_verdicts = {code for code, rule in rules.RULES.items() if rule.by_verdicts}
    assert by_verdicts == {"DEP411", "DEP412", "DEP413", "DEP414", "DEP415"}


def unread(name: str = "one/pyproject.toml", **fields: Any) -> Doc:
    problem = {"file": name, "line": 1, "column": 1, "message": "not valid TOML", "help": ""}
    return samples.project("one", problems=[problem], **fields)


@pytest.mark.parametrize("name", ["one/pyproject.toml", "one/setup.cfg", "one/environment.yml"])
def test_a_range_in_a_file_that_cannot_be_read_is_not_absent(name: str) -> None:
    assert declaration(unread(name), "3.12") is Declared.UNREADABLE
    deployed = unread(name, declarations=[samples.declaration("runs-on", versions=["3.12"])])
    assert declaration(deployed, "3.13") is Declared.UNREADABLE
    assert evidence(deployed, "3.12", []).claims
    assert declaration(unread("pyproject.toml", path="."), "3.12") is Declared.UNREADABLE


def test_another_file_that_cannot_be_read_holds_no_range() -> None:
    for name in ("one/docs/pyproject.toml", "one/tox.ini", "two/pyproject.toml"):
        assert declaration(unread(name), "3.12") is Declared.ABSENT
    known = unread(supports={"raw": ">=3.12", "versions": ["3.12"], "partial": []})
    assert declaration(known, "3.12") is Declared.YES


def test_pages_say_what_was_not_read_in_full(tmp_path: Path) -> None:
    build(samples.read([unread()]), None, None, output=tmp_path / "site")
    assert "1 project, 1 not read in full, on 21 November 2026" in text_of(
        tmp_path / "site" / "index.html"
    )
    page = text_of(tmp_path / "site" / "projects" / "one.html")
    assert "Where it may be installed is not known: one/pyproject.toml cannot be read." in page
    assert "not stated" not in page
    assert "Nothing says where it may be installed" not in page
