"""The walk through a file: statements in the order in which they run, functions afterwards."""

import ast
from collections import deque
from typing import Any

from pylife.source.scanner import ahead, excepts, operators
from pylife.source.scanner.definitions import ASKING, Definitions
from pylife.source.scanner.evaluating import evaluators
from pylife.source.scanner.kinds import Instance
from pylife.source.scanner.scopes import (
    ANNOTATION,
    DEFINITION,
    EXPRESSION,
    FUNCTION,
    ITEM,
    PAIRS,
    UNKNOWN,
)
from pylife.source.scanner.versions import ALL

ENDING = frozenset({*excepts.LEAVING, *excepts.SKIPPING, "fail"})
"""How calls that do not return are named."""
PARSER = Instance("argparse", "ArgumentParser")


class Visitor(Definitions):
    """The whole walk."""

    ends: int
    """The Pythons on which the module's body comes to its end."""

    def walk(self, tree: ast.Module) -> None:
        """Walk a file."""
        self.later = deque()
        self.reading = evaluators(tree, self.text.source)
        self.evaluated = ""
        self.ahead = ahead.classes(tree)
        self.asking = ASKING.search(self.text.source) is not None
        self.block(tree.body)
        self.ends = self.may
        everywhere = self.marked(self.module)
        while self.later:
            later = self.later.popleft()
            self.function(later, later.reached & everywhere)

    def block(self, body: list[ast.stmt]) -> None:
        """Statements one after the other."""
        rules, syntax = STATEMENTS, self.syntax
        for node in body:
            kind = node.__class__
            if kind in syntax:
                self.written(node)
            rules[kind](self, node)
            if self.jumped and self.attempts:
                self.may &= ~self.jumped

    def expr(self, node: ast.Expr) -> None:
        """An expression on its own; a call that does not return ends the way."""
        value = node.value
        if value.__class__ is ast.Constant:
            return
        self.expression(value)
        if (
            value.__class__ is ast.Call and (self.may != ALL or excepts.named(value) in ENDING)
            and (excepts.leaves(value) or self.never(value))
        ):  # fmt: skip
            self.may = 0

    def never(self, node: Any) -> bool:
        """Whether a call is one of a function of this file that never returns."""
        if self.may == ALL:
            return False
        if isinstance(node.func, ast.Attribute):
            owner = self.values.of(node.func.value, self.scope)
            return node.func.attr in {"error", "exit"} and all(
                value == PARSER for _, value in owner
            )
        if not isinstance(node.func, ast.Name):
            return False
        pairs = self.module.env.get(node.func.id, ())
        if len(pairs) != 1 or pairs[0][1].what != DEFINITION:
            return False
        node = pairs[0][1].node
        return bool(self.text.once(node, lambda: excepts.gives_up(node.body)))

    def assign(self, node: ast.Assign) -> None:
        """`a = b = value`."""
        value = node.value
        saw, self.saw = self.saw, False
        if value.__class__ is not ast.Constant:
            self.expression(value)
        elif self.may != ALL or self.attempts or self.switch(value):
            self.saw = True  # `HAVE_IT = True` where it is there
        for target in node.targets:
            self.assigned(target, value)
        self.saw = saw

    def switch(self, value: ast.expr) -> bool:
        """`USE_IT = False` of a module: as it is written, it never is."""
        plain = isinstance(value, ast.Constant) and isinstance(value.value, bool)
        return plain and self.scope is self.module

    def assigned(self, target: ast.expr, value: ast.expr) -> None:
        """One target of an assignment."""
        if target.__class__ is ast.Name:
            if value.__class__ is ast.Name and value.id in self.scope.env:
                pairs = self.scope.env[value.id]
                if len(pairs) == 1 and pairs[0][0] == ALL and pairs[0][1].what == PAIRS:
                    pairs = pairs[0][1].node  # type: ignore[assignment] # what that was made from
                self.target(target, PAIRS, pairs)
            else:
                self.target(target, EXPRESSION, value)
        elif self.saw and isinstance(target, ast.Tuple):
            for place, element in enumerate(target.elts):
                if isinstance(element, ast.Starred):
                    break
                self.target(element, ITEM, (value, place))
        else:
            self.target(target)

    def annotated(self, node: ast.AnnAssign) -> None:
        """`name: annotation = value`."""
        saw, self.saw = self.saw, False
        if node.value is not None:
            self.expression(node.value)
        local = self.scope.kind == FUNCTION
        self.annotation(node.annotation, self.evaluated, local=local)
        if isinstance(node.target, ast.Name):
            if node.value is not None and self.saw:
                self.target(node.target, EXPRESSION, node.value)
            elif node.value is not None or self.scope.kind == FUNCTION:
                self.target(node.target, ANNOTATION, node.annotation)
        else:
            self.target(node.target)
        self.saw = saw

    def augmented(self, node: ast.AugAssign) -> None:
        """`name += value`."""
        saw, self.saw = self.saw, False
        self.expression(node.value)
        if isinstance(node.target, ast.Name):
            if node.op.__class__ is ast.BitOr:
                name = ast.copy_location(ast.Name(node.target.id, ast.Load()), node.target)
                if operators.is_dict(self, name):
                    operators.joined(self, node, "dict |= mapping", "__ior__")
                    return
            self.scope.bind(node.target.id, self.may, UNKNOWN)
        else:
            self.target(node.target)
        self.saw = saw

    def return_(self, node: ast.Return) -> None:
        """`return`."""
        if node.value is not None:
            self.expression(node.value)
        self.may = 0

    def raise_(self, node: ast.Raise) -> None:
        """`raise`."""
        if node.exc is not None:
            self.expression(node.exc)
        if node.cause is not None:
            self.expression(node.cause)
        self.may = 0

    def stop(self, _: ast.stmt) -> None:
        """`break` and `continue`."""
        self.may = 0

    def assert_(self, node: ast.Assert) -> None:
        """`assert`: what follows is reached where it holds."""
        true, false = self.condition(node.test)
        if node.msg is not None:
            may = self.may
            self.may &= false
            self.expression(node.msg)
            self.may = may
        self.may &= true

    def delete(self, node: ast.Delete) -> None:
        """`del`."""
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.scope.bind(target.id, self.may, UNKNOWN)
            else:
                self.target(target)

    def outside(self, node: ast.Global | ast.Nonlocal) -> None:
        """Names that are another scope's."""
        self.scope.outside |= frozenset(node.names)

    def nothing(self, node: ast.stmt) -> None:
        """`pass`."""

    def alias(self, node: Any) -> None:
        """`type name = value`: evaluated when somebody asks."""
        self.scope.bind(node.name.id, self.may, UNKNOWN)


STATEMENTS: dict[type[ast.stmt], Any] = {
    ast.AnnAssign: Visitor.annotated,
    ast.Assert: Visitor.assert_,
    ast.Assign: Visitor.assign,
    ast.AsyncFor: Visitor.loop,
    ast.AsyncFunctionDef: Visitor.define,
    ast.AsyncWith: Visitor.with_,
    ast.AugAssign: Visitor.augmented,
    ast.Break: Visitor.stop,
    ast.ClassDef: Visitor.class_,
    ast.Continue: Visitor.stop,
    ast.Delete: Visitor.delete,
    ast.Expr: Visitor.expr,
    ast.For: Visitor.loop,
    ast.FunctionDef: Visitor.define,
    ast.Global: Visitor.outside,
    ast.If: Visitor.if_,
    ast.Import: Visitor.import_,
    ast.ImportFrom: Visitor.from_,
    ast.Match: Visitor.match,
    ast.Nonlocal: Visitor.outside,
    ast.Pass: Visitor.nothing,
    ast.Raise: Visitor.raise_,
    ast.Return: Visitor.return_,
    ast.Try: Visitor.try_,
    ast.While: Visitor.loop,
    ast.With: Visitor.with_,
}
for _name, _rule in (("TryStar", Visitor.try_), ("TypeAlias", Visitor.alias)):
    if hasattr(ast, _name):
        STATEMENTS[getattr(ast, _name)] = _rule
