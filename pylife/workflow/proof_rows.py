"""Proofs as rows of the run step's document, by which the job that proposes knows them again."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from pylife.matrix.document import from_document, to_document
from pylife.model import Proving, PythonVersion
from pylife.upgrade.proof import Proof
from pylife.workflow.proof import FOLDER


def to_rows(proofs: Mapping[str, Proof], known: Mapping[str, str]) -> dict[str, Any]:
    """Proofs as plain values, each with its key; `known` are the keys."""
    return {
        name: {
            "key": known[name],
            "verdict": proof.verdict.value,
            "reason": proof.reason,
            "pythons": [str(python) for python in proof.pythons],
            "upon": list(proof.upon),
            "tree": proof.tree,
            "cells": _rows(proof),
        }
        for name, proof in sorted(proofs.items())
        if name in known
    }


def _rows(proof: Proof) -> list[dict[str, Any]]:
    document = to_document(proof.cells, {}, dt.date.min)
    rows: list[dict[str, Any]] = document["cells"]
    return [{**row, "log": row["log"] and f"{FOLDER}/{row['log']}"} for row in rows]


def from_rows(rows: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, Proof]:
    """The proofs of the changes that have these keys; those of others prove nothing any more.

    Raises StateError for rows that `to_rows` did not make.
    """
    found = {}
    for name, row in rows.items():
        if known.get(name) != row.get("key"):
            continue
        cells = from_document({"schema": "pylife/matrix-run/1", "cells": row["cells"]})
        found[name] = Proof(
            Proving(row["verdict"]),
            row["reason"],
            tuple(cells),
            tuple(PythonVersion.parse(python) for python in row["pythons"]),
            tuple(row["upon"]),
            row["tree"],
            cached=True,
        )
    return found
