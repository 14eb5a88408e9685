"""Ages, shapes, the foot of every page, rules' pages and policies in words."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pylife import policy, resources
from pylife.model import CellStatus
from pylife.policy import words
from pylife.site import ages, build
from pylife.site.evidence import Tone, evidence
from pylife.site.shapes import shape
from pylife.site.slugs import rule_slug
from tests.site import site_html
from tests.site import site_samples as samples
from tests.site.test_site_schemas import judged

Doc = dict[str, Any]
PROJECT = samples.project("one", ["3.12"])


def text_of(path: Path) -> str:
    return " ".join(site_html.parse(path).text.split())


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-11-21", "today"),
        ("2026-11-20", "1 day ago"),
        ("2026-11-09", "12 days ago"),
        ("2026-11-23", "2 days ahead"),
        ("", "of unknown age"),
        ("once", "of unknown age"),
    ],
)
def test_ages_in_words(day: str, said: str) -> None:
    assert ages.ago(day, samples.AS_OF) == said


def cells(*days: str | None, status: str = "passed") -> list[Doc]:
    return [
        samples.cell("one", "3.12", status, session=f"s{number}", as_of=day)
        for number, day in enumerate(days)
    ]


def test_the_oldest_session_that_decides_is_the_age_of_a_cell() -> None:
    assert evidence(PROJECT, "3.12", cells("2026-11-20", "2026-11-09")).day == "2026-11-09"
    assert evidence(PROJECT, "3.12", cells("2026-11-20", None)).day == ""
    failed = cells("2026-11-01", status="failed")
    assert evidence(PROJECT, "3.12", [*cells("2026-10-01"), *failed]).day == "2026-11-01"
    assert evidence(PROJECT, "3.12", cells(None, status="not-run")).day == ""


def test_a_cell_tells_its_age_and_what_else_there_is() -> None:
    found = evidence(PROJECT, "3.12", cells("2026-11-09"))
    assert ages.told(found, samples.AS_OF) == "tested 12 days ago; shown up to tested"
    found = evidence(PROJECT, "3.13", cells("2026-11-21"))
    assert ages.told(found, samples.AS_OF) == "tested today; tests pass, not declared"
    assert ages.aged(found, samples.AS_OF) == ""
    blocked = cells(None, status="blocked")
    blocked[0]["reason"] = "no wheel of numpy"
    found = evidence(PROJECT, "3.12", blocked)
    assert ages.told(found, samples.AS_OF) == (
        "found of unknown age; shown up to declared;"
        " declared, but its dependencies do not install; no wheel of numpy"
    )
    assert ages.aged(found, samples.AS_OF) == "age unknown"
    assert ages.told(evidence(PROJECT, "3.12", []), samples.AS_OF) == "shown up to declared"


def test_kinds_of_failures_have_shapes_of_their_own() -> None:
    shapes = {
        status: shape("open", status)
        for status in (
            CellStatus.INFRASTRUCTURE,
            CellStatus.NEEDS,
            CellStatus.FAILS_ON_BASELINE,
            CellStatus.FLAKY,
            CellStatus.TIMEOUT,
            CellStatus.MISSING_INTERPRETER,
            CellStatus.NO_TESTS,
        )
    }
    shapes[CellStatus.FAILED] = shape("fail", CellStatus.FAILED)
    shapes[CellStatus.BLOCKED] = shape("block", CellStatus.BLOCKED)
    assert len({*shapes.values(), "fail-odd", "block-odd"}) == len(shapes) + 2
    assert shape("fail", CellStatus.FAILED, contradicts=True) == "fail-odd"
    assert shape("block", None, contradicts=True) == "block-odd"
    icons = (resources.folder("reports") / "icons.html").read_text("utf-8")
    drawn = re.findall(r'<symbol id="i-([a-z-]+)"[^>]*>(.*?)</symbol>', icons)
    known = dict(drawn)
    assert {*shapes.values(), "fail-odd", "block-odd", *Tone} <= known.keys()
    assert len(set(known.values())) == len(drawn)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("ages") / "site"
    read = judged(samples.read())
    found = policy.find("spec0", Path())
    read["data"] = {"platforms": "2026-11-19"}
    read["policies"]["platform"] |= {
        "words": list(words.sentences(found)),
        "digest": words.digest(found),
    }
    build(read, samples.run(), samples.upgrade(), output=output)
    return output


def test_every_icon_that_a_page_shows_is_drawn(site: Path) -> None:
    for path in site.rglob("*.html"):
        page = site_html.parse(path)
        used = {str(use["href"]).removeprefix("#") for use in page.of("use")}
        assert used <= set(page.ids), path


def test_pages_show_how_old_each_cell_is(site: Path) -> None:
    project = text_of(site / "projects" / "nw-config.html")
    assert "tested 12 days ago" in project
    assert "3.2 s, from an earlier run 12 days ago" in project
    assert "found today" in project
    assert "found of unknown age" in text_of(site / "projects" / "nw-serving.html")
    assert "tested 12 days ago" in text_of(site / "pythons" / "3.12.html")
    index = site_html.parse(site / "index.html")
    titles = [str(link["title"]) for link in index.of("a") if link.get("title")]
    assert "tested 12 days ago; shown up to tested" in titles
    assert "12 days ago" in text_of(site / "index.html")
    document = json.loads((site / "index.json").read_text())
    found = {one["name"]: one["cells"] for one in document["projects"]}
    assert found["nw-config"]["3.12"]["tested_on"] == "2026-11-09"
    assert found["nw-serving"]["3.15"]["tested_on"] is None


def test_every_foot_tells_the_ages_of_what_it_rests_on(site: Path) -> None:
    digest = words.digest(policy.find("spec0", Path()))[:8]
    for path in site.rglob("*.html"):
        text = text_of(path)
        assert "As of 21 November 2026." in text
        if path.name == "single.html":
            continue
        for said in (
            "and the dates of platforms of 19 November 2026",
            f"of digest {digest}",
            "the oldest evidence is of 9 November 2026, the newest of 21 November 2026",
            "1 cell is of unknown age",
            "by package indexes of 20 November 2026",
        ):
            assert said in text, path


def test_a_policy_is_told_in_words_made_of_its_file(site: Path) -> None:
    text = text_of(site / "policy.html")
    assert "It is dropped 3 years after its release, moved to the end of the quarter." in text
    assert "A minor release of ipython or matplotlib" in text
    for name in policy.names():
        found = policy.find(name, Path())
        said = words.sentences(found)
        assert len(said) == len(set(said)) >= 4
        assert not [one for one in said if "P3M" in one or "  " in one or "None" in one], name
        assert re.fullmatch("[0-9a-f]{64}", words.digest(found))


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('drop = "2027-05-01"', "It is dropped on 2027-05-01."),
        (
            'drop = { anchor = "python.eol", offset = "-P2W", round = "month-end" }',
            "It is dropped 2 weeks before its end of life, moved to the end of the month.",
        ),
        (
            'drop = { latest = [{ anchor = "python.eol" }, "2028-01"], offset = "P1Y1M" }',
            (
                "It is dropped 1 year and 1 month after the latest of these days:"
                " its end of life; in 2028-01."
            ),
        ),
    ],
)
def test_moments_in_words(toml: str, said: str) -> None:
    text = f'name = "x"\n[stages]\nadopt = {{ anchor = "python.release" }}\n{toml}\n'
    found = policy.parse(text.encode(), shown="x.toml", folder=Path())
    assert said in words.sentences(found)


def test_every_rule_has_a_page_with_whom_it_concerns(site: Path) -> None:
    page = text_of(site / "rules" / "PL301.html")
    assert "The code imports or calls what was removed" in page
    assert "found in 2 projects" in page
    assert "nw-features ast.Num is gone since 3.14" in page
    assert "use ast.Constant" in page
    waived = text_of(site / "rules" / "PL201.html")
    assert "Nowhere that counts." in waived
    assert "Suppressed in 1 place nw-config" in waived
    document = json.loads((site / "rules" / "PL301.json").read_text())
    assert [hit["name"] for hit in document["hits"]] == ["nw-features", "nw-legacy-metrics"]


@pytest.mark.parametrize(
    ("code", "same"),
    [("RNG001", True), ("rng001", False), ("COM1", False), ("../x", False), ("A" * 99, False)],
)
def test_a_rules_file_name_is_safe(code: str, same: bool) -> None:
    found = rule_slug(code)
    assert (found == code) is same
    assert re.fullmatch(r"[A-Za-z0-9-]{1,80}", found)
    assert found.lower() not in {"com1", "rng001"} or same
