"""Proposals as a JSON document, and back."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from pylife.errors import StateError
from pylife.model import MigrationState, Outcome
from pylife.upgrade.propose import Proposal

SCHEMA = "pylife/upgrade/1"

_TEXTS = ("branch", "title", "body", "diff", "reason", "where")
_LISTS = ("files", "needs_person")


def to_document(proposals: Sequence[Proposal], as_of: dt.date) -> dict[str, Any]:
    """A document of schema `pylife/upgrade/1`: plain values, proposals in the order given."""
    return {
        "schema": SCHEMA,
        "as_of": as_of.isoformat(),
        "proposals": [_row(proposal) for proposal in proposals],
    }


def from_document(document: Any) -> list[Proposal]:
    """The proposals of a document that `to_document` made.

    Raises StateError for another schema, and for what is no such document.
    """
    schema = document.get("schema") if isinstance(document, dict) else None
    if schema != SCHEMA or not isinstance(document.get("proposals"), list):
        raise StateError(
            f"not a document of proposals: its schema is {schema!r}, not {SCHEMA!r}",
            help="run the upgrade again with this version of pylife",
        )
    try:
        return [_proposal(row) for row in document["proposals"]]
    except (KeyError, TypeError, ValueError) as error:
        raise StateError(
            f"a damaged document of proposals: {error}", help="run the upgrade again"
        ) from None


def _row(proposal: Proposal) -> dict[str, Any]:
    return {
        "project": proposal.project,
        "wave": proposal.wave,
        "state": proposal.state.value,
        "outcome": proposal.outcome.value if proposal.outcome else None,
        "branch": proposal.branch,
        "base": proposal.base,
        "commit": proposal.commit,
        "title": proposal.title,
        "body": proposal.body,
        "diff": proposal.diff,
        "files": list(proposal.files),
        "needs_person": list(proposal.needs_person),
        "reason": proposal.reason,
        "where": proposal.where,
    }


def _proposal(row: dict[str, Any]) -> Proposal:
    values: dict[str, Any] = {name: str(row[name]) for name in _TEXTS}
    values |= {name: tuple(map(str, row[name])) for name in _LISTS}
    return Proposal(
        project=str(row["project"]),
        wave=int(row["wave"]),
        state=MigrationState(row["state"]),
        outcome=Outcome(row["outcome"]) if row["outcome"] is not None else None,
        base=row["base"],
        commit=row["commit"],
        **values,
    )
