"""Rules that depend on what encloses an expression: comprehensions in others, type scopes."""

import ast
from collections.abc import Iterable, Iterator
from typing import Any

from pylife.source.scanner.features import SyntaxUse, found_at
from pylife.source.scanner.text import Text

KINDS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
OWN_SCOPE = (*KINDS, ast.Lambda)


def comprehension(node: Any, text: Text) -> Iterator[SyntaxUse]:
    """What in a comprehension or generator expression not every Python takes."""
    if type(node) is ast.DictComp:
        if node.value is None:  # `{**x for x in y}` has only a key
            yield found_at("comprehension_star", node, text)
    elif type(node.elt) is ast.Starred:
        yield found_at("comprehension_star", node.elt, text)
    elif type(node) is not ast.ListComp and type(node.elt) is ast.NamedExpr:
        yield from _walrus(node, text)
    if not _asynchronous(node):
        for inner in _own(node):
            if isinstance(inner, KINDS[:3]) and _asynchronous(inner):
                yield found_at("async_comprehension", inner, text)


def _walrus(node: ast.SetComp | ast.GeneratorExp, text: Text) -> Iterator[SyntaxUse]:
    """An assignment expression as the element, without parentheses around it."""
    first = node.elt
    before = text.before(first.lineno, first.col_offset)
    if type(node) is ast.SetComp:
        if before != ord("("):
            yield found_at("set_walrus", first, text)
    # A generator that is a call's only argument has the parentheses of the call.
    elif text.at(node.lineno, node.col_offset - 1) in CALLED and (
        text.opened((node.lineno, node.col_offset), first) == 1
    ):
        yield found_at("argument_walrus", first, text)


CALLED = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_)]}'\"")


def _asynchronous(node: Any) -> bool:
    """Whether a comprehension is a coroutine of its own: `async for`, or await in its scope."""
    return any(part.is_async for part in node.generators) or any(
        isinstance(inner, ast.Await) for inner in _own(node)
    )


def _own(node: Any) -> Iterator[ast.AST]:
    """All nodes of a comprehension's own scope, nested comprehensions themselves included."""
    first = node.generators[0]
    parts: list[ast.AST] = [first.target, *first.ifs, *node.generators[1:]]
    parts += [node.elt] if hasattr(node, "elt") else [n for n in (node.key, node.value) if n]
    while parts:
        part = parts.pop()
        yield part
        if isinstance(part, KINDS):
            parts.append(part.generators[0].iter)  # evaluated outside of it
        elif not isinstance(part, OWN_SCOPE):
            parts.extend(ast.iter_child_nodes(part))


def type_scopes(node: ast.ClassDef) -> Iterator[ast.AST]:
    """Lambdas and comprehensions in type statements, type parameters and generic bases of a
    class's body; called on hosts that have them.
    """
    for statement in node.body:
        scopes: Iterable[Any] = ()
        if type(statement).__name__ == "TypeAlias":
            scopes = (statement.value, *statement.type_params)  # type: ignore[attr-defined]
        elif isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            scopes = getattr(statement, "type_params", ())
            if scopes and isinstance(statement, ast.ClassDef):
                scopes = (*scopes, *statement.bases, *(k.value for k in statement.keywords))
        for scope in scopes:
            yield from (inner for inner in ast.walk(scope) if isinstance(inner, OWN_SCOPE))
