"""What two nights differ in: better is only what was shown, and the page's script says the same."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pylife import resources
from pylife.site import build, summarise
from pylife.site.changes import changes
from tests.site import site_html
from tests.site import site_samples as samples
from tests.site.test_site_schemas import judged

Doc = dict[str, Any]
FOUND = ["DEP411 d", "RNG002 r"]


def row(**fields: Any) -> Doc:
    made: Doc = {
        "name": "one", "owner": "", "kind": "library", "status": "checked", "state": "",
        "cells": {}, "severities": {}, "findings": [], "unjudged": [], "unread": [],
    }  # fmt: skip
    return made | fields


def night(one: Doc) -> Doc:
    return {"tests_run": True, "upgrades_proposed": False, "projects": {"one": one}}


def cell(tone: str) -> Doc:
    return row(cells={"3.15": [tone, tone, ""]})


CASES: list[tuple[Doc, Doc, list[tuple[str, str]]]] = [
    (row(findings=FOUND), row(), [("good", "2 findings are gone: DEP411 and RNG002")]),
    (row(), row(findings=FOUND), [("bad", "2 findings are new: DEP411 and RNG002")]),
    # A night without verdicts, and one on which a file could not be read.
    (
        row(findings=FOUND),
        row(unjudged=["DEP411"]),
        [("", "1 finding is no longer judged: DEP411"), ("good", "1 finding is gone: RNG002")],
    ),
    (
        row(unjudged=["DEP411"]),
        row(findings=FOUND),
        [
            ("bad", "1 finding is new: RNG002"),
            ("", "1 finding is judged that could not be before: DEP411"),
        ],
    ),
    (
        row(findings=FOUND),
        row(unread=["pyproject.toml"]),
        [("", "2 findings are no longer judged: DEP411 and RNG002")],
    ),
    (
        row(unread=["pyproject.toml"]),
        row(findings=FOUND),
        [("", "2 findings are judged that could not be before: DEP411 and RNG002")],
    ),
    # What neither could read hides nothing that one of them found.
    (
        row(findings=FOUND, unread=["a.cfg"]),
        row(findings=FOUND[1:], unread=["a.cfg"]),
        [("good", "1 finding is gone: DEP411")],
    ),
    (row(findings=FOUND), row(status="error"), [("bad", "was checked, is error")]),
    (row(findings=FOUND), row(status="excluded"), [("", "was checked, is excluded")]),
    *(
        (cell(was), cell(now), [(mood, f"Python 3.15: {was}, now {now}")])
        for was, now, mood in (
            ("fail", "pass", "good"),
            ("open", "pass", "good"),
            ("odd", "pass", "good"),
            ("pass", "fail", "bad"),
            ("open", "fail", "bad"),
            # What was shown is not shown any more.
            ("pass", "open", "bad"),
            # No interpreter, no run and no declaration: nothing became better.
            ("fail", "open", ""),
            ("block", "open", ""),
            ("fail", "said", ""),
            ("fail", "none", ""),
            ("open", "said", ""),
            ("said", "open", ""),
        )
    ),
]


@pytest.mark.parametrize(("was", "now", "said"), CASES)
def test_missing_evidence_is_never_better(was: Doc, now: Doc, said: list[tuple[str, str]]) -> None:
    found = changes(night(was), night(now))
    assert sorted((one.tone, one.what) for one in found) == sorted(said)


def test_nights_of_before_are_compared_as_far_as_they_tell() -> None:
    old = row(findings=FOUND)
    del old["unjudged"], old["unread"]
    assert [one.what for one in changes(night(old), night(row(unjudged=["DEP411"])))] == [
        "1 finding is no longer judged: DEP411",
        "1 finding is gone: RNG002",
    ]
    assert changes(night(old), night(row(findings=FOUND))) == []


def test_a_night_tells_what_it_could_not_judge_or_read() -> None:
    read = judged(samples.read())
    read["rules"][-1]["by_verdicts"] = True
    found = summarise(read, None, None)["projects"]
    assert found["nw-core"]["unjudged"] == []
    assert found["nw-client"]["unjudged"] == [read["rules"][-1]["code"]]
    assert found["churn-model"]["unread"] == ["conda.yaml"]
    assert found["nw-old-sdk"]["unjudged"] == []


def test_the_trend_of_findings_says_how_much_was_not_judged(tmp_path: Path) -> None:
    read = judged(samples.read())
    before = summarise(read, None, None) | {"as_of": "2026-11-20"}
    oldest = json.loads(json.dumps(before)) | {"as_of": "2026-11-19"}
    for one in oldest["projects"].values():
        del one["unjudged"], one["unread"]
    read["rules"][-1]["by_verdicts"] = True
    build(read, None, None, output=tmp_path / "site", nights=[oldest, before])
    page = site_html.parse(tmp_path / "site" / "trends.html")
    text = " ".join(page.text.split())
    # Of an older pylife not known; then the one with a file that cannot be read; tonight eight.
    assert "judged in part 8" in text
    assert "2026-11-204301" in text
    assert "2026-11-19430not run" in text


STUB = """
const place = { hidden: true };
const lines = [];
const text = (part) => (typeof part === "string" ? part : part.textContent);
const element = () => ({ textContent: "", append(...parts) { this.textContent += parts.map(text).join(""); } });
const list = { textContent: "", append(item) { lines.push(item.textContent); } };
const form = {
  elements: { from: { value: "old" }, to: { value: "new" } },
  addEventListener() {},
};
const said = { set textContent(_) { setTimeout(() => console.log(JSON.stringify(lines)), 0); } };
global.document = {
  getElementById: (id) => ({ "compare-any": place, "compare-form": form, differences: list,
    compared: said })[id],
  createElement: element,
};
global.location = { protocol: "https:" };
const nights = JSON.parse(process.argv[2]);
global.fetch = (path) => Promise.resolve(
  { ok: true, json: () => nights[path.includes("old") ? 0 : 1] });
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
def test_the_script_of_the_page_says_the_same(tmp_path: Path) -> None:
    script = tmp_path / "trends.js"
    source = (resources.folder("reports") / "trends.js").read_text("utf-8")
    script.write_text(STUB + source, "utf-8")
    words = {"good": "better", "bad": "worse", "": "other"}
    old = {f"p{number}": was | {"name": f"p{number}"} for number, (was, _, _) in enumerate(CASES)}
    new = {f"p{number}": now | {"name": f"p{number}"} for number, (_, now, _) in enumerate(CASES)}
    nights = json.dumps([night({}) | {"projects": one} for one in (old, new)])
    done = subprocess.run(["node", script, nights], capture_output=True, text=True, check=True)
    found = sorted(" ".join(line.split()[:2]) for line in json.loads(done.stdout))
    assert found == sorted(
        f"{words[tone]}: p{number}" for number, (_, _, said) in enumerate(CASES) for tone, _ in said
    )
