"""How people spell versions and ranges, and how to respell them."""

import re
from collections.abc import Callable
from functools import lru_cache

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from pylife.model import PythonVersion


ParseRange = Callable[[str], SpecifierSet]
"""Reads a range; raises ValueError for what is none."""


@lru_cache(maxsize=512)
def pep440(text: str) -> SpecifierSet:
    """Read a PEP 440 specifier set; raises ValueError naming what is wrong."""
    try:
        return SpecifierSet(text)
    except InvalidSpecifier as error:
        raise ValueError(str(error)) from None


@lru_cache(maxsize=512)
def poetry(text: str) -> SpecifierSet:
    """Read a Poetry constraint (`^3.10,<3.13`, `~3.9`, `3.*`, `*`, a bare version).

    Raises ValueError for what has no PEP 440 equivalent, such as a union (`||`)
    that no single specifier set expresses.
    Source: Poetry's documentation, "Version constraints".
    """
    alternatives = [part.strip() for part in re.split(r"\s*\|\|?\s*", text.strip())]
    if len(alternatives) > 1:
        ranges = [poetry(part).to_range() for part in alternatives]
        union = ranges[0]
        for other in ranges[1:]:
            union = union.union(other)
        specifier = union.to_specifier_set()
        if specifier is None:
            raise ValueError(f"{text!r} is a union that no specifier set expresses")
        return specifier
    # A space separates like a comma, unless it follows an operator.
    parts = [part for part in re.split(r"\s*,\s*|(?<=[\w*.])\s+(?=[\^~<>=!])", text.strip()) if part]
    return SpecifierSet(",".join(filter(None, map(_poetry_part, parts))))


def _poetry_part(part: str) -> str:
    part = part.strip()
    if part == "*":
        return ""
    match = re.fullmatch(r"(\^|~(?!=)|===?|!=|~=|<=?|>=?)?\s*v?([0-9][\w.+!-]*?)(\.\*|\.x)?", part)
    if match is None:
        raise ValueError(f"{part!r} is no version constraint")
    operator, number, star = match.groups()
    try:
        release = Version(number).release
    except InvalidVersion:
        raise ValueError(f"{number!r} is no version") from None
    match operator:
        case "^":
            return f">={number},<{_caret_limit(release)}"
        case "~":
            limit = (release[0] + 1,) if len(release) == 1 else (release[0], release[1] + 1)
            return f">={number},<{_dotted(limit)}"
        case None | "==" | "=":
            # A bare version is exact; `3.11` therefore means 3.11.0 alone, as Poetry reads it.
            return f"=={number}{'.*' if star else ''}"
        case _:
            return f"{operator}{number}{'.*' if star else ''}"


def _caret_limit(release: tuple[int, ...]) -> str:
    for place, number in enumerate(release):
        if number or place == len(release) - 1:
            return _dotted((*release[:place], number + 1))
    raise AssertionError("a release has at least one number")


def _dotted(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers))


_CLAUSE = re.compile(r"\s*(?P<op>\^|~=|~|===|==|!=|<=|>=|<|>)?\s*(?P<version>[^,\s]+)\s*")


def set_floor(text: str, version: PythonVersion) -> str | None:
    """`text`, a range, with its least Python set to `version`; None where it has no plain floor.

    Only the version of the `>=`, `^` or `~=` clause changes; the rest stays as
    written. A floor such as `>=3.9.2` becomes `>=3.10`: no patch level is written.
    """
    for match in _CLAUSE.finditer(text):
        if match["op"] in {">=", "^", "~="}:
            if match["op"] == "~=" and match["version"].count(".") != 1:
                return None  # `~=3.9.2` caps at 3.10: raising it would move the cap
            start, end = match.span("version")
            return f"{text[:start]}{version}{text[end:]}"
    return None


def remove_cap(text: str) -> str | None:
    """`text`, a PEP 440 or Poetry range, without its upper bound; None where it has none to remove.

    A caret becomes `>=`. `!=` clauses stay.
    """
    if re.fullmatch(r"\s*\^\s*[0-9.]+\s*", text):
        return text.replace("^", ">=", 1)
    pieces = text.split(",")
    kept = [piece for piece in pieces if not re.match(r"\s*<", piece)]
    if len(kept) == len(pieces) or not kept:
        return None
    first = kept[0]
    return ",".join([first.lstrip() if pieces[0] is not first else first, *kept[1:]])


def respell(text: str, old: PythonVersion, new: PythonVersion) -> str | None:
    """`text` with the one mention of `old` written as `new` in the same spelling.

    Knows `3.9` (also `3.9.18`, whose patch level then goes), `py39` and `python39`.
    None where `old` is not mentioned exactly once.
    """
    dotted = rf"(?<![\d.]){old.major}\.{old.minor}(?:\.\d+)?(?![\d.]*\d)"
    squeezed = rf"(?<![\d]){old.major}{old.minor}(?!\d)"
    for pattern, spelled in ((dotted, f"{new.major}.{new.minor}"), (squeezed, f"{new.major}{new.minor}")):
        result, count = re.subn(pattern, spelled, text)
        if count == 1:
            return result
        if count > 1:
            return None
    return None


_FACTOR = re.compile(r"(?:py|python|cp)-?(?P<major>[23])\.?(?P<minor>\d{1,2})(?P<threads>t)?")
_DOTTED = re.compile(
    r"(?P<major>[23])\.(?P<minor>0|[1-9]\d?)(?:\.(?:\d+|x|\*))?(?P<threads>t)?"
    r"(?:-?(?:dev|alpha|beta|rc|a|b)[.\d]*)?(?:-?(?:alpha|beta|rc)[.\d]*)?"
)


def named(text: str) -> PythonVersion | None:
    """The CPython feature release that `3.9`, `3.9.18`, `3.15-dev`, `3.13t` or `py39` names.

    None for other implementations (`pypy3.10`), for `3` and `3.x`, and for
    anything that is no version.
    """
    text = text.strip()
    match = _DOTTED.fullmatch(text) or _FACTOR.fullmatch(text)
    if match is None:
        return None
    return PythonVersion(int(match["major"]), int(match["minor"]), match["threads"] is not None)
