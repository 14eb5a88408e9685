"""Results as files that travel: `NAME.jsonl`, `NAME.zip`, or a folder `NAME.results`.

The first line of the lines says how many follow and their digest; each other
line is a result, an observation or (in a `.jsonl`) a log. The other two hold
these lines as `results.jsonl` and each log as `logs/DIGEST.log`. The same
contents give the same bytes, on every machine; whatever was changed or cut off
on the way is found.
"""

import base64
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pylife.errors import StateError
from pylife.evidence import rows
from pylife.evidence.records import Observation, Result, order
from pylife.syntax.edits import replace_file

T = TypeVar("T")

SCHEMA = "pylife/results/1"
LINES = "results.jsonl"
FOLDER = ".results"
_LARGEST = 1 << 30
"""Bytes of one file of a `.zip` beyond which it is not unpacked."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Contents(NamedTuple):
    """What a store or a file holds; `logs` gives each log by its digest."""

    results: tuple[Result, ...]
    observations: tuple[Observation, ...] = ()
    logs: Mapping[str, Callable[[], bytes]] = {}


def is_portable(path: Path) -> bool:
    """Whether the path is one of such a file or folder, which need not be there."""
    return path.suffix in {".jsonl", ".zip", FOLDER} or (path / LINES).is_file()


def write(path: Path, contents: Contents) -> None:
    """Write the contents to `path`, in the place of what is there; raises StateError."""
    try:
        if path.suffix == ".zip":
            replace_file(path, _zipped(contents))
        elif path.suffix == ".jsonl":
            replace_file(path, _lines(contents, inline=True))
        else:
            _write_folder(path, contents)
    except OSError as error:
        raise StateError(f"cannot be written: {error.strerror}", path=path.name) from None


def read(path: Path) -> Contents:
    """The contents of `path`, all of them checked; raises StateError with the file and line."""
    try:
        if path.is_dir():
            data = (path / LINES).read_bytes()
            return _read(data, path.name, lambda name: (path / name).read_bytes())
        data = path.read_bytes()
        if path.suffix != ".zip":
            return _read(data, path.name, None)
        archive = zipfile.ZipFile(io.BytesIO(data))
        return _read(_member(archive, LINES), path.name, partial(_member, archive))
    except OSError as error:
        raise StateError(f"cannot be read: {error.strerror}", path=path.name) from None
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError) as error:
        raise _wrong(path.name, None, f"it is damaged, or no archive of results: {error}") from None


def _lines(contents: Contents, *, inline: bool) -> bytes:
    """The lines of the contents, sorted, with those of the logs if `inline`."""
    results = map(rows.to_document, sorted(contents.results, key=order))
    observed = map(rows.observed_document, sorted(contents.observations))
    body = [*map(_line, results), *map(_line, observed)]
    logs = sorted(contents.logs)
    if inline:
        body += [_line(_log(digest, contents.logs[digest]())) for digest in logs]
    head = {
        "schema": SCHEMA,
        "results": len(contents.results),
        "observations": len(contents.observations),
        "logs": logs,
        "sha256": hashlib.sha256(b"".join(body)).hexdigest(),
    }
    return b"".join([_line(head), *body])


def _line(document: Mapping[str, Any]) -> bytes:
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return f"{text}\n".encode()


def _log(digest: str, data: bytes) -> dict[str, str]:
    try:
        return {"log": digest, "text": data.decode("utf-8")}
    except UnicodeDecodeError:
        return {"log": digest, "base64": base64.b64encode(data).decode("ascii")}


def _files(contents: Contents) -> Iterator[tuple[str, bytes]]:
    for digest in sorted(contents.logs):
        yield _name(digest), contents.logs[digest]()
    # Last, so that a folder that has it has all that it speaks of.
    yield LINES, _lines(contents, inline=False)


def _name(digest: str) -> str:
    return f"logs/{digest}.log"


def _zipped(contents: Contents) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in _files(contents):
            # Neither a time nor a compressor's version in the bytes.
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o100644 << 16
            archive.writestr(info, data, zipfile.ZIP_STORED)
    return made.getvalue()


def _write_folder(path: Path, contents: Contents) -> None:
    for name, data in _files(contents):
        replace_file(path / name, data)
    for old in (path / "logs").glob("*.log"):
        if old.stem not in contents.logs and _DIGEST.fullmatch(old.stem):
            old.unlink()


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    info = archive.getinfo(name)
    if info.file_size > _LARGEST:
        raise zipfile.BadZipFile(f"{name} is too large")
    return archive.read(info)


def _read(data: bytes, shown: str, log: Callable[[str], bytes] | None) -> Contents:
    """The contents of these lines; `log` reads a file beside them, None where logs are inline."""
    first, _, rest = data.partition(b"\n")
    head = _head(first, shown)
    if hashlib.sha256(rest).hexdigest() != head["sha256"]:
        raise _wrong(shown, None, "it is cut off, or was changed: its digest is another")
    documents = list(_documents(rest, shown))
    ends = (head["results"], head["results"] + head["observations"])
    results = tuple(_parsed(rows.from_document, documents[: ends[0]], shown, 2))
    observed = _parsed(rows.observed, documents[ends[0] : ends[1]], shown, 2 + ends[0])
    inline = dict(_parsed(_log_of, documents[ends[1] :], shown, 2 + ends[1]))
    logs: dict[str, Callable[[], bytes]] = {}
    for digest in head["logs"]:
        # Those of files are read again when they are wanted: they may be large.
        load = partial(log, _name(digest)) if log else partial(inline.__getitem__, digest)
        try:
            found = load()
        except (KeyError, OSError):
            raise _wrong(shown, None, f"the log {digest} is missing") from None
        if hashlib.sha256(found).hexdigest() != digest:
            raise _wrong(shown, None, f"the log {digest} was changed")
        logs[digest] = load
    return Contents(results, tuple(observed), logs)


def _head(line: bytes, shown: str) -> dict[str, Any]:
    try:
        head = json.loads(line)
        if not isinstance(head, dict) or not str(head.get("schema")).startswith("pylife/results/"):
            raise ValueError("another schema")  # noqa: TRY301 - as if it were no JSON
    except ValueError:
        raise _wrong(shown, 1, "it does not hold results of pylife") from None
    if head["schema"] != SCHEMA:
        raise StateError(
            f"is {head['schema']}, not {SCHEMA}", path=shown, line=1, help="update pylife"
        )
    numbers = [head.get("results"), head.get("observations")]
    logs = head.get("logs")
    if (
        not all(type(number) is int and number >= 0 for number in numbers)
        or not isinstance(logs, list)
        or not all(isinstance(one, str) and _DIGEST.fullmatch(one) for one in logs)
    ):
        raise _wrong(shown, 1, "its first line is damaged")
    return head


def _documents(data: bytes, shown: str) -> Iterator[Mapping[str, Any]]:
    for number, line in enumerate(data.splitlines(), start=2):
        try:
            document = json.loads(line)
        except ValueError as error:
            raise _wrong(shown, number, str(error)) from None
        if not isinstance(document, dict):
            raise _wrong(shown, number, "it is no table")
        yield document


def _parsed(
    parse: Callable[[Mapping[str, Any]], T],
    documents: Iterable[Mapping[str, Any]],
    shown: str,
    first: int,
) -> Iterator[T]:
    for number, document in enumerate(documents, start=first):
        try:
            yield parse(document)
        except (ValueError, TypeError, KeyError) as error:
            raise _wrong(shown, number, str(error)) from None


def _log_of(document: Mapping[str, Any]) -> tuple[str, bytes]:
    data = document["text"] if "text" in document else document["base64"]
    if not isinstance(data, str) or not isinstance(document["log"], str):
        raise ValueError("it is no log")  # noqa: TRY004 - wrong in the file
    if "text" in document:
        return document["log"], data.encode()
    return document["log"], base64.b64decode(data, validate=True)


def _wrong(shown: str, line: int | None, message: str) -> StateError:
    return StateError(message, path=shown, line=line, help="have its runner send it again")
