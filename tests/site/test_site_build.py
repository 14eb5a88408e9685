"""The site as files: whole, reproducible, swapped in at once, and what its pages hold."""

import hashlib
import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from pylife.errors import UsageError
from pylife.site import build, logs, publish, summarise
from pylife.site.exchange import exchange
from tests.site import site_html
from tests.site import site_samples as samples


@pytest.fixture(scope="module")
def log_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("state")
    for cell in samples.run()["cells"]:
        if cell["log"]:
            path = folder / cell["log"]
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"nox > {cell['session']}\n{cell['reason']}\n")
    return folder


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, log_folder: Path) -> Path:
    output = tmp_path_factory.mktemp("out") / "site"
    build(samples.read(), samples.run(), samples.upgrade(), output=output, logs=log_folder)
    return output


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("out") / "bare"
    build(samples.read(), None, None, output=output)
    return output


def digests(root: Path) -> dict[str, str]:
    return {
        str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(root.rglob("*"))
        if p.is_file()
    }


def test_every_page_and_document_is_there(site: Path) -> None:
    names = set(digests(site))
    slugs = [p["name"] for p in samples.fleet()]
    assert {f"projects/{s}.{end}" for s in slugs for end in ("html", "json")} < names
    assert {f"{n}.html" for n in ("index", "calendar", "policy", "rules", "upgrades")} < names
    assert {"data/read.json", "data/matrix-run.json", "data/upgrade.json", "style.css"} < names


def test_steps_that_were_not_run_have_no_document(bare: Path) -> None:
    assert sorted(p.name for p in (bare / "data").iterdir()) == ["read.json"]
    for path in bare.rglob("*.html"):
        text = site_html.parse(path).text
        assert "Tests were not run" in text
        assert path.name == "single.html" or "Upgrades were not proposed" in text


def test_nothing_is_green_where_tests_were_not_run(bare: Path) -> None:
    page = (bare / "index.html").read_text()
    table = page[page.index('<table class="matrix"') : page.index("</table>", page.index("matrix"))]
    assert "t-pass" not in table
    assert "f-pass" not in page
    for path in (bare / "projects").glob("*.html"):
        assert "t-pass" not in path.read_text()


def test_pages_are_well_formed(site: Path, bare: Path) -> None:
    for path in [*site.rglob("*.html"), *bare.rglob("*.html")]:
        page = site_html.parse(path)
        assert page.faults == [], path.name
        assert len(page.ids) == len(set(page.ids)), path.name
        assert len(page.of("table")) == len(page.of("caption")), path.name
        assert all("scope" in th for th in page.of("th")), path.name
        assert len(page.of("h1")) == len(page.of("main")) == 1


def test_links_lead_somewhere(site: Path, bare: Path) -> None:
    assert site_html.dead_links(site) == []
    assert site_html.dead_links(bare) == []


def test_pages_need_nothing_from_outside(site: Path) -> None:
    for path in site.rglob("*.html"):
        if path.name == "single.html":
            continue
        page = site_html.parse(path)
        policy = page.of("meta")[1]
        assert policy["http-equiv"] == "Content-Security-Policy"
        assert str(policy["content"]).startswith("default-src 'none'; style-src 'self'")
        for tag, attributes in page.tags:
            assert "style" not in attributes, (path.name, tag)
            assert not [name for name in attributes if name.startswith("on")], (path.name, tag)
            assert tag not in {"style", "iframe", "img", "form"} or attributes.get("id") in {
                "filter",
                "compare-form",
            }
        scripts = {str(script.get("src")).rpartition("/")[2] for script in page.of("script")}
        assert scripts <= {"fleet.js", "trends.js"}
    assert "url(http" not in (site / "style.css").read_text()
    assert "@import" not in (site / "style.css").read_text()


def test_every_footer_says_of_when_and_by_what(site: Path) -> None:
    for path in site.rglob("*.html"):
        text = " ".join(site_html.parse(path).text.split())
        assert "As of 21 November 2026." in text
        assert "pylife 0.1.0, with the release calendar of 22 August 2026" in text


def test_the_matrix_says_what_each_cell_is(site: Path) -> None:
    text = " ".join(site_html.parse(site / "index.html").text.split())
    for words in (
        "passes, not declared",
        "fails, yet declared",
        "no interpreter",
        "no tests",
        "baseline fails too",
        "passes in part",
        "not stated",
        "runs on it",
        "Excluded: archived 2024-03; no longer released",
    ):
        assert words in text


def test_a_projects_page(site: Path) -> None:
    text = " ".join(site_html.parse(site / "projects" / "nw-client.html").text.split())
    for words in (
        "tested 3.10–3.13",
        "tests pass, not declared",
        "PL110 upper cap without a reason",
        "A cap in a library makes every resolver",
        "pylife check --fix does it",
        '-requires-python = ">=3.10,<3.14"',
        "| 3.14 | 14 passed |",
        "pylife/python-3.15",
    ):
        assert words in text
    serving = " ".join(site_html.parse(site / "projects" / "nw-serving.html").text.split())
    assert "What a person has to do" in serving
    assert "nw-core needs Python >=3.10" in serving
    model = " ".join(site_html.parse(site / "projects" / "churn-model.html").text.split())
    assert "a mapping key is given twice" in model


def text_of(path: Path) -> str:
    return " ".join(site_html.parse(path).text.split())


def test_policies_waivers_ends_and_the_fleets_own_findings(tmp_path: Path) -> None:
    output = tmp_path / "site"
    build(samples.governed(), None, None, output=output)
    assert site_html.dead_links(output) == []
    for path in output.rglob("*.html"):
        assert site_html.parse(path).faults == []
    index = text_of(output / "index.html")
    assert "The fleet as a whole error PL104" in index
    assert "a waiver ended policies/platform.toml:40" in index
    assert "1 suppressed finding" in index
    policy = text_of(output / "policy.html")
    assert policy.count("Northwind ML platform for kind model") == 1
    for words in (
        "PL2 every project ml-serving 2026-11-18 ended 3 days ago nothing",
        "2026-11-21 the last day 1 can no longer waive 3.9 since 2026-06-30",
        "PL104 lib floor ml-serving 2027-01-31 71 days left 1 one customer",
    ):
        assert words in policy
    app = text_of(output / "projects" / "app.html")
    assert "What it stands on is maintained until 31 August 2026" in app
    assert "2026-08-31 ended 82 days ago debian:11 image binds Dockerfile:1" in app
    assert "2030-10 1440 days left Python 3.14 python Dockerfile:1" in app
    assert "not known It may end earlier: Dockerfile:3 names" in app
    model = text_of(output / "projects" / "model.html")
    assert "No end of what it stands on is known. not known" in model
    assert "End of life" not in text_of(output / "projects" / "lib.html").replace(
        "End of life of", ""
    )
    rules = text_of(output / "rules.html")
    assert "info found in the fleet as a whole" in rules


def test_documents_of_before_are_shown_without_what_they_do_not_tell(bare: Path) -> None:
    assert "Waivers" not in text_of(bare / "policy.html")
    assert "The fleet as a whole" not in text_of(bare / "index.html")
    assert "stands on" not in text_of(bare / "projects" / "nw-serving.html")


def test_a_projects_json_holds_its_evidence(site: Path) -> None:
    document = json.loads((site / "projects" / "nw-features.json").read_text())
    found = {item["python"]: item for item in document["evidence"]}
    assert found["3.14"]["status"] == "failed"
    assert found["3.14"]["contradiction"] == "declared, but tests fail"
    assert found["3.13"]["rung"] == "tested"
    assert document["tests_run"] is True


def test_equal_input_gives_equal_bytes(site: Path, log_folder: Path, tmp_path: Path) -> None:
    read = samples.read()
    read["projects"].reverse()
    run = samples.run()
    again = tmp_path / "again"
    build(samples.read(), run, samples.upgrade(), output=again, logs=log_folder)
    assert digests(again) == digests(site)
    build(
        read, run | {"cells": run["cells"][::-1]}, samples.upgrade(), output=again, logs=log_folder
    )
    ordered = digests(again)
    assert {n for n in ordered if ordered[n] != digests(site)[n]} == {
        ".pylife-site",
        "data/matrix-run.json",
        "data/read.json",
    }


def test_a_new_site_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    output = tmp_path / "site"
    first = build(samples.read(), samples.run(), None, output=output)
    one = samples.read([samples.project("only", ["3.12"])])
    second = build(one, None, None, output=output)
    assert Path("projects/nw-core.html") in first
    assert second == sorted(second)
    assert [str(p) for p in second if p.parts[0] == "projects"] == ["projects/only.html"]
    assert sorted(p.name for p in (output / "projects").iterdir()) == ["only.html", "only.json"]
    assert [p.name for p in tmp_path.iterdir()] == ["site"]


def test_a_crash_leaves_the_old_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = tmp_path / "site"
    build(samples.read(), None, None, output=output)
    before = digests(output)
    broken = samples.read()
    del broken["projects"][-1]["declarations"]
    with pytest.raises(KeyError):
        build(broken, None, None, output=output)
    assert digests(output) == before
    assert [p.name for p in tmp_path.iterdir()] == ["site"]


@pytest.mark.parametrize("atomic", [True, False])
def test_swapping_with_and_without_an_atomic_exchange(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, atomic: bool
) -> None:
    if not atomic:
        monkeypatch.setattr(publish, "exchange", lambda _one, _other: False)
    output = tmp_path / "site"
    for name in ("a", "b"):
        build(samples.read([samples.project(name, ["3.12"])]), None, None, output=output)
    assert [p.name for p in sorted((output / "projects").iterdir())] == ["b.html", "b.json"]
    assert [p.name for p in tmp_path.iterdir()] == ["site"]


def test_exchange_says_when_it_cannot(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    assert exchange(tmp_path / "one", tmp_path / "absent") is False
    assert (tmp_path / "one").is_dir()


def test_a_folder_of_somebody_elses_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(UsageError, match="not a report site"):
        build(samples.read(), None, None, output=tmp_path)
    with pytest.raises(UsageError, match="not a report site"):
        build(samples.read(), None, None, output=tmp_path / "thesis.txt")
    assert (tmp_path / "thesis.txt").read_text() == "years of work"
    (tmp_path / "empty").mkdir()
    assert build(samples.read(), None, None, output=tmp_path / "empty")


def test_logs_are_copied_linked_and_shortened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "_HALF", 20)
    folder = tmp_path / "state"
    folder.mkdir()
    (folder / "a.log").write_bytes(b"\x1b[31mhead\x1b[0m 1%\r2%\r\n" + b"x" * 500 + b"\nthe end")
    (tmp_path / "secret").write_text("secret")
    (folder / "link.log").symlink_to(tmp_path / "secret")
    cells = [
        samples.cell("one", python, "failed", log=log)
        for python, log in [
            ("3.10", "a.log"),
            ("3.11", "../secret"),
            ("3.12", "link.log"),
            ("3.13", "gone.log"),
            ("3.14", str(tmp_path / "secret")),
        ]
    ]
    run = samples.run() | {"cells": cells}
    read = samples.read([samples.project("one", ["3.10"])])
    build(read, run, None, output=tmp_path / "site", logs=folder)
    copies = sorted((tmp_path / "site" / "logs").rglob("*.txt"))
    assert [p.name for p in copies] == ["py-3.10-tests.txt"]
    text = copies[0].read_text("utf-8-sig")
    assert text.startswith("head 1%\n2%")
    assert "bytes left out" in text
    assert text.endswith("the end")
    assert "\x1b" not in text
    links = [h for h in site_html.parse(tmp_path / "site/projects/one.html").hrefs if "logs/" in h]
    assert links == ["../logs/one/py-3.10-tests.txt"]


EVIL = [
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "\u202eevil\u2066\u200b",
    "{{ 7 * 7 }}{% raw %}",
    "\ud800\x00\x1b[2J",
    "x" * 100_000,
    "../../../etc/passwd",
    "javascript:alert(1)",
]


@pytest.mark.parametrize("evil", EVIL, ids=range(len(EVIL)))
def test_hostile_text_is_shown_as_text(evil: str, tmp_path: Path) -> None:
    project = samples.project(evil, ["3.9", evil], path=evil, kind=evil, owner=evil)
    project["declarations"] = [
        samples.declaration(
            "supports", file=evil, site=evil, raw=evil, versions=["3.9", evil], note=evil
        ),
        samples.declaration("tests", file=evil, raw=evil, unreadable=evil),
    ]
    project["problems"] = [{"file": evil, "line": 1, "column": 1, "message": evil, "help": evil}]
    waived = {"kind": "waiver", "reason": evil, "owner": evil, "until": "2027-01-31"}
    texts = {"title": evil, "file": evil, "help": evil, "effective": evil}
    project["findings"] = [
        samples.finding(evil, evil, "error", evil, **texts),
        samples.finding("PL101", evil, "info", evil, suppressed=waived, **texts),
    ]
    projects = [
        project,
        samples.project(evil, ["3.12"], path="other", excluded=evil),
        samples.project("z", ["3.12"], error=evil),
    ]
    policy = samples.policy(evil)
    policy["description"] = policy["source"] = evil
    policy["pythons"][evil] = {
        "stage": "dropped",
        "since": evil,
        "next": None,
        "rule": evil,
        "uncertain": evil,
    }
    binding = samples.ending(evil, evil, "2026-12-31", source=evil, file=evil)
    project["end_of_life"] = samples.end_of_life(binding, unknown=(evil,))
    waiver = dict.fromkeys(("rule", "project", "subject", "owner", "reason", "file"), evil)
    rule = {"code": evil, "title": evil, "why": evil, "fix": evil, "severity": "error"}
    read = samples.read(
        projects,
        rules=[rule],
        policies={"platform": policy, f"p ({evil})": policy},
        findings=[samples.finding(evil, "fleet", "error", evil, **texts)],
        waivers=[samples.waiver("2027-01-31", **waiver, refused=[evil])],
        tool=evil,
        fleet={"name": evil, "projects": 3},
    )
    run = samples.run() | {
        "interpreters": {evil: evil},
        "cells": [samples.cell(evil, evil, "failed", session=evil, reason=evil, log=evil)],
    }
    fields = dict.fromkeys(("branch", "base", "commit", "title", "body", "diff", "reason"), evil)
    upgrade = samples.upgrade() | {
        "proposals": [
            samples.proposal(evil, "in-pr", "created", files=[evil], needs_person=[evil], **fields)
        ]
    }
    output = tmp_path / "site"
    build(read, run, upgrade, output=output, logs=tmp_path)

    assert [p.name for p in tmp_path.iterdir()] == ["site"]
    assert site_html.dead_links(output) == []
    for path in output.rglob("*.html"):
        page = site_html.parse(path)
        assert page.faults == []
        assert len(page.ids) == len(set(page.ids))
        assert all(s.get("src") for s in page.of("script"))
        assert page.of("img") == []
        assert not re.search("[\u202e\u2066\u200b\x00\x1b]", path.read_text("utf-8"))
        assert path.stat().st_size < 1_000_000  # no long text stands there many times
    for path in output.rglob("*.json"):
        json.loads(path.read_bytes())


def test_only_what_changed_is_written_again(tmp_path: Path) -> None:
    read, output = samples.read(), tmp_path / "site"
    build(read, samples.run(), None, output=output)
    before = {path: path.stat().st_ino for path in output.rglob("*.*") if path.is_file()}
    changed = json.loads(json.dumps(read))
    name = changed["projects"][0]["name"]
    changed["projects"][0]["owner"] = "somebody-else"
    build(changed, samples.run(), None, output=output)
    renewed = {
        path.relative_to(output).as_posix()
        for path, inode in before.items()
        if path.stat().st_ino != inode
    }
    projects = {path for path in renewed if path.startswith("projects/")}
    assert projects == {f"projects/{name}.html", f"projects/{name}.json"}
    assert {"index.html", "data/read.json", ".pylife-site"} <= renewed
    assert "rules.html" not in renewed
    assert "somebody-else" in (output / "projects" / f"{name}.html").read_text()
    fresh = tmp_path / "fresh"
    build(changed, samples.run(), None, output=fresh)
    assert digests(fresh) == digests(output)


def test_a_page_that_somebody_edited_is_made_again(tmp_path: Path) -> None:
    output, other = tmp_path / "site", tmp_path / "other"
    build(samples.read(), None, None, output=output)
    build(samples.read(), None, None, output=other)
    page = next((output / "projects").glob("*.html"))
    page.write_text(page.read_text().replace("</html>", "<script></script></html>"))
    (output / "rules.html").unlink()
    build(samples.read(), None, None, output=output)
    assert digests(output) == digests(other)


@pytest.mark.parametrize("content", ["", "Made by pylife", "[]", '{"files": {"a": 1}}'])
def test_a_marker_that_lists_nothing_keeps_nothing(tmp_path: Path, content: str) -> None:
    output, other = tmp_path / "site", tmp_path / "other"
    build(samples.read(), None, None, output=output)
    build(samples.read(), None, None, output=other)
    (output / ".pylife-site").write_text(content)
    build(samples.read(), None, None, output=output)
    assert digests(output) == digests(other)


def test_the_single_file_holds_all_that_it_needs_and_nothing_of_people(site: Path) -> None:
    page = site_html.parse(site / "single.html")
    assert {tag for tag, _ in page.tags} & {"a", "link", "script", "img"} == set()
    text = (site / "single.html").read_text()
    assert "default-src 'none'" in text
    assert "platform-core" not in text  # an owner
    assert "pyproject.toml" not in text
    assert "noindex" in text


def test_the_summary_is_markdown_in_which_names_mean_nothing(tmp_path: Path) -> None:
    read = json.loads(json.dumps(samples.read()))
    read["projects"][0]["name"] = "a|b`c`@all <img> [x](y)"
    build(read, samples.run(), None, output=tmp_path / "site")
    rows = (tmp_path / "site" / "summary.md").read_text().splitlines()
    row = next(line for line in rows if "@all" in line)
    assert row.startswith("| `a\\|b'c'@all <img> [x](y)` |")


def test_the_feed_has_an_entry_a_night_on_which_something_changed(tmp_path: Path) -> None:
    before = summarise(samples.read(), samples.run(), None)
    quiet = before | {"as_of": "2026-11-19"}
    worse = json.loads(json.dumps(before | {"as_of": "2026-11-20"}))
    slug = next(slug for slug, p in worse["projects"].items() if p["cells"])
    python = next(iter(worse["projects"][slug]["cells"]))
    worse["projects"][slug]["cells"][python] = ["fail", "fails", ""]
    build(
        samples.read(), samples.run(), None,
        output=tmp_path / "site", nights=[quiet | {"as_of": "2026-11-18"}, quiet, worse],
    )  # fmt: skip
    feed = ET.parse(tmp_path / "site" / "changes.atom").getroot()
    space = {"a": "http://www.w3.org/2005/Atom"}
    titles = [entry.findtext("a:title", "", space) for entry in feed.findall("a:entry", space)]
    assert titles == ["2026-11-21: 1 change", "2026-11-20: 1 change, 1 for the worse"]
    assert f"{worse['projects'][slug]['name']}: Python {python}" in "".join(feed.itertext())


def test_badges_say_in_words_what_their_colour_says(site: Path, bare: Path) -> None:
    said = {p.stem: json.loads(p.read_text()) for p in (site / "badges/projects").glob("*.json")}
    assert all(badge["schemaVersion"] == 1 for badge in said.values())
    green = {name for name, badge in said.items() if badge["color"] == "brightgreen"}
    assert green
    assert all(said[name]["message"].startswith("tested") for name in green)
    for path in (bare / "badges").rglob("*.json"):
        assert json.loads(path.read_text())["color"] != "brightgreen"
    for path in site.rglob("badges/**/*.svg"):
        assert said.get(path.stem, {}).get("message", "") in ET.parse(path).getroot().get(
            "aria-label", ""
        )
