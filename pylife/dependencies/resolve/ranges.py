"""The ranges that uv prints, as specifiers of PEP 440.

uv's log writes `>=1.0, <1.0+` for `==1.0` (`1.0+` is the end of all local versions of 1.0),
`<1.5 | >=1.5+` for `!=1.5`, `>=1.4.2, <1.5.dev0` for `~=1.4.2`, and `*` for anything.
"""

import re
from functools import lru_cache

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

_PART = re.compile(r"(>=|<=|==|>|<)(.+?)(\+?)")
_GAPS = 50
"""How many neighbouring series may be left out for that to be read as `!=` of each."""
_Part = tuple[str, str, bool]
"""Operator, version, and whether the end of its local versions is meant."""


@lru_cache(maxsize=20_000)
def version(text: str) -> Version | None:
    """The version that `text` is; None where it is none."""
    try:
        return Version(text)
    except InvalidVersion:
        return None


@lru_cache(maxsize=20_000)
def readable(text: str) -> str:
    """The range as people write it: `==1.0`, `>=1,!=1.5`; alternatives are joined by ` | `."""
    return " | ".join(_written(_parts(part)) for part in _joined(text))


@lru_cache(maxsize=20_000)
def specifiers(wanted: str) -> tuple[SpecifierSet, ...]:
    """Of a readable range, the sets of which a version must satisfy one; `*` allows anything."""
    try:
        return tuple(SpecifierSet("" if part == "*" else part) for part in wanted.split(" | "))
    except InvalidSpecifier:
        return (SpecifierSet(),)


def satisfies(wanted: str, found: Version | str) -> bool:
    """Whether the version `found` is in the readable range `wanted`, prereleases or not."""
    return any(each.contains(found, prereleases=True) for each in specifiers(wanted))


@lru_cache(maxsize=20_000)
def pinned(text: str) -> str | None:
    """The version of a range that is `==` one; None of any other."""
    match [_parts(part) for part in _joined(text)]:
        case [[("==", found, _)]]:
            return found
        case [[(">=", low, False), ("<", high, True)]] if low == high:
            return low
    return None


@lru_cache(maxsize=20_000)
def asks_prerelease(text: str) -> bool:
    """Whether a specifier behind the range names a prerelease, by which pip allows them.

    The ends that `~=1.4.2` (`<1.5.dev0`) and `==1.*` (`>=1.dev0`) get from uv are not named.
    """
    for part in _joined(text):
        parts = _parts(part)
        for operator, found, _ in parts:
            parsed = version(found)
            if parsed is None or not parsed.is_prerelease or operator == "!=":
                continue
            if parsed.pre is None and parsed.dev == 0 and _implied(operator, parsed, parts):
                continue
            return True
    return False


def _implied(operator: str, found: Version, parts: list[_Part]) -> bool:
    lows = [version(low) for symbol, low, _ in parts if symbol == ">="]
    if operator == ">=":
        return any(symbol == "<" and text.endswith(".dev0") for symbol, text, _ in parts)
    return any(
        low is not None
        and len(low.release) - (not low.is_devrelease) == len(found.release)
        and (*low.release[: len(found.release) - 1], low.release[len(found.release) - 1] + 1)
        == found.release
        for low in lows
    )


def _joined(text: str) -> list[str]:
    """The alternatives, those of `!=` made one again."""
    found: list[str] = []
    for part in text.split(" | "):
        head, _, rest = part.partition(", ")
        before, comma, last = found[-1].rpartition(", ") if found else ("", "", "")
        gap = _gap(last, head) if found else None
        if gap is not None:
            found[-1] = f"{before}{comma}{gap}" + (f", {rest}" if rest else "")
        else:
            found.append(part)
    return found


def _gap(upper: str, lower: str) -> str | None:
    """What a range leaves out between `<1.5` and `>=1.5+` (`!=1.5`), or between `<1.5.dev0` and
    `>=1.7.dev0` (`!=1.5.*, !=1.6.*`); None where that is nothing that `!=` can say."""
    if not upper.startswith("<") or not lower.startswith(">="):
        return None
    if lower == f">={upper[1:]}+":
        return f"!={upper[1:]}"
    below, above = version(upper[1:]), version(lower[2:])
    if below is None or above is None or {below.dev, above.dev} != {0} or below.pre or above.pre:
        return None
    *prefix, first = below.release
    *other, end = above.release
    if prefix != other or not first < end <= first + _GAPS:
        return None
    series = (".".join(map(str, (*prefix, number))) for number in range(first, end))
    return ", ".join(f"!={each}.*" for each in series)


def _parts(text: str) -> list[_Part]:
    parts: list[_Part] = []
    for piece in text.split(", "):
        match = _PART.fullmatch(piece)
        if match is not None:
            parts.append((match[1], match[2], bool(match[3])))
        elif piece.startswith("!="):
            parts.append(("!=", piece[2:], False))
    return parts


def _written(parts: list[_Part]) -> str:
    match parts:
        case [(">=", low, False), ("<", high, True)] if low == high:
            return f"=={low}"
    symbols = {(">=", True): ">", ("<", True): "<="}
    return ",".join(
        f"{symbols.get((operator, local), operator)}{found}" for operator, found, local in parts
    )
