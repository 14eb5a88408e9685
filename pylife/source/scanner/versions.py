"""Sets of Pythons as integers: bit i stands for `VERSIONS[i]`."""

import json
import sys
from pathlib import Path

Version = tuple[int, int]

DATA = Path(__file__).resolve().parent.parent.parent / "data" / "stdlib.table"


def header() -> dict[str, object]:
    """The first line of the table of the standard library: which Pythons, from which sources."""
    with DATA.open("rb") as file:
        found: dict[str, object] = json.loads(file.readline())
    return found


def parse(text: str) -> Version:
    """`3.12` as (3, 12)."""
    major, minor = text.split(".")
    return int(major), int(minor)


VERSIONS: tuple[Version, ...] = tuple(parse(text) for text in str(header()["versions"]).split())
ALL = (1 << len(VERSIONS)) - 1
NEWEST = VERSIONS[-1]


def at_least(version: tuple[int, ...]) -> int:
    """The Pythons on which `sys.version_info >= version` holds for every patch release of them.

    A Python that holds it from some patch release on (`>= (3, 12, 4)`) is in this set as well as
    in `below`: both branches of such a test are reached there.
    """
    return sum(1 << i for i, each in enumerate(VERSIONS) if each >= tuple(version[:2]))


def below(version: tuple[int, ...]) -> int:
    """The Pythons on which `sys.version_info < version` holds for some patch release of them."""
    patched = len(version) > 2 and tuple(version[2:]) > (0,)
    return sum(
        1 << i
        for i, each in enumerate(VERSIONS)
        if each < tuple(version[:2]) or (patched and each == tuple(version[:2]))
    )


def mask(versions: "list[Version] | tuple[Version, ...]") -> int:
    """The set of some Pythons; those that the table does not know are left out."""
    return sum(1 << i for i, each in enumerate(VERSIONS) if each in versions)


def names(chosen: int) -> list[str]:
    """The Pythons of a set as texts, oldest first."""
    return [f"{major}.{minor}" for i, (major, minor) in enumerate(VERSIONS) if chosen >> i & 1]


def versions(chosen: int) -> list[Version]:
    """The Pythons of a set, oldest first."""
    return [each for i, each in enumerate(VERSIONS) if chosen >> i & 1]


def running() -> Version:
    """The Python that this runs on."""
    return sys.version_info[:2]
