"""Statements that part the way: conditions, loops, `try`, `with`, `match`."""

import ast
from typing import Any

from pylife.source.scanner import excepts, judge
from pylife.source.scanner.excepts import Attempt
from pylife.source.scanner.imports import Imports
from pylife.source.scanner.kinds import Ref
from pylife.source.scanner.matching import patterns
from pylife.source.scanner.scopes import (
    ANNOTATION,
    ENTERED,
    EXPRESSION,
    UNKNOWN,
    Branches,
    Loop,
    Pairs,
    Scope,
)
from pylife.source.scanner.versions import ALL

SAFE = (ast.Import, ast.ImportFrom, ast.Pass, ast.FunctionDef, ast.ClassDef, ast.Global)


class Blocks(Imports):
    """The part of the walk that follows the ways through statements."""

    def if_(self, node: ast.If) -> None:
        """`if`, with all its `elif`s: a long chain is no deep one."""
        ways = Branches(self.scope)
        left = 0
        current: ast.If = node
        while True:
            true, false = self.condition(current.test)
            here = self.may
            self.may = here & true
            ways.begin()
            self.block(current.body)
            ways.end(self.may)
            left |= self.may
            self.may = here & false
            otherwise = current.orelse
            if len(otherwise) != 1 or otherwise[0].__class__ is not ast.If:
                break
            current = otherwise[0]
        if otherwise:
            ways.begin()
            self.block(otherwise)
            ways.end(self.may)
        else:
            ways.around(self.may)
        self.may |= left
        ways.join()

    def loop(self, node: ast.While | ast.For | ast.AsyncFor) -> None:
        """A loop: its body may run never, once or often."""
        here, scope = self.may, self.scope
        ways = Branches(scope)
        reached = ALL
        if isinstance(node, ast.While):
            reached, _ = self.condition(node.test)
        else:
            self.expression(node.iter)
        scope.loops.append(Loop(node, next(Scope.serials), []))
        ways.begin()
        if not isinstance(node, ast.While):
            self.saw = False
            self.target(node.target)
        self.may = here & reached
        self.block(node.body)
        scope.loops.pop()
        self.may = here
        self.block(node.orelse)
        ways.end(here)
        ways.around(here)
        ways.join()
        self.may = here

    def with_(self, node: ast.With | ast.AsyncWith) -> None:
        """`with`; some context managers catch what goes wrong inside them."""
        caught = 0
        for item in node.items:
            self.saw = False
            self.expression(item.context_expr)
            call = item.context_expr
            if isinstance(call, ast.Call):
                func = call.func
                last = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
                if last in excepts.SUPPRESSING:
                    for given in call.args:
                        caught |= excepts.caught(given)
                elif last in self.hot.entered:
                    judge.member(self, call, call, "__enter__")
            if item.optional_vars is not None:
                plain = item.optional_vars.__class__ is ast.Name
                self.target(item.optional_vars, ENTERED if plain else UNKNOWN, call)
        if not caught:
            self.block(node.body)
            return
        here, ways = self.may, Branches(self.scope)
        attempt, jumped = Attempt(caught, caught), self.jumped
        self.attempts.append(attempt)
        ways.begin()
        self.block(node.body)
        ways.end(self.may)
        self.attempts.pop()
        ways.around(here)
        ways.join()
        self.may, self.jumped = here, jumped

    def try_(self, node: Any) -> None:
        """`try`: where its body fails for sure its handlers are come to, and only there."""
        kinds = [excepts.caught(handler.type, self.meant) for handler in node.handlers]
        attempt = self.attempt(node.handlers, kinds)
        here, jumped, scope = self.may, self.jumped, self.scope
        ways = Branches(scope)
        ways.begin()
        self.attempts.append(attempt)
        for statement in node.body:
            self.block([statement])
            attempt.risky = attempt.risky or not self.safe(statement)
        self.attempts.pop()
        self.jumped = jumped
        self.block(node.orelse)
        left = self.may
        bound = ways.end(left)
        for handler, kind in zip(node.handlers, kinds, strict=True):
            self.may = here & (ALL if attempt.risky or not kind else attempt.came(kind))
            if handler.__class__ in self.syntax:
                self.written(handler)
            self.handler(handler, bound, attempt, kind, ways)
            left |= self.may
        if not node.handlers:
            left = self.may if not node.finalbody else left
        ways.join()
        self.may = left
        if node.finalbody:
            self.may = here
            self.block(node.finalbody)
            self.may &= left

    @staticmethod
    def attempt(handlers: list[ast.ExceptHandler], kinds: list[int]) -> Attempt:
        """What the handlers of a `try` catch, and what of it they cope with."""
        catches = copes = 0
        names, raises = frozenset[str](), ""
        for handler, kind in zip(handlers, kinds, strict=True):
            if excepts.gives_up(handler.body):
                raises = raises or excepts.raised(handler.body)
                raises = "" if raises == handler.name else raises
            else:
                copes |= kind & ~catches
                names |= excepts.names(handler.type)
            catches |= kind
        return Attempt(catches, copes, names, raises)

    def meant(self, name: str) -> ast.expr | None:
        """What a name of the module was assigned, as a tuple of errors is."""
        pairs = self.module.env.get(name, ())
        node = pairs[0][1].node if len(pairs) == 1 and pairs[0][1].what == EXPRESSION else None
        return node if isinstance(node, ast.expr) else None

    def handler(
        self, node: ast.ExceptHandler, bound: dict[str, Pairs], attempt: Attempt, kind: int,
        ways: Branches,
    ) -> None:  # fmt: skip
        """One handler, with what the body may have bound before it failed."""
        scope, unless = self.scope, self.unless
        ways.begin()
        for name, pairs in bound.items():
            scope.put(name, (*scope.env.get(name, ()), *pairs))
        if node.type is not None:
            self.expression(node.type)
        if node.name:
            scope.bind(node.name, self.may, ANNOTATION, node.type)
        if kind & excepts.MODULE and attempt.absent:
            self.unless = (*unless, *dict.fromkeys(attempt.absent))
        self.block(node.body)
        self.unless = unless
        ways.end(self.may)

    def safe(self, node: ast.stmt) -> bool:
        """Whether a statement of a `try` fails in no other way than those that are known."""
        if isinstance(node, SAFE):
            return True
        value = getattr(node, "value", None)
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.Expr):
            return value is None or self.plain(value)
        return False

    def plain(self, node: ast.expr) -> bool:
        """Whether an expression is a constant or a known name of the standard library."""
        if isinstance(node, ast.Constant):
            return True
        if isinstance(node, ast.Tuple):
            return all(self.plain(element) for element in node.elts)
        if not isinstance(node, ast.Name | ast.Attribute):
            return False
        return all(
            value is not None
            and (not isinstance(value, Ref) or self.table.attribute(*value) is not None)
            for _, value in self.values.of(node, self.scope)
        )

    def match(self, node: Any) -> None:
        """`match`: cases of the running Python are worked out, all others may be taken."""
        saw, self.saw = self.saw, False
        self.expression(node.subject)
        speaks, here = self.saw, self.may
        self.saw = saw
        ways = Branches(self.scope)
        left, rest = 0, ALL
        for case in node.cases:
            ways.begin()
            true, rest_of = patterns(self, node.subject, case, speaks=speaks)
            self.may = here & rest & true
            self.block(case.body)
            ways.end(self.may)
            left |= self.may
            rest &= rest_of
        ways.around(here & rest)
        ways.join()
        self.may = left | here & rest
