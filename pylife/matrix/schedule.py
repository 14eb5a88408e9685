"""Which cell runs first, and how long the rest will take: from what earlier runs took."""

from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import NamedTuple, TypeVar

from pylife.evidence import Result
from pylife.model import Cell, PythonVersion

T = TypeVar("T")


class Place(NamedTuple):
    """What past runs are looked up by; a key would not do, for it changes with the sources."""

    project: str
    python: PythonVersion
    session: str


def place(cell: Cell) -> Place:
    """The place of a cell."""
    return Place(cell.project, cell.python, cell.session)


def durations(results: Iterable[Result]) -> dict[Place, float]:
    """Seconds of the newest run of each place; of one day, of the longest."""
    newest: dict[Place, tuple[str, float]] = {}
    for one in results:
        if one.cell.seconds is not None:
            seen = (one.as_of.isoformat(), one.cell.seconds)
            at = place(one.cell)
            newest[at] = max(newest.get(at, seen), seen)
    return {at: seconds for at, (_, seconds) in newest.items()}


def expected(wanted: Iterable[Place], past: Mapping[Place, float]) -> dict[Place, float]:
    """Seconds that each place will take; those of which nothing is known are not in it.

    A Python on which a session was never run is taken for the slowest of the others.
    """
    others: dict[tuple[str, str], float] = {}
    for at, seconds in past.items():
        session = (at.project, at.session)
        others[session] = max(others.get(session, 0.0), seconds)
    found = {at: past.get(at, others.get((at.project, at.session))) for at in wanted}
    return {at: seconds for at, seconds in found.items() if seconds is not None}


def longest_first(
    tasks: Sequence[tuple[Place, T]], known: Mapping[Place, float]
) -> list[tuple[Place, T]]:
    """The tasks in the order in which to start them; unknown ones stand where the median does.

    Tasks of one length keep their order.
    """
    middle = median(known.values()) if known else 0.0
    return sorted(tasks, key=lambda task: -known.get(task[0], middle))


class Estimate:
    """How many seconds a run will still take, `jobs` cells at a time.

    Instants are those of one monotonic clock, given by the caller.
    """

    def __init__(self, known: Mapping[Place, float], jobs: int) -> None:
        self._known = known
        self._jobs = max(1, jobs)
        self._sum = 0.0
        self._unknown = 0
        self._running: dict[Place, float] = {}
        self._ended, self._took = 0, 0.0

    def add(self, places: Iterable[Place]) -> None:
        """These are to be run."""
        for at in places:
            self._count(at, 1)

    def started(self, at: Place, now: float) -> None:
        """This one begins."""
        self._count(at, -1)
        self._running[at] = now

    def finished(self, at: Place, seconds: float) -> None:
        """This one took so long; nothing happens where it had not begun."""
        if self._running.pop(at, None) is not None:
            self._ended += 1
            self._took += seconds

    def left(self, now: float) -> float | None:
        """Seconds to the end, or None while nothing is known to say that from."""
        if self._ended:
            usual = self._took / self._ended
        elif self._known:
            usual = sum(self._known.values()) / len(self._known)
        else:
            return None
        rest = [
            max(0.0, self._known.get(at, usual) - (now - began))
            for at, began in self._running.items()
        ]
        total = self._sum + self._unknown * usual + sum(rest)
        return max(total / self._jobs, max(rest, default=0.0))

    def _count(self, at: Place, sign: int) -> None:
        if at in self._known:
            self._sum += sign * self._known[at]
        else:
            self._unknown += sign
