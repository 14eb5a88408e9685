"""The walk through expressions: a stack, and a second look only at names that may matter.

Most of a scan's time is spent here, so the loop knows the four commonest kinds of node itself and
asks a table for all others.
"""

import ast
from typing import Any

from pylife.source.scanner import calls as judging
from pylife.source.scanner import judge
from pylife.source.scanner.compound import RULES
from pylife.source.scanner.flags import version_of
from pylife.source.scanner.reporting import Reporting
from pylife.source.scanner.scopes import (
    CLASS,
    UNKNOWN,
    Loop,
    Scope,
)

FIELDS: dict[type[ast.AST], tuple[str, ...]] = {
    ast.Compare: ("left", "comparators"),
    ast.UnaryOp: ("operand",),
    ast.Tuple: ("elts",),
    ast.List: ("elts",),
    ast.Set: ("elts",),
    ast.Starred: ("value",),
    ast.JoinedStr: ("values",),
    ast.Slice: ("lower", "upper", "step"),
    ast.Await: ("value",),
    ast.Yield: ("value",),
    ast.YieldFrom: ("value",),
    ast.keyword: ("value",),
}


class Expressions(Reporting):
    """The part of the walk that goes through expressions."""

    def expression(self, root: ast.AST) -> None:
        """Walk an expression and note what it uses."""
        kind: type[ast.AST] = root.__class__
        names = self.names
        if kind is ast.Name:
            if root.id in names:  # type: ignore[attr-defined]
                self.named(root)  # type: ignore[arg-type]
            return
        stack: list[Any] = [root]
        pop, push, extend = stack.pop, stack.append, stack.extend
        attributes, calls = self.attributes, self.hot.calls
        while stack:
            node = pop()
            kind = node.__class__
            while kind is ast.Attribute:
                if node.attr in attributes:
                    self.attribute(node)
                node = node.value
                kind = node.__class__
            if kind is ast.Name:
                if node.id in names:
                    self.named(node)
            elif kind is ast.Constant:
                pass
            elif kind is ast.Call:
                func = node.func
                last = func.__class__
                if (
                    (last is ast.Name and (func.id in calls or func.id in self.renamed))
                    or (last is ast.Attribute and func.attr in calls)
                ):  # fmt: skip
                    judging.call(self, node)
                push(func)
                extend(node.args)
                for word in node.keywords:
                    push(word.value)
            else:
                self.other(node, kind, stack)

    def other(self, node: Any, kind: type[ast.AST], stack: list[Any]) -> None:
        """A less common kind of node."""
        if kind in self.syntax:
            self.written(node)
        rule = RULES.get(kind)
        if rule is not None:
            rule(self, node, stack)
            return
        fields = FIELDS.get(kind)
        if fields is None:
            stack.extend(ast.iter_child_nodes(node))
            return
        for field in fields:
            child = getattr(node, field)
            if child.__class__ is list:
                stack.extend(child)
            elif child is not None:
                stack.append(child)

    def named(self, node: ast.Name) -> None:
        """A name that is a builtin not every Python has, or speaks of the running Python."""
        name = node.id
        if name in self.speaking:
            self.saw = True
        if node.ctx.__class__ is ast.Load:
            if name in self.hot.builtins:
                judge.builtin(self, node)
            elif name in self.called:
                self.referred(name)
            elif name in self.starred:
                judge.starred(self, node)
            elif name in self.partly or (name in self.shaky and self.scope is self.module):
                judge.unbound(self, node)

    def attribute(self, node: ast.Attribute) -> None:
        """An attribute whose name may matter."""
        if node.attr in self.speaking or version_of(node.attr) is not None:
            self.saw = True
        judge.attribute(self, node)

    def target(self, node: ast.expr, what: int = UNKNOWN, value: object = None) -> None:
        """Bind what is assigned to."""
        if isinstance(node, ast.Name):
            if self.saw:
                self.names.add(node.id)
                self.speaking.add(node.id)
                if self.scope.kind == CLASS:
                    self.heed(node.id)
            self.scope.bind(node.id, self.may, what, value)
        elif isinstance(node, ast.Tuple | ast.List):
            for element in node.elts:
                self.target(element)
        elif isinstance(node, ast.Starred):
            self.target(node.value)
        elif isinstance(node, ast.Attribute):
            self.values.stored.add(node.attr)
            if self.saw:
                self.speaking.add(node.attr)
                self.heed(node.attr)
            judging.patched(self, node.value, node.attr)
            self.expression(node.value)
        elif isinstance(node, ast.Subscript):
            judging.provided(self, node)
            self.expression(node)

    def inner(self, scope: Scope, loop: ast.AST | None = None) -> Scope:
        """Go into a scope; returns the one to go back to."""
        outer, self.scope = self.scope, scope
        if loop is not None:
            scope.loops.append(Loop(loop, next(Scope.serials), []))
        return outer
