"""Container images whose names do not say their Python: configured, or built in the fleet."""

import datetime as dt
import json
from pathlib import Path

import pytest

from pylife.errors import ConfigError
from pylife.fleet.images import Image, declared, match, matches
from pylife.model import PythonVersion
from tests.conftest import AS_OF, MakeTree, Pylife

CONFIG = """\
[fleet]
name = "x"

[images."registry.example.com/jdk:17*"]
python = "3.9"
platform = "debian-11"
end-of-life = "2026-08-31"
source = "the platform's page"
date = "2026-11-01"

[[project]]
path = "base"
kind = "image"
builds = ["registry.example.com/ml-base"]

[[project]]
path = "svc"
kind = "service"

[[project]]
path = "other"
kind = "service"
"""
FILES = {
    "pylife.toml": CONFIG,
    "base/Dockerfile": "FROM python:3.9-slim\n",
    "svc/Dockerfile": "FROM registry.example.com/ml-base:1.2\n",
    "other/Dockerfile": "FROM registry.example.com/jdk:17-slim@sha256:abc\n",
}


@pytest.mark.parametrize(
    ("pattern", "reference", "expected"),
    [
        ("r.io/a/ml-base:*", "r.io/a/ml-base:1", True),
        ("r.io/a/ml-base:*", "r.io/a/ml-base", False),
        ("r.io/a/ml-base", "r.io/a/ml-base", True),
        ("r.io/a/ml-base", "r.io/a/ml-base:1@sha256:00", True),
        ("r.io:5000/a", "r.io:5000/a:2", True),
        ("r.io:5000/a", "r.io:5000/b:2", False),
        ("r.io/*", "r.io/deep/er:2", True),
        ("ml-base", "other/ml-base:1", False),
    ],
)
def test_which_images_a_pattern_means(pattern: str, reference: str, expected: bool) -> None:
    assert matches(pattern, reference) is expected


def test_the_longest_pattern_decides() -> None:
    table = {"python": "3.11", "source": "x", "date": "2026-11-01"}
    images = declared({"r/*": table, "r/a:*": {**table, "python": ["3.12", "3.11"]}}, "pylife.toml")
    found = match(images, "r/a:1")
    assert found == Image(
        pattern="r/a:*",
        pythons=(PythonVersion(3, 11), PythonVersion(3, 12)),
        platform=None,
        end_of_life=None,
        source="x",
        date=dt.date(2026, 11, 1),
    )
    assert match(images, "s/a:1") is None


@pytest.mark.parametrize("change", [{"python": "3.11.2"}, {"date": "2026-02-30"}])
def test_what_is_no_python_or_day_is_a_clear_error(change: dict[str, str]) -> None:
    table = {"python": "3.11", "source": "x", "date": "2026-11-01", **change}
    with pytest.raises(ConfigError, match="r/a"):
        declared({"r/a": table}, "pylife.toml")


def test_an_entry_needs_its_source_and_date(tree: MakeTree, pylife: Pylife) -> None:
    root = tree({"pylife.toml": '[images."a"]\npython = "3.9"\n', "Dockerfile": "FROM a\n"})
    ran = pylife("declarations", root)
    assert ran.code == 2
    assert "lacks source and date" in ran.err
    assert "pylife.toml:1:4" in ran.err


def test_a_service_inherits_the_python_of_its_base_image(tree: MakeTree, pylife: Pylife) -> None:
    root = tree(FILES)
    document = json.loads(pylife("declarations", root, "--format", "json").out)
    said = {
        project["path"]: [(d["site"], d["raw"], d["versions"]) for d in project["declarations"]]
        for project in document["projects"]
    }
    assert said == {
        "base": [("dockerfile-from", "3.9-slim", ["3.9"])],
        "svc": [("base-image", "registry.example.com/ml-base:1.2", ["3.9"])],
        "other": [("base-image", "registry.example.com/jdk:17-slim@sha256:abc", ["3.9"])],
    }
    ran = pylife("check", root, "--as-of", AS_OF)
    assert ran.code == 1
    assert "the image is built by base" in ran.out
    assert "pylife.toml [images], from the platform's page of 2026-11-01" in ran.out


def test_a_service_waits_for_the_image_that_it_runs_on(tree: MakeTree, pylife: Pylife) -> None:
    root = tree(FILES)
    lines = pylife("upgrade", "plan", root, "--as-of", AS_OF).out.splitlines()
    states = [line.partition(" (")[0].partition(",")[0] for line in lines if line[:1] == "w"]
    assert states == [
        "wave 1  base: awaiting-pr",
        "wave 1  other: needs-person",
        "wave 2  svc: awaiting-parents",
    ]
    (root / "base" / "Dockerfile").write_text("FROM python:3.15-slim\n")
    after = pylife("upgrade", "plan", root, "--as-of", AS_OF).out
    assert "awaiting-parents" not in after


@pytest.mark.parametrize(
    ("dockerfile", "reason"),
    [
        ("FROM python:3.9 AS a\nFROM python:3.12\n", "several Pythons (3.9, 3.12)"),
        ("FROM python:slim\n", "the tag names no minor version"),
        ("FROM debian:12\n", "its Dockerfiles name no Python"),
        ("FROM registry.example.com/ml-base:0\n", "no Python"),
    ],
)
def test_an_image_whose_python_is_not_clear_is_unreadable(
    tree: MakeTree, pylife: Pylife, dockerfile: str, reason: str
) -> None:
    root = tree({**FILES, "base/Dockerfile": dockerfile})
    out = pylife("declarations", root).out
    line = next(line for line in out.splitlines() if "svc/Dockerfile" in line)
    assert "unreadable: the image is built by base" in line
    assert reason in line


def test_images_that_are_built_from_each_other_end(tree: MakeTree, pylife: Pylife) -> None:
    config = (
        '[[project]]\npath = "a"\nbuilds = ["r/a"]\n[[project]]\npath = "b"\nbuilds = ["r/b"]\n'
    )
    root = tree(
        {"pylife.toml": config, "a/Dockerfile": "FROM r/b:1\n", "b/Dockerfile": "FROM r/a:1\n"}
    )
    ran = pylife("declarations", root)
    assert ran.code == 0
    assert ran.out.count("unreadable: the image is built by") == 2


def test_a_fix_does_not_lose_what_an_image_brings(tree: MakeTree, pylife: Pylife) -> None:
    root: Path = tree(
        {
            **FILES,
            "other/pyproject.toml": '[project]\nname = "svc"\nrequires-python = ">=3.8"\n',
            "other/Dockerfile": "FROM registry.example.com/jdk:17\nFROM python:3.9\n",
        }
    )
    pylife("check", root, "--as-of", AS_OF, "--fix", "--unsafe-fixes")
    after = pylife("check", root, "--as-of", AS_OF).out
    assert "other/Dockerfile:1:6" in after
    assert (root / "other" / "Dockerfile").read_text().endswith("FROM python:3.15\n")
