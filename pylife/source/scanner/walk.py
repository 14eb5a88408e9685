"""The walk through expressions: a stack, and a second look only at names that may matter.

Most of a scan's time is spent here, so the loop knows the four commonest kinds of node itself and
asks a table for all others.
"""

import ast
from typing import Any

from pylife.source.scanner import annotations, judge, peculiar
from pylife.source.scanner.flags import version_of
from pylife.source.scanner.scopes import (
    CLASS,
    EXPRESSION,
    FUNCTION,
    NOTHING_KNOWN,
    UNKNOWN,
    Loop,
    Scope,
)
from pylife.source.scanner.state import State

DEEP = 60
"""How deeply conditions in expressions are followed; below it they are taken as not known."""

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


class Expressions(State):
    """The part of the walk that goes through expressions."""

    def expression(self, root: ast.AST) -> None:
        """Walk an expression and note what it uses."""
        stack: list[Any] = [root]
        pop, push, extend = stack.pop, stack.append, stack.extend
        names, attributes, calls = self.names, self.attributes, self.hot.calls
        while stack:
            node = pop()
            kind = node.__class__
            if kind is ast.Name:
                if node.id in names:
                    self.named(node)
            elif kind is ast.Constant:
                pass
            elif kind is ast.Attribute:
                if node.attr in attributes:
                    self.attribute(node)
                push(node.value)
            elif kind is ast.Call:
                func = node.func
                last = func.__class__
                if (
                    (last is ast.Name and (func.id in calls or func.id in self.renamed))
                    or (last is ast.Attribute and func.attr in calls)
                ):  # fmt: skip
                    judge.call(self, node)
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
            elif name in self.partly:
                judge.unbound(self, node)

    def attribute(self, node: ast.Attribute) -> None:
        """An attribute whose name may matter."""
        if node.attr in self.speaking or version_of(node.attr) is not None:
            self.saw = True
        judge.attribute(self, node)

    def target(self, node: ast.expr, what: int = UNKNOWN, value: object = None) -> None:
        """Bind what is assigned to."""
        kind = node.__class__
        if isinstance(node, ast.Name):
            if self.saw:
                self.names.add(node.id)
                self.speaking.add(node.id)
                if self.scope.kind == CLASS:
                    self.attributes |= {node.id}
            self.scope.bind(node.id, self.may, what, value)
        elif isinstance(node, ast.Tuple | ast.List):
            for element in node.elts:
                self.target(element)
        elif isinstance(node, ast.Starred):
            self.target(node.value)
        elif isinstance(node, ast.Attribute):
            self.values.stored.add(node.attr)
            judge.patched(self, node.value, node.attr)
            self.expression(node.value)
        elif kind is ast.Subscript:
            self.expression(node)

    def inner(self, scope: Scope, loop: ast.AST | None = None) -> Scope:
        """Go into a scope; returns the one to go back to."""
        outer, self.scope = self.scope, scope
        if loop is not None:
            scope.loops.append(Loop(loop, next(Scope.serials), []))
        return outer


def boolean(walk: Expressions, node: ast.BoolOp, stack: list[Any]) -> None:
    """`a and b`: each part is reached where those before it let it be."""
    if walk.depth > DEEP:
        stack.extend(node.values)
        return
    may, saw = walk.may, walk.saw
    walk.depth += 1
    for part in node.values:
        walk.saw = False
        walk.expression(part)
        if walk.saw:
            saw = True
            true, false = walk.judged(part)
            walk.may &= true if node.op.__class__ is ast.And else false
    walk.depth -= 1
    walk.may, walk.saw = may, saw


def choice(walk: Expressions, node: ast.IfExp, stack: list[Any]) -> None:
    """`a if b else c`."""
    if walk.depth > DEEP:
        stack += [node.test, node.body, node.orelse]
        return
    walk.depth += 1
    may = walk.may
    true, false = walk.condition(node.test)
    for part, reached in ((node.body, true), (node.orelse, false)):
        walk.may = may & reached
        walk.expression(part)
    walk.may = may
    walk.depth -= 1


def comprehension(walk: Expressions, node: Any, stack: list[Any]) -> None:
    """A comprehension: its targets are its own, its conditions guard what it yields."""
    elements = [node.key, node.value] if node.__class__ is ast.DictComp else [node.elt]
    elements = [element for element in elements if element is not None]
    generators = node.generators
    if walk.depth > DEEP:
        for part in generators:
            stack += [part.target, part.iter, *part.ifs]
        stack += elements
        return
    walk.depth += 1
    walk.expression(generators[0].iter)
    may, saw, scope = walk.may, walk.saw, Scope(FUNCTION, walk.scope, generators[0])
    outer = walk.inner(scope)
    for part in generators:
        if part is not generators[0]:
            walk.expression(part.iter)
        walk.saw = False
        walk.target(part.target)
        for test in part.ifs:
            walk.may &= walk.condition(test)[0]
    for element in elements:
        walk.expression(element)
    walk.scope, walk.may, walk.saw = outer, may, saw
    walk.depth -= 1


def anonymous(walk: Expressions, node: ast.Lambda, stack: list[Any]) -> None:
    """A lambda."""
    arguments = node.args
    stack += arguments.defaults
    stack += [default for default in arguments.kw_defaults if default is not None]
    if walk.depth > DEEP:
        stack.append(node.body)
        return
    scope = Scope(FUNCTION, walk.scope, node)
    scope.env = dict.fromkeys(parameters(arguments), NOTHING_KNOWN)
    walk.depth += 1
    outer, saw, attempts = walk.inner(scope), walk.saw, walk.attempts
    walk.attempts = []  # it runs later
    walk.expression(node.body)
    walk.scope, walk.attempts = outer, attempts
    walk.saw |= saw
    walk.depth -= 1


def parameters(arguments: ast.arguments) -> list[str]:
    """The names of all parameters."""
    found = [part.arg for part in arguments.posonlyargs]
    found += [part.arg for part in arguments.args]
    found += [part.arg for part in arguments.kwonlyargs]
    if arguments.vararg:
        found.append(arguments.vararg.arg)
    if arguments.kwarg:
        found.append(arguments.kwarg.arg)
    return found


def assigned(walk: Expressions, node: ast.NamedExpr, stack: list[Any]) -> None:
    """`(name := value)`."""
    saw, walk.saw = walk.saw, False
    if walk.depth > DEEP:
        stack.append(node.value)
    else:
        walk.depth += 1
        walk.expression(node.value)
        walk.depth -= 1
    inner, walk.scope = walk.scope, walk.scope.around()
    walk.target(node.target, EXPRESSION, node.value)
    walk.scope = inner
    walk.saw |= saw


def mapping(_: Expressions, node: ast.Dict, stack: list[Any]) -> None:
    """A dictionary; `**other` has no key."""
    stack += [key for key in node.keys if key is not None]
    stack += node.values


def operation(walk: Expressions, node: ast.BinOp, stack: list[Any]) -> None:
    """An operation; only `|` has not always been there for everything."""
    stack.append(node.left)
    stack.append(node.right)
    if node.op.__class__ is ast.BitOr:
        judge.union(walk, node)


def subscript(walk: Expressions, node: ast.Subscript, stack: list[Any]) -> None:
    """`list[int]`, where that is looked at: not every class takes parameters everywhere."""
    owner = node.value
    last = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
    last = walk.renamed.get(last, last)
    if last in annotations.subscriptable_names() and node.ctx.__class__ is ast.Load:
        judge.subscript(walk, node)
    stack.append(owner)
    stack.append(node.slice)


def formatted(walk: Expressions, node: ast.FormattedValue, stack: list[Any]) -> None:
    """A value in a string."""
    stack.append(node.value)
    if node.format_spec is not None:
        stack.append(node.format_spec)
        peculiar.spelled(walk, node)


RULES: dict[type[ast.AST], Any] = {
    ast.BinOp: operation,
    ast.BoolOp: boolean,
    ast.Dict: mapping,
    ast.DictComp: comprehension,
    ast.FormattedValue: formatted,
    ast.GeneratorExp: comprehension,
    ast.IfExp: choice,
    ast.Lambda: anonymous,
    ast.ListComp: comprehension,
    ast.NamedExpr: assigned,
    ast.SetComp: comprehension,
    ast.Subscript: subscript,
}
