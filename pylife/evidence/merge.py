"""Stores and files of several runners, joined into one."""

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from pylife import evidence
from pylife.errors import StateError, UsageError
from pylife.evidence import portable
from pylife.evidence.portable import Contents
from pylife.evidence.postgres_url import is_url
from pylife.evidence.records import Result
from pylife.evidence.rows import is_log
from pylife.syntax.edits import replace_file


class Merged(NamedTuple):
    """What a merge did: how many results and logs there are now, how many results were new."""

    results: int
    new: int
    logs: int
    """Logs that were written beside the results; a PostgreSQL database has none."""
    differing: tuple[Result, ...]
    """What one key came to where its outcomes were different: flaky, with what was seen."""


def merge(sources: Sequence[str], into: str) -> Merged:
    """Join `sources` into `into`, all of them or none; the order of the sources is no matter.

    Each is a state folder, a SQLite file, a postgresql:// URL, or a portable
    file or folder. `into` need not be there. Raises UsageError where a source
    is not there, StateError where one is damaged.
    """
    contents = [read(source) for source in sources]
    target = Path(into)
    if is_url(into) or not portable.is_portable(target):
        return _into_store(contents, into)
    if target.exists():
        contents.append(portable.read(target))
    with tempfile.TemporaryDirectory(prefix="pylife-") as folder:
        before = len(contents[-1].results) if target.exists() else 0
        with evidence.open(Path(folder) / evidence.FILE) as store:
            differing = _joined(store, contents)
            results = tuple(store.results())
            observations = tuple(store.observations())
    logs = _wanted(results, contents)
    portable.write(target, Contents(results, observations, logs))
    return Merged(len(results), len(results) - before, len(logs), differing)


def read(source: str) -> Contents:
    """What a store or a portable file holds; raises UsageError where it is not there."""
    path = Path(source)
    if is_url(source):
        return _of_store(source, None)
    if not path.exists():
        raise UsageError(f"{source} is not there", help="name a state folder, store or result file")
    if portable.is_portable(path):
        return portable.read(path)
    if path.is_dir() and not (path / evidence.FILE).is_file():
        raise UsageError(
            f"{source} has no results", help=f"a state folder has {evidence.FILE} after a run"
        )
    return _of_store(source, evidence.file_of(path).parent)


def own_log(folder: Path, result: Result) -> str | None:
    """The digest of the result's log in the state folder; None where it is another's, or gone.

    The log of a cell is written anew when the cell is run for another key.
    """
    name = result.cell.log
    if not is_log(name) or name is None:
        return None
    try:
        with (folder / name).open("rb") as file:
            head = file.readline(4096)
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
    # Of before logs had digests: the first line says whose it is.
    known = result.log_digest or (
        digest if head.endswith(f"cell {result.cell.key}\n".encode()) else ""
    )
    return digest if digest == known else None


def _of_store(source: str, folder: Path | None) -> Contents:
    with evidence.open(source) as store:
        results, observations = store.results(), store.observations()
    if folder is None:
        return Contents(tuple(results), tuple(observations))
    logs: dict[str, Callable[[], bytes]] = {}
    for number, one in enumerate(results):
        digest = own_log(folder, one)
        if digest is not None and one.cell.log is not None:
            results[number] = one._replace(log_digest=digest)
            logs[digest] = partial((folder / one.cell.log).read_bytes)
    return Contents(tuple(results), tuple(observations), logs)


def _joined(store: evidence.Store, contents: Iterable[Contents]) -> tuple[Result, ...]:
    found = list(contents)
    results = [result for one in found for result in one.results]
    return tuple(store.merge(results, [seen for one in found for seen in one.observations]))


def _into_store(contents: Sequence[Contents], into: str) -> Merged:
    with evidence.open(into) as store:
        before = len(store.results())
        differing = _joined(store, contents)
        results = store.results()
    logs = 0
    if not is_url(into):
        logs = _write_logs(evidence.file_of(Path(into)).parent, results, contents)
    return Merged(len(results), len(results) - before, logs, differing)


def _write_logs(folder: Path, results: Iterable[Result], contents: Sequence[Contents]) -> int:
    """Write each log whose result is the newest of those that name it; returns how many."""
    newest: dict[str, Result] = {}
    for one in results:
        name = one.cell.log
        if name is not None and is_log(name):
            other = newest.get(name, one)
            newest[name] = max(one, other, key=lambda it: (it.as_of, it.cell.key))
    available = _wanted(newest.values(), contents)
    written = 0
    for name, one in sorted(newest.items()):
        if one.log_digest in available and own_log(folder, one) is None:
            try:
                replace_file(folder / name, available[one.log_digest]())
            except OSError as error:
                raise StateError(f"cannot be written: {error.strerror}", path=name) from None
            written += 1
    return written


def _wanted(
    results: Iterable[Result], contents: Iterable[Contents]
) -> dict[str, Callable[[], bytes]]:
    """Those logs that results speak of."""
    digests = {one.log_digest for one in results}
    return {
        digest: load for one in contents for digest, load in one.logs.items() if digest in digests
    }
