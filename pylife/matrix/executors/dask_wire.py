"""What travels between a run and the workers that do its cells.

A task goes as bytes with the release of pylife beside it, so that a worker of
another release can say so before it looks at them. An answer is JSON and raw
bytes: of what a worker sends, nothing is executed by reading it.
"""

import datetime as dt
import hashlib
import json
import pickle
from collections.abc import Mapping
from typing import Any, NamedTuple

from pylife import __version__
from pylife.errors import StateError
from pylife.matrix.base import CellPlan, Interpreter, MatrixProject
from pylife.matrix.document import from_document, to_document
from pylife.model import Cell, PythonVersion

VERSION = __version__
RESOURCE = "python"
"""A worker's resource for a Python is called `python3.13`."""
MEMORY = "memory"
"""MiB of memory that a worker has for cells."""
_NO_DAY = dt.date.min


class Wheel(NamedTuple):
    """A wheel of the fleet's own: its file name, and the digest under which it travels."""

    filename: str
    blob: str


class Source(NamedTuple):
    """A source tree: the name of its folder, and the digest of its archive."""

    folder: str
    blob: str


class CellTask(NamedTuple):
    """One cell to run; the folder of its project is only a name.

    `others` are the fleet's other projects, `wheels` what there is of those that
    it needs, `environment` the values of the preset's own variables (None: not
    set). `token` is the run's.
    """

    plan: CellPlan
    key: str
    source: Source
    others: tuple[str, ...]
    wheels: Mapping[str, Wheel]
    environment: Mapping[str, str | None]
    token: str

    @property
    def blobs(self) -> tuple[str, ...]:
        """What must be there to do it."""
        return (self.source.blob, *(wheel.blob for wheel in self.wheels.values()))


class BuildTask(NamedTuple):
    """One wheel to build."""

    project: MatrixProject
    digest: str
    interpreter: Interpreter
    source: Source
    environment: Mapping[str, str | None]
    token: str

    @property
    def blobs(self) -> tuple[str, ...]:
        """What must be there to do it."""
        return (self.source.blob,)


Task = CellTask | BuildTask


class Ended(NamedTuple):
    """The cell came to its end; `log` is the whole log, None where there is none."""

    cell: Cell
    log: bytes | None


class WheelBuilt(NamedTuple):
    """The wheel: `place` is its path from the state folder."""

    place: str
    content: bytes


class NotBuilt(NamedTuple):
    """Why there is no wheel."""

    reason: str


class Missing(NamedTuple):
    """Blobs that the worker at `address` does not have: the task was not begun."""

    address: str
    blobs: tuple[str, ...]


class Refused(NamedTuple):
    """Why the worker at `address` cannot do the task, though another may."""

    address: str
    reason: str


class Stopped(NamedTuple):
    """The task was ended since nobody wanted it any more, or its worker was ended."""


Answer = Ended | WheelBuilt | NotBuilt | Missing | Refused | Stopped
_KINDS: dict[str, Any] = {
    kind.__name__: kind for kind in (WheelBuilt, NotBuilt, Missing, Refused, Stopped)
}


class Packet(NamedTuple):
    """An answer on its way."""

    text: str
    data: bytes


def packed(task: Task) -> bytes:
    """The task as bytes, for workers of this very release."""
    return pickle.dumps(task)


def unpacked(data: bytes) -> Task:
    """The task that the run sent."""
    task: Task = pickle.loads(data)  # noqa: S301 - of the run, over the scheduler it chose
    return task


def packet(answer: Answer) -> Packet:
    """The answer as it travels."""
    name, data = type(answer).__name__, b""
    match answer:
        case Ended(cell, log):
            fields: Any = to_document([cell], {}, _NO_DAY) | {"log": log is not None}
            data = log or b""
        case WheelBuilt(place, content):
            fields, data = [place], content
        case _:
            fields = list(answer)
    return Packet(json.dumps({"kind": name, "fields": fields}), data)


def opened(sent: Packet) -> Answer:
    """The answer that a worker sent; raises ValueError where it is none."""
    try:
        document = json.loads(sent.text)
        name, fields = document["kind"], document["fields"]
        if name == "Ended":
            [cell] = from_document(fields)
            return Ended(cell, sent.data if fields["log"] else None)
        if name == "WheelBuilt":
            return WheelBuilt(fields[0], sent.data)
        if name == "Missing":
            return Missing(fields[0], tuple(fields[1]))
        answer: Answer = _KINDS[name](*fields)
    except (KeyError, TypeError, IndexError, AttributeError, StateError) as error:
        raise ValueError(f"no answer of this pylife: {error!r}") from None
    return answer


def resource(python: PythonVersion) -> str:
    """The resource that a worker with this Python declares."""
    return f"{RESOURCE}{python}"


def fingerprint(interpreter: Interpreter) -> str:
    """The same for two interpreters of one build, wherever they are."""
    parts = (str(interpreter.version), interpreter.release, interpreter.build)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
