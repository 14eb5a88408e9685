"""On which Pythons an environment marker holds (PEP 508, "Environment Markers").

Each comparison with `python_version` or `python_full_version` holds for all of a
feature release, for some of it, or for none; what other comparisons give
(`sys_platform`, `extra`) is not known. `and` and `or` join that: so a marker is
true of a Python only where its Python part alone makes it so, and false only
where its Python part alone rules it out. packaging judges the comparisons.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from pylife.model import Coverage, PythonVersion, coverage

SPEAKS = re.compile(r"\bpython_(?:full_)?version\b")
"""Whether a text speaks of Pythons as a marker does."""

_LONGEST = 2000
_DEEPEST = 30
_TOKEN = re.compile(
    r"\s*(?:(?P<open>\()|(?P<close>\))|(?P<join>and|or)\b"
    r"|(?P<atom>(?P<left>'[^']*'|\"[^\"]*\"|[\w.]+)\s*"
    r"(?P<op>===|[<>=!~]=|[<>]|in\b|not\s+in\b)\s*(?P<right>'[^']*'|\"[^\"]*\"|[\w.]+)))"
)
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


class Meaning(NamedTuple):
    """The Pythons on which a marker holds whatever the platform (`full`), or may hold."""

    full: tuple[PythonVersion, ...]
    partial: tuple[PythonVersion, ...]
    specifier: SpecifierSet | None
    """The same as a range, where it is a plain one."""


class _Part(NamedTuple):
    """What a part of a marker says; `clauses` are those of a range, None for what is none."""

    true: frozenset[PythonVersion]
    false: frozenset[PythonVersion]
    clauses: tuple[str, ...] | None


@lru_cache(maxsize=1024)
def meaning(text: str, known: tuple[PythonVersion, ...]) -> Meaning:
    """What the marker `text` says of the `known` Pythons; raises ValueError with the reason."""
    if len(text) > _LONGEST or text.count("(") > _DEEPEST:
        raise ValueError("too long to be read")
    try:
        Marker(text)
        part = _either(_Tokens(text), known)
    except (InvalidMarker, InvalidSpecifier, UndefinedComparison, UndefinedEnvironmentName):
        raise ValueError("not a valid environment marker") from None
    full = tuple(python for python in known if python in part.true)
    partial = tuple(python for python in known if python not in part.true | part.false)
    return Meaning(full, partial, _range(part, Coverage(full, partial), known))


def _range(part: _Part, wanted: Coverage, known: tuple[PythonVersion, ...]) -> SpecifierSet | None:
    if part.clauses is None:
        return None
    specifier = SpecifierSet(",".join(part.clauses))
    return specifier if coverage(specifier, known) == wanted else None


class _Tokens:
    """The tokens of a marker that packaging has found valid."""

    def __init__(self, text: str) -> None:
        self._left: Iterator[re.Match[str]] = _TOKEN.finditer(text)
        self.next = next(self._left, None)

    def take(self, kind: str) -> re.Match[str] | None:
        """The next token if it is of this `kind`, which is then behind us."""
        found = self.next
        if found is None or found[kind] is None:
            return None
        self.next = next(self._left, None)
        return found


def _either(tokens: _Tokens, known: tuple[PythonVersion, ...]) -> _Part:
    return _joined(tokens, "or", lambda: _both(tokens, known))


def _both(tokens: _Tokens, known: tuple[PythonVersion, ...]) -> _Part:
    return _joined(tokens, "and", lambda: _single(tokens, known))


def _joined(tokens: _Tokens, word: str, operand: Callable[[], _Part]) -> _Part:
    part = operand()
    while tokens.next is not None and tokens.next["join"] == word:
        tokens.take("join")
        other = operand()
        if word == "or":
            part = _Part(part.true | other.true, part.false & other.false, None)
        else:
            sure = part.clauses is not None and other.clauses is not None
            clauses = (*(part.clauses or ()), *(other.clauses or ())) if sure else None
            part = _Part(part.true & other.true, part.false | other.false, clauses)
    return part


def _single(tokens: _Tokens, known: tuple[PythonVersion, ...]) -> _Part:
    if tokens.take("open"):
        part = _either(tokens, known)
        tokens.take("close")
        return part
    atom = tokens.take("atom")
    if atom is None:
        raise ValueError("not a marker that can be read")
    left, operator, right = atom["left"], atom["op"], atom["right"]
    if right in {"python_version", "python_full_version"} and operator in _FLIPPED:
        left, operator, right = right, _FLIPPED[operator], left
    value = right.strip("'\"")
    if left == "python_full_version" and "in" not in operator:
        found = coverage(SpecifierSet(f"{operator}{value}"), known)
        false = frozenset(known) - {*found.full, *found.partial}
        return _Part(frozenset(found.full), false, (f"{operator}{value}",))
    if left == "python_version":
        marker = Marker(f"{left} {operator} {right}")
        true = frozenset(
            python for python in known if marker.evaluate({"python_version": str(python)})
        )
        return _Part(true, frozenset(known) - true, _clauses(operator, value))
    return _Part(frozenset(), frozenset(), None)


def _clauses(operator: str, value: str) -> tuple[str, ...] | None:
    """`python_version` compared, as the clauses of a range of full versions.

    `python_version <= "3.10"` holds for all of 3.10.
    """
    if not re.fullmatch(r"[234](?:\.\d+)?", value):
        return None
    if operator in {"<", ">=", "~="}:
        return (f"{operator}{value}",)
    try:
        python = PythonVersion.parse(value)
    except ValueError:
        return None
    match operator:
        case "<=":
            return (f"<{python.next}",)
        case ">":
            return (f">={python.next}",)
        case "==" | "!=":
            return (f"{operator}{python}.*",)
        case _:
            return None
