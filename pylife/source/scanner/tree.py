"""Going through a tree: as `ast.walk`, in less time and in another order.

What holds no other node (contexts, operators, names and numbers) is not gone into, and contexts
and operators are left out.
"""

import ast
from collections.abc import Iterator
from typing import Any

_PLAIN = frozenset({
    "arg", "asname", "attr", "conversion", "ctx", "id", "is_async", "is_lazy", "kind", "kwd_attrs",
    "level", "module", "op", "ops", "rest", "simple", "str", "tag", "type_comment", "type_ignores",
})  # fmt: skip
"""Fields that hold no node, or none that anybody asks for."""
_EMPTY = (ast.Constant, ast.Global, ast.MatchSingleton, ast.Name, ast.Nonlocal, ast.alias)
_FIELDS: dict[type[ast.AST], tuple[str, ...]] = dict.fromkeys(_EMPTY, ())


def every(root: ast.AST) -> Iterator[Any]:
    """A node and all nodes in it, outer ones before inner ones."""
    waiting: list[Any] = [root]
    pop, push, extend = waiting.pop, waiting.append, waiting.extend
    while waiting:
        node = pop()
        if node is None:
            continue  # `**other` in a dictionary has no key
        yield node
        kind = node.__class__
        fields = _FIELDS.get(kind)
        if fields is None:
            fields = _FIELDS[kind] = _holding(kind)
        for field in fields:
            value = getattr(node, field, None)
            if value.__class__ is list:
                extend(value)
            elif value is not None:
                push(value)


def _holding(kind: type[ast.AST]) -> tuple[str, ...]:
    """The fields of a kind of node that may hold others."""
    # Only in `type name = ...` is a name a node.
    plain = _PLAIN if kind.__name__ == "TypeAlias" else _PLAIN | {"name"}
    return tuple(field for field in kind._fields if field not in plain)
