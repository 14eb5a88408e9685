"""What each kind of expression gives on one Python, from what its parts give."""

import ast
import operator
from collections.abc import Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from pylife.source.scanner import objects, running
from pylife.source.scanner.flags import major_of, version_of
from pylife.source.scanner.kinds import Local, Module, Ref
from pylife.source.scanner.pythons import STANDARD, VersionInfo
from pylife.source.scanner.runs import returned, spoken
from pylife.source.scanner.scopes import EXPRESSION, FUNCTION, Binding, Scope
from pylife.source.scanner.unsure import NOT_SURE
from pylife.source.scanner.versions import ALL

if TYPE_CHECKING:
    from pylife.source.scanner.guards import Guards

_COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
    ast.Is: lambda left, right: left is right or _same(left, right),
    ast.IsNot: lambda left, right: left is not right and not _same(left, right),
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
_MOST_ITEMS = 50


def _same(left: Any, right: Any) -> bool:
    """Whether both are one name or module of the standard library, found on two ways."""
    return isinstance(left, Ref | Module) and type(left) is type(right) and bool(left == right)


def _constant(_: "Guards", node: ast.Constant, __: Scope, ___: VersionInfo) -> Any:
    return node.value


def _sequence(guards: "Guards", node: Any, scope: Scope, python: VersionInfo) -> Any:
    found = guards.each(node.elts, scope, python)
    if isinstance(node, ast.Set):
        return set(found)
    return found if isinstance(node, ast.List) else tuple(found)


def _mapping(guards: "Guards", node: ast.Dict, scope: Scope, python: VersionInfo) -> Any:
    if None in node.keys:
        return NOT_SURE
    keys = guards.each([key for key in node.keys if key is not None], scope, python)
    return dict(zip(keys, guards.each(node.values, scope, python), strict=True))


def _boolean(guards: "Guards", node: ast.BoolOp, scope: Scope, python: VersionInfo) -> Any:
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


def _unary(guards: "Guards", node: ast.UnaryOp, scope: Scope, python: VersionInfo) -> Any:
    value = guards.value(node.operand, scope, python)
    if isinstance(node.op, ast.Not):
        return not value
    return -value if isinstance(node.op, ast.USub) else NOT_SURE


def _binary(guards: "Guards", node: ast.BinOp, scope: Scope, python: VersionInfo) -> Any:
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


def _compare(guards: "Guards", node: ast.Compare, scope: Scope, python: VersionInfo) -> Any:
    left = guards.value(node.left, scope, python)
    unsure = False
    for symbol, side in zip(node.ops, node.comparators, strict=True):
        name = getattr(node.left, "value", None)
        if isinstance(symbol, ast.In | ast.NotIn) and isinstance(name, str):
            known = spoken(guards, side, name, scope, python)
            if known is not None:
                return known is isinstance(symbol, ast.In)
        right = guards.value(side, scope, python)
        if isinstance(right, list | tuple):
            guards.spend(len(right) // 20)
        if left is NOT_SURE or right is NOT_SURE:
            unsure = True
        elif not _COMPARED[type(symbol)](left, right):
            return False
        left = right
    return NOT_SURE if unsure else True


def _choice(guards: "Guards", node: ast.IfExp, scope: Scope, python: VersionInfo) -> Any:
    test = guards.value(node.test, scope, python)
    return guards.value(node.body if test else node.orelse, scope, python)


def _name(guards: "Guards", node: ast.Name, scope: Scope, python: VersionInfo) -> Any:
    if node.id == "TYPE_CHECKING":
        return False
    value = guards.bound(node.id, scope, python)
    if isinstance(value, list | dict | set) and guards.values.changes(node.id):
        return NOT_SURE
    if value is NOT_SURE:
        value = guards.thing(node, scope, python)
    if value is not NOT_SURE:
        return value
    since = version_of(node.id)
    if since is None:
        major = major_of(node.id)
        return NOT_SURE if major is None else major
    return python[:2] >= since


def _attribute(guards: "Guards", node: ast.Attribute, scope: Scope, python: VersionInfo) -> Any:
    if node.attr == "TYPE_CHECKING":
        return False
    value = guards.value(node.value, scope, python)
    if isinstance(value, VersionInfo | SimpleNamespace):
        return getattr(value, node.attr)
    if isinstance(value, Module) and f"{value.name}.{node.attr}" in STANDARD:
        return STANDARD[f"{value.name}.{node.attr}"](python)
    cases = guards.values.of(node.value, scope)
    if len(cases) == 1 and isinstance(cases[0][1], Local):
        return objects.looked_up(guards, cases[0][1], node.attr, python)
    if isinstance(node.value, ast.Name) and node.value.id == "six":
        return {"PY2": False, "PY3": True, "PY34": True}.get(node.attr, NOT_SURE)
    since = version_of(node.attr)
    major = major_of(node.attr) if since is None else None
    if major is not None:
        return major
    return guards.thing(node, scope, python) if since is None else python[:2] >= since


def _subscript(guards: "Guards", node: ast.Subscript, scope: Scope, python: VersionInfo) -> Any:
    value, index = guards.each([node.value, node.slice], scope, python)
    return value[index]


def _slice(guards: "Guards", node: ast.Slice, scope: Scope, python: VersionInfo) -> Any:
    return slice(
        *(
            guards.value(part, scope, python) if part is not None else None
            for part in (node.lower, node.upper, node.step)
        )
    )


def _named(guards: "Guards", node: ast.NamedExpr, scope: Scope, python: VersionInfo) -> Any:
    return guards.value(node.value, scope, python)


def _call(guards: "Guards", node: ast.Call, scope: Scope, python: VersionInfo) -> Any:
    return returned(guards, node, scope, python)


def _joined(guards: "Guards", node: ast.JoinedStr, scope: Scope, python: VersionInfo) -> Any:
    found = ""
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            if part.format_spec is not None:
                return NOT_SURE
            found += str(*guards.each([part.value], scope, python))
        elif isinstance(part, ast.Constant):
            found += str(part.value)
    return found


def _lambda(_: "Guards", node: ast.Lambda, scope: Scope, __: VersionInfo) -> Any:
    return running.anonymous(node, scope)


def _comprehension(guards: "Guards", node: Any, scope: Scope, python: VersionInfo) -> Any:
    """`[int(part) for part in platform.python_version().split(".")]`."""
    (part,) = node.generators
    items = guards.value(part.iter, scope, python)
    if not isinstance(items, list | tuple | str | set | range) or len(items) > _MOST_ITEMS:
        return NOT_SURE
    found = []
    for item in items:
        inner = Scope(FUNCTION, scope, node)
        inner.env[part.target.id] = ((ALL, Binding(EXPRESSION, held(item), scope)),)
        if all(guards.each(part.ifs, inner, python)):
            found += guards.each([node.elt], inner, python)
    return set(found) if isinstance(node, ast.SetComp) else found


def held(item: Any) -> ast.expr:
    """A value that is known, as an expression that gives it."""
    if isinstance(item, tuple):
        return ast.Tuple([held(each) for each in item], ast.Load())
    return ast.Constant(item)


RULES: dict[type[ast.AST], Callable[["Guards", Any, Scope, VersionInfo], Any]] = {
    ast.Attribute: _attribute,
    ast.BinOp: _binary,
    ast.BoolOp: _boolean,
    ast.Call: _call,
    ast.Compare: _compare,
    ast.Constant: _constant,
    ast.Dict: _mapping,
    ast.GeneratorExp: _comprehension,
    ast.IfExp: _choice,
    ast.JoinedStr: _joined,
    ast.Lambda: _lambda,
    ast.List: _sequence,
    ast.ListComp: _comprehension,
    ast.Name: _name,
    ast.NamedExpr: _named,
    ast.Set: _sequence,
    ast.SetComp: _comprehension,
    ast.Slice: _slice,
    ast.Subscript: _subscript,
    ast.Tuple: _sequence,
    ast.UnaryOp: _unary,
}
