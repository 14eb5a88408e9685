"""What functions and methods of the file give that say something of the running Python."""

import ast
from typing import TYPE_CHECKING, Any

from pylife.source.scanner.kinds import Anonymous, Function, Local, Module, Ref
from pylife.source.scanner.scopes import (
    DEFINITION,
    EXPRESSION,
    FUNCTION,
    VALUE,
    Binding,
    Scope,
)
from pylife.source.scanner.versions import ALL

if TYPE_CHECKING:
    from pylife.source.scanner.guards import Guards
    from pylife.source.scanner.pythons import VersionInfo

MOST_RUNS = 200
"""How many functions are run for one condition: such as call each other twice never end."""
PROPERTIES = frozenset({"property", "cached_property"})
BOUND = frozenset({"staticmethod", "classmethod"})
CACHING = frozenset({"cache", "lru_cache", "memoize"})


def called(
    guards: "Guards", function: Function, node: ast.Call, scope: Scope, python: "VersionInfo"
) -> Any:
    """What a function of this file gives."""
    definition = function.node
    names = [part.arg for part in (*definition.args.posonlyargs, *definition.args.args)]
    marks = decorators(function) if definition.decorator_list else set()
    if node.keywords or marks - CACHING or isinstance(definition, ast.AsyncFunctionDef):
        raise LookupError(definition.name)
    inner = Scope(FUNCTION, function.scope, definition)
    hand_over(inner, definition, names, node.args, scope)
    return run(guards, definition, inner, python)


def anonymous(node: ast.Lambda, scope: Scope) -> Anonymous:
    """A lambda as a function."""
    made = ast.FunctionDef("<lambda>", node.args, [ast.Return(node.body)], [])
    return Anonymous(ast.copy_location(made, node), scope)


def hand_over(
    inner: Scope, definition: Any, names: list[str], given: list[ast.expr], scope: Scope
) -> None:
    """Bind the parameters of a function to what it is given."""
    known = definition.args
    if (
        any(isinstance(part, ast.Starred) for part in given) or known.kwonlyargs or known.kwarg
        or len(given) < len(names) or (len(given) > len(names) and known.vararg is None)
    ):  # fmt: skip
        raise LookupError(definition.name)
    for name, value in zip(names, given, strict=False):
        inner.env[name] = ((ALL, Binding(EXPRESSION, value, scope)),)
    if known.vararg is not None:
        rest = ast.Tuple(given[len(names) :], ast.Load())
        inner.env[known.vararg.arg] = ((ALL, Binding(EXPRESSION, rest, scope)),)


def run(guards: "Guards", definition: Any, inner: Scope, python: "VersionInfo") -> Any:
    """What a function gives whose parameters are bound."""
    guards.runs += 1
    if guards.runs > MOST_RUNS:
        raise LookupError(definition.name)
    found = _body(guards, definition.body, inner, python)
    return found[0] if found else None


def _body(
    guards: "Guards", body: list[ast.stmt], scope: Scope, python: "VersionInfo"
) -> tuple[Any] | None:
    """What a body returns, or None if it ends otherwise."""
    for statement in body:
        if isinstance(statement, ast.FunctionDef):
            scope.env[statement.name] = ((ALL, Binding(DEFINITION, statement, scope)),)
            continue
        if isinstance(statement, ast.Return):
            return (guards.value(statement.value, scope, python) if statement.value else None,)
        if isinstance(statement, ast.If):
            chosen = guards.value(statement.test, scope, python)
            found = _body(guards, statement.body if chosen else statement.orelse, scope, python)
        elif isinstance(statement, ast.Try) and not statement.finalbody:
            found = _tried(guards, statement, scope, python)
        elif isinstance(statement, ast.Pass | ast.Import | ast.ImportFrom) or (
            isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        ):
            continue
        else:
            raise LookupError(statement)
        if found is not None:
            return found
    return None


def _tried(
    guards: "Guards", node: ast.Try, scope: Scope, python: "VersionInfo"
) -> tuple[Any] | None:
    """`try: import name` in such a function."""
    fails = False
    for statement in node.body:
        if isinstance(statement, ast.Import):
            fails = not all(guards.there(Module(name.name), python) for name in statement.names)
        elif isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
            fails = not all(
                guards.there(Ref(statement.module, name.name), python) for name in statement.names
            )
        if fails:
            return _body(guards, node.handlers[0].body, scope, python)
    return _body(guards, [*node.body, *node.orelse], scope, python)


def method(
    guards: "Guards", func: ast.Attribute, node: ast.Call, scope: Scope, python: "VersionInfo"
) -> Any:
    """What a method of a class of this file gives."""
    cases = guards.values.of(func.value, scope)
    owner = cases[0][1] if len(cases) == 1 else None
    if isinstance(owner, Local) and func.attr in owner.scope.env:
        found = guards.bound(func.attr, owner.scope, python)
        if isinstance(found, Function):
            return answer(guards, owner, found, node, python, scope)
    raise LookupError(func.attr)


def answer(
    guards: "Guards", owner: Local, called: Function, node: ast.Call | None, python: "VersionInfo",
    scope: Scope | None = None,
) -> Any:  # fmt: skip
    """What a method gives, or (without a call) a property."""
    marks = decorators(called)
    given = [] if node is None else node.args
    keywords = bool(node and node.keywords)
    if keywords or marks - PROPERTIES - BOUND or isinstance(called.node, ast.AsyncFunctionDef):
        raise LookupError(called.node.name)
    inner = Scope(FUNCTION, called.scope, called.node)
    known = called.node.args
    names = [part.arg for part in (*known.posonlyargs, *known.args)]
    if "staticmethod" not in marks:
        if not names:
            raise LookupError(called.node.name)
        made = owner.made and "classmethod" not in marks
        own = Binding(VALUE, Local(owner.scope, made=made), inner)
        inner.env[names.pop(0)] = ((ALL, own),)
    hand_over(inner, called.node, names, given, scope or called.scope)
    return run(guards, called.node, inner, python)


def decorators(called: Function) -> set[str]:
    """The last names of what decorates a function."""
    found = (
        part.func if isinstance(part, ast.Call) else part for part in called.node.decorator_list
    )
    return {getattr(part, "id", getattr(part, "attr", "?")) for part in found}
