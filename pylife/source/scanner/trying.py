"""`try`, and what its handlers cope with."""

import ast
from typing import Any

from pylife.source.scanner import excepts
from pylife.source.scanner.excepts import Attempt
from pylife.source.scanner.imports import Imports
from pylife.source.scanner.kinds import Ref
from pylife.source.scanner.scopes import ANNOTATION, Branches, Pairs
from pylife.source.scanner.versions import ALL

SAFE = (ast.Import, ast.ImportFrom, ast.Pass, ast.FunctionDef, ast.ClassDef, ast.Global)
LOOKUPS = excepts.ATTRIBUTE | excepts.NAME | excepts.TYPE
MOST_ABSENT = 50
"""How many packages are told that may be there instead: each use behind them names them all."""


class Trying(Imports):
    """The part of the walk that follows the ways through `try`."""

    def try_(self, node: Any) -> None:
        """`try`: where its body fails for sure its handlers are come to, and only there."""
        kinds = [excepts.caught(handler.type, self.meant) for handler in node.handlers]
        attempt = self.attempt(node.handlers, kinds)
        here, jumped, scope, brought = self.may, self.jumped, self.scope, self.brought
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
        coped = 0
        for handler, kind in zip(node.handlers, kinds, strict=True):
            self.may = here & self.handled(node.body, attempt, kind)
            if handler.__class__ in self.syntax:
                self.written(handler)
            self.handler(handler, bound, attempt, kind, ways, brought)
            left |= self.may
            coped |= self.may
        self.brought &= brought | ~coped
        if not node.handlers:
            left = self.may if not node.finalbody else left
        ways.join()
        self.may = left
        if node.finalbody:
            self.may = here
            self.block(node.finalbody)
            self.may &= left

    def handled(self, body: list[ast.stmt], attempt: Attempt, kind: int) -> int:
        """The Pythons on which a handler is come to.

        Where something known fails in the way that it is for, it is taken to be for that; and an
        AttributeError of a plain call of what every Python has is one of Pythons before these.
        """
        if not kind:
            return ALL
        came = attempt.came(kind)
        if not attempt.risky or (came and not kind & ~LOOKUPS):
            return came
        if kind == excepts.ATTRIBUTE and len(body) == 1:
            value = getattr(body[0], "value", None)
            func = value.func if isinstance(value, ast.Call) else None
            if isinstance(func, ast.Attribute) and self.plain(func):
                return 0
        return ALL

    @staticmethod
    def attempt(handlers: list[ast.ExceptHandler], kinds: list[int]) -> Attempt:
        """What the handlers of a `try` catch, and what of it they cope with."""
        catches = copes = 0
        names, raises = set[str](), ""
        for handler, kind in zip(handlers, kinds, strict=True):
            if excepts.gives_up(handler.body) and not excepts.clean(handler.body):
                raises = raises or excepts.raised(handler.body)
                raises = "" if raises == handler.name else raises
            else:
                copes |= kind & ~catches
                names |= excepts.names(handler.type)
            catches |= kind
        return Attempt(catches, copes, frozenset(names), raises)

    def handler(
        self, node: ast.ExceptHandler, bound: dict[str, Pairs], attempt: Attempt, kind: int,
        ways: Branches, brought: int,
    ) -> None:  # fmt: skip
        """One handler, with what the body may have bound before it failed."""
        scope, unless = self.scope, self.unless
        ways.begin()
        failed = attempt.came(excepts.ANY)
        self.guards.spend(len(bound))
        after, self.brought = self.brought, brought
        for name, pairs in bound.items():
            left = ALL & ~failed if name in self.shaky else ALL
            kept = tuple((mask & left, binding) for mask, binding in pairs if mask & left)
            scope.put(name, (*scope.env.get(name, ()), *kept))
        if node.type is not None:
            self.expression(node.type)
        if node.name:
            scope.bind(node.name, self.may, ANNOTATION, node.type)
        if kind & excepts.MODULE and attempt.absent:
            self.unless = (*unless, *dict.fromkeys(attempt.absent))[:MOST_ABSENT]
        self.block(node.body)
        self.unless, self.brought = unless, after
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
