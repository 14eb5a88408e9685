"""Proposals as a JSON document, and back."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from pylife.errors import StateError
from pylife.model import MigrationState, Outcome, Proving
from pylife.upgrade.forecast import Forecast, words
from pylife.upgrade.proposal import Proposal, Shown

SCHEMA = "pylife/upgrade/1"

_TEXTS = ("branch", "title", "body", "diff", "reason", "where")
_LATER_TEXTS = ("todo", "why", "floor")
"""Documents of before had none of these, nor those below."""
_LISTS = ("files", "needs_person")
_LATER_LISTS = ("parents", "missing", "adds", "drops")
_LATER = ("floor_wave", "number")
_LARGE = ("body", "diff")


def to_document(
    proposals: Sequence[Proposal],
    as_of: dt.date,
    *,
    forecast: Forecast | None = None,
    dashboards: Sequence[str] = (),
    forge: str = "",
    brief: bool = False,
) -> dict[str, Any]:
    """A document of schema `pylife/upgrade/1`: plain values, proposals in the order given.

    `dashboards` are the addresses of the campaign's dashboards. A `brief` one leaves out bodies
    and diffs.
    """
    document: dict[str, Any] = {"schema": SCHEMA, "as_of": as_of.isoformat()}
    if forge:
        document["forge"] = forge
    if forecast is not None:
        document["forecast"] = forecast_row(forecast)
    if dashboards:
        document["dashboards"] = list(dashboards)
    rows = [_row(proposal) for proposal in proposals]
    if brief:
        rows = [{k: v for k, v in row.items() if k not in _LARGE} for row in rows]
    return document | {"proposals": rows}


def forecast_row(found: Forecast) -> dict[str, Any]:
    """The forecast as plain values, with its words for people."""
    return {
        "first": found.first.isoformat() if found.first else None,
        "last": found.last.isoformat() if found.last else None,
        "basis": found.basis,
        "left": found.left,
        "setters": list(found.setters),
        "stuck": [{"project": name, "state": state} for name, state in found.stuck],
        "deadline": found.deadline.isoformat() if found.deadline else None,
        "due": [
            {"project": name, "asks": due.asks, "python": str(due.python)}
            for name, due in found.due
        ],
        "in_time": found.in_time,
        "words": words(found),
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
    shown = proposal.proof
    return {
        "project": proposal.project,
        "wave": proposal.wave,
        "why": proposal.why,
        "floor_wave": proposal.floor_wave,
        "state": proposal.state.value,
        "outcome": proposal.outcome.value if proposal.outcome else None,
        "reason": proposal.reason,
        "todo": proposal.todo,
        "branch": proposal.branch,
        "base": proposal.base,
        "commit": proposal.commit,
        "where": proposal.where,
        "number": proposal.number,
        "draft": proposal.draft,
        "parents": list(proposal.parents),
        "proof": None
        if shown is None
        else {
            "verdict": shown.verdict.value,
            "reason": shown.reason,
            "pythons": list(shown.pythons),
            "upon": list(shown.upon),
            "tree": shown.tree,
        },
        "missing": list(proposal.missing),
        "title": proposal.title,
        "body": proposal.body,
        "diff": proposal.diff,
        "files": list(proposal.files),
        "adds": list(proposal.adds),
        "drops": list(proposal.drops),
        "floor": proposal.floor,
        "needs_person": list(proposal.needs_person),
    }


def _proposal(row: dict[str, Any]) -> Proposal:
    values: dict[str, Any] = {name: str(row[name]) for name in _TEXTS}
    values |= {name: str(row.get(name, "")) for name in _LATER_TEXTS}
    values |= {name: tuple(map(str, row[name])) for name in _LISTS}
    values |= {name: tuple(map(str, row.get(name, ()))) for name in _LATER_LISTS}
    values |= {name: row.get(name) for name in _LATER}
    return Proposal(
        project=str(row["project"]),
        wave=int(row["wave"]),
        state=MigrationState(row["state"]),
        outcome=Outcome(row["outcome"]) if row["outcome"] is not None else None,
        base=row["base"],
        commit=row["commit"],
        draft=bool(row.get("draft", False)),
        proof=_shown(row.get("proof")),
        **values,
    )


def _shown(row: Mapping[str, Any] | None) -> Shown | None:
    if row is None:
        return None
    return Shown(
        Proving(row["verdict"]),
        str(row["reason"]),
        tuple(map(str, row["pythons"])),
        tuple(map(str, row["upon"])),
        str(row["tree"]),
    )
