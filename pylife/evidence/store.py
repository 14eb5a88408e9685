"""The store: results by their key and observations by night, in either database."""

import datetime as dt
import hashlib
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from pylife.evidence import nights, rows, summaries, table
from pylife.evidence.database import Database, Statements
from pylife.evidence.records import CONCLUSIVE, Observation, Result, order
from pylife.evidence.settle import joined, renewed
from pylife.evidence.sqlite import Sqlite
from pylife.model import Cell

T = TypeVar("T")

_WAIT_SECONDS = 0.2


class Store:
    """The store in the SQLite file or database `where`; a context manager.

    `logs` is the folder from which the names of logs are meant: what is put has
    the digest of its log. `accept` tells which results `get`, `get_many` and
    `once` give; all of them unless it is given. Safe to use from several
    threads. Raises StateError where the database is no store, cannot be used,
    or was made by a newer pylife; so does every method.
    """

    def __init__(
        self,
        where: Path | Database,
        *,
        logs: Path | None = None,
        accept: Callable[[Result], bool] | None = None,
    ) -> None:
        self._database: Database = Sqlite(where) if isinstance(where, Path) else where
        self._logs = logs
        self._accept = accept

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back what is taken, and close the file or the connection."""
        self._database.close()

    def get(self, key: str) -> Cell | None:
        """The cell with that key, or None; its `cached` is False, as it was when it ran."""
        return self.get_many([key]).get(key)

    def get_many(self, keys: Iterable[str]) -> dict[str, Cell]:
        """The cells with these keys, by key; those that there are. One question for many."""
        wanted = list(dict.fromkeys(keys))
        found = self._read(lambda statements: table.found(statements, wanted))
        return {
            key: result.cell
            for key, result in found.items()
            if self._accept is None or self._accept(result)
        }

    def put(self, cell: Cell, *, as_of: dt.date, resolved: str = "", interpreter: str = "") -> bool:
        """Keep the cell; where its key is there already, as `settle.renewed` says.

        `resolved` is the digest of its set of dependencies, `interpreter` the
        build. False where its outcome is not kept, or it has no key.
        """
        digest = self._digest(cell.log)
        return self.put_result(Result(cell, as_of, digest, resolved, interpreter)) is not None

    def put_result(self, result: Result) -> Result | None:
        """Keep the result as `put` does; returns what is kept, or None."""
        if not _is_kept(result):
            return None
        new, key = _plain(result), result.cell.key

        def body(statements: Statements) -> Result:
            kept = renewed(table.found(statements, [key]).get(key), new)
            table.put(statements, [kept])
            return kept

        return self._write(body)

    def merge(self, results: Iterable[Result], observations: Iterable[Observation]) -> list[Result]:
        """Add what other stores have, all of it or nothing.

        Where one key had different outcomes, the result is flaky (see
        `settle.joined`); these are returned, sorted.
        """
        groups: dict[str, list[Result]] = {}
        for result in filter(_is_kept, results):
            groups.setdefault(result.cell.key, []).append(_plain(result))
        seen = list(observations)

        def body(statements: Statements) -> list[Result]:
            known = table.found(statements, list(groups))
            all_of = {k: [*group, known[k]] if k in known else group for k, group in groups.items()}
            kept = {key: joined(group) for key, group in all_of.items()}
            table.put(statements, kept.values())
            nights.join(statements, seen)
            differing = (
                kept[key]
                for key, group in all_of.items()
                if len({one.cell.status for one in group}) > 1
            )
            return sorted(differing, key=order)

        return self._write(body)

    def cells(self) -> list[Cell]:
        """All cells, sorted by project, Python, session and key."""
        return [result.cell for result in self.results()]

    def results(self) -> list[Result]:
        """All results, sorted alike, whatever their age."""
        return sorted(self._read(table.every), key=order)

    def imported(self) -> list[Result]:
        """Those results that pylife did not see itself, sorted alike, whatever their age."""
        return sorted(self._read(table.imported), key=order)

    def result(self, key: str) -> Result | None:
        """The result with that key, whatever its age, or None."""
        return self._read(lambda statements: table.found(statements, [key])).get(key)

    def as_of(self, key: str) -> dt.date | None:
        """The day for which the cell with that key was run."""
        return self.days([key]).get(key)

    def days(self, keys: Iterable[str]) -> dict[str, dt.date]:
        """As `as_of`, for those of many keys that there are."""
        wanted = list(dict.fromkeys(keys))
        found = self._read(lambda statements: table.found(statements, wanted))
        return {key: result.as_of for key, result in found.items()}

    def observe(self, cells: Iterable[Cell], *, as_of: dt.date) -> None:
        """Keep what is known of these cells on the night of `as_of`, whatever their status.

        Told again, a cell's observation of that night is replaced.
        """
        seen = [
            Observation(as_of, cell.project, cell.python, cell.session, cell.status, cell.key)
            for cell in cells
        ]
        self._write(lambda statements: nights.put(statements, seen))

    def observations(
        self, project: str | None = None, *, since: dt.date = dt.date.min
    ) -> list[Observation]:
        """What was observed (of one project) from the night `since` on, sorted by its fields."""
        conditions: dict[str, Any] = {"night >= ?": since.toordinal()}
        if project is not None:
            conditions["project = ?"] = project
        return sorted(self._read(lambda statements: nights.get(statements, conditions)))

    def summarise(self, summary: Mapping[str, Any], *, as_of: dt.date) -> None:
        """Keep what the report of the night of `as_of` came to; told again, it is replaced."""
        self._write(lambda statements: summaries.put(statements, as_of, summary))

    def summaries(self, *, since: dt.date = dt.date.min) -> list[dict[str, Any]]:
        """What was summarised from the night `since` on, oldest first."""
        return self._read(lambda statements: summaries.get(statements, since))

    def claim(self, key: str) -> bool:
        """Take the key while its cell runs; False where another run, or thread, has it.

        The key is given back by `release`, by `close`, and by the end of the process.
        """
        return self._database.claim(key)

    def release(self, key: str) -> None:
        """Give the key back, after what came of its cell was put."""
        self._database.release(key)

    def once(
        self,
        key: str,
        work: Callable[[], Cell],
        *,
        as_of: dt.date,
        stop: threading.Event,
        resolved: str = "",
        interpreter: str = "",
    ) -> Cell | None:
        """The cell with that key: run by `work` and put, unless another run does that first.

        Waits while another run has the key. None where `stop` was set meanwhile.
        A cell that was run elsewhere is `cached`; one without a key is only run.
        """
        if not key:
            return work()
        while not self.claim(key):
            if stop.wait(_WAIT_SECONDS):
                return None
        try:
            known = self.get(key)
            if known is not None:
                return known._replace(cached=True)
            cell = work()
            digest = self._digest(cell.log)
            kept = self.put_result(Result(cell, as_of, digest, resolved, interpreter))
            return cell if kept is None else kept.cell
        finally:
            self.release(key)

    def prune(self, keep: Callable[[str], dt.date | None]) -> tuple[int, int]:
        """Delete what is from before the day that `keep` says of a project; None keeps all of it.

        A result stays while an observation of it does. Returns how many
        results and how many observations were deleted.
        """

        def body(statements: Statements) -> tuple[int, int]:
            found = statements.run("SELECT project FROM cell UNION SELECT project FROM subject")
            days = {project: keep(project) for (project,) in sorted(found)}
            known = {project: day for project, day in days.items() if day is not None}
            if days and len(known) == len(days):
                summaries.prune(statements, min(known.values()))
            seen = sum(nights.prune(statements, project, day) for project, day in known.items())
            nights.sweep(statements)
            cells = sum(table.prune(statements, project, day) for project, day in known.items())
            return cells, seen

        return self._write(body)

    def _read(self, body: Callable[[Statements], T]) -> T:
        try:
            return self._database.read(body)
        except ValueError as error:
            raise self._database.broken(error) from error

    def _write(self, body: Callable[[Statements], T]) -> T:
        try:
            return self._database.write(body)
        except ValueError as error:
            raise self._database.broken(error) from error

    def _digest(self, log: str | None) -> str:
        """The digest of a log; empty where there is none, or it cannot be read."""
        if log is None or self._logs is None:
            return ""
        try:
            with (self._logs / log).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            return ""


def _is_kept(result: Result) -> bool:
    return bool(result.cell.key) and result.cell.status in CONCLUSIVE


def _plain(result: Result) -> Result:
    """The result as it will come back."""
    return rows.from_row(rows.to_row(result))
