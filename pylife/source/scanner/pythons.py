"""The Pythons for which conditions are worked out, and what some names hold on each of them."""

import ast
import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, NamedTuple

from pylife.source.scanner.unsure import NotSureError
from pylife.source.scanner.versions import VERSIONS


class VersionInfo(NamedTuple):
    """`sys.version_info` of one patch release."""

    major: int
    minor: int
    micro: int
    releaselevel: str
    serial: int

    @classmethod
    def of(cls, version: tuple[int, int], micro: int) -> "VersionInfo":
        """The final release of that number."""
        made = _MADE.get((*version, micro))
        if made is None:
            made = _MADE[(*version, micro)] = cls(*version, micro, "final", 0)
        return made

    @property
    def place(self) -> int:
        """Its Python's bit in a set of Pythons."""
        return _PLACES[self.major, self.minor]

    @property
    def text(self) -> str:
        """As `platform.python_version()` gives it."""
        return f"{self.major}.{self.minor}.{self.micro}"


_MADE: dict[tuple[int, int, int], VersionInfo] = {}
_PLACES = {version: place for place, version in enumerate(VERSIONS)}


class Platform(str):
    """`sys.platform`: not known, but that it is no Java."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, str) or not other.startswith("java"):
            raise NotSureError
        return False

    def __ne__(self, other: object) -> bool:
        return not self == other

    def startswith(self, *given: Any) -> bool:
        """As of a text."""
        return bool(self == given[0])


def _hex(python: VersionInfo) -> int:
    return python.major << 24 | python.minor << 16 | python.micro << 8 | 0xF0


STANDARD: dict[str, Callable[[VersionInfo], Any]] = {
    "sys.version_info": lambda python: python,
    "sys.hexversion": _hex,
    "sys.platform": lambda _: Platform(),
    "os.name": lambda _: Platform(),
    "sys.version": lambda python: f"{python.text} (main, Jan  1 2020, 00:00:00) [C]",
    "typing.TYPE_CHECKING": lambda _: False,
    "sys.implementation": lambda python: SimpleNamespace(
        version=python, cache_tag=f"cpython-{python.major}{python.minor}", hexversion=_hex(python)
    ),
}
"""What these names hold."""

LATE = 40
"""A patch release after all others: `> (3, 10, 99)` means every 3.11, and no 3.10."""

_PATCH = re.compile(r"3\.\d+\.(\d+)")


def micros(node: ast.expr) -> Iterator[int]:
    """Patch releases that a condition speaks of, and those beside them."""
    for inner in ast.walk(node):
        found = -1
        if isinstance(inner, ast.Tuple) and len(inner.elts) > 2:
            third = inner.elts[2]
            if isinstance(third, ast.Constant) and isinstance(third.value, int):
                found = third.value
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, int):
            found = inner.value >> 8 & 0xFF if inner.value >> 24 == 3 else -1
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            match = _PATCH.match(inner.value)
            found = int(match[1]) if match else -1
        if 0 < found < LATE:
            yield from (found - 1, found, found + 1)
