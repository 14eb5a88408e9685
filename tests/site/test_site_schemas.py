"""Every JSON file of the site says of which schema it is, and follows it."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import referencing
from referencing.jsonschema import DRAFT7

from pylife import resources
from pylife.site import build, publish, summarise
from tests.site import site_html
from tests.site import site_samples as samples

Doc = dict[str, Any]


def registry(folder: Path) -> referencing.Registry[Any]:
    """The schemas in `folder`, each by its file's name, as another's `$ref` has it."""
    return referencing.Registry().with_resources(
        (path.name, DRAFT7.create_resource(json.loads(path.read_text("utf-8"))))
        for path in folder.glob("*.schema.json")
    )


def schema_of(path: str, document: Doc) -> str:
    """The name of the schema that a file of the site follows."""
    if path.startswith("badges/"):
        return "badge"
    found = re.fullmatch(r"pylife/([a-z-]+)/[0-9]+", document["schema"])
    assert found, path
    return found[1]


def documents(site: Path) -> Iterator[tuple[str, Doc]]:
    for path in sorted(site.rglob("*.json")):
        name = path.relative_to(site).as_posix()
        if not name.startswith("schemas/"):
            yield name, json.loads(path.read_text("utf-8"))


def faults(site: Path) -> list[str]:
    """What is wrong with the documents of a site, by its own published schemas."""
    known = registry(site / "schemas")
    found = []
    for path, document in documents(site):
        name = f"{schema_of(path, document)}.schema.json"
        checking = jsonschema.Draft7Validator({"$ref": name}, registry=known)
        found += [
            f"{path}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
            for error in checking.iter_errors(document)
        ]
    return found


def judged(read: Doc) -> Doc:
    """The sample fleet with whole verdicts on one project's dependencies."""
    basis: Doc = {
        "index_date": "2026-11-20T22:00:00+00:00",
        "resolver": "uv 0.13.8",
        "before": None,
        "undated": [],
        "age": 1,
    }
    blocker = {
        "package": "numpy",
        "chain": ["numpy"],
        "reason": "no-wheel",
        "own_cap": None,
        "own_cap_at": None,
        "loads_from": {"version": "2.3.2", "date": "2025-07-24"},
        "evidenced_from": None,
        "told": "numpy 1.26 has no wheel for Python 3.14",
    }
    said: Doc = {
        "reason": None,
        "basis": basis,
        "complete": True,
        "disagreements": [],
        "platform": "linux-x86_64",
        "platforms": {},
        "declared": True,
    }
    pick: Doc = {
        "package": "numpy",
        "version": "2.2.0",
        "flags": [],
        "uploaded": None,
        "note": None,
    }
    told = {
        "name": read["projects"][0]["name"],
        "path": read["projects"][0]["path"],
        "error": None,
        "reason": None,
        "pythons": {
            "3.13": {"verdict": "installs", "blockers": [], "picks": [pick], **said},
            "3.14": {"verdict": "blocked", "blockers": [blocker], "picks": [], **said},
        },
        "extras": {},
        "sets": {},
        "floors": None,
        "floors_basis": None,
        "since": {},
        "indexes": None,
        "assumed": [],
    }
    lines = [{"written": "numpy>=1.24", "file": "pyproject.toml", "line": 9, "use": "run"}]
    required = {"unknown": None, "packages": {"numpy": lines}}
    first, *rest = read["projects"]
    first = first | {"dependencies": told, "requirements": required}
    return read | {"projects": [first, *rest]}


def built(output: Path, read: Doc, run: Doc | None, upgrade: Doc | None) -> Path:
    night = summarise(read, run, upgrade) | {"as_of": "2026-11-20"}
    build(read, run, upgrade, output=output, nights=[night])
    return output


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Path]:
    """The samples with all steps, with none but the first, and with policies and waivers."""
    folder = tmp_path_factory.mktemp("schemas")
    return (
        built(folder / "all", judged(samples.read()), samples.run(), samples.upgrade()),
        built(folder / "bare", samples.read(), None, None),
        built(folder / "governed", samples.governed(), None, None),
    )


def test_every_document_follows_its_schema(sites: Sequence[Path]) -> None:
    for site in sites:
        assert faults(site) == []


def test_every_schema_of_the_site_is_used_and_published(sites: Sequence[Path]) -> None:
    published = {path.name for path in (sites[0] / "schemas").iterdir()}
    assert published == {f"{name}.schema.json" for name in publish.SCHEMAS}
    for path in (sites[0] / "schemas").iterdir():
        assert path.read_bytes() == resources.data(path.name).read_bytes()
        for name in re.findall(r'"\$ref": "([^#"]+)#', path.read_text("utf-8")):
            assert name in published, path.name
    used = {schema_of(path, document) for path, document in documents(sites[0])}
    # Of a step's own are dates and facts, which these samples have not; deps is part of read.
    assert set(publish.SCHEMAS) - used == {"dates", "facts", "deps"}


def test_every_page_names_its_data_and_the_schema(sites: Sequence[Path]) -> None:
    for site in sites:
        assert site_html.dead_links(site) == []
        for path in site.rglob("*.html"):
            if path.name == "single.html":
                continue
            page = site_html.parse(path)
            data = [
                link["href"] for link in page.of("link") if link.get("type") == "application/json"
            ]
            assert data, path
            assert {str(href).endswith(".json") for href in data} == {True}
            assert any("schemas/" in href for href in page.hrefs), path


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("index.json", {"tests_run": 1}),
        ("index.json", {"unknown": 1}),
        ("nights/index.json", {"nights": ["yesterday"]}),
        ("projects/nw-core.json", {"cells": [{}]}),
        ("rules.json", {"rules": [{}]}),
    ],
)
def test_what_is_wrong_is_refused(sites: Sequence[Path], path: str, wrong: Doc) -> None:
    document = json.loads((sites[0] / path).read_text("utf-8")) | wrong
    name = f"{schema_of(path, document)}.schema.json"
    checking = jsonschema.Draft7Validator({"$ref": name}, registry=registry(sites[0] / "schemas"))
    assert not checking.is_valid(document)
