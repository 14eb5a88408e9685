"""Decorators and marks that keep a test from running on some Pythons."""

import ast
from typing import Any

from pylife.source.scanner import excepts
from pylife.source.scanner.guards import Guards
from pylife.source.scanner.kinds import Function, Module
from pylife.source.scanner.pythons import VersionInfo
from pylife.source.scanner.scopes import (
    DEFINITION,
    EXPRESSION,
    FUNCTION,
    MODULE,
    VALUE,
    Binding,
    Scope,
)
from pylife.source.scanner.versions import ALL, VERSIONS

SKIPS_IF = frozenset({"skipif", "skipIf", "xfail"})
SETTING_UP = frozenset({"setUp", "setUpClass", "setup_method", "setup_class", "asyncSetUp"})
_GIVEN = "<decorated>"


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


def kept(guards: Guards, decorator: ast.expr, node: Any, scope: Scope) -> int:
    """The Pythons on which a decorator of this file leaves what it decorates to be called.

    Only for decorators that speak of the running Python: where it cannot be worked out what one
    of them gives, it is taken to be a guard.
    """
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    if not isinstance(called, ast.Name):
        return ALL
    known = [value for _, value in guards.values.of(called, scope)]
    if len(known) != 1 or not isinstance(known[0], Function):
        return ALL
    if not guards.speaks(called, scope):
        return ALL
    inner = Scope(FUNCTION, scope, node)
    inner.env[_GIVEN] = ((ALL, Binding(DEFINITION, node, scope)),)
    made = ast.copy_location(ast.Call(decorator, [ast.Name(_GIVEN, ast.Load())], []), node)
    found = 0
    for bit, version in enumerate(VERSIONS):
        value = guards.value(made, inner, VersionInfo.of(version, 0))
        if isinstance(value, Function) and (value.node is node or _names(guards, value, node, bit)):
            found |= 1 << bit
    return found


def _names(guards: Guards, wrapper: Function, node: Any, bit: int) -> bool:
    """Whether a wrapper may call what it was made for."""
    python = VersionInfo.of(VERSIONS[bit], 0)
    for inner in ast.walk(wrapper.node):
        if isinstance(inner, ast.Name):
            value = guards.bound(inner.id, wrapper.scope, python)
            if isinstance(value, Function) and value.node is node:
                return True
    return False


def set_up(guards: Guards, body: list[ast.stmt], scope: Scope) -> int:
    """The Pythons on which the `setUp` of a class does not skip its tests."""
    found = ALL
    for method in body:
        if isinstance(method, ast.FunctionDef) and method.name in SETTING_UP:
            for statement in method.body:
                if isinstance(statement, ast.If) and excepts.skips(statement.body[-1]):
                    found &= guards.truth(statement.test, scope, ALL)[1]
    return found


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
