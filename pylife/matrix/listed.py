"""The sessions of a project whose files have not changed since they were last listed.

Listing starts nox (or tox) twice, which costs more than all else of a run in which every
cell is known. What was listed is kept in the state folder, one file a project,
with the digest of all that the list depends on. A list that could not be made
is asked for again.
"""

import contextlib
import hashlib
import importlib.metadata
import json
import os
import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from pylife.matrix import names, sessions
from pylife.matrix.base import MatrixProject
from pylife.matrix.context import Context
from pylife.model import PythonVersion

_SCHEMA = "pylife/sessions/2"
Ask = Callable[[MatrixProject, Sequence[PythonVersion], Context], list[sessions.Listed]]


def find(
    project: MatrixProject,
    pythons: Sequence[PythonVersion],
    context: Context,
    ask: Ask = sessions.find,
) -> list[sessions.Listed]:
    """As `ask` (of nox or tox): what it gave before, where nothing has changed since."""
    place = context.state / "cache" / "sessions" / f"{names.slug(project.name)}.json"
    digest = _digest(project, pythons, context)
    known = _read(place, digest)
    if known is None:
        known = ask(project, pythons, context)
        _write(place, digest, known)
    return known


def _digest(project: MatrixProject, pythons: Sequence[PythonVersion], context: Context) -> str:
    parts = [
        _SCHEMA,
        context.digest(project),
        [str(python) for python in pythons],
        list(project.preset.sessions),
        list(project.preset.tags),
        {name: context.environment.get(name) for name in sorted(project.preset.environment)},
        _version("nox"),
        _version("tox"),
        sys.version,
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@lru_cache(maxsize=2)
def _version(program: str) -> str:
    """The version of nox or tox beside pylife; unknown for one on PATH."""
    try:
        return importlib.metadata.version(program)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _read(place: Path, digest: str) -> list[sessions.Listed] | None:
    try:
        document = json.loads(place.read_text(encoding="utf-8"))
        if document["digest"] != digest:
            return None
        return [
            sessions.Listed(
                name=row["name"],
                python=PythonVersion.parse(row["python"]),
                tags=tuple(row["tags"]),
                arguments=tuple(row["arguments"]),
                source=row["source"],
            )
            for row in document["sessions"]
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return None  # it is listed anew


def _write(place: Path, digest: str, found: Sequence[sessions.Listed]) -> None:
    rows = [
        {
            "name": one.name,
            "python": str(one.python),
            "tags": list(one.tags),
            "arguments": list(one.arguments),
            "source": one.source,
        }
        for one in found
    ]
    text = json.dumps({"digest": digest, "sessions": rows}, sort_keys=True)
    partial = place.with_name(f"{place.name}.{os.getpid()}")
    # Without room for it the next run lists again.
    with contextlib.suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, encoding="utf-8")
        partial.replace(place)
