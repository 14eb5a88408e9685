"""Verdicts as plain data and back: what documents show and the store keeps."""

from collections.abc import Mapping
from typing import Any

from pylife.dependencies.records import (
    Audited,
    Basis,
    Blocker,
    Dated,
    Flag,
    Floor,
    Judged,
    Reason,
    Verdict,
)
from pylife.model import PythonVersion


def judged_document(judged: Judged) -> dict[str, Any]:
    """A verdict with all that belongs to it, but its age."""
    return {
        "verdict": judged.verdict.value,
        "reason": judged.reason or None,
        "basis": {
            "index_date": judged.basis.index_date,
            "resolver": judged.basis.resolver,
            "before": judged.basis.before,
            "undated": list(judged.basis.undated),
        },
        "blockers": [blocker_document(blocker) for blocker in judged.blockers],
        "complete": judged.complete,
        "picks": [
            {
                "package": pick.package,
                "version": pick.version,
                "flags": [flag.value for flag in pick.flags],
                "uploaded": pick.uploaded,
                "note": pick.note or None,
            }
            for pick in judged.picks
        ],
        "disagreements": list(judged.disagreements),
    }


def blocker_document(blocker: Blocker) -> dict[str, Any]:
    """What stands in the way."""
    return {
        "package": blocker.package,
        "chain": list(blocker.chain),
        "reason": blocker.reason.value,
        "own_cap": blocker.own_cap,
        "loads_from": dated_document(blocker.loads_from),
        "evidenced_from": dated_document(blocker.evidenced_from),
        "told": blocker.told or None,
    }


def floor_document(floor: Floor) -> dict[str, Any]:
    """A floor to be raised."""
    return {
        "package": floor.package,
        "from": floor.from_,
        "to": floor.to,
        "why": floor.why,
        "pythons": [str(python) for python in floor.pythons],
        "marker": floor.marker,
    }


def judged_from(document: Mapping[str, Any]) -> Judged:
    """The verdict of which `document` was made; raises LookupError, TypeError or ValueError."""
    basis = document["basis"]
    return Judged(
        verdict=Verdict(document["verdict"]),
        basis=Basis(
            basis["index_date"], basis["resolver"], basis["before"], tuple(basis["undated"])
        ),
        blockers=tuple(map(_blocker, document["blockers"])),
        picks=tuple(
            Audited(
                pick["package"],
                pick["version"],
                tuple(map(Flag, pick["flags"])),
                pick["uploaded"],
                pick["note"] or "",
            )
            for pick in document["picks"]
        ),
        reason=document["reason"] or "",
        disagreements=tuple(document["disagreements"]),
        complete=document["complete"],
    )


def floor_from(document: Mapping[str, Any]) -> Floor:
    """The floor of which `document` was made."""
    return Floor(
        document["package"],
        document["from"],
        document["to"],
        document["why"],
        tuple(map(PythonVersion.parse, document["pythons"])),
        document["marker"],
    )


def _blocker(document: Mapping[str, Any]) -> Blocker:
    return Blocker(
        document["package"],
        tuple(document["chain"]),
        Reason(document["reason"]),
        document["own_cap"],
        _dated(document["loads_from"]),
        _dated(document["evidenced_from"]),
        document["told"] or "",
    )


def dated_document(dated: Dated | None) -> dict[str, Any] | None:
    """A release with the day since when it can be had."""
    return None if dated is None else {"version": dated.version, "date": dated.date}


def _dated(document: Mapping[str, Any] | None) -> Dated | None:
    return None if document is None else Dated(document["version"], document["date"])
