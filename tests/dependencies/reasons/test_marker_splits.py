"""Pythons with one floor for all that can share it."""

from collections.abc import Callable

from pylife.dependencies.reasons.splits import groups, marker
from pylife.model import PythonVersion

PYTHONS = tuple(PythonVersion(3, minor) for minor in range(10, 15))


def split(needs: str, fits: Callable[[str, PythonVersion], bool]) -> list[str]:
    """The floors of groups as `floor first-last`; `-` needs nothing."""
    wanted = {
        python: None if need == "-" else need
        for python, need in zip(PYTHONS, needs.split(), strict=True)
    }
    found = groups(wanted, fits)
    return [
        f"{group.floor} {group.pythons[0]}-{group.pythons[-1]} {marker(row, place) or ''}".strip()
        for row in [found or ()]
        for place, group in enumerate(row)
    ]


def test_one_floor_where_it_can_be() -> None:
    assert split("- 1 1 2 3", lambda floor, _: floor == "3") == ["3 3.10-3.14"]


def test_no_more_pythons_are_raised_than_have_to_be() -> None:
    def fits(floor: str, python: PythonVersion) -> bool:
        return not (floor == "3" and python == PYTHONS[0])

    assert split("- - - 3 3", fits) == [
        'None 3.10-3.12 python_version < "3.13"',
        '3 3.13-3.14 python_version >= "3.13"',
    ]


def test_as_many_as_are_needed() -> None:
    def fits(floor: str, python: PythonVersion) -> bool:
        return (
            {"1": (10, 11), "2": (12, 13), "3": (14, 14)}[floor][0]
            <= python.minor
            <= {
                "1": 11,
                "2": 13,
                "3": 14,
            }[floor]
        )

    assert split("1 1 2 2 3", fits) == [
        '1 3.10-3.11 python_version < "3.12"',
        '2 3.12-3.13 python_version >= "3.12" and python_version < "3.14"',
        '3 3.14-3.14 python_version >= "3.14"',
    ]


def test_where_there_is_no_way() -> None:
    assert split("- - - - 1", lambda *_: False) == []
