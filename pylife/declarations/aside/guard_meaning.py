"""What a comparison of `sys.version_info` or `sys.hexversion` with a constant means, as a range."""

import ast
from collections.abc import Sequence

from packaging.specifiers import SpecifierSet

from pylife.model import PythonVersion, coverage


class NotPlainError(ValueError):
    """A comparison that no range expresses; the message says why."""


_SYMBOLS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.In: "in",
}
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def symbol(operator: ast.cmpop, *, flipped: bool = False) -> str:
    """The operator as a sign, with its sides changed where it is `flipped`."""
    found = _SYMBOLS.get(type(operator))
    if found is not None and flipped:
        found = _FLIPPED.get(found)
    if found is None:
        raise NotPlainError("compares with an operator that has no range")
    return found


def numbers(value: object) -> tuple[int, ...]:
    """The numbers of a version given as a tuple or as its major number alone."""
    items = value if isinstance(value, list) else [value]
    # `(3, 9, 0, "final")` says no more than `(3, 9, 0)`.
    kept = items[:3] if len(items) > 3 else items
    if not kept or not all(type(item) is int and 0 <= item < 1000 for item in kept):
        raise NotPlainError("compares with what is no version")
    return tuple(item for item in kept if isinstance(item, int))


def compared(length: int, sign: str, version: tuple[int, ...]) -> str:
    """The range on which the first `length` numbers of the version are `sign` to `version`.

    A tuple that is longer than an equal start of it is greater; so for a shorter
    `version`, `>` is `>=`, `<=` is `<`, and nothing is equal.
    """
    if len(version) > length:
        raise NotPlainError("compares with a longer tuple")
    text = ".".join(map(str, version))
    if len(version) < length:
        sign = {">": ">=", "<=": "<"}.get(sign, sign)
        if sign in {"==", "!="}:
            raise NotPlainError(f"compares {length} numbers with {len(version)}: never equal")
        return f"{sign}{text}"
    following = ".".join(map(str, (*version[:-1], version[-1] + 1)))
    exact = text if len(version) == 3 else f"{text}.*"
    return {
        ">": f">={following}",
        "<=": f"<{following}",
        "==": f"=={exact}",
        "!=": f"!={exact}",
    }.get(sign, f"{sign}{text}")


def hexadecimal(sign: str, value: object) -> str:
    """The range on which `sys.hexversion` is `sign` to `value`, such as 0x030900F0.

    Its bytes are major, minor and micro version, then level and serial: final is 0xF0.
    """
    if type(value) is not int or not 0x02000000 <= value <= 0x04000000 or sign in {"==", "!="}:
        raise NotPlainError("compares with what is no version")
    version = f"{value >> 24}.{value >> 16 & 0xFF}.{value >> 8 & 0xFF}"
    # Whether a release level is in or out moves no final release but at its own number.
    final = value & 0xFF == 0xF0
    sign = sign if final else {">": ">=", "<=": "<"}.get(sign, sign)
    return f"{sign}{version}"


def union(ranges: Sequence[str], known: tuple[PythonVersion, ...]) -> list[PythonVersion]:
    """The `known` Pythons that any of `ranges` covers fully."""
    return [
        python
        for python in known
        if any(python in coverage(SpecifierSet(text), known).full for text in ranges)
    ]
