"""Text that nobody has vetted, in every place that a page, a feed, a badge or a table shows."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from pylife.site import build, summarise
from tests.site import site_html
from tests.site import site_samples as samples
from tests.site.test_site_schemas import judged

Doc = dict[str, Any]

EVIL = {
    "script": "<script>document.title='ran'</script>",
    "image": "\"'><img src=https://evil.example/x onerror=document.title='ran'>",
    "svg": "<svg onload=document.title='ran'><a href=\"https://evil.example\">x</a></svg>",
    "style": "</style><style>@import 'https://evil.example/x.css'</style>",
    "xml": "]]><!--</title></text><script>document.title='ran'</script><?x ?>&x;",
    "bidi": "\u202eevil\u2066\u200b\u061c\ufeff",
    "template": "{{ 7 * 7 }}{% raw %}{# #}",
    "terminal": "\ud800\x00\x1b[2J\x1b]8;;https://evil.example\x07",
    "markdown": "[x](https://evil.example) ![y](https://evil.example/y) @all #1 |a|\n# head\n`",
    "long": "x" * 100_000,
    "path": "../../../etc/passwd",
    "address": "javascript:document.title='ran'",
    "elsewhere": "https://evil.example/\" onclick=document.title='ran'",
}
_INVISIBLE = re.compile("[\u202e\u2066\u200b\u061c\ufeff\x00\x1b]")


def texts(evil: str) -> Doc:
    return {"title": evil, "file": evil, "help": evil, "effective": evil}


def projects(evil: str) -> list[Doc]:
    """Projects of which every name, path, line and reason is `evil`."""
    first = samples.project(evil, ["3.9", evil], path=evil, kind=evil, owner=evil)
    first["declarations"] = [
        samples.declaration(
            "supports", file=evil, site=evil, raw=evil, versions=["3.9", evil], note=evil
        ),
        samples.declaration("advertises", file=evil, raw=evil, versions=["3.9"], group=evil),
        samples.declaration("tests", file=evil, raw=evil, unreadable=evil, without_effect=evil),
    ]
    first["problems"] = [{"file": evil, "line": 1, "column": 1, "message": evil, "help": evil}]
    waived = {"kind": "waiver", "reason": evil, "owner": evil, "until": "2027-01-31"}
    first["findings"] = [
        samples.finding(evil, evil, "error", evil, **texts(evil)),
        samples.finding("PL101", evil, "info", evil, suppressed=waived, **texts(evil)),
    ]
    first["not_evaluated"] = [{"code": evil, "reason": evil}]
    use = {"file": evil, "line": 1, "what": evil, "note": evil}
    first["source"] = {
        "files": 1, "parser": evil, "unparsed": [],
        "pythons": {"3.12": {"state": "fails", "count": 1, "by": [use]}},
    }  # fmt: skip
    service = samples.project("the-service", ["3.12"], path="service", kind="service", owner=evil)
    binding = samples.ending("image", evil, "2026-12-31", source=evil, file=evil)
    service["end_of_life"] = samples.end_of_life(binding, unknown=(evil,))
    return [
        first,
        service,
        samples.project(evil, ["3.12"], path="other", excluded=evil),
        samples.project("z", ["3.12"], error=evil),
    ]


def read_document(evil: str) -> Doc:
    """A read document with `evil` in it wherever a file or a person could put it."""
    policy = samples.policy(evil)
    policy |= {"description": evil, "source": evil, "words": [evil], "digest": evil}
    odd = {"stage": "dropped", "since": evil, "next": None, "rule": evil, "uncertain": evil}
    policy["pythons"][evil] = odd
    waiver = dict.fromkeys(("rule", "project", "subject", "owner", "reason", "file"), evil)
    rule = dict.fromkeys(("code", "title", "why", "fix", "example"), evil) | {"severity": "error"}
    found = samples.read(
        projects(evil),
        rules=[rule],
        policies={"platform": policy, f"p ({evil})": policy},
        findings=[samples.finding(evil, "fleet", "error", evil, **texts(evil))],
        waivers=[samples.waiver("2027-01-31", **waiver, refused=[evil])],
        tool=evil,
        fleet={"name": evil, "projects": 4},
    )
    found = judged(found)
    told = found["projects"][0]["dependencies"]
    for verdict in told["pythons"].values():
        for pick in verdict["picks"]:
            pick |= {"package": evil, "version": evil}
        for blocker in verdict["blockers"]:
            blocker |= {"package": evil, "reason": evil, "told": evil, "chain": [evil]}
            blocker["loads_from"] = {"version": evil, "date": evil}
    told["floors"] = [{"package": evil, "from": evil, "to": evil, "why": evil}]
    line = {"written": evil, "file": evil, "line": 1, "use": "run"}
    found["projects"][0]["requirements"] = {"unknown": evil, "packages": {evil: [line]}}
    return found


def run_document(evil: str) -> Doc:
    cell = samples.cell(
        evil, evil, "failed", session=evil, reason=evil, log=evil, failure=evil, hints=[evil]
    )
    again = samples.cell(evil, "3.12", "needs", session=evil, reason=evil, log=None, as_of=None)
    return samples.run() | {"interpreters": {evil: evil}, "cells": [cell, again]}


def upgrade_document(evil: str) -> Doc:
    fields = dict.fromkeys(
        ("branch", "base", "commit", "title", "body", "diff", "reason", "where", "why", "todo"),
        evil,
    )
    made = samples.proposal(evil, "in-pr", "created", files=[evil], needs_person=[evil], **fields)
    return samples.upgrade() | {"proposals": [made], "dashboards": [evil]}


def dates_document(evil: str) -> Doc:
    entry = dict.fromkeys(("text", "help", "rule", "project", "policy", "subject", "file"), evil)
    day = {"date": "2026-12-31", "first": "2026-12-31", "last": "2026-12-31"}
    flags = {"expected": False, "overdue": False, "kind": "runtime-end"}
    return {
        "schema": "pylife/dates/1",
        "as_of": samples.AS_OF,
        "until": "2028-11-21",
        "dates": [entry | day | flags],
    }


def hostile_site(evil: str, output: Path) -> Path:
    """A site with everything there can be in it, all of it `evil`, and a night before."""
    read, run, upgrade = read_document(evil), run_document(evil), upgrade_document(evil)
    before = json.loads(json.dumps(summarise(read, run, upgrade))) | {"as_of": "2026-11-20"}
    for project in before["projects"].values():
        project["findings"], project["state"] = [f"{evil} {evil}"], evil
        for python in project["cells"]:
            project["cells"][python] = ["pass", evil, ""]
    build(
        read, run, upgrade,
        output=output, logs=output.parent, nights=[before], dates=dates_document(evil),
    )  # fmt: skip
    return output


@pytest.fixture(scope="module", params=list(EVIL.values()), ids=list(EVIL))
def evil(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def site(evil: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile_site(evil, tmp_path_factory.mktemp("hostile") / "site")


def test_hostile_text_is_text_on_every_page_and_in_every_file(evil: str, site: Path) -> None:
    assert [p.name for p in site.parent.iterdir()] == ["site"]
    folders = {p.parent.relative_to(site).as_posix() for p in site.rglob("*.html")}
    assert folders == {".", "projects", "pythons", "teams", "rules", "dependencies"}
    links = site_html.dead_links(site)
    # A pull request may be linked, where its address is one: to nowhere but that.
    assert all(link.endswith(f": {evil}") and evil.startswith("https://") for link in links)
    for path in site.rglob("*.html"):
        pages_are_harmless(path)
    for path in site.rglob("*.json"):
        json.loads(path.read_bytes())
    for path in (*site.rglob("*.svg"), site / "changes.atom"):
        drawn_and_fed(path)
    summary = (site / "summary.md").read_text("utf-8")
    assert not _INVISIBLE.search(summary)
    assert len(summary) < 20_000


def pages_are_harmless(path: Path) -> None:
    page = site_html.parse(path)
    assert page.faults == [], path
    assert len(page.ids) == len(set(page.ids)), path
    assert page.of("img") == page.of("iframe") == page.of("object") == [], path
    assert all(str(one.get("src")).endswith((".js",)) for one in page.of("script")), path
    assert len(page.of("style")) == (path.name == "single.html")
    for tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on")], (path, tag)
    assert not _INVISIBLE.search(path.read_text("utf-8")), path
    assert path.stat().st_size < 1_000_000, path  # no long text stands there many times


def drawn_and_fed(path: Path) -> None:
    """XML that is well formed, and has no element or attribute but its own."""
    text = path.read_text("utf-8")
    tree = ET.fromstring(text)
    names = {element.tag.rpartition("}")[2] for element in tree.iter()}
    own = {"svg", "title", "rect", "g", "text"}
    if path.suffix == ".atom":
        own = {"feed", "title", "id", "updated", "link", "author", "name", "entry", "content"}
    assert names <= own, path
    for element in tree.iter():
        assert not [name for name in element.attrib if name.startswith("on")]
        assert "evil" not in element.get("href", "")
    assert not _INVISIBLE.search(text)
    assert len(text) < 200_000


def test_markdown_of_hostile_names_stays_one_row_a_project(site: Path) -> None:
    lines = (site / "summary.md").read_text("utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| `")]
    assert len(rows) == 2  # those that were checked
    heads = [line for line in lines if line.startswith("#")]
    assert len(heads) == 1
    outside = re.sub(r"`[^`\n]*`", "", "\n".join(lines))
    assert "<" not in outside.replace("\\<", "")
    assert "](" not in outside.replace("\\]", "")


def test_logs_of_hostile_lines_are_text(evil: str, tmp_path: Path) -> None:
    state = tmp_path / "state"
    (state / "cells").mkdir(parents=True)
    (state / "cells/a.log").write_bytes(evil.encode("utf-8", "surrogatepass") + b"\n<script>")
    cells = [samples.cell("one", "3.12", "failed", log="cells/a.log", failure=evil)]
    read = samples.read([samples.project("one", ["3.12"])])
    build(read, samples.run() | {"cells": cells}, None, output=tmp_path / "site", logs=state)
    (log,) = (path for path in (tmp_path / "site" / "logs").rglob("*") if path.is_file())
    assert log.suffix == ".txt"  # which no browser runs
    assert not _INVISIBLE.search(log.read_text("utf-8-sig"))
