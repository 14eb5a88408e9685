"""JSON, GitHub, GitLab, JUnit and CSV: read back as those who take them read them."""

import csv
import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from pylife import resources
from pylife.formats import CheckReport, github, gitlab, junit
from pylife.formats import csv as table
from pylife.formats import json as document
from pylife.model import Severity
from tests.conftest import ROOT
from tests.formats.formats_samples import checked, everything, finding, tree

CHECK = jsonschema.Draft7Validator(
    json.loads(resources.data("check.schema.json").read_text(encoding="utf-8"))
)
SCHEMAS = Path(__file__).parent / "schemas"
COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::([^\r\n]*)")


@pytest.fixture(params=["everything", "tree", "platform", "nothing"])
def report(request: pytest.FixtureRequest, tmp_path: Path) -> CheckReport:
    match request.param:
        case "everything":
            return everything()
        case "tree":
            return checked(tree(tmp_path))
        case "platform":
            return checked(ROOT / "examples" / "platform")
        case _:
            return everything()._replace(findings=(), not_evaluated=(), horizon=None, fleet="")


def test_json_follows_its_schema(report: CheckReport) -> None:
    data = json.loads(document.render(report))
    CHECK.validate(data)
    summary, findings = data["summary"], data["findings"]
    counted = [item for item in findings if not item["suppressed"] and not item["upcoming"]]
    assert sum(summary["findings"].values()) == len(counted) == len(report.counted)
    assert sum(summary["suppressed"].values()) == sum(1 for i in findings if i["suppressed"])
    assert summary["upcoming"] == sum(1 for i in findings if i["upcoming"] and not i["suppressed"])


def test_the_schema_of_json_is_strict() -> None:
    for path in ("", "summary", "projects/0", "findings/0", "not_evaluated/0"):
        data = json.loads(document.render(everything()))
        CHECK.validate(data)
        inner = data
        for key in path.split("/") if path else ():
            inner = inner[int(key)] if key.isdigit() else inner[key]
        inner["surprise"] = 1
        with pytest.raises(jsonschema.ValidationError):
            CHECK.validate(data)


def test_a_file_name_that_is_no_utf8_does_no_harm() -> None:
    odd = everything().findings[1]._replace(file="b\udce4d.toml", message="b\udce4d")
    report = everything()._replace(findings=(odd,))
    data = json.loads(document.render(report).encode())
    assert data["findings"][0]["file"] == "b\udce4d.toml"
    for render in (github.render, gitlab.render, junit.render, table.render):
        assert render(report).encode()


def unescaped(text: str) -> str:
    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, char)
    return text


def test_github_annotations_say_what_and_where(report: CheckReport) -> None:
    lines = github.render(report).splitlines()
    commands = [match for line in lines if (match := COMMAND.fullmatch(line))]
    assert len(lines) - len(commands) in {1, 2}
    kinds = {"error": 0, "warning": 0, "notice": 0}
    messages = []
    for command in commands:
        kinds[command[1]] += 1
        messages.append(unescaped(command[3]))
        properties = dict(pair.split("=", 1) for pair in command[2].split(","))
        assert set(properties) <= {"file", "line", "endLine", "col", "endColumn", "title"}
    assert max(kinds.values()) <= github.MOST_OF_A_KIND
    for severity, kind in (("error", "error"), ("warning", "warning")):
        wanted = report.count(Severity(severity))
        assert kinds[kind] >= min(wanted, github.MOST_OF_A_KIND)
    for item in report.counted:
        if report.count(item.severity) < 9:
            assert any(item.help.split("\x1b")[0] in text for text in messages)


def test_github_escapes_what_would_end_a_command() -> None:
    item = finding("A1", "p:1,x", "s", "100%\r\n::stop", "h\n", ("a,b:c%/x y.py", 4, None, None))
    line = github.render(everything()._replace(findings=(item,), rows=())).splitlines()[0]
    assert line == (
        "::error file=a%2Cb%3Ac%25/x y.py,line=4,endLine=4,title=A1 p%3A1%2Cx"
        "::100%25\\r\\n::stop%0Ahelp: h\\n"
    )


def test_github_counts_what_it_does_not_show() -> None:
    bad = finding("A1", "client", "s", "m", "h")
    many = tuple(bad._replace(subject=str(number), message=f"m{number}") for number in range(37))
    warned = tuple(item._replace(severity=Severity.WARNING) for item in many[:11])
    lines = github.render(everything()._replace(findings=warned + many, rows=())).splitlines()
    assert sum(line.startswith("::error") for line in lines) == 10
    assert sum(line.startswith("::warning") for line in lines) == 10
    assert "pylife: not shown as annotations: 27 more errors, 1 more warning" in lines
    assert lines[0].startswith("::error title=A1 client::m0%0A")


def test_github_shows_what_is_upcoming_before_infos() -> None:
    info = finding("A1", "client", "s", "m", "h", severity=Severity.INFO)
    later = info._replace(severity=Severity.ERROR, upcoming=True, effective="2027-04-30")
    found = tuple(info._replace(subject=str(number)) for number in range(20))
    lines = github.render(everything()._replace(findings=(*found, later), rows=())).splitlines()
    assert lines[0] == "::notice title=A1 client::from 2027-04-30: m%0Ahelp: h"
    assert "pylife: not shown as annotations: 11 more notices" in lines


def test_gitlab_has_what_counts_each_with_its_own_fingerprint(report: CheckReport) -> None:
    entries = json.loads(gitlab.render(report))
    assert len(entries) == len(report.counted) + report.statuses["error"]
    marks = [entry["fingerprint"] for entry in entries]
    assert len(set(marks)) == len(marks)
    for entry in entries:
        assert set(entry) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert entry["severity"] in {"info", "minor", "major", "critical", "blocker"}
        path = entry["location"]["path"]
        assert path
        assert not path.startswith(("/", "./"))
        assert entry["location"]["lines"]["begin"] >= 1


def test_junit_counts_are_those_of_its_cases(report: CheckReport) -> None:
    root = ET.fromstring(junit.render(report))
    failed = 0
    for suite in root:
        cases = suite.findall("testcase")
        assert int(suite.get("tests", "")) == len(cases)
        for tag, key in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            assert int(suite.get(key, "")) == sum(1 for case in cases if case.find(tag) is not None)
        names = [case.get("name") for case in cases]
        assert len(set(names)) == len(names)
        failed += sum(1 for case in cases if case.find("failure") is not None)
    worse = [item for item in report.counted if item.severity is not Severity.INFO]
    assert failed == len({(item.project, item.code) for item in worse})
    assert int(root.get("failures", "")) == failed
    text = "".join(root.itertext())
    assert all(item.message in text for item in report.findings)


def test_junit_says_what_was_not_looked_at() -> None:
    root = ET.fromstring(junit.render(everything()))
    suites = {suite.get("name"): suite for suite in root}
    assert suites["gone"].find("testcase/error") is not None
    assert suites["old"].find("testcase/skipped") is not None
    reason = suites["odd"].find("testcase/skipped")
    assert reason is not None
    assert reason.get("message") == "setup.py cannot be read"
    assert [case.get("name") for case in suites["good"].findall("testcase")] == [
        "readable", "RNG002",
    ]  # fmt: skip
    assert len(suites["client"].findall("testcase")) == 6  # with RNG005, which found nothing


def test_junit_by_other_peoples_readers(report: CheckReport) -> None:
    text = junit.render(report)
    xmlschema = pytest.importorskip("xmlschema")
    xmlschema.XMLSchema(str(SCHEMAS / "junit-10.xsd")).validate(text)
    junitparser = pytest.importorskip("junitparser")
    found = junitparser.JUnitXml.fromstring(text.encode())
    assert found.failures == int(ET.fromstring(text).get("failures", ""))
    assert {suite.name for suite in found} >= {row.project.name for row in report.rows}


def test_csv_holds_every_finding(report: CheckReport) -> None:
    text = table.render(report)
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert text.count("\r\n") == text.count("\n") == len(rows) + 1
    assert len(rows) == len(report.findings)
    for item, row in zip(report.findings, rows, strict=True):
        assert (row["code"], row["severity"], row["project"]) == (
            item.code, item.severity.value, item.project,
        )  # fmt: skip
        assert row["message"].removeprefix("'") == item.message.removeprefix("'")
        assert row["line"] == str(item.line or "")
        assert not any(cell.startswith(tuple("=+-@\t\r\n")) for cell in row.values())
    assert len({row["fingerprint"] for row in rows}) == len(rows)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_csv_holds_no_formula(text: str) -> None:
    item = finding("A1", "client", "s", text, text)
    (row,) = csv.DictReader(io.StringIO(table.render(everything()._replace(findings=(item,)))))
    assert row["message"] == row["help"] == "'" + text
