"""Text of which each character knows its index in the file, and variables in such text."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

UNKNOWN = "\0"
"""What stands in expanded text where a variable has no value; it is in no text that is read."""

_LONGEST_VALUE = 500
"""Longer values name no Python, and must not be made to grow by naming each other."""
_LONGEST = 1_000_000

_REFERENCE = (
    r"\$(?:(?P<name>[A-Za-z_]\w*)|\{(?P<braced>[A-Za-z_]\w*)"
    r"(?:(?P<operator>:?-)(?P<default>[^{}\n]{0,200})|(?P<other>[^}\n]{0,200}))\})"
)
BACKSLASH = re.compile(rf"\\(?P<escaped>.)|{_REFERENCE}")
"""Variables as in Dockerfiles and shells: `\\$NAME` is none."""
DOLLAR = re.compile(rf"\$(?P<escaped>\$)|{_REFERENCE}")
"""Variables as in compose files: `$$NAME` is none."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Text of which each character knows its index in the file."""

    text: str
    places: Sequence[int]

    @classmethod
    def plain(cls, text: str, start: int) -> "Placed":
        """Text that stands in the file as it is, from the character `start` on."""
        return cls(text, range(start, start + len(text)))

    @classmethod
    def join(cls, parts: Iterable["Placed"]) -> "Placed":
        """The parts as one text."""
        found = list(parts)
        places = tuple(chain.from_iterable(part.places for part in found))
        return cls("".join(part.text for part in found), places)

    def __getitem__(self, part: slice) -> "Placed":
        return Placed(self.text[part], self.places[part])

    def around(self, core: tuple[int, int], limits: tuple[int, int]) -> "Placed | None":
        """The largest plain text inside `limits` that holds all of `core`; None for no such."""
        start, end = core
        if start == end or not self[start:end].contiguous:
            return None
        while start > limits[0] and self.places[start - 1] == self.places[start] - 1:
            start -= 1
        while end < limits[1] and self.places[end] == self.places[end - 1] + 1:
            end += 1
        return self[start:end]

    @property
    def contiguous(self) -> bool:
        """Whether the characters stand side by side in the file."""
        return all(right == left + 1 for left, right in pairwise(self.places))


@dataclass(frozen=True, slots=True)
class Value:
    """Text with its variables replaced, and the first variable that has no value."""

    text: Placed
    missing: str | None = None


def expand(
    text: Placed, values: Mapping[str, Value], references: re.Pattern[str] = BACKSLASH
) -> Value:
    """`text` with its variables replaced by `values` or by their own defaults."""
    parts: list[Placed] = []
    at, length, missing = 0, 0, None
    for match in references.finditer(text.text):
        if length > _LONGEST:
            break
        parts.append(text[at : match.start()])
        at = match.end()
        if match["escaped"] is not None:
            parts.append(text[match.end() - 1 : match.end()])
            continue
        value = _value(text, match, values)
        missing = missing or value.missing
        length += len(value.text.text)
        parts.append(value.text)
    return Value(Placed.join([*parts, text[at:]]), missing)


def _value(text: Placed, match: re.Match[str], values: Mapping[str, Value]) -> Value:
    """What one reference stands for."""
    name = match["name"] or match["braced"]
    value = values.get(name)
    empty = value is None or (match["operator"] == ":-" and not value.text.text)
    if match["default"] is not None and (empty or (value is not None and value.missing == name)):
        return Value(text[match.start("default") : match.end("default")])
    if value is None or match["other"] or len(value.text.text) > _LONGEST_VALUE:
        unknown = Placed(UNKNOWN, (text.places[match.start()],))
        return Value(unknown, (value and value.missing) or name)
    return value


def without(name: str, at: Placed) -> Value:
    """The value of a variable that is declared at `at`, and given from elsewhere."""
    return Value(Placed(UNKNOWN, tuple(at.places[:1])), name)
