"""On which Pythons a condition may be true, and on which false.

A condition is worked out once for each Python, and for its first and a late patch release, with
`sys.version_info` in its place; what cannot be known is NOT_SURE, which is both. So every shape of
comparison, slice, field, arithmetic and text costs one rule at most, and comparisons with patch
releases come out as true and false at once.
"""

import ast
import operator
import re
from collections.abc import Callable, Iterator
from typing import Any

from pylife.source.scanner import scopes
from pylife.source.scanner.flags import version_of
from pylife.source.scanner.runs import STANDARD, VersionInfo, returned, spoken
from pylife.source.scanner.scopes import Binding, Scope
from pylife.source.scanner.values import Function, Instance, Local, Module, Ref, Value, Values
from pylife.source.scanner.versions import VERSIONS


class NotSure:
    """What is not known; as a condition it may be true and false."""

    def __bool__(self) -> bool:
        raise NotSureError


class NotSureError(Exception):
    """Something depends on what is not known."""


NOT_SURE = NotSure()
_LATE = 99
"""A patch release after all others."""

_COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
    ast.Is: lambda left, right: left is right,
    ast.IsNot: lambda left, right: left is not right,
}
_COMPUTED: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
}
_BIG = 1 << 64
_PATCH = re.compile(r"3\.\d+\.(\d+)")


class Guards:
    """Works out the conditions of one file."""

    def __init__(self, values: Values) -> None:
        self.values = values
        self.table = values.table
        self.depth = 0

    def truth(self, node: ast.expr, scope: Scope, asked: int) -> tuple[int, int]:
        """The Pythons on which it may be true, and those on which it may be false."""
        true = false = 0
        micros = sorted({0, _LATE, *_micros(node)})
        for bit, version in enumerate(VERSIONS):
            if not asked >> bit & 1:
                continue
            for micro in micros:
                try:
                    outcome = bool(self.value(node, scope, VersionInfo.of(version, micro)))
                except NotSureError:
                    true |= 1 << bit
                    false |= 1 << bit
                    break
                if outcome:
                    true |= 1 << bit
                else:
                    false |= 1 << bit
        return true, false

    def value(self, node: ast.expr | None, scope: Scope, python: VersionInfo) -> Any:
        """What an expression gives on one Python; NOT_SURE if that is not known."""
        rule = _RULES.get(type(node)) if node is not None else None
        if rule is None or self.depth > 100:
            return NOT_SURE
        self.depth += 1
        try:
            return rule(self, node, scope, python)
        except (NotSureError, TypeError, ValueError, LookupError, ArithmeticError, AttributeError):
            return NOT_SURE
        finally:
            self.depth -= 1

    def each(self, nodes: list[ast.expr], scope: Scope, python: VersionInfo) -> list[Any]:
        """Several values, all of which must be known."""
        found = [self.value(node, scope, python) for node in nodes]
        if NOT_SURE in found:
            raise NotSureError
        return found

    def thing(self, node: ast.expr, scope: Scope, python: VersionInfo) -> Any:
        """A name or attribute: what the running Python makes of it, else what it stands for."""
        bit = 1 << python.place
        found = {value for mask, value in self.values.of(node, scope) if mask & bit}
        if len(found) != 1:
            return NOT_SURE
        value = found.pop()
        if isinstance(value, (Ref | Instance, Module)):
            return self.standard(value, python)
        return NOT_SURE

    def standard(self, value: Ref | Instance | Module, python: VersionInfo) -> Any:
        """What something of the standard library is on one Python."""
        if isinstance(value, Module | Ref):
            place = value.name if isinstance(value, Module) else f"{value.module}.{value.name}"
            if place in STANDARD:
                return STANDARD[place](python)
        return value if isinstance(value, Module) or self.there(value, python) else NOT_SURE

    def there(self, value: Value | None, python: VersionInfo) -> bool:
        """Whether that Python has it."""
        entry = None
        if isinstance(value, Module):
            entry = self.table.module(value.name)
        elif isinstance(value, Ref | Instance):
            entry = self.table.attribute(value.module, value.name)
        if entry is None:
            raise NotSureError
        return bool(entry.present >> python.place & 1)

    def has(self, owner: ast.expr, name: str, scope: Scope, python: VersionInfo) -> Any:
        """`hasattr(owner, name)`."""
        bit = 1 << python.place
        found = {value for mask, value in self.values.of(owner, scope) if mask & bit}
        if len(found) != 1:
            return NOT_SURE
        value = found.pop()
        if isinstance(value, Local):
            inherited = self.values.inherited(value, name)
            if inherited is None:
                return NOT_SURE
            return bool(inherited[1].present >> python.place & 1)
        if value is None or isinstance(value, Function):
            return NOT_SURE
        if isinstance(value, Module):
            entry = self.table.attribute(value.name, name) or self.table.module(
                f"{value.name}.{name}"
            )
        else:
            entry = self.table.attribute(value.module, f"{value.name}.{name}")
        return NOT_SURE if entry is None else bool(entry.present >> python.place & 1)

    def bound(self, name: str, scope: Scope, python: VersionInfo) -> Any:
        """What a name was bound to on one Python, from its binding's expression."""
        bit = 1 << python.place
        if name in self.values.tainted:
            return NOT_SURE
        around: Scope | None = scope
        while around is not None:
            if around.kind != scopes.CLASS or around is scope:
                pairs = [pair for pair in around.env.get(name, ()) if pair[0] & bit]
                if any(
                    binding.serial < loop.serial and loop.stores(name)
                    for loop in around.loops
                    for _, binding in pairs
                ):
                    return NOT_SURE
                if len(pairs) == 1 and not pairs[0][1].busy:
                    return self.binding(pairs[0][1], python)
                if pairs:
                    found = [self.binding(pair[1], python) for pair in pairs if not pair[1].busy]
                    same = all(value == found[0] for value in found[1:])
                    return found[0] if found and same else NOT_SURE
                if name in around.env:
                    return NOT_SURE
            around = around.parent
        return NOT_SURE

    def binding(self, binding: Binding, python: VersionInfo) -> Any:
        """What a binding gives on one Python."""
        if binding.cases is None:
            binding.cases = {}
        if python not in binding.cases:
            binding.busy = True
            try:
                binding.cases[python] = self._binding(binding, python)
            except NotSureError:
                binding.cases[python] = NOT_SURE
            finally:
                binding.busy = False
        return binding.cases[python]

    def _binding(self, binding: Binding, python: VersionInfo) -> Any:
        node, scope = binding.node, binding.scope
        if binding.what == scopes.VALUE:
            return self.standard(node, python)  # type: ignore[arg-type]
        if binding.what == scopes.DEFINITION:
            return Function(node, scope)  # type: ignore[arg-type]
        if binding.what == scopes.EXPRESSION and isinstance(node, ast.expr) and scope:
            return self.value(node, scope, python)
        if binding.what == scopes.PAIRS:
            pairs: scopes.Pairs = node  # type: ignore[assignment]
            found = [pair[1] for pair in pairs if pair[0] >> python.place & 1]
            return self.binding(found[0], python) if len(found) == 1 else NOT_SURE
        if binding.what == scopes.ITEM and isinstance(node, tuple) and scope:
            whole, index = node
            value = self.value(whole, scope, python)
            return NOT_SURE if value is NOT_SURE else value[index]
        return NOT_SURE


def _micros(node: ast.expr) -> Iterator[int]:
    """Patch releases that a condition speaks of, and those beside them."""
    for inner in ast.walk(node):
        found = -1
        if isinstance(inner, ast.Tuple) and len(inner.elts) > 2:
            third = inner.elts[2]
            if isinstance(third, ast.Constant) and isinstance(third.value, int):
                found = third.value
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, int):
            found = inner.value >> 8 & 0xFF if inner.value >> 24 == 3 else -1
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            match = _PATCH.match(inner.value)
            found = int(match[1]) if match else -1
        if 0 < found < _LATE:
            yield from (found - 1, found, found + 1)


def _constant(_: Guards, node: ast.Constant, __: Scope, ___: VersionInfo) -> Any:
    return node.value


def _sequence(guards: Guards, node: Any, scope: Scope, python: VersionInfo) -> Any:
    found = guards.each(node.elts, scope, python)
    return found if isinstance(node, ast.List) else tuple(found)


def _boolean(guards: Guards, node: ast.BoolOp, scope: Scope, python: VersionInfo) -> Any:
    stops = isinstance(node.op, ast.Or)
    last: Any = not stops
    unsure = False
    for part in node.values:
        last = guards.value(part, scope, python)
        if last is NOT_SURE:
            unsure = True
        elif bool(last) is stops:
            return last
    return NOT_SURE if unsure else last


def _unary(guards: Guards, node: ast.UnaryOp, scope: Scope, python: VersionInfo) -> Any:
    value = guards.value(node.operand, scope, python)
    if isinstance(node.op, ast.Not):
        return not value
    return -value if isinstance(node.op, ast.USub) else NOT_SURE


def _binary(guards: Guards, node: ast.BinOp, scope: Scope, python: VersionInfo) -> Any:
    left, right = guards.each([node.left, node.right], scope, python)
    compute = _COMPUTED.get(type(node.op))
    small = all(not isinstance(side, int) or abs(side) < _BIG for side in (left, right))
    text = isinstance(left, str | tuple | list) and len(left) > 200
    if compute is None or not small or text:
        return NOT_SURE
    if isinstance(node.op, ast.LShift | ast.Mult) and not (
        isinstance(left, int | float) and isinstance(right, int | float) and abs(right) < 1000
    ):
        return NOT_SURE
    return compute(left, right)


def _compare(guards: Guards, node: ast.Compare, scope: Scope, python: VersionInfo) -> Any:
    left = guards.value(node.left, scope, python)
    unsure = False
    for symbol, side in zip(node.ops, node.comparators, strict=True):
        name = getattr(node.left, "value", None)
        if isinstance(symbol, ast.In | ast.NotIn) and isinstance(name, str):
            known = spoken(guards, side, name, scope, python)
            if known is not None:
                return known is isinstance(symbol, ast.In)
        right = guards.value(side, scope, python)
        if left is NOT_SURE or right is NOT_SURE:
            unsure = True
        elif not _COMPARED[type(symbol)](left, right):
            return False
        left = right
    return NOT_SURE if unsure else True


def _choice(guards: Guards, node: ast.IfExp, scope: Scope, python: VersionInfo) -> Any:
    test = guards.value(node.test, scope, python)
    return guards.value(node.body if test else node.orelse, scope, python)


def _name(guards: Guards, node: ast.Name, scope: Scope, python: VersionInfo) -> Any:
    if node.id == "TYPE_CHECKING":
        return False
    value = guards.bound(node.id, scope, python)
    if value is NOT_SURE:
        value = guards.thing(node, scope, python)
    since = version_of(node.id) if value is NOT_SURE else None
    return value if since is None else python[:2] >= since


def _attribute(guards: Guards, node: ast.Attribute, scope: Scope, python: VersionInfo) -> Any:
    if node.attr == "TYPE_CHECKING":
        return False
    value = guards.value(node.value, scope, python)
    if isinstance(value, VersionInfo):
        return getattr(value, node.attr)
    if isinstance(value, Module) and f"{value.name}.{node.attr}" in STANDARD:
        return STANDARD[f"{value.name}.{node.attr}"](python)
    cases = guards.values.of(node.value, scope)
    if len(cases) == 1 and isinstance(cases[0][1], Local):
        return guards.bound(node.attr, cases[0][1].scope, python)
    if isinstance(node.value, ast.Name) and node.value.id == "six":
        return {"PY2": False, "PY3": True, "PY34": True}.get(node.attr, NOT_SURE)
    since = version_of(node.attr)
    return guards.thing(node, scope, python) if since is None else python[:2] >= since


def _subscript(guards: Guards, node: ast.Subscript, scope: Scope, python: VersionInfo) -> Any:
    value, index = guards.each([node.value, node.slice], scope, python)
    return value[index]


def _slice(guards: Guards, node: ast.Slice, scope: Scope, python: VersionInfo) -> Any:
    return slice(
        *(
            guards.value(part, scope, python) if part is not None else None
            for part in (node.lower, node.upper, node.step)
        )
    )


def _named(guards: Guards, node: ast.NamedExpr, scope: Scope, python: VersionInfo) -> Any:
    return guards.value(node.value, scope, python)


def _call(guards: Guards, node: ast.Call, scope: Scope, python: VersionInfo) -> Any:
    return returned(guards, node, scope, python)


def _joined(guards: Guards, node: ast.JoinedStr, scope: Scope, python: VersionInfo) -> Any:
    found = ""
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            if part.format_spec is not None:
                return NOT_SURE
            found += str(*guards.each([part.value], scope, python))
        elif isinstance(part, ast.Constant):
            found += str(part.value)
    return found


_RULES: dict[type[ast.AST], Callable[[Guards, Any, Scope, VersionInfo], Any]] = {
    ast.Attribute: _attribute,
    ast.BinOp: _binary,
    ast.BoolOp: _boolean,
    ast.Call: _call,
    ast.Compare: _compare,
    ast.Constant: _constant,
    ast.IfExp: _choice,
    ast.JoinedStr: _joined,
    ast.List: _sequence,
    ast.Name: _name,
    ast.NamedExpr: _named,
    ast.Set: _sequence,
    ast.Slice: _slice,
    ast.Subscript: _subscript,
    ast.Tuple: _sequence,
    ast.UnaryOp: _unary,
}
