"""How people spell versions and ranges, and how to respell them."""

import re
from collections.abc import Callable
from functools import lru_cache

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from pylife.model import Coverage, PythonVersion, coverage, feature_range

_MINORS = tuple(PythonVersion(2, n) for n in range(8)) + tuple(
    PythonVersion(3, n) for n in range(41)
)
ParseRange = Callable[[str], SpecifierSet]
"""Reads a range; raises ValueError for what is none."""


class InexpressibleError(ValueError):
    """A range that its own tool accepts, but that no PEP 440 specifier set expresses."""


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

    Raises ValueError for what is no constraint, InexpressibleError for one that has
    no PEP 440 equivalent, such as a union (`||`) that no single specifier set expresses.
    Source: Poetry's documentation, "Version constraints".
    """
    alternatives = [part.strip() for part in re.split(r"\|\|?", text)]
    if len(alternatives) > 1:
        if not all(alternatives):
            raise ValueError(f"{text!r} is no version constraint: an alternative is empty")
        return union(text, [poetry(part) for part in alternatives])
    # A space separates like a comma, unless it follows an operator.
    parts = [part for part in re.split(r",|(?<=[\w*.])\s+(?=[\^~<>=!])", text) if part.strip()]
    try:
        return SpecifierSet(",".join(filter(None, [_poetry_part(part) for part in parts])))
    except InvalidSpecifier:
        raise InexpressibleError(f"{text!r} has no equivalent among PEP 440's ranges") from None


_MOST = 30
"""More alternatives than these are no range of Pythons, and would take long to join."""


def union(text: str, parts: list[SpecifierSet]) -> SpecifierSet:
    """One specifier set for "any of `parts`", as Poetry writes it: with `!=3.0.*` for the gaps.

    Raises InexpressibleError, naming `text`, where there is none.
    """
    if len(parts) == 1:
        return parts[0]
    if len(parts) > _MOST:
        raise InexpressibleError(f"a union of {len(parts)} ranges")
    joined = parts[0].to_range()
    for part in parts[1:]:
        joined = joined.union(part.to_range())
    # Compared by feature release: the ends differ in prereleases, which nobody means.
    wanted = Coverage(
        tuple(minor for minor in _MINORS if feature_range(minor).is_subset(joined)),
        tuple(
            minor
            for minor in _MINORS
            if not feature_range(minor).is_subset(joined)
            and not feature_range(minor).is_disjoint(joined)
        ),
    )
    gaps = [minor for minor in _MINORS if minor not in {*wanted.full, *wanted.partial}]
    clauses = [str(clause) for part in parts for clause in part]
    for series in re.findall(r"==(\d+\.\d+)\.\*", " ".join(clauses)):
        major, minor = series.split(".")
        clauses += [f">={series}", f"<{major}.{int(minor) + 1}"]
    floors = [clause for clause in clauses if clause.startswith(">")]
    caps = [clause for clause in clauses if clause.startswith("<")]
    for floor in dict.fromkeys([*floors, ""]):
        for cap in dict.fromkeys([*caps, ""]):
            whole = SpecifierSet(",".join(filter(None, [floor, cap]))).to_range()
            needed = [f"!={gap}.*" for gap in gaps if not feature_range(gap).is_disjoint(whole)]
            result = SpecifierSet(",".join(filter(None, [floor, cap, *needed])))
            if coverage(result, _MINORS) == wanted:
                return result
    raise InexpressibleError(f"{text!r} is a union that no specifier set expresses")


def _poetry_part(part: str) -> str:
    part = part.strip()
    if part == "*":
        return ""
    match = re.fullmatch(
        r"(\^|~(?!=)|={1,3}|!=|~=|<=?|>=?)?\s*v?([0-9][\w.+!-]*?)(\.\*|\.x)?", part
    )
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


_PRERELEASE = r"(?:-(?:dev|alpha|beta|rc)(?:\.?\d+)?(?![^\W_])|(?:a|b|rc)\d+)?"


def respell(text: str, old: PythonVersion, new: PythonVersion) -> str | None:
    """`text` with the one mention of `old` written as `new` in the same spelling.

    Knows `3.9` (also `3.9.18` and `3.9-dev`, whose rest then goes), `py39` and
    `python39`, each with a `t` where it is free-threaded. None where `old` is not
    mentioned exactly once.
    """
    threads = "t" if old.free_threaded else ""
    wanted = "t" if new.free_threaded else ""
    dotted = (
        rf"(?<![\d.]){old.major}\.{old.minor}(?:\.(?:\d+|x|\*))?{threads}{_PRERELEASE}"
        rf"(?![\d.]*\d)(?!t\b)"
    )
    squeezed = rf"(?<!\d){old.major}{old.minor}{threads}(?!\d)(?!t\b)"
    for pattern, spelled in (
        (dotted, f"{new.major}.{new.minor}{wanted}"),
        (squeezed, f"{new.major}{new.minor}{wanted}"),
    ):
        result, count = re.subn(pattern, spelled, text)
        if count:
            return result if count == 1 else None
    return None


# Patterns as text: `re` compiles each once, when it is first asked for, which few runs do for all.
_FACTOR = r"(?:py|python|cpython|cp)-?(?P<major>[23])\.?(?P<minor>\d{1,2})(?P<threads>t)?"
_DOTTED = (
    r"(?P<major>[23])\.(?P<minor>0|[1-9]\d?)(?:\.(?:\d+|x|\*))?(?P<threads>t)?"
    r"(?:-?(?:dev|alpha|beta|rc|a|b)[.\d]*)?(?:-?(?:alpha|beta|rc)[.\d]*)?"
)


_TILDE = r"~\s*(?P<version>[23]\.\d+)(?:\.(?:\d+|x))?(?:-[\w.]+)?"
_BETWEEN = (
    r"(?P<low>[23]\.\d+)(?:\.\d+)?(?:-[\w.]+)?\s+-\s+(?P<high>[23]\.\d+)(?:\.\d+)?(?:-[\w.]+)?"
)


def named(text: str) -> PythonVersion | None:
    """The CPython feature release that `3.9`, `3.9.18`, `3.15-dev`, `3.13t` or `py39` names.

    So do the ranges `~3.9` and `3.15.0-alpha - 3.15` of one feature release (node-semver's,
    as setup-python's documentation shows). None for other implementations
    (`pypy3.10`), for `3` and `3.x`, and for anything that is no version.
    """
    text = text.strip()
    match = re.fullmatch(_DOTTED, text) or re.fullmatch(_FACTOR, text)
    if match is not None:
        return PythonVersion(int(match["major"]), int(match["minor"]), match["threads"] is not None)
    tilde, between = re.fullmatch(_TILDE, text), re.fullmatch(_BETWEEN, text)
    if tilde is not None:
        return PythonVersion.parse(tilde["version"])
    if between is not None and between["low"] == between["high"]:
        return PythonVersion.parse(between["low"])
    return None


_BEFORE = r"\d(?:-?(?:dev|alpha|beta|rc)|(?:a|b|rc)\d)"


def is_prerelease(text: str) -> bool:
    """Whether `text`, which names a Python, asks for a development or prerelease version of it."""
    return re.search(_BEFORE, text, re.IGNORECASE) is not None


_LOSES_ZERO = r"\d+\.\d*0"


def number(text: str) -> str | None:
    """What YAML and TOML read for the unquoted `text`: `3.1` for `3.10`.

    None where it is no number, or one that keeps its digits.
    """
    if re.fullmatch(_LOSES_ZERO, text) is None:
        return None
    return text.rstrip("0").removesuffix(".")


_OTHER = r"(?:pypy|graalpy|jython|ironpython|stackless|pyston)[-\w.+]*"
_SOME = r"(?:python|cpython|py)?-?[23](?:\.[xX*])?|[xX*]|latest"
_COMPARED = r"[\^~<>=!]=?\s*\d[\w.*]*(?:[\s,|]+(?:[\^~<>=!]=?\s*)?\d[\w.*]*)*"


def other(text: str) -> str | None:
    """What is said by words that `named` does not take, for a note; None for what says nothing.

    Another implementation, any 3, a range of which somebody else takes the newest.
    """
    text = text.strip()
    if re.fullmatch(_OTHER, text, re.IGNORECASE):
        return f"{text} is not CPython"
    if re.fullmatch(_SOME, text):
        return f"{text} names no minor version: whichever is newest there"
    if re.fullmatch(_COMPARED, text) or re.fullmatch(_BETWEEN, text):
        return f"{text} is a range: whichever is newest there"
    return None
