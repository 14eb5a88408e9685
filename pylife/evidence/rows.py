"""Results and observations as plain data: rows of a database, lines of a portable file."""

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pylife.evidence.records import Imported, Observation, Result
from pylife.model import Cell, CellStatus, PythonVersion

COLUMNS = (
    "key", "project", "python", "session", "status", "reason", "seconds", "log", "counts",
    "as_of", "log_digest", "resolved", "interpreter", "revision", "url",
    "failure", "hints",
)  # fmt: skip
"""Of the table `cell`, in the order of a row."""

_ENCODED = ("counts", "hints")
"""Columns that hold JSON."""
_PLAIN = frozenset({"seconds", "log", "counts", "hints"})
"""Columns that a document has as something else than text."""
_LOG = re.compile(r"logs/[^\0]+")
_DIGEST = re.compile(r"(?:[0-9a-f]{64})?")


def to_row(result: Result) -> tuple[Any, ...]:
    """A result as a row; text that no database takes (NUL, lone surrogates) is replaced."""
    cell = result.cell
    told = result.imported or Imported("", "")
    row = (
        cell.key, cell.project, str(cell.python), cell.session, cell.status.value, cell.reason,
        cell.seconds, cell.log, json.dumps(dict(cell.counts), sort_keys=True),
        result.as_of.isoformat(), result.log_digest, result.resolved or cell.resolved,
        result.interpreter,
        told.revision, told.url, cell.failure, json.dumps(list(cell.hints)),
    )  # fmt: skip
    return tuple(_plain(value) if isinstance(value, str) else value for value in row)


def from_row(row: Sequence[Any]) -> Result:
    """The result of a row; raises ValueError where it is none."""
    fields = dict(zip(COLUMNS, row, strict=True))
    cell = Cell(
        project=fields["project"],
        python=PythonVersion.parse(fields["python"]),
        session=fields["session"],
        status=CellStatus(fields["status"]),
        reason=fields["reason"],
        seconds=fields["seconds"],
        log=fields["log"],
        key=fields["key"],
        counts=_counts(json.loads(fields["counts"])),
        failure=fields["failure"],
        hints=_hints(json.loads(fields["hints"])),
        resolved=fields["resolved"],
    )
    return Result(
        cell=cell,
        as_of=dt.date.fromisoformat(fields["as_of"]),
        log_digest=fields["log_digest"],
        resolved=fields["resolved"],
        interpreter=fields["interpreter"],
        imported=Imported(fields["revision"], fields["url"]) if fields["revision"] else None,
    )


def to_document(result: Result) -> dict[str, Any]:
    """A result as a line of a portable file."""
    document = dict(zip(COLUMNS, to_row(result), strict=True))
    return document | {name: json.loads(document[name]) for name in _ENCODED}


def from_document(document: Mapping[str, Any]) -> Result:
    """The result of a line that may come from anywhere; raises ValueError where it is none."""
    values = {**document}
    if set(values) != set(COLUMNS):
        raise ValueError("it is no result: other fields are expected")
    for name in COLUMNS:
        if name not in _PLAIN and not isinstance(values[name], str):
            raise ValueError(f"{name} is no text")
    if not values["key"] or not isinstance(values["seconds"], int | float | None):
        raise ValueError("key or seconds are wrong")
    if values["log"] is not None and not is_log(values["log"]):
        raise ValueError("log is no name of a log")
    if not _DIGEST.fullmatch(values["log_digest"]):
        raise ValueError("log_digest is no SHA-256")
    return from_row([json.dumps(values[n]) if n in _ENCODED else values[n] for n in COLUMNS])


def is_log(name: object) -> bool:
    """Whether `name` is the path of a log below the folder `logs`, and leads nowhere else."""
    return (
        isinstance(name, str)
        and _LOG.fullmatch(name) is not None
        and not {"", ".", ".."}.intersection(name.split("/"))
        and "\\" not in name
    )


def observed_document(one: Observation) -> dict[str, Any]:
    """An observation as a line of a portable file."""
    return {
        "night": one.as_of.isoformat(),
        "project": one.project,
        "python": str(one.python),
        "session": one.session,
        "status": one.status.value,
        "key": one.key,
    }


def observed(document: Mapping[str, Any]) -> Observation:
    """The observation of such a line; raises ValueError where it is none."""
    values = {**document}
    names = {"night", "project", "python", "session", "status", "key"}
    if set(values) != names or not all(isinstance(value, str) for value in values.values()):
        raise ValueError("it is no observation: other fields are expected")
    return Observation(
        as_of=dt.date.fromisoformat(values["night"]),
        project=values["project"],
        python=PythonVersion.parse(values["python"]),
        session=values["session"],
        status=CellStatus(values["status"]),
        key=values["key"],
    )


def _counts(value: Any) -> dict[str, int]:
    if not isinstance(value, dict) or not all(type(one) is int for one in value.values()):
        raise ValueError("counts are not numbers by name")
    return value


def _hints(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError("hints are not texts")
    return tuple(value)


def _plain(text: str) -> str:
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
