"""One requirement for all Pythons where that can be, else the fewest with markers."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from packaging.version import Version

from pylife.model import PythonVersion

MOST = 10
"""More Pythons than these are not split."""


class Group(NamedTuple):
    """Neighbouring Pythons with one floor; None is the floor as it was."""

    pythons: tuple[PythonVersion, ...]
    floor: str | None


def groups(
    needs: dict[PythonVersion, str | None], fits: Callable[[str, PythonVersion], bool]
) -> tuple[Group, ...] | None:
    """The fewest groups of Pythons of which each has a floor that all of them can have.

    `needs` has the lowest floor that each Python can have (None: the present one), for all that
    the requirement applies to. `fits` says whether a Python can have a floor. Of equally many
    groups those are taken that raise the fewest Pythons further than they need. None where
    there is no way.
    """
    pythons = sorted(needs)[:MOST]
    ways = [
        [Group(tuple(part), _floor(part, needs)) for part in parts] for parts in _parts(pythons)
    ]
    ways.sort(key=lambda way: (len(way), _further(way, needs)))
    for way in ways:
        if all(group.floor is None or _fit(group, fits) for group in way):
            return tuple(way)
    return None


def _parts(pythons: Sequence[PythonVersion]) -> Iterator[list[Sequence[PythonVersion]]]:
    """All ways to cut a row into parts."""
    if not pythons:
        yield []
    for size in range(1, len(pythons) + 1):
        for rest in _parts(pythons[size:]):
            yield [pythons[:size], *rest]


def _floor(part: Sequence[PythonVersion], needs: dict[PythonVersion, str | None]) -> str | None:
    found = [need for python in part if (need := needs[python]) is not None]
    return max(found, key=Version, default=None)


def _fit(group: Group, fits: Callable[[str, PythonVersion], bool]) -> bool:
    return group.floor is not None and all(fits(group.floor, each) for each in group.pythons)


def _further(way: list[Group], needs: dict[PythonVersion, str | None]) -> int:
    return sum(group.floor != needs[python] for group in way for python in group.pythons)


def marker(row: tuple[Group, ...], place: int) -> str | None:
    """The marker of a group in its row; None where it is the only one."""
    least = f'python_version >= "{row[place].pythons[0].plain}"' if place else None
    if place + 1 == len(row):
        return least
    below = f'python_version < "{row[place + 1].pythons[0].plain}"'
    return f"{least} and {below}" if least else below
