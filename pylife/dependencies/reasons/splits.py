"""One requirement for all Pythons where that can be, else the fewest with markers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from packaging.version import Version

from pylife.model import PythonVersion

MOST = 10
"""More Pythons than these are not split."""

Needs = Mapping[PythonVersion, str | None]
"""The lowest floor that each Python can have; None where the present one holds."""


class Group(NamedTuple):
    """Neighbouring Pythons with one floor; None is the floor as it was."""

    pythons: tuple[PythonVersion, ...]
    floor: str | None


def groups(needs: Needs, fits: Callable[[str, PythonVersion], bool]) -> tuple[Group, ...] | None:
    """The fewest groups of Pythons of which each has a floor that holds on all of them.

    `fits` says whether a floor holds on a Python. Each group has the lowest that one of its
    Pythons needs and that holds on all. Of equally many groups those are taken that raise the
    fewest Pythons further than they need. None where there is no way.
    """
    ways = sorted(_parts(sorted(needs)[:MOST]), key=lambda way: (len(way), _further(way, needs)))
    for way in ways:
        row: list[Group] = []
        for part in way:
            group = _group(part, needs, fits)
            if group is None:
                break
            row.append(group)
        else:
            return tuple(row)
    return None


def _group(
    part: Sequence[PythonVersion],
    needs: Needs,
    fits: Callable[[str, PythonVersion], bool],
) -> Group | None:
    wanted = sorted({need for python in part if (need := needs[python]) is not None}, key=Version)
    if not wanted:
        return Group(tuple(part), None)
    # The newest Python is the one that old releases are most likely to fail on.
    pythons = part[::-1]
    floor = next((each for each in wanted if all(fits(each, one) for one in pythons)), None)
    return None if floor is None else Group(tuple(part), floor)


def _parts(pythons: Sequence[PythonVersion]) -> Iterator[list[Sequence[PythonVersion]]]:
    """All ways to cut a row into parts."""
    if not pythons:
        yield []
    for size in range(1, len(pythons) + 1):
        for rest in _parts(pythons[size:]):
            yield [pythons[:size], *rest]


def _further(way: list[Sequence[PythonVersion]], needs: Needs) -> int:
    """How many Pythons share a part with one that needs more."""
    return sum(
        len({needs[python] for python in part}) > 1 and needs[python] != _most(part, needs)
        for part in way
        for python in part
    )


def _most(part: Sequence[PythonVersion], needs: Needs) -> str | None:
    found = [need for python in part if (need := needs[python]) is not None]
    return max(found, key=Version, default=None)


def marker(row: tuple[Group, ...], place: int) -> str | None:
    """The marker of a group in its row; None where it is the only one."""
    least = f'python_version >= "{row[place].pythons[0].plain}"' if place else None
    if place + 1 == len(row):
        return least
    below = f'python_version < "{row[place + 1].pythons[0].plain}"'
    return f"{least} and {below}" if least else below
