"""Rows and columns of a matrix of projects, for programs."""

from typing import Any

from pylife.site.evidence import Evidence
from pylife.site.fleet_view import Fleet, Readiness, Row


def columns_document(fleet: Fleet) -> list[dict[str, Any]]:
    """The Pythons, the oldest first, each with its stage and how many projects are how far."""
    return [_column(found) for found in fleet.readiness]


def rows_document(fleet: Fleet) -> list[dict[str, Any]]:
    """The projects with their evidence by Python; one that was not checked says why."""
    return [row_document(row) for row in (*fleet.rows, *fleet.unchecked)]


def row_document(row: Row) -> dict[str, Any]:
    """One project: what it is, its findings that hold, its upgrade, and its cells by Python."""
    status = "excluded" if row.excluded else "error" if row.error else "checked"
    return {
        "name": row.name,
        "slug": row.slug,
        "kind": row.kind,
        "tier": row.tier or None,
        "owner": row.owner or None,
        "wave": row.wave,
        "status": status,
        "reason": row.excluded or row.error or None,
        "findings": {"error": row.errors, "warning": row.warnings, "info": row.infos},
        "state": row.state or None,
        "cells": {cell.python: _cell(cell) for cell in row.cells},
    }


def _cell(cell: Evidence) -> dict[str, Any]:
    return {
        "tone": cell.tone.value,
        "label": cell.label,
        "rung": cell.rung.value if cell.rung else None,
        "status": cell.status.value if cell.status else None,
        "contradiction": cell.contradiction or None,
        "tested_on": cell.day or None,
    }


def _column(found: Readiness) -> dict[str, Any]:
    stage = found.column.stage
    return {
        "python": found.column.python,
        "stage": stage.stage,
        "next_stage": stage.next_stage or None,
        "next_date": stage.next_date or None,
        "varies": found.column.varies,
        "interpreter": found.column.interpreter or None,
        "shares": {share.tone: share.number for share in found.shares},
    }
