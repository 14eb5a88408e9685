"""Statements that part the way: conditions, loops, `try`, `with`, `match`."""

import ast
from typing import Any

from pylife.source.scanner import excepts, judge
from pylife.source.scanner.excepts import Attempt
from pylife.source.scanner.matching import patterns
from pylife.source.scanner.scopes import (
    ANNOTATION,
    ELEMENT,
    ENTERED,
    UNKNOWN,
    Branches,
    Loop,
    Scope,
)
from pylife.source.scanner.trying import Trying
from pylife.source.scanner.versions import ALL

NARROWED = frozenset({"str", "bytes", "dict", "int", "float", "Path"})
"""Classes whose objects do not have the same methods on every Python."""


class Blocks(Trying):
    """The part of the walk that follows the ways through statements."""

    def if_(self, node: ast.If) -> None:
        """`if`, with all its `elif`s: a long chain is no deep one."""
        ways = Branches(self.scope)
        left, muted, vague = 0, self.muted, False
        current: ast.If = node
        while True:
            true, false = self.condition(current.test)
            vague = self.muted = vague or self.vague or muted
            here = self.may
            self.may = here & true
            ways.begin()
            if current.test.__class__ is ast.Call:
                self.narrow(current.test)
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
        if not vague or (left and self.may):
            self.muted = muted
        self.may |= left
        ways.join()

    def narrow(self, test: Any) -> None:
        """`if isinstance(name, str)`: in this branch it is one."""
        if getattr(test.func, "id", "") == "isinstance" and len(test.args) == 2:
            name, kind = test.args
            known = getattr(name, "id", "")
            if getattr(kind, "id", "") not in NARROWED or known in self.speaking:
                return
            if known in self.scope.env:
                self.scope.bind(known, self.may, ANNOTATION, kind)

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
            self.target(node.target, ELEMENT, node.iter)
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
