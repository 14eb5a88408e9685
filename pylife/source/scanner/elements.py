"""What comes out of something one after the other, or by an index, where that is evident."""

import ast
from typing import TYPE_CHECKING

from pylife.source.scanner import classes, scopes
from pylife.source.scanner.kinds import NOT_KNOWN, Cases, Instance, Module, Ref, Value, made
from pylife.source.scanner.scopes import Scope
from pylife.source.scanner.versions import ALL

if TYPE_CHECKING:
    from pylife.source.scanner.values import Values

_TEXT = Instance("builtins", "str")
_CUT = frozenset({"str", "bytes", "bytearray", "list", "tuple"})
_LISTS = frozenset({"list", "tuple"})
# Builtins that give what they are given in another order or container.
_SAME = frozenset({"frozenset", "iter", "list", "reversed", "set", "sorted", "tuple"})
# Annotations whose first parameter is what comes out.
_HOLDING = frozenset({
    "list", "List", "set", "Set", "frozenset", "FrozenSet", "tuple", "Tuple", "deque", "Deque",
    "Iterable", "Iterator", "Sequence", "MutableSequence", "Collection", "AbstractSet",
})  # fmt: skip
DEPTH = 30
"""How far it is followed what something was made from."""
MOST = 50
"""How many elements of a literal are looked at."""


def of(values: "Values", node: ast.expr, scope: Scope) -> Cases:
    """What a loop over an expression gives."""
    if values.depth > DEPTH:
        return NOT_KNOWN
    values.depth += 1
    try:
        return _of(values, node, scope)
    finally:
        values.depth -= 1


def _of(values: "Values", node: ast.expr, scope: Scope) -> Cases:
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        found = {value for each in node.elts[:MOST] for _, value in values.of(each, scope)}
        one = found.pop() if len(found) == 1 and len(node.elts) <= MOST else None
        return [(ALL, one)] if isinstance(one, Instance) else NOT_KNOWN
    if isinstance(node, ast.Call):
        return _given(values, node, scope)
    if isinstance(node, ast.Name):
        known = _named(values, node.id, scope)
        if known is not None:
            return known
    if isinstance(node, ast.Attribute):
        return [
            (mask, _held(values, value, node.attr)) for mask, value in values.of(node.value, scope)
        ]
    return [
        (mask, value if value == _TEXT else _lines(value)) for mask, value in values.of(node, scope)
    ]


def _lines(value: Value | None) -> Value | None:
    """A text file gives its lines."""
    return _TEXT if isinstance(value, Instance) and value.name == "TextIOWrapper" else None


def _held(values: "Values", owner: Value | None, name: str) -> Value | None:
    if isinstance(owner, Module):
        home = values.table.element(owner.name, name)
    elif isinstance(owner, Instance):
        home = values.table.element(owner.module, f"{owner.name}.{name}")
    else:
        return None
    return Instance(*home) if home is not None else None


def _given(values: "Values", node: ast.Call, scope: Scope) -> Cases:
    """What a call has one after the other."""
    found: Cases = []
    for mask, value in values.of(node.func, scope):
        made_of: Value | None = None
        if isinstance(value, Ref):
            if value.module == "builtins" and value.name in _SAME and len(node.args) == 1:
                found += [(mask & part, one) for part, one in of(values, node.args[0], scope)]
                continue
            home = values.table.element(*value)
            made_of = Instance(*home) if home is not None else None
        found.append((mask, made_of))
    return found


def _named(values: "Values", name: str, scope: Scope) -> Cases | None:
    """What a name holds that was assigned or annotated once."""
    around: Scope | None = scope
    while around is not None and name not in around.env:
        around = around.parent
    pairs = around.env[name] if around is not None else ()
    if len(pairs) != 1 or name in values.tainted:
        return NOT_KNOWN if pairs else None
    binding = pairs[0][1]
    node, home = binding.node, binding.scope
    if binding.busy or home is None or not isinstance(node, ast.expr):
        return None
    if binding.what == scopes.EXPRESSION and isinstance(node, ast.List | ast.Tuple | ast.Set):
        return NOT_KNOWN if values.changes(name) else of(values, node, home)
    if binding.what == scopes.EXPRESSION and isinstance(node, ast.Call | ast.Attribute):
        return NOT_KNOWN if values.changes(name) else of(values, node, home)
    if binding.what == scopes.ANNOTATION:
        return _annotated(values, node, home)
    return None


def _annotated(values: "Values", node: ast.expr, scope: Scope) -> Cases | None:
    """`names: list[str]`."""
    if not isinstance(node, ast.Subscript):
        return None
    outer = getattr(node.value, "attr", None) or getattr(node.value, "id", "")
    inner = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice
    if outer not in _HOLDING or (isinstance(node.slice, ast.Tuple) and len(node.slice.elts) != 2):
        return None
    return [(mask, made(value)) for mask, value in classes.annotated(values, inner, scope)]


def item(values: "Values", node: ast.Subscript, scope: Scope) -> Cases:
    """`owner[index]` and `owner[start:end]`."""
    found: Cases = []
    cut = isinstance(node.slice, ast.Slice)
    for mask, value in values.of(node.value, scope):
        if not isinstance(value, Instance):
            found.append((mask, None))
        elif cut:
            plain = value.module == "builtins" and value.name in _CUT
            found.append((mask, Instance("builtins", value.name) if plain else None))
        elif value.module == "builtins" and value.name in _LISTS:
            found += [(mask & part, one) for part, one in of(values, node.value, scope)]
        else:
            home = values.table.result(value.module, f"{value.name}.__getitem__")
            found.append((mask, Instance(*home) if home is not None else None))
    return found
