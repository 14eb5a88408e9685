"""On which Pythons a condition may be true, and on which false.

A condition is worked out once for each Python, and for its first and a late patch release, with
`sys.version_info` in its place; what cannot be known is NOT_SURE, which is both. So every shape of
comparison, slice, field, arithmetic and text costs one rule at most, and comparisons with patch
releases come out as true and false at once.
"""

import ast
import re
from collections.abc import Iterator
from typing import Any

from pylife.source.scanner import classes, scopes
from pylife.source.scanner.computing import RULES
from pylife.source.scanner.kinds import Function, Instance, Local, Module, Ref, Value
from pylife.source.scanner.runs import STANDARD, VersionInfo
from pylife.source.scanner.scopes import Binding, Scope
from pylife.source.scanner.unsure import NOT_SURE, NotSureError
from pylife.source.scanner.values import Values
from pylife.source.scanner.versions import VERSIONS

_LATE = 40
"""A patch release after all others: `> (3, 10, 99)` means every 3.11, and no 3.10."""

_PATCH = re.compile(r"3\.\d+\.(\d+)")


class Guards:
    """Works out the conditions of one file."""

    def __init__(self, values: Values) -> None:
        self.values = values
        self.table = values.table
        self.depth = 0
        self.runs = 0
        """How many functions of the file were run for the expression that was asked for."""

    def truth(self, node: ast.expr, scope: Scope, asked: int) -> tuple[int, int]:
        """The Pythons on which it may be true, and those on which it may be false."""
        true = false = 0
        # Most conditions are about something else: what neither the oldest nor the newest knows.
        ends = (VersionInfo.of(VERSIONS[0], 0), VersionInfo.of(VERSIONS[-1], 0))
        if all(self.value(node, scope, python) is NOT_SURE for python in ends):
            return asked, asked
        micros = sorted({0, _LATE, *_micros(node)})
        for bit, version in enumerate(VERSIONS):
            if not asked >> bit & 1:
                continue
            for micro in micros:
                try:
                    outcome = bool(self.value(node, scope, VersionInfo.of(version, micro)))
                except NotSureError:
                    true |= 1 << bit
                    false |= 1 << bit
                    break
                if outcome:
                    true |= 1 << bit
                else:
                    false |= 1 << bit
        return true, false

    def value(self, node: ast.expr | None, scope: Scope, python: VersionInfo) -> Any:
        """What an expression gives on one Python; NOT_SURE if that is not known."""
        rule = RULES.get(type(node)) if node is not None else None
        if rule is None or self.depth > 100:
            return NOT_SURE
        if not self.depth:
            self.runs = 0
        self.depth += 1
        try:
            return rule(self, node, scope, python)
        except (NotSureError, TypeError, ValueError, LookupError, ArithmeticError, AttributeError):
            return NOT_SURE
        finally:
            self.depth -= 1

    def each(self, nodes: list[ast.expr], scope: Scope, python: VersionInfo) -> list[Any]:
        """Several values, all of which must be known."""
        found = [self.value(node, scope, python) for node in nodes]
        if NOT_SURE in found:
            raise NotSureError
        return found

    def thing(self, node: ast.expr, scope: Scope, python: VersionInfo) -> Any:
        """A name or attribute: what the running Python makes of it, else what it stands for."""
        bit = 1 << python.place
        found = {value for mask, value in self.values.of(node, scope) if mask & bit}
        if len(found) != 1:
            return NOT_SURE
        value = found.pop()
        if isinstance(value, Ref | Module):
            return self.standard(value, python)
        return NOT_SURE  # of an object the class is known, and not what it is: it may be None

    def standard(self, value: Ref | Module, python: VersionInfo) -> Any:
        """What something of the standard library is on one Python."""
        if isinstance(value, Module | Ref):
            place = value.name if isinstance(value, Module) else f"{value.module}.{value.name}"
            if place in STANDARD:
                return STANDARD[place](python)
        return value if isinstance(value, Module) or self.there(value, python) else NOT_SURE

    def there(self, value: Value | None, python: VersionInfo) -> bool:
        """Whether that Python has it."""
        entry = None
        if isinstance(value, Module):
            entry = self.table.module(value.name)
        elif isinstance(value, Ref | Instance):
            entry = self.table.attribute(value.module, value.name)
        if entry is None:
            raise NotSureError
        return bool(entry.present >> python.place & 1)

    def has(self, owner: ast.expr, name: str, scope: Scope, python: VersionInfo) -> Any:
        """`hasattr(owner, name)`."""
        bit = 1 << python.place
        found = {value for mask, value in self.values.of(owner, scope) if mask & bit}
        if len(found) != 1:
            return NOT_SURE
        value = found.pop()
        if isinstance(value, Local):
            inherited = classes.inherited(self.values, value, name)
            if inherited is None:
                return NOT_SURE
            return bool(inherited[1].present >> python.place & 1)
        if value is None or isinstance(value, Function):
            return NOT_SURE
        if isinstance(value, Module):
            entry = self.table.attribute(value.name, name) or self.table.module(
                f"{value.name}.{name}"
            )
        else:
            entry = self.table.attribute(value.module, f"{value.name}.{name}")
        return NOT_SURE if entry is None else bool(entry.present >> python.place & 1)

    def bound(self, name: str, scope: Scope, python: VersionInfo) -> Any:
        """What a name was bound to on one Python, from its binding's expression."""
        bit = 1 << python.place
        if name in self.values.tainted:
            return NOT_SURE
        around: Scope | None = scope
        while around is not None:
            if around.kind != scopes.CLASS or around is scope:
                pairs = [pair for pair in around.env.get(name, ()) if pair[0] & bit]
                if any(
                    binding.serial < loop.serial and loop.stores(name)
                    for loop in around.loops
                    for _, binding in pairs
                ):
                    return NOT_SURE
                if len(pairs) == 1 and not pairs[0][1].busy:
                    return self.binding(pairs[0][1], python)
                if pairs:
                    found = [self.binding(pair[1], python) for pair in pairs if not pair[1].busy]
                    same = all(value == found[0] for value in found[1:])
                    return found[0] if found and same else NOT_SURE
                if name in around.env:
                    return NOT_SURE
            around = around.parent
        return NOT_SURE

    def binding(self, binding: Binding, python: VersionInfo) -> Any:
        """What a binding gives on one Python."""
        if binding.cases is None:
            binding.cases = {}
        if python not in binding.cases:
            binding.busy = True
            try:
                binding.cases[python] = self._binding(binding, python)
            except NotSureError:
                binding.cases[python] = NOT_SURE
            finally:
                binding.busy = False
        return binding.cases[python]

    def _binding(self, binding: Binding, python: VersionInfo) -> Any:
        node, scope = binding.node, binding.scope
        if binding.what == scopes.VALUE:
            return self.standard(node, python)  # type: ignore[arg-type]
        if binding.what == scopes.DEFINITION:
            return Function(node, scope)  # type: ignore[arg-type]
        if binding.what == scopes.EXPRESSION and isinstance(node, ast.expr) and scope:
            return self.value(node, scope, python)
        if binding.what == scopes.PAIRS:
            pairs: scopes.Pairs = node  # type: ignore[assignment]
            found = [pair[1] for pair in pairs if pair[0] >> python.place & 1]
            return self.binding(found[0], python) if len(found) == 1 else NOT_SURE
        if binding.what == scopes.ITEM and isinstance(node, tuple) and scope:
            whole, index = node
            value = self.value(whole, scope, python)
            return NOT_SURE if value is NOT_SURE else value[index]
        return NOT_SURE


def _micros(node: ast.expr) -> Iterator[int]:
    """Patch releases that a condition speaks of, and those beside them."""
    for inner in ast.walk(node):
        found = -1
        if isinstance(inner, ast.Tuple) and len(inner.elts) > 2:
            third = inner.elts[2]
            if isinstance(third, ast.Constant) and isinstance(third.value, int):
                found = third.value
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, int):
            found = inner.value >> 8 & 0xFF if inner.value >> 24 == 3 else -1
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            match = _PATCH.match(inner.value)
            found = int(match[1]) if match else -1
        if 0 < found < _LATE:
            yield from (found - 1, found, found + 1)
