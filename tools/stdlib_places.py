"""The words in which sources of the table speak: Pythons, platforms, names.

Facts of stubs hold at a *where*: a set of (Python, platform) pairs, kept as an integer with bit
`4 * version + platform` set, because stubs know what is only on Windows or macOS. `other` stands
for every further platform. Facts of the table hold on a *mask* of Pythons.
"""

import ast
import re
from collections.abc import Iterator
from typing import Any

VERSIONS = tuple((3, minor) for minor in range(8, 16))
COUNT = len(VERSIONS)
ALL = (1 << COUNT) - 1
PLATFORMS = ("linux", "darwin", "win32", "other")
EVERYWHERE = (1 << COUNT * len(PLATFORMS)) - 1
Fact = dict[str, Any]
Place = tuple[str, str]
# Nobody imports these from outside; their submodules are not listed one by one.
UNLISTED = re.compile(
    r"^(test|idlelib|turtledemo|ctypes\.test|sqlite3\.test|tkinter\.test|unittest\.test"
    r"|distutils\.tests|lib2to3\.tests|json\.tests)\.(?!support)"
)


def bits(mask: int) -> Iterator[int]:
    """The indices of the Pythons of a mask, oldest first."""
    return (i for i in range(COUNT) if mask >> i & 1)


def at(version: int, platforms: int = 0b1111) -> int:
    """The place of one Python (by its index) on some platforms."""
    return platforms << version * len(PLATFORMS)


def versions_of(place: int, platforms: int = 0b1111) -> int:
    """The Pythons of a place, on any of some platforms, as a mask."""
    return sum(1 << i for i in range(len(VERSIONS)) if place & at(i, platforms))


def holds(test: ast.expr) -> int:
    """The place where a stub's condition is true; everywhere for one that is not about places."""
    match test:
        case ast.BoolOp(op=ast.And(), values=values):
            place = EVERYWHERE
            for value in values:
                place &= holds(value)
            return place
        case ast.BoolOp(values=values):
            place = 0
            for value in values:
                place |= holds(value)
            return place
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return EVERYWHERE & ~holds(operand)
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            return _compare(ast.unparse(left), operator, ast.literal_eval(right))
    return EVERYWHERE


def _compare(left: str, operator: ast.cmpop, right: Any) -> int:
    if left == "sys.platform":
        same = (
            sum(at(i, 1 << PLATFORMS.index(right)) for i in range(len(VERSIONS)))
            if (right in PLATFORMS)
            else sum(at(i, 0b1000) for i in range(len(VERSIONS)))
        )
        return same if isinstance(operator, ast.Eq) else EVERYWHERE & ~same
    if left == "sys.version_info":
        wanted = right[:2]
        held = {
            ast.GtE: [v >= wanted for v in VERSIONS],
            ast.Gt: [v > wanted for v in VERSIONS],
            ast.Lt: [v < wanted for v in VERSIONS],
            ast.LtE: [v <= wanted for v in VERSIONS],
            ast.Eq: [v == wanted for v in VERSIONS],
        }[type(operator)]
        return sum(at(i) for i, holds in enumerate(held) if holds)
    return EVERYWHERE


def private(module: str) -> bool:
    """Whether any part of a module's name is private."""
    return any(part.startswith("_") for part in module.split("."))


def public(name: str) -> bool:
    """Whether a name does not begin with an underscore."""
    return not name.startswith("_")


def dunder(name: str) -> bool:
    """Whether Python itself gives a name its meaning."""
    return name.startswith("__") and name.endswith("__")


def split(reference: str) -> Place:
    """`module:name` as a pair."""
    module, _, name = reference.partition(":")
    return module, name


def nearest(seen: int, wanted: int, asked: int) -> int:
    """Of the Pythons in `wanted`, those whose nearest asked Python has the name."""
    return sum(
        1 << i
        for i in bits(wanted)
        if asked and seen >> min(bits(asked), key=lambda near: (abs(near - i), -near)) & 1
    )
