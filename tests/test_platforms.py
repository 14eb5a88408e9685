"""The data on platforms: what its source says, in order, and complete against the other data."""

import datetime as dt
import runpy
import tomllib
from typing import Any

import pytest

from pylife import platforms, resources
from pylife.declarations.containers import known_images
from pylife.errors import ConfigError, UnreadableError
from pylife.model import PythonVersion
from tests.conftest import ROOT

V = PythonVersion.parse
SCRIPT = ROOT / "tools" / "refresh_platforms.py"
SOURCE = ROOT / "tools" / "sources" / "platforms.toml"
WITHOUT_A_DATE = {"Alpine 3.24", "Fedora 44"}
"""Releases whose end nobody has said yet where it was looked for."""


def sources() -> dict[str, Any]:
    return tomllib.loads(SOURCE.read_text(encoding="utf-8"))


def render(changed: dict[str, Any]) -> str:
    found: str = runpy.run_path(str(SCRIPT))["render"](changed)
    return found


def day(name: str, python: str | None, event: str) -> str | None:
    row = platforms.dates(name, V(python) if python else None)
    date = getattr(row, event) if row else None
    return str(date) if date else None


def test_the_shipped_file_is_what_its_source_gives() -> None:
    shipped = resources.data("platforms.toml").read_text(encoding="utf-8")
    assert render(sources()) == shipped


@pytest.mark.parametrize(
    ("name", "python", "event", "date"),
    [
        ("aws-lambda", "3.9", "deprecated", "2025-12-15"),
        ("aws-lambda", "3.9", "blocked", "2027-03-03"),
        ("aws-lambda", "3.9", "eol", None),
        ("aws-lambda", "3.8", "blocked", None),
        ("aws-lambda", "3.10", "deprecated", "2026-10-31"),
        ("aws-lambda", "3.14", "blocked", "2029-08-31"),
        ("aws-lambda", "3.15", "deprecated", None),
        ("google-cloud-functions", "3.10", "blocked", "2027-04-04"),
        ("azure-functions", "3.11", "eol", "2027-10"),
        ("aws-app-runner", "3.8", "eol", "2025-12-01"),
        ("google-app-engine", "3.9", "eol", None),
        ("databricks-15.4", "3.11", "eol", "2027-08-19"),
        ("databricks-15.4", "3.12", "eol", None),
        ("databricks-9.1", None, "eol", "2024-09-23"),
        ("debian-11", "3.9", "eol", "2026-08-31"),
        ("debian-11", "3.9", "deprecated", "2024-08-14"),
        ("debian-11", "3.12", "eol", None),
        ("debian-11", None, "eol", "2026-08-31"),
        ("ubuntu-22.04", "3.10", "eol", "2027-04"),
        ("rhel-9", "3.9", "eol", "2032-05-31"),
        ("amazon-linux-2", None, "eol", "2026-06-30"),
        ("no-such-platform", "3.9", "eol", None),
        ("no-such-platform", None, "eol", None),
    ],
)
def test_dates(name: str, python: str | None, event: str, date: str | None) -> None:
    assert day(name, python, event) == date


def test_a_free_threaded_build_has_the_dates_of_its_release() -> None:
    assert day("aws-lambda", "3.13t", "deprecated") == day("aws-lambda", "3.13", "deprecated")


def test_a_row_tells_who_says_so_and_what_it_means() -> None:
    row = platforms.dates("google-cloud-functions", V("3.9"))
    assert row is not None
    assert row.title == "Google Cloud Functions python39"
    assert row.blocked_means == "decommissioned"
    assert "Cloud Run" in row.source
    assert row.looked_up <= platforms.load().snapshot
    lambda_row = platforms.dates("aws-lambda", V("3.10"))
    assert lambda_row is not None
    assert lambda_row.title == "AWS Lambda python3.10"
    assert lambda_row.deprecated is not None
    assert not lambda_row.deprecated.expected
    assert lambda_row.blocked is not None
    assert lambda_row.blocked.expected, "what is to come may move"


@pytest.mark.parametrize(
    ("name", "newest", "oldest"),
    [
        ("aws-lambda", "3.14", "3.7"),  # of 3.7 no day is known on which it is blocked
        ("google-cloud-functions", "3.14", "3.10"),
    ],
)
def test_what_a_platform_offers(name: str, newest: str, oldest: str) -> None:
    offered = platforms.load().offered(name)
    assert offered is not None
    assert (max(offered), min(offered)) == (V(newest), V(oldest))


def test_what_a_platform_offers_is_not_known() -> None:
    data = platforms.load()
    for name in ("amazon-sagemaker", "debian-12", "no-such-platform"):
        assert data.offered(name) is None, name
    assert data.offered("aws-app-runner") == frozenset(), "all that is known of it has ended"


def test_a_month_is_a_month() -> None:
    row = platforms.dates("azure-functions", V("3.10"))
    assert row is not None
    assert row.eol is not None
    assert (row.eol.first, row.eol.last) == (dt.date(2026, 10, 1), dt.date(2026, 10, 31))


def test_dependencies_by_minor_release() -> None:
    data = platforms.load()
    django = data.dependency("django")
    assert django is not None
    end = django.end("4.2.11")
    assert end is not None
    assert (end[0], str(end[1])) == ("4.2", "2026-04-07")
    assert django.end("4") is None
    assert django.end("9.1.0") is None
    assert data.dependency("left-pad") is None
    assert "numpy" in data.dependencies


@pytest.mark.parametrize(
    ("reference", "platform"),
    [
        ("public.ecr.aws/lambda/python:3.9", "aws-lambda"),
        ("mirror.example:5000/lambda/python:3.12-x86_64", "aws-lambda"),
        ("mcr.microsoft.com/azure-functions/python:4-python3.9", "azure-functions"),
        ("gcr.io/distroless/python3-debian12@sha256:0123", "debian-12"),
        ("python:3.9", None),
        ("example/not-lambda/python3:1", None),
        ("lambda/pythons:3.9", None),
    ],
)
def test_images_that_are_a_platform(reference: str, platform: str | None) -> None:
    assert platforms.load().of_image(reference) == platform


def test_every_known_release_of_an_image_has_its_end_and_the_same_python() -> None:
    document = tomllib.loads(resources.data("images.toml").read_text(encoding="utf-8"))
    without = set()
    for release in document["release"]:
        row = platforms.dates(release["name"].lower().replace(" ", "-"), None)
        if row is None:
            without.add(release["name"])
        else:
            assert str(row.python) == release["python"], release["name"]
            assert row.title == release["name"]
    assert without == WITHOUT_A_DATE
    assert known_images.release("python:3.9-slim-bullseye") is not None


def test_every_known_databricks_runtime_has_the_same_python() -> None:
    document = tomllib.loads(resources.data("runtimes.toml").read_text(encoding="utf-8"))
    for version, python in document["table"]["databricks-runtime"]["python"].items():
        row = platforms.dates(f"databricks-{version}", None)
        if row is not None:
            assert str(row.python) == python, version


def test_every_table_has_a_source_and_a_day_not_after_the_snapshot() -> None:
    document = tomllib.loads(resources.data("platforms.toml").read_text(encoding="utf-8"))
    for kind in ("platform", "dependency"):
        for name, table in document[kind].items():
            assert table["source"], name
            assert table["date"] <= document["snapshot"], name


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"python": "3.9", "deprecated": "2027-01-01", "blocked": "2026-01-01"}, "not in order"),
        ({"python": "3.9", "deprecated": "soon"}, "soon"),
        ({"python": "39", "deprecated": "2026-01-01"}, "no Python"),
        ({"python": "3.9"}, "no dates"),
    ],
)
def test_the_script_refuses_rows_that_are_none(change: dict[str, str], what: str) -> None:
    found = sources()
    found["runtime"][0]["rows"] = [change]
    with pytest.raises(ValueError, match=what):
        render(found)


def test_the_script_refuses_what_is_named_twice() -> None:
    found = sources()
    found["runtime"][0]["rows"].append(found["runtime"][0]["rows"][0])
    with pytest.raises(ValueError, match="aws-lambda has a row twice"):
        render(found)
    again = sources()
    again["runtime"].append(again["runtime"][0])
    with pytest.raises(ValueError, match="list of platforms"):
        render(again)


def test_another_schema_is_refused() -> None:
    with pytest.raises(ConfigError, match="pylife/platforms/1"):
        platforms.parse(b'schema = "pylife/platforms/2"\n', shown="x.toml")
    with pytest.raises(UnreadableError):
        platforms.parse(b"[", shown="x.toml")
