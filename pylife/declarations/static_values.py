"""What operators and methods make of constants, for `pylife.declarations.static`."""

import re

LONGEST = 10_000
"""Longer text names no Python, and formatting must not be made to build any."""


class NotStaticError(Exception):
    """The expression's value is only known by running the code; the message says why."""


class NotTextError(NotStaticError):
    """The expression's value is known, and is no string."""


def short(value: str) -> str:
    """`value`, unless it is too long to be about Pythons."""
    if len(value) > LONGEST:
        raise NotStaticError("too long")
    return value


def shown(value: object) -> str:
    """`str(value)`, unless it is too long to be about Pythons."""
    try:
        return short(str(value))
    except ValueError:  # a number of thousands of digits
        raise NotStaticError("too long") from None


def listed(value: object) -> list[object]:
    """`value`, if it is a list."""
    if not isinstance(value, list) or len(value) > LONGEST:
        raise NotStaticError("not a list of constants")
    return value


def add(left: object, right: object) -> object:
    """`left + right` of two texts, whole numbers or lists."""
    if isinstance(left, str) and isinstance(right, str):
        return short(left + right)
    if type(left) is int and type(right) is int:
        return left + right
    return listed(listed(left) + listed(right))


def percent(form: object, value: object) -> str:
    """`form % value`, for `%s` and `%d`."""
    values = value if isinstance(value, list) else [value]
    if not isinstance(form, str) or re.sub(r"%[sd%]", "", form).count("%"):
        raise NotStaticError("computed with %")
    try:
        return short(form % tuple(values))
    except (TypeError, ValueError):
        raise NotStaticError("computed with %") from None


def method(owner: object, name: str, args: list[object]) -> object:
    """`owner.name(*args)`, for a few methods of texts."""
    match owner, name, args:
        case str(text), "join", [list(parts)]:
            return short(text.join(shown(part) for part in parts))
        case str(text), "strip", []:
            return text.strip()
        case str(text), "format", _ if not re.sub(r"\{\d?\}", "", text).count("{"):
            try:
                return short(text.format(*args))
            except (IndexError, ValueError):
                raise NotStaticError("computed with format()") from None
        case _:
            raise NotStaticError(f"computed with {name}()")
