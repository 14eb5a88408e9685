"""Claims about Python versions in people's words: `3.9+`, `>= 3.9`, `3.9, 3.10 and 3.11`."""

import re
from typing import NamedTuple

from packaging.specifiers import SpecifierSet

from pylife.declarations import versions
from pylife.model import PythonVersion

_NUMBER = r"[23]\.(?:0|[1-9]\d?)(?:\.\d{1,2})?"
_VERSION = re.compile(rf"v?(?P<number>{_NUMBER})(?:\.x)?(?!\w|\.\d)")
_LEAST = re.compile(rf"(?:\\?>\s?=|≥|&gt;=|=>)\s{{0,2}}(?P<number>{_NUMBER})(?!\w|\.\d)")
_CAP = re.compile(
    r"\s?,?\s?(?:and\s)?(?P<op>\\?<\s?=?|&lt;=?|≤)\s?(?P<number>[234](?:\.\d{1,2}){0,2})"
    r"(?!\w|\.\d)"
)
_AND = re.compile(
    r"(?:,\s{1,3}(?:and|or|&)\s|\s{1,3}(?:and|or|&)\s{1,3}|\s{0,3}[,/|]\s{0,3}|\s&\s)"
    r"(?:C?Python\s)?(?=v?[23]\.)",
    re.IGNORECASE,
)
_TO = re.compile(
    r"\s{0,3}(?:-{1,3}|\u2013|\u2014|\u2192|\b(?:to|through|thru|up to)\b)\s{0,3}"
    r"(?:C?Python\s)?(?=v?[23]\.)",
    re.IGNORECASE,
)
_UP = re.compile(
    r"\s?\\?\+(?!\w)|,?\s{1,3}\(?(?:or|and)\s{1,3}(?:(?:any|a|all|every)\s)?"
    r"(?:later|newer|higher|above|greater|up|upwards?|onwards?|more recent|beyond)\b",
    re.IGNORECASE,
)


class Claim(NamedTuple):
    """What is claimed from the start of a text to its character `end`.

    Either a range, or `pythons` one by one; one alone may be no more than mentioned.
    """

    end: int
    specifier: SpecifierSet | None
    pythons: tuple[PythonVersion, ...] = ()
    written: str = ""
    """The number of the first version."""


def claim(text: str, start: int, known: tuple[PythonVersion, ...]) -> Claim | None:
    """The claim that begins at the character `start` of `text`, if there is one."""
    least = _LEAST.match(text, start)
    if least is not None:
        return _capped(text, least)
    first = _VERSION.match(text, start)
    if first is None:
        return None
    named, end = [_python(first["number"])], first.end()
    to = _TO.match(text, end)
    last = _VERSION.match(text, to.end()) if to is not None else None
    if last is not None:
        return _between(first["number"], named[0], last)
    while (separator := _AND.match(text, end)) is not None and len(named) < 40:
        following = _VERSION.match(text, separator.end())
        if following is None:
            break
        named.append(_python(following["number"]))
        end = following.end()
    up = _UP.match(text, end)
    if up is None:
        return Claim(end, None, tuple(named), first["number"])
    return Claim(up.end(), _open(first["number"], named, known))


def _python(number: str) -> PythonVersion:
    major, minor = number.split(".")[:2]
    return PythonVersion(int(major), int(minor))


def _capped(text: str, least: re.Match[str]) -> Claim:
    cap = _CAP.match(text, least.end())
    if cap is None:
        return Claim(least.end(), SpecifierSet(f">={least['number']}"))
    closed = "=" in cap["op"] or cap["op"] == "≤"
    limit = cap["number"]
    python = versions.named(limit)
    if closed and python is not None and limit.count(".") == 1:
        closed, limit = False, str(python.next)  # people mean all of `<= 3.12`
    clauses = f">={least['number']},{'<=' if closed else '<'}{limit}"
    return Claim(cap.end(), SpecifierSet(clauses))


def _between(number: str, first: PythonVersion, last: re.Match[str]) -> Claim | None:
    final = _python(last["number"])
    if first >= final:
        return None
    return Claim(last.end(), SpecifierSet(f">={number},<{final.next}"))


def _open(
    number: str, named: list[PythonVersion], known: tuple[PythonVersion, ...]
) -> SpecifierSet:
    """From the first on, without those that are left out before the last."""
    first = min(named)
    left_out = [python for python in known if first < python < max(named) and python not in named]
    return SpecifierSet(",".join([f">={number}", *(f"!={python}.*" for python in left_out)]))
