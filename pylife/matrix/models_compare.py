"""Comparing two predictions: what they are made of, and their numbers within a tolerance."""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

_SHOWN = 10


class Tolerance(NamedTuple):
    """Numbers agree where they differ by at most `absolute + relative * |expected|`."""

    relative: float = 1e-5
    absolute: float = 1e-8

    def allows(self, have: float, want: float) -> bool:
        """Whether `have` is near enough to `want`; NaN agrees with NaN alone."""
        if math.isnan(have) or math.isnan(want):
            return math.isnan(have) and math.isnan(want)
        if math.isinf(have) or math.isinf(want):
            return have == want
        return abs(have - want) <= self.absolute + self.relative * abs(want)


class Difference(NamedTuple):
    """One place where two predictions differ; `size` is None where they are no numbers."""

    place: str
    have: str
    want: str
    size: float | None = None

    def __str__(self) -> str:
        return f"at {self.place}: {self.have}, not {self.want}"


class Compared(NamedTuple):
    """How many values were compared, and where they differ."""

    total: int
    differences: tuple[Difference, ...]

    @property
    def reason(self) -> str:
        """In one line; empty where nothing differs."""
        if not self.differences:
            return ""
        other = next((one for one in self.differences if one.size is None), None)
        if other is not None:
            return f"predicts otherwise {other}"
        largest = max(self.differences, key=_order)
        return (
            f"{len(self.differences)} of {self.total} values differ by more than the tolerance;"
            f" the largest difference is {_size(largest.size)}, {largest}"
        )

    @property
    def text(self) -> str:
        """The first differences, a line each."""
        lines = [str(one) for one in self.differences[:_SHOWN]]
        if len(self.differences) > _SHOWN:
            lines.append(f"and {len(self.differences) - _SHOWN} more")
        return "\n".join(lines)


def values(have: Any, want: Any, tolerance: Tolerance) -> Compared:
    """Compare two predictions as JSON has them (NaN and Infinity included)."""
    total = _count(want)
    return Compared(total, tuple(_differences(_bare(have, want), _bare(want, have), "", tolerance)))


def form(have: Any, want: Any) -> str:
    """What two predictions are made of differs in, in words; empty where in nothing."""
    for place, one, other in _forms(have, want, ""):
        return f"predicts {one}, not {other}{f' at {place}' if place else ''}"
    return ""


def opaque(described: Any) -> str:
    """The name of a type in a form that cannot be compared, or nothing."""
    if isinstance(described, dict):
        if described.get("opaque"):
            return str(described.get("type"))
        return next(filter(None, map(opaque, described.values())), "")
    if isinstance(described, list):
        return next(filter(None, map(opaque, described)), "")
    if isinstance(described, str) and '"opaque": true' in described:
        return described.partition('"type": "')[2].partition('"')[0]
    return ""


def _bare(value: Any, other: Any) -> Any:
    """A column as MLflow serves it (`[{"0": 1.5}, ...]`) as a list, where `other` is one."""
    if not (_is_column(value) and isinstance(other, list) and not any(map(_is_table, other))):
        return value
    return [next(iter(row.values())) for row in value]


def _is_column(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(row, dict) and len(row) == 1 for row in value)
    )


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


def _differences(have: Any, want: Any, place: str, tolerance: Tolerance) -> Iterator[Difference]:
    if _is_number(have) and _is_number(want):
        if not tolerance.allows(have, want):
            size = abs(have - want)
            yield Difference(place or "the value", repr(have), repr(want), size)
    elif isinstance(have, dict) and isinstance(want, dict):
        if have.keys() != want.keys():
            yield _other(place, f"the names {_names(have)}", _names(want))
            return
        for key in want:
            yield from _differences(have[key], want[key], f"{place}.{key}".strip("."), tolerance)
    elif isinstance(have, list) and isinstance(want, list):
        if len(have) != len(want):
            yield _other(place, f"{len(have)} items", str(len(want)))
            return
        for number, (one, other) in enumerate(zip(have, want, strict=True)):
            yield from _differences(one, other, f"{place}[{number}]", tolerance)
    elif have != want or isinstance(have, bool) is not isinstance(want, bool):
        yield _other(place, _short(have), _short(want))


def _other(place: str, have: str, want: str) -> Difference:
    return Difference(place or "the value", have, want)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _count(value: Any) -> int:
    if isinstance(value, dict):
        return sum(map(_count, value.values()))
    if isinstance(value, list):
        return sum(map(_count, value))
    return 1


def _forms(have: Any, want: Any, place: str) -> Iterator[tuple[str, str, str]]:
    if have == want:
        return
    inner = have.get("items") if isinstance(have, dict) else None
    other = want.get("items") if isinstance(want, dict) else None
    if isinstance(inner, dict) and isinstance(other, dict) and inner.keys() == other.keys():
        for key in other:
            yield from _forms(inner[key], other[key], f"{place}.{key}".strip("."))
        return
    yield place, _said(have), _said(want)


def _said(described: Any) -> str:
    """A form in words: `ndarray of float64, shape (2, 3)`."""
    if not isinstance(described, dict):
        return _short(described)
    said = str(described.get("type"))
    if "dtype" in described:
        said += f" of {described['dtype']}"
    if "shape" in described:
        said += f", shape ({', '.join(map(str, described['shape']))})"
    if "rows" in described:
        said += f", {described['rows']} rows"
    if "length" in described:
        said += f" of {described['length']}: {', '.join(described['items'])}"
    if "columns" in described:
        said += f", columns {', '.join(f'{name} ({kind})' for name, kind in described['columns'])}"
    if isinstance(described.get("items"), dict):
        said += f" with {_names(described['items'])}"
    return said


def _names(table: dict[str, Any]) -> str:
    return ", ".join(sorted(table)) or "none"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _order(difference: Difference) -> float:
    """NaN is as far away as can be; it is greater and smaller than nothing."""
    size = difference.size or 0.0
    return math.inf if math.isnan(size) else size


def _size(number: float | None) -> str:
    return "unknown" if number is None else f"{number:.3g}"
