"""`match` on what speaks of the running Python."""

import ast
from typing import TYPE_CHECKING, Any

from pylife.source.scanner.pythons import VersionInfo
from pylife.source.scanner.scopes import EXPRESSION, ITEM, UNKNOWN
from pylife.source.scanner.unsure import NOT_SURE, NotSureError
from pylife.source.scanner.versions import ALL, VERSIONS

if TYPE_CHECKING:
    from pylife.source.scanner.imports import Imports


def patterns(walk: "Imports", subject: ast.expr, case: Any, *, speaks: bool) -> tuple[int, int]:
    """The Pythons on which a case may be taken, and those on which it may not be."""
    _bind(walk, case.pattern, subject, speaks=speaks)
    true, false = ALL, ALL
    if speaks:
        true, false = _matches(walk, subject, case.pattern)
    if case.guard is not None:
        may, not_ = walk.condition(case.guard)
        true, false = true & may, false | not_
    elif _always(case.pattern):
        false = 0
    return true, false


def _always(pattern: Any) -> bool:
    return isinstance(pattern, ast.MatchAs) and pattern.pattern is None


def _bind(walk: "Imports", pattern: Any, subject: ast.expr, *, speaks: bool) -> None:
    """Bind the names of a pattern."""
    if speaks and isinstance(pattern, ast.MatchSequence):
        for place, part in enumerate(pattern.patterns):
            if isinstance(part, ast.MatchStar):
                break
            if isinstance(part, ast.MatchAs) and part.name and part.pattern is None:
                _name(walk, part.name, ITEM, (subject, place))
    elif speaks and isinstance(pattern, ast.MatchAs) and pattern.name and not pattern.pattern:
        _name(walk, pattern.name, EXPRESSION, subject)
        return
    for inner in ast.walk(pattern):
        if isinstance(inner, ast.MatchAs | ast.MatchStar) and inner.name:
            if inner.name not in walk.speaking:
                walk.scope.bind(inner.name, walk.may, UNKNOWN)
        elif isinstance(inner, ast.MatchMapping) and inner.rest:
            walk.scope.bind(inner.rest, walk.may, UNKNOWN)
        elif isinstance(inner, ast.MatchValue):
            walk.expression(inner.value)
        elif isinstance(inner, ast.MatchClass):
            walk.expression(inner.cls)


def _name(walk: "Imports", name: str, what: int, node: object) -> None:
    walk.scope.bind(name, walk.may, what, node)
    walk.speaking.add(name)
    walk.names.add(name)


def _matches(walk: "Imports", subject: ast.expr, pattern: Any) -> tuple[int, int]:
    true = false = 0
    values: dict[VersionInfo, Any] = walk.text.once(("subject", subject), dict)
    for bit, version in enumerate(VERSIONS):
        for micro in (0, 1, 99):
            python = VersionInfo.of(version, micro)
            if python not in values:
                values[python] = walk.guards.value(subject, walk.scope, python)
            value = values[python]
            found = None if value is NOT_SURE else _fits(walk, value, pattern, python)
            if found is not False:
                true |= 1 << bit
            if found is not True:
                false |= 1 << bit
    return true, false


def _fits(walk: "Imports", value: Any, pattern: Any, python: VersionInfo) -> bool | None:
    """Whether a value fits a pattern; None: not known."""
    if isinstance(pattern, ast.MatchAs):
        return True if pattern.pattern is None else _fits(walk, value, pattern.pattern, python)
    if isinstance(pattern, ast.MatchValue):
        wanted = walk.guards.value(pattern.value, walk.scope, python)
        try:
            return None if wanted is NOT_SURE else bool(value == wanted)
        except NotSureError:
            return None
    if isinstance(pattern, ast.MatchSingleton):
        return value is pattern.value
    if isinstance(pattern, ast.MatchOr):
        parts = [_fits(walk, value, part, python) for part in pattern.patterns]
        return True if True in parts else None if None in parts else False
    if isinstance(pattern, ast.MatchSequence):
        return _sequence(walk, value, pattern.patterns, python)
    return None


def _sequence(walk: "Imports", value: Any, parts: list[Any], python: VersionInfo) -> bool | None:
    if not isinstance(value, tuple | list):
        return False
    stars = [place for place, part in enumerate(parts) if isinstance(part, ast.MatchStar)]
    if stars:
        place = stars[0]
        rest = len(parts) - place - 1
        if len(value) < len(parts) - 1:
            return False
        pairs = [*zip(value, parts[:place], strict=False)]
        pairs += [*zip(value[len(value) - rest :], parts[place + 1 :], strict=True)]
    elif len(value) != len(parts):
        return False
    else:
        pairs = [*zip(value, parts, strict=True)]
    found = [_fits(walk, item, part, python) for item, part in pairs]
    return False if False in found else None if None in found else True
