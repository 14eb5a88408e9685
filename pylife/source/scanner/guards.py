"""On which Pythons a condition may be true, and on which false.

A condition is worked out once for each Python, and for its first and a late patch release, with
`sys.version_info` in its place; what cannot be known is NOT_SURE, which is both. So every shape of
comparison, slice, field, arithmetic and text costs one rule at most, and comparisons with patch
releases come out as true and false at once.
"""

import ast
from typing import Any

from pylife.source.scanner import scopes
from pylife.source.scanner.asking import Asking
from pylife.source.scanner.computing import RULES
from pylife.source.scanner.kinds import Function, Instance, Module, Ref, Value
from pylife.source.scanner.pythons import LATE, STANDARD, VersionInfo, micros
from pylife.source.scanner.scopes import Binding, Scope
from pylife.source.scanner.unsure import NOT_SURE, NotSureError, TooMuchWorkError
from pylife.source.scanner.values import Values
from pylife.source.scanner.versions import ALL, VERSIONS

_WORK = 600_000
_WORK_PER_BYTE = 4
"""How many parts of conditions are worked out for a file; written by people, it is one for each
ten bytes."""


_HOLDING = frozenset({ast.BoolOp, ast.IfExp, ast.UnaryOp, ast.Call, ast.NamedExpr})
"""What holds conditions that were worked out by themselves before."""
_BIG = 1 << 64
_SYS = [(ALL, Module("sys"))]
_PLAIN: dict[tuple[type[ast.cmpop], tuple[int, ...]], tuple[int, int]] = {}
Asked = tuple[ast.expr, Scope, VersionInfo]


class Guards:
    """Works out the conditions of one file."""

    def __init__(self, values: Values) -> None:
        self.values = values
        self.table = values.table
        self.asking = Asking(self)
        self.depth = 0
        self.known: dict[Asked, Any] = {}
        """What was worked out of parts of the condition that the walk is in; see `forget`."""
        self.left = _WORK + _WORK_PER_BYTE * len(values.source)
        self.runs = 0
        """How many functions of the file were run for the expression that was asked for."""

    def forget(self) -> None:
        """Another condition begins, or a name of this one is bound to something else."""
        if self.known:
            self.known.clear()

    def close(self) -> None:
        """The file is done: let go of what holds this, so that no collector has to find it."""
        self.forget()
        del self.asking

    def spend(self, steps: int = 1) -> None:
        """Count work whose amount a small file could make large; raises TooMuchWorkError."""
        self.left -= steps
        if self.left < 0:
            raise TooMuchWorkError

    def truth(self, node: ast.expr, scope: Scope, asked: int) -> tuple[int, int]:
        """The Pythons on which it may be true, and those on which it may be false."""
        plain = self._plain(node, scope)
        if plain is None:
            return self._truth(node, scope, asked)
        if plain not in _PLAIN:
            _PLAIN[plain] = self._truth(node, scope, ALL)
        true, false = _PLAIN[plain]
        return true & asked, false & asked

    def _plain(self, node: Any, scope: Scope) -> tuple[type[ast.cmpop], tuple[int, ...]] | None:
        """`sys.version_info >= (3, 9)` by its sign and numbers: most guards are like that."""
        if node.__class__ is not ast.Compare or len(node.ops) != 1:
            return None
        left, right = node.left, node.comparators[0]
        if (
            left.__class__ is not ast.Attribute or left.attr != "version_info"
            or left.value.__class__ is not ast.Name or right.__class__ is not ast.Tuple
            or self.values.name(left.value.id, scope) != _SYS
        ):  # fmt: skip
            return None
        numbers = tuple(getattr(part, "value", None) for part in right.elts)
        plain = all(number.__class__ is int and number < _BIG for number in numbers)
        return (node.ops[0].__class__, numbers) if plain else None  # type: ignore[return-value]

    def _truth(self, node: ast.expr, scope: Scope, asked: int) -> tuple[int, int]:
        true = false = 0
        # Most conditions are about something else: what neither the oldest nor the newest knows.
        ends = (VersionInfo.of(VERSIONS[0], 0), VersionInfo.of(VERSIONS[-1], 0))
        if all(self.value(node, scope, python) is NOT_SURE for python in ends):
            return asked, asked
        tried = sorted({0, LATE, *micros(node)})
        for bit, version in enumerate(VERSIONS):
            if not asked >> bit & 1:
                continue
            for micro in tried:
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

    def speaks(self, node: ast.expr, scope: Scope) -> bool:
        """Whether an expression asks for the running Python, be it in a way not known."""
        return self.asking.asks(node, scope)

    def value(self, node: ast.expr | None, scope: Scope, python: VersionInfo) -> Any:
        """What an expression gives on one Python; NOT_SURE if that is not known."""
        self.left -= 1
        if self.left < 0:
            raise TooMuchWorkError
        rule = RULES.get(type(node)) if node is not None else None
        if rule is None or self.depth > 100:
            return NOT_SURE
        holding = node.__class__ in _HOLDING
        if holding and (node, scope, python) in self.known:
            return self.known[node, scope, python]  # type: ignore[index]
        if not self.depth:
            self.runs = 0
        self.depth += 1
        try:
            found = rule(self, node, scope, python)
        except (NotSureError, TypeError, ValueError, LookupError, ArithmeticError, AttributeError):
            found = NOT_SURE
        finally:
            self.depth -= 1
        if holding:
            self.known[node, scope, python] = found  # type: ignore[index]
        return found

    def each(self, nodes: list[ast.expr], scope: Scope, python: VersionInfo) -> list[Any]:
        """Several values, all of which must be known."""
        found: list[Any] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                given = self.value(node.value, scope, python)
                found += given if isinstance(given, tuple | list) else [NOT_SURE]
            else:
                found.append(self.value(node, scope, python))
        if any(value is NOT_SURE for value in found):
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
