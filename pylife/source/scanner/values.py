"""What an expression is, where that is evident: a module, a name of one, a value of a class.

An answer is a list of (Pythons, value) pairs; None is the value that is not known, and Pythons in
no pair are those on which nothing was bound. Nothing here is guessed.
"""

import ast
import re

from pylife.source.scanner import classes, elements, members, results, scopes
from pylife.source.scanner.fields import FEW, Lines, Methods
from pylife.source.scanner.kinds import (
    NOT_KNOWN,
    Cases,
    Function,
    Instance,
    Local,
    Module,
    Ref,
    Value,
    made,
)
from pylife.source.scanner.scopes import Binding, Pairs, Scope
from pylife.source.scanner.table import Table
from pylife.source.scanner.versions import ALL

DEPTH = 60
_CHANGING = rb"\s*(?:\[[^\]\n]{0,200}\]\s*=(?!=)|\+=|\.\s*[a-z])"
"""How far an expression is followed; deeper ones are made by machines and are not evident."""


_LITERALS: dict[type[ast.AST], str] = {
    ast.JoinedStr: "str",
    ast.List: "list",
    ast.ListComp: "list",
    ast.Dict: "dict",
    ast.DictComp: "dict",
    ast.Set: "set",
    ast.SetComp: "set",
    ast.Tuple: "tuple",
}


_MODULE_TEXTS = frozenset({"__name__", "__file__"})
_NEVER_OTHERS = frozenset({"hasattr", "getattr"})
"""Builtins that no star import brings anew: guards are made of them."""


class Values:
    """Answers what names and expressions are, in one file."""

    def __init__(self, table: Table, tainted: frozenset[str], source: bytes = b"") -> None:
        self.table = table
        self.source = source
        self.methods: dict[ast.AST, Methods] = {}  # of classes of the file
        self.lines = Lines(source)
        self.quoted: dict[ast.expr, ast.expr | None] = {}  # annotations that are text
        self.lists: dict[str, bool] = {}  # lists, dictionaries and sets that a file may change
        self.changing: frozenset[bytes] | None = None  # all such, once many were asked for
        self.tainted = tainted  # names that some function of the file sets from within
        self.stored: set[str] = set()  # attributes that the file sets on something
        self.depth = 0

    def of(self, node: ast.expr, scope: Scope) -> Cases:
        """What an expression is."""
        kind = node.__class__
        if self.depth > DEPTH:
            return NOT_KNOWN
        self.depth += 1
        try:
            if isinstance(node, ast.Name):
                return self.name(node.id, scope)
            if isinstance(node, ast.Attribute):
                owners = self.of(node.value, scope)
                return [(mask, self.member(value, node.attr)) for mask, value in owners]
            if isinstance(node, ast.Call):
                return self.called(node, scope)
            if isinstance(node, ast.Constant):
                name = type(node.value).__name__
                plain = name not in {"NoneType", "ellipsis"}
                return [(ALL, Instance("builtins", name))] if plain else NOT_KNOWN
            if kind in _LITERALS:
                return [(ALL, Instance("builtins", _LITERALS[kind]))]
            if isinstance(node, ast.BinOp):
                return results.operation(self, node, scope)
            if isinstance(node, ast.IfExp):
                sides = [self.of(side, scope) for side in (node.body, node.orelse)]
                return sides[0] if sides[0] == sides[1] else NOT_KNOWN
            if isinstance(node, ast.NamedExpr):
                return self.of(node.value, scope)
            if isinstance(node, ast.Subscript):
                return elements.item(self, node, scope)
            if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
                sides = [self.of(side, scope) for side in node.values]
                return sides[0] if all(side == sides[0] for side in sides) else NOT_KNOWN
            return NOT_KNOWN
        finally:
            self.depth -= 1

    def name(self, name: str, scope: Scope) -> Cases:
        """What a name is, looked up from a scope outwards."""
        if name in self.tainted:
            return NOT_KNOWN
        found: Cases = []
        left, here = ALL, scope
        around: Scope | None = scope
        while around is not None:
            pairs = around.env.get(name)
            if pairs and (around.kind != scopes.CLASS or around is here):
                mask, binding = pairs[0]
                if mask == left == ALL and len(pairs) == 1 and not around.loops:
                    if binding.what == scopes.UNKNOWN:
                        return NOT_KNOWN
                    if binding.known is not None:
                        return binding.known  # type: ignore[return-value]
                covered = 0
                for mask, binding in pairs:
                    covered |= mask
                    if mask & left:
                        found += self._bound(name, around, mask & left, binding)
                if around.kind == scopes.FUNCTION:
                    return found
                left &= ~covered
                if not left:
                    return found
            around = around.parent
        return found + self._unbound(name, scope, left)

    def _bound(self, name: str, scope: Scope, mask: int, binding: Binding) -> Cases:
        if binding.what == scopes.UNKNOWN:
            return [(mask, None)]
        if binding.busy:  # it is made from what the name was before
            return [
                (mask & before & part, value)
                for before, other in binding.prior
                if not other.busy
                for part, value in self.bound(other)
            ] or [(mask, None)]
        found = [(mask & part, value) for part, value in self.bound(binding) if mask & part]
        if scope.loops and any(value is not None for _, value in found):
            for loop in scope.loops:
                if binding.serial < loop.serial and loop.stores(name):
                    return [(mask, None)]
        return found

    def _unbound(self, name: str, scope: Scope, left: int) -> Cases:
        """A name that nothing binds: from a star import, or a builtin."""
        around: Scope | None = scope
        while around is not None:
            for star in reversed(around.stars):
                if star.module is None and name not in _NEVER_OTHERS:
                    return [(left, None)]
                if star.module and self.table.attribute(star.module, name) is not None:
                    return [(left, Ref(star.module, name))]
            around = around.parent
        if name == "__builtins__":
            return [(left, Module("builtins"))]
        if name in _MODULE_TEXTS:
            return [(left, Instance("builtins", "str"))]
        known = self.table.attribute("builtins", name) is not None
        return [(left, Ref("builtins", name) if known else None)]

    def changes(self, name: str) -> bool:
        """Whether a file may change the list, dictionary or set of that name."""
        if name not in self.lists:
            if len(self.lists) < FEW:
                found = re.search(rb"\b%s(?=%s)" % (name.encode(), _CHANGING), self.source)
                self.lists[name] = found is not None
            else:
                if self.changing is None:
                    pattern = rb"\b([\w\x80-\xff]+)(?=%s)" % _CHANGING
                    self.changing = frozenset(re.findall(pattern, self.source))
                self.lists[name] = name.encode() in self.changing
        return self.lists[name]

    def bound(self, binding: Binding) -> Cases:
        """What a binding gives."""
        if binding.known is None:
            binding.busy = True
            try:
                binding.known = self._find(binding)
            finally:
                binding.busy = False
        return binding.known  # type: ignore[return-value]

    def _find(self, binding: Binding) -> Cases:
        node, scope = binding.node, binding.scope
        if binding.what == scopes.VALUE:
            return [(ALL, self._held(node))]  # type: ignore[arg-type]
        if scope is None or node is None:
            return NOT_KNOWN
        if binding.what == scopes.PAIRS:
            pairs: Pairs = node  # type: ignore[assignment]
            return [
                (mask & part, value)
                for mask, other in pairs
                if not other.busy
                for part, value in self.bound(other)
            ]
        if binding.what == scopes.DEFINITION and isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef
        ):
            return [(ALL, Function(node, scope))]
        if not isinstance(node, ast.expr):
            return NOT_KNOWN
        if binding.what == scopes.EXPRESSION:
            return self.of(node, scope)
        if binding.what == scopes.ANNOTATION:
            return [(mask, made(value)) for mask, value in classes.annotated(self, node, scope)]
        if binding.what == scopes.ELEMENT:
            return elements.of(self, node, scope)
        if binding.what == scopes.ENTERED:
            return [(mask, self.entered(value)) for mask, value in self.of(node, scope)]
        return NOT_KNOWN

    def _held(self, value: Value) -> Value:
        """An imported constant is what it holds."""
        made = self.table.instance(*value) if isinstance(value, Ref) else None
        return value if made is None else Instance(*made)

    def member(self, value: Value | None, name: str) -> Value | None:
        """What an attribute of a value is."""
        if value is None:
            return Instance("types", "CodeType") if name == "__code__" else None
        if isinstance(value, Local | Function):
            return members.member(self, value, name)
        key = (Values, value.__class__, value, name)
        answers = self.table.answers
        if key not in answers:
            answers[key] = members.member(self, value, name)
        found: Value | None = answers[key]
        return found

    def called(self, node: ast.Call, scope: Scope) -> Cases:
        """What a call gives."""
        return results.called(self, node, scope)

    def result(self, value: Value | None) -> Value | None:
        """What calling a value gives."""
        if isinstance(value, Ref):
            made = self.table.result(value.module, value.name)
            return Instance(*made) if made is not None else None
        if isinstance(value, Local) and not value.made:
            return Local(value.scope, made=True)
        return None

    def entered(self, value: Value | None) -> Value | None:
        """What `with value as name` gives the name."""
        if isinstance(value, Instance):
            return self.result(Ref(value.module, f"{value.name}.__enter__"))
        return None
