"""How old what the pages rest on is: the policies' digests, and the days of the data."""

from collections.abc import Iterator
from typing import Any

from pylife.site.documents import Doc, Documents

_DAY = len("2026-11-21")


def ages_of(documents: Documents) -> dict[str, Any]:
    """What every page tells at its foot, beside the day of the report itself.

    `cells` and `index` are the oldest and the newest day of the evidence, and of the package
    indexes that the verdicts on dependencies rest on; None where there are none. `unknown`
    counts the cells whose day nobody knows. `platforms` is the day of their dates, or None.
    """
    cells = [
        cell.get("as_of") or ""
        for some in documents.cells.values()
        for cell in some
        if cell["status"] != "not-run"
    ]
    return {
        "policies": _policies(documents),
        "platforms": (documents.read.get("data") or {}).get("platforms"),
        "cells": _span(filter(None, cells)),
        "unknown": cells.count(""),
        "index": _span(_indexes(documents)),
    }


def _policies(documents: Documents) -> list[list[str]]:
    """The policies' files, each with the first digits of its digest (empty: not told)."""
    found = {
        (policy.get("source") or name, (policy.get("digest") or "")[:8])
        for name, policy in documents.read["policies"].items()
    }
    return [list(pair) for pair in sorted(found)]


def _indexes(documents: Documents) -> Iterator[str]:
    for project in documents.projects:
        told: Doc = (project.get("dependencies") or {}).get("pythons") or {}
        for verdict in told.values():
            day = (verdict.get("basis") or {}).get("index_date")
            if day:
                yield day[:_DAY]


def _span(days: Any) -> list[str] | None:
    known = sorted(set(days))
    return [known[0], known[-1]] if known else None
