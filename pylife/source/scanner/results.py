"""What calls and operations give, where that is evident."""

import ast
from typing import TYPE_CHECKING

from pylife.source.scanner import classes
from pylife.source.scanner.kinds import (
    NOT_KNOWN,
    Cases,
    Function,
    Instance,
    Module,
    Ref,
    is_number,
    wider,
)
from pylife.source.scanner.scopes import Scope
from pylife.source.scanner.versions import ALL

if TYPE_CHECKING:
    from pylife.source.scanner.values import Values

_OPENING = (Ref("builtins", "open"), Ref("io", "open"))
_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "__add__",
    ast.Sub: "__sub__",
    ast.Mult: "__mul__",
    ast.Div: "__truediv__",
    ast.Mod: "__mod__",
    ast.BitOr: "__or__",
}


def called(values: "Values", node: ast.Call, scope: Scope) -> Cases:
    """What a call gives."""
    func = node.func
    last = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    if last in {"__import__", "import_module"} and len(node.args) == 1:
        given = node.args[0]
        name = given.value if isinstance(given, ast.Constant) else None
        known = isinstance(name, str) and values.table.module(name) is not None
        return [(ALL, Module(name) if known and isinstance(name, str) else None)]
    found: Cases = []
    for mask, value in values.of(func, scope):
        if value in _OPENING:
            found.append((mask, _opened(node)))
        elif any(word.arg == "factory" for word in node.keywords):
            found.append((mask, None))
        elif isinstance(value, Function):
            found += [(mask & part, made) for part, made in classes.returns(values, value)]
        else:
            found.append((mask, values.result(value)))
    return found


def _opened(node: ast.Call) -> Instance | None:
    """What `open` gives for a mode that is there to see."""
    given = [word.value for word in node.keywords if word.arg == "mode"] or node.args[1:2]
    mode = getattr(given[0], "value", None) if given else "r"
    plain = isinstance(mode, str) and "b" not in mode
    return Instance("io", "TextIOWrapper") if plain else None


def operation(values: "Values", node: ast.BinOp, scope: Scope) -> Cases:
    """`path / "name"`, `"%s" % x`: what the left side's class makes of it."""
    method = _OPERATORS.get(node.op.__class__)
    if method is None:
        return NOT_KNOWN
    found: Cases = []
    for mask, value in values.of(node.left, scope):
        owner, made = value, None
        if isinstance(value, Instance) and is_number(value):
            owner = wider(value, values.of(node.right, scope))
        if isinstance(owner, Instance):
            made = values.result(Ref(owner.module, f"{owner.name}.{method}"))
        found.append((mask, made))
    return found
