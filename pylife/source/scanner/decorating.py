"""Decorators and marks that keep a test from running on some Pythons."""

import ast

from pylife.source.scanner.guards import Guards
from pylife.source.scanner.kinds import Module
from pylife.source.scanner.scopes import EXPRESSION, MODULE, VALUE, Scope
from pylife.source.scanner.versions import ALL

SKIPS_IF = frozenset({"skipif", "skipIf", "xfail"})


def allowed(guards: Guards, node: ast.expr, scope: Scope, depth: int = 0) -> int:
    """The Pythons on which what carries this decorator or mark is run."""
    if depth > 5:
        return ALL
    if isinstance(node, ast.List | ast.Tuple):
        found = ALL
        for element in node.elts:
            found &= allowed(guards, element, scope, depth + 1)
        return found
    if isinstance(node, ast.Name):
        return _named(guards, node.id, scope, depth)
    if isinstance(node, ast.Attribute):
        return 0 if node.attr == "skip" else ALL
    if not isinstance(node, ast.Call):
        return ALL
    func = node.func
    last = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    if last == "skip":
        return 0
    if last == "skipUnless" and node.args:
        return guards.truth(node.args[0], scope, ALL)[0]
    if last in SKIPS_IF:
        return _conditional(guards, node, scope)
    return ALL


def _conditional(guards: Guards, node: ast.Call, scope: Scope) -> int:
    conditions = list(node.args)
    if any(word.arg == "run" for word in node.keywords):
        return ALL
    conditions += [word.value for word in node.keywords if word.arg == "condition"]
    if getattr(node.func, "attr", "") == "skipIf":
        conditions = conditions[:1]
    found = ALL
    for condition in conditions:
        where = scope
        if isinstance(condition, ast.Constant) and isinstance(condition.value, str):
            try:
                condition = ast.parse(condition.value, mode="eval").body  # noqa: PLW2901
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
            where = Scope(MODULE, scope, node)  # pytest gives such texts these modules
            for name in ("sys", "platform"):
                where.bind(name, ALL, VALUE, Module(name))
        found &= guards.truth(condition, where, ALL)[1]
    return found


def _named(guards: Guards, name: str, scope: Scope, depth: int) -> int:
    """A decorator that was made elsewhere in the file."""
    around: Scope | None = scope
    while around is not None:
        pairs = around.env.get(name, ())
        if pairs:
            found = 0
            for mask, binding in pairs:
                node = binding.node
                made = binding.what == EXPRESSION and isinstance(node, ast.expr)
                runs = ALL
                if made and isinstance(node, ast.expr) and binding.scope:
                    runs = allowed(guards, node, binding.scope, depth + 1)
                found |= mask & runs
            return found
        around = around.parent
    return ALL
