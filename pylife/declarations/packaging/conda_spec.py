"""conda's match specifications: what they say of Python, and how they are edited.

Sources: conda's documentation, "Package match specifications"; pixi's and
rattler's read the same. A fuzzy `=3.9` is 3.9.*, `==3.9` and a bare `3.9` exactly
3.9.0 (conda-build alone adds `.*` to a bare one), `,` binds stronger than `|`.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from typing import NamedTuple

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from pylife.declarations import ranges, versions
from pylife.declarations.base import File
from pylife.model import (
    Declaration,
    PythonVersion,
    Role,
    Span,
    coverage,
)

_REQUIREMENT = re.compile(
    r"\s*(?:[\w./-]+::)?python(?![\w.-])\s*(?P<version>[^\s=\[][^\[]*|=[^\[]*)?(?P<rest>\[.*\])?",
    re.ASCII | re.DOTALL | re.IGNORECASE,
)
_OPERATOR = r"(?:===|==|~=|!=|<=|>=|=|<|>)"
_CLAUSE = re.compile(rf"({_OPERATOR})?\s*v?(\d[\w.+!]*?)(\.\*|\*|\.x)?")
_PART = rf"{_OPERATOR}?\s*[^\s=,|<>!~]+"
_VERSION = re.compile(rf"{_PART}(?:\s*[,|]\s*{_PART})*")


class Requirement(NamedTuple):
    """The version part of a requirement of Python: its text, and where it begins in the whole.

    `unknown` says why it cannot be read.
    """

    version: str
    start: int
    unknown: str = ""


def requirement(text: str) -> Requirement | None:
    """What `python=3.9.18=h12debd9_0` or `conda-forge::python >=3.9` says of Python's version.

    None for another package; an empty version for any Python.
    """
    match = _REQUIREMENT.fullmatch(text)
    if match is None:
        return None
    whole, start = match["version"] or "", match.start("version")
    if match["rest"]:
        return Requirement(text.strip(), text.index(text.strip()), "a version in brackets")
    if not whole.strip():
        return Requirement("", 0)
    # A build string follows a space or a second `=`: it is no part of the version.
    head = _VERSION.match(whole)
    if head is None:
        return Requirement(whole.strip(), start, f"{whole.strip()!r} is no version")
    version, build = head[0], whole[head.end() :].strip()
    if build[:1] in {",", "|"}:
        return Requirement(whole.strip(), start, f"{whole.strip()!r} is no version")
    if build.startswith("=") and re.fullmatch(r"=\s*[\d.]+", version):
        # With a build string, `=3.9.18=h12debd9_0` is exact.
        kept = version.lstrip("= ")
        return Requirement(kept, start + len(version) - len(kept))
    return Requirement(version, start)


@lru_cache(maxsize=512)
def parse(text: str, *, loose: bool = False) -> SpecifierSet:
    """The range that a version part means; raises ValueError for what is none.

    `loose` reads a bare `3.9` as 3.9.*, as conda-build does in recipes.
    """
    alternatives = [part.strip() for part in text.split("|")]
    if not all(alternatives):
        raise ValueError(f"{text!r} is no version: an alternative is empty")
    return versions.union(text, [_all_of(part, loose=loose) for part in alternatives])


def _all_of(text: str, *, loose: bool) -> SpecifierSet:
    clauses = [_clause(part.strip(), loose=loose) for part in text.split(",")]
    try:
        return SpecifierSet(",".join(filter(None, clauses)))
    except InvalidSpecifier as error:
        raise ValueError(str(error)) from None


def _clause(text: str, *, loose: bool) -> str:
    if text in {"*", "*.*", "=*", ">=0"}:
        return ""
    match = _CLAUSE.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no version")
    operator, number, star = match.groups()
    if operator == "=" or (operator in {None, "=="} and star):
        return f"=={number}.*"
    if operator is None:
        return f"=={number}.*" if loose and number.count(".") == 1 else f"=={number}"
    # conda takes `.*` after `>=` for nothing; after `!=` it counts.
    return f"{operator}{number}{'.*' if star and operator == '!=' else ''}"


def declare(
    file: File, site: str, text: str, span: Span, *, group: str = "", loose: bool = False
) -> Iterator[Declaration]:
    """The range that the requirement `text`, written at `span`, gives for Python, if any."""
    found = requirement(text)
    if found is None or not found.version:
        return
    if found.unknown:
        yield file.unreadable(site, Role.SUPPORTS, span, found.unknown, group=group)
        return
    place = span
    if text.isascii() and file.source.slice(span) == text:
        place = Span(span.start + found.start, span.start + found.start + len(found.version))
    yield ranges.declare(
        file, site, found.version, place, parse=partial(parse, loose=loose), group=group
    )


def one_series(specifier: SpecifierSet, known: Sequence[PythonVersion]) -> PythonVersion | None:
    """The one feature release that a range touches, if it is only one."""
    found = coverage(specifier, tuple(known))
    touched = [*found.full, *found.partial]
    return touched[0] if len(touched) == 1 else None


def spell(text: str, old: PythonVersion, new: PythonVersion) -> str | None:
    """`3.9.* *_cpython` with `old` written as `new`, all else kept; for lists of variants."""
    pattern = rf"(?<![\d.]){old.major}\.{old.minor}(?=\.\*|\*|\.x|[\s\"']|\Z)"
    result, count = re.subn(pattern, str(new.plain), text)
    if count != 1 or new.free_threaded != old.free_threaded:
        return versions.respell(text, old, new)
    return re.sub(
        rf"(?<=cp){old.major}{old.minor}(?=t?(?:\W|_|\Z))", f"{new.major}{new.minor}", result
    )
