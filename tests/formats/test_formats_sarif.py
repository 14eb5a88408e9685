"""SARIF against the official schema, and what code scanning makes of it."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pylife.formats import CheckReport
from pylife.formats.sarif import MOST_RESULTS, render
from pylife.model import Severity
from tests.conftest import ROOT
from tests.formats.formats_samples import checked, everything, finding, tree

SCHEMA = json.loads(
    (Path(__file__).parent / "schemas" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8")
)
CORPUS = ROOT.parent / "shared" / "corpus"
CORPORA = ("openllmetry-poetry", "openstack-setupcfg", "opentelemetry-python-contrib")


def run_of(report: CheckReport) -> dict[str, Any]:
    """The run, after the log was found valid."""
    log = json.loads(render(report))
    jsonschema.Draft4Validator(SCHEMA).validate(log)
    run: dict[str, Any] = log["runs"][0]
    marks = [result["partialFingerprints"]["pylifeFinding/v1"] for result in run["results"]]
    assert len(set(marks)) == len(marks)
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(set(ids)) == len(ids)
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        (location,) = result["locations"]
        uri = location["physicalLocation"]["artifactLocation"]["uri"]
        assert uri
        assert not uri.startswith("/")
        assert location["physicalLocation"]["artifactLocation"]["uriBaseId"] == "%SRCROOT%"
    return run


def test_the_schema_refuses_what_is_wrong() -> None:
    log = json.loads(render(everything()))
    log["runs"][0]["results"][0]["level"] = "fatal"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(SCHEMA).validate(log)


@pytest.mark.parametrize("path", ["examples/platform", *(f"tests/samples/{n}" for n in CORPORA)])
def test_it_is_valid_for_real_trees(path: str) -> None:
    report = checked(ROOT / path)
    assert len(run_of(report)["results"]) == len(report.findings)


@pytest.mark.slow
@pytest.mark.parametrize("name", CORPORA)
def test_it_is_valid_for_the_corpora(name: str) -> None:
    if not (CORPUS / name).is_dir():
        pytest.skip(f"the corpus {name} is not beside this checkout")
    report = checked(CORPUS / name, policy="upstream")
    run = run_of(report)
    assert len(run["results"]) == len(report.findings) > 50


def test_rules_are_described(tmp_path: Path) -> None:
    run = run_of(checked(tree(tmp_path)))
    for rule in run["tool"]["driver"]["rules"]:
        assert rule["name"].isidentifier()
        assert rule["name"] != rule["id"]
        assert len(rule["shortDescription"]["text"]) <= 1024
        assert len(rule["fullDescription"]["text"]) <= 1024
        assert "Fix: " in rule["help"]["text"]
        assert "**Fix.** " in rule["help"]["markdown"]
        assert rule["defaultConfiguration"]["level"] in {"error", "warning", "note"}


def test_every_kind_of_finding() -> None:
    run = run_of(everything())
    results = run["results"]
    assert [result["level"] for result in results[:4]] == ["error"] * 4
    coming = [result for result in results if result["properties"]["upcoming"]]
    assert {result["properties"]["effective"] for result in coming} == {"2027-01-31", "2027-04-30"}
    assert all(result["level"] == "note" for result in coming)
    assert all("from 2027-" in result["message"]["text"] for result in coming)
    suppressed = [result["suppressions"] for result in results if "suppressions" in result]
    assert [(item[0]["properties"]["kind"], item[0]["kind"]) for item in suppressed] == [
        ("baseline", "external"), ("waiver", "external"), ("comment", "inSource"),
    ]  # fmt: skip
    assert suppressed[1][0]["justification"].startswith("waiver until 2027-03-31 (team-ml): the")
    assert {item[0]["status"] for item in suppressed} == {"accepted"}


def test_columns_are_utf16_code_units() -> None:
    report = everything()
    line = "𝟛 = '𝟛.𝟡'  # x"
    item = finding("RUN201", "odd", "s", "m", "h", ("a b#%/ü.py", 1, 6, 9))
    run = run_of(report._replace(findings=(item,), lines={(str(item.file), 1): line}))
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert run["columnKind"] == "utf16CodeUnits"
    units = line.encode("utf-16-le")
    start, end = place["region"]["startColumn"] - 1, place["region"]["endColumn"] - 1
    assert units[start * 2 : end * 2].decode("utf-16-le") == "𝟛.𝟡"
    assert place["artifactLocation"]["uri"] == "a%20b%23%25/%C3%BC.py"
    unknown = run_of(report._replace(findings=(item,), lines={}))["results"][0]
    assert unknown["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}


def test_paths_are_from_the_repositorys_root() -> None:
    report = everything()._replace(prefix="libs/")
    uris = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for result in run_of(report)["results"]
    }
    assert uris == {
        "libs/client/pyproject.toml", "libs/a%20b%23%25/n%3Ao%2Ctes.md", "libs/pylife.toml",
    }  # fmt: skip


def test_what_could_not_be_looked_at_is_said() -> None:
    run = run_of(everything())
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    said = [
        (note["descriptor"]["id"], note["level"])
        for note in invocation["toolExecutionNotifications"]
    ]
    assert said == [
        ("project-incomplete", "warning"), ("project-unavailable", "error"),
        ("not-evaluated", "note"),
    ]  # fmt: skip
    fine = everything()._replace(rows=everything().rows[:1], not_evaluated=())
    assert run_of(fine)["invocations"][0]["executionSuccessful"] is True


def test_the_worst_are_kept_and_the_rest_is_counted() -> None:
    info = finding("RNG002", "client", "x", "m", "h", severity=Severity.INFO)
    many = tuple(info._replace(subject=str(number)) for number in range(MOST_RESULTS))
    worse = tuple(info._replace(subject=f"e{n}", severity=Severity.ERROR) for n in range(7))
    run = json.loads(render(everything()._replace(findings=many + worse)))["runs"][0]
    assert len(run["results"]) == MOST_RESULTS
    assert [result["level"] for result in run["results"][:8]] == ["error"] * 7 + ["note"]
    last = run["invocations"][0]["toolExecutionNotifications"][-1]
    assert last["descriptor"]["id"] == "results-left-out"
    assert last["message"]["text"].startswith("7 of 25007 findings")


def test_a_file_name_that_is_no_utf8_keeps_its_bytes() -> None:
    item = finding("RUN201", "odd", "s", "m", "h", ("b\udce4d/x.py", 1, None, None))
    run = run_of(everything()._replace(findings=(item,)))
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "b%E4d/x.py"
