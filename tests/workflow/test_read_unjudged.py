"""The read step says which rules could not be evaluated, of projects and of the fleet."""

import datetime as dt
from pathlib import Path

from pylife.site import build
from pylife.workflow.documents import read_document
from pylife.workflow.read import scan

SETTINGS = """
[fleet]
name = "Books"

[[project]]
path = "shelf"

[[waiver]]
rule = "cells"
project = "nobody"
subject = "*"
owner = "books"
reason = "its tests hang"
until = 2026-12-31
"""


def test_the_documents_of_a_fleet_that_is_judged_in_part(tmp_path: Path) -> None:
    root = tmp_path / "fleet"
    (root / "shelf").mkdir(parents=True)
    (root / "pylife.toml").write_text(SETTINGS)
    (root / "shelf" / "pyproject.toml").write_text("[project\n")
    found = scan([root], as_of=dt.date(2026, 11, 21), policy_name=None, cache=tmp_path / "cache")
    document = read_document(found)
    (fleet,) = document["not_evaluated"]
    assert fleet["code"] == "POL602"
    (project,) = document["projects"]
    codes = [item["code"] for item in project["not_evaluated"]]
    assert "RNG001" in codes
    assert "POL602" not in codes
    by_verdicts = {rule["code"] for rule in document["rules"] if rule["by_verdicts"]}
    assert "DEP411" in by_verdicts
    build(document, None, None, output=tmp_path / "site")
    page = (tmp_path / "site" / "rules" / "RNG001.html").read_text()
    assert "pyproject.toml cannot be read" in page
    assert "found nowhere that was judged" in page
    page = (tmp_path / "site" / "rules" / "DEP411.html").read_text()
    assert "not judged in this run" in page
