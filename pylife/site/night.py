"""What one night's report came to, small enough to keep: trends and comparisons are made of it."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from pylife.site.base import Site
from pylife.site.buckets import Bucket, Way, buckets, counted, way_of
from pylife.site.documents import Doc, is_checked
from pylife.site.evidence import Tone
from pylife.site.unjudged import unjudged

SCHEMA = "pylife/night/1"


def night(site: Site) -> dict[str, Any]:
    """The night's document: of each project (by its slug) its cells, findings and state.

    A cell is its tone, its label and its rung (empty for none); a finding is its rule and its
    fingerprint, so that two nights can be compared. `unjudged` are the rules that can say nothing
    of the project, and `unread` its files that could not be read: what is not found for these is
    not known to be gone. `pythons` are the columns of the matrix.
    In the totals, `moves` has the buckets of the move to each Python, or off it, and
    `blockers` how many projects each package keeps from it (null where nobody has judged).
    """
    documents = site.documents
    columns, _ = site.columns
    pythons = [column.python for column in columns]
    projects, moving = site.once(rows), site.once(moves)
    return {
        "schema": SCHEMA,
        "as_of": documents.read["as_of"],
        "tool": documents.read["tool"],
        "pythons": pythons,
        "tests_run": documents.run is not None,
        "upgrades_proposed": documents.upgrade is not None,
        "totals": {
            **_totals(list(projects.values()), pythons),
            "moves": {
                python: _counted(moving[python]) if python in moving else None for python in pythons
            },
            "blockers": _blockers(site, pythons),
        },
        "projects": projects,
    }


def rows(site: Site) -> dict[str, dict[str, Any]]:
    """The projects of tonight's document, by their slugs."""
    columns, _ = site.columns
    pythons = [column.python for column in columns]
    return {
        site.documents.slug(one): _project(site, one, pythons) for one in site.documents.projects
    }


def moves(site: Site) -> dict[str, tuple[Way, dict[str, Bucket]]]:
    """By Python which way a policy asks projects to move, and each one's bucket by its slug."""
    found = {}
    for column in site.columns[0]:
        way = way_of(column.stage.stage)
        if way is not None:
            found[column.python] = way, dict(buckets(site, site.once(rows), column.python, way))
    return found


def _counted(move: tuple[Way, Mapping[str, Bucket]]) -> Mapping[str, Any]:
    way, found = move
    return counted(way, found.values())


def _totals(projects: list[dict[str, Any]], pythons: list[str]) -> dict[str, Any]:
    """What the projects come to: how many are tested on each Python, findings, states."""
    cells = [project["cells"] for project in projects if project["cells"]]
    found: Counter[str] = Counter()
    for project in projects:
        found.update(project["severities"])
    return {
        "tested": {
            python: sum(cell[python][0] == Tone.PASS for cell in cells) for python in pythons
        },
        "severities": dict(sorted(found.items())),
        "states": dict(sorted(Counter(p["state"] for p in projects if p["state"]).items())),
    }


def _blockers(site: Site, pythons: list[str]) -> dict[str, dict[str, int] | None]:
    """By Python, how many projects each package keeps from it; None where nobody has judged."""
    judged = [
        one["dependencies"]["pythons"] for one in site.documents.checked if one.get("dependencies")
    ]
    found: dict[str, dict[str, int] | None] = {}
    for python in pythons:
        told = [one[python] for one in judged if python in one]
        names = Counter(
            name for one in told for name in {blocker["package"] for blocker in one["blockers"]}
        )
        found[python] = dict(sorted(names.items())) if told else None
    return found


def _project(site: Site, project: Doc, pythons: list[str]) -> dict[str, Any]:
    proposal = site.documents.proposals.get(project["name"])
    held = [item for item in project["findings"] if not item.get("suppressed")]
    return {
        "name": project["name"],
        "owner": project.get("owner") or "",
        "kind": project["kind"],
        "status": _status(project),
        "state": proposal["state"] if proposal else "",
        "cells": {
            python: _cell(site, project, python) for python in pythons if is_checked(project)
        },
        "severities": dict(sorted(Counter(item["severity"] for item in held).items())),
        "findings": sorted(f"{item['code']} {item['fingerprint']}" for item in held),
        "unjudged": list(unjudged(site.documents, project)),
        "unread": sorted({problem["file"] for problem in project["problems"]}),
    }


def _status(project: Mapping[str, Any]) -> str:
    if project.get("excluded"):
        return "excluded"
    return "error" if project.get("error") else "checked"


def _cell(site: Site, project: Doc, python: str) -> list[str]:
    found = site.evidence(project, python)
    return [found.tone.value, found.label, found.rung.value if found.rung else ""]
