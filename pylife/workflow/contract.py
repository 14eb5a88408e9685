"""Pieces of JSON that several commands promise: a declaration, a Python's stage."""

from typing import Any

from pylife.model import Declaration
from pylife.policy import StageInfo


def declaration_document(item: Declaration, file: str) -> dict[str, Any]:
    """One declaration as the contract `pylife/declarations/1` has it."""
    unreadable = item.unreadable is not None
    return {
        "file": file,
        "line": item.line,
        "column": item.column,
        "span": [item.span.start, item.span.end],
        "site": item.site,
        "role": item.role.value,
        "raw": item.raw,
        "specifier": str(item.specifier) if item.specifier is not None else None,
        "versions": None if unreadable else [str(version) for version in item.versions or ()],
        "partial": None if unreadable else [str(version) for version in item.partial],
        "unreadable": item.unreadable,
        "invalid": item.invalid,
        "group": item.group or None,
        "note": item.note or None,
        "without_effect": item.without_effect or None,
    }


def stage_document(info: StageInfo) -> dict[str, Any]:
    """One Python's place in a window as the contract of `pylife policy show` has it."""
    following = info.next_stage and {
        "stage": info.next_stage.value,
        "date": info.next_date.isoformat() if info.next_date else None,
    }
    return {
        "stage": info.stage.value,
        "since": info.since.isoformat() if info.since else None,
        "next": following or None,
        "rule": info.rule,
        "uncertain": info.uncertain,
    }
