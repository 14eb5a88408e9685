"""Annotations that name what is not defined yet: evaluated only since 3.14 when somebody asks.

`def add(self, node: Node)` inside `class Node`, or a name that only type checkers import, is a
NameError on every older Python, unless it is quoted or all annotations are kept as text.
"""

import ast

from pylife.source.scanner.annotations import DEFERRED
from pylife.source.scanner.excepts import NAME
from pylife.source.scanner.scopes import FUNCTION, Scope
from pylife.source.scanner.state import State
from pylife.source.scanner.table import Entry
from pylife.source.scanner.versions import at_least


def classes(tree: ast.Module) -> set[str]:
    """The classes that a module defines for itself, and nobody else for it."""
    found = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    return {name for name in found if name.isidentifier()}


def look(state: State, node: ast.expr) -> None:
    """Note the names of an annotation that is evaluated, but come later or never."""
    around: Scope | None = state.scope
    while around is not None:
        if around.kind == FUNCTION or around.stars:
            return  # such a function runs when everything is there
        around = around.parent
    for inner in (node,) if isinstance(node, ast.Name) else ast.walk(node):
        if isinstance(inner, ast.Name) and inner.id in state.ahead and _unbound(state, inner.id):
            entry = Entry(at_least(DEFERRED), note="PEP 649")
            what = f"annotation with {inner.id} before it is defined"
            state.use(inner, what, "syntax", NAME, entry, state.may & ~entry.present)


def _unbound(state: State, name: str) -> bool:
    if name in state.values.tainted or state.table.attribute("builtins", name) is not None:
        return False
    return not any(
        mask for scope in (state.scope, state.module) for mask, _ in scope.env.get(name, ())
    )
