"""Whether a condition asks for the running Python, be it in a way that cannot be worked out.

What stands behind such a condition is taken to be guarded: whoever asks knows why.
"""

import ast
import re
from typing import TYPE_CHECKING

from pylife.source.scanner import scopes
from pylife.source.scanner.scopes import Binding, Scope
from pylife.source.scanner.tree import every
from pylife.source.scanner.versions import ALL

if TYPE_CHECKING:
    from pylife.source.scanner.guards import Guards

_WORDS = re.compile(
    rb"version_info|hexversion|python_version|signature\(|getfullargspec\(|ImportError"
    rb"|ModuleNotFoundError"
)
_VERSIONS = frozenset({
    "version_info", "hexversion", "python_version", "python_version_tuple", "get_python_version",
})  # fmt: skip
_OWNERS = frozenset({"sys", "platform", "sysconfig"})
_SIGNATURES = frozenset({"signature", "getfullargspec"})
_DEEPEST = 3


class Asking:
    """Answers for one file; a file without the words is not looked at any further."""

    def __init__(self, guards: "Guards") -> None:
        self.guards = guards
        self.may: bool | None = None
        self.known: dict[int, bool] = {}

    def asks(self, node: ast.expr, scope: Scope, depth: int = 0) -> bool:
        """Whether an expression asks for the running Python, itself or by names of the file."""
        if self.may is None:
            self.may = _WORDS.search(self.guards.values.source) is not None
        if not self.may:
            return False
        for inner in every(node):
            self.guards.spend()
            if inner.__class__ is ast.Name:
                name = inner.id
                if name in _VERSIONS or (depth < _DEEPEST and self._named(name, scope, depth)):
                    return True
            elif _itself(inner):
                return True
        return False

    def _named(self, name: str, scope: Scope, depth: int) -> bool:
        """Whether a name of the file stands for what asks for the running Python."""
        around: Scope | None = scope
        while around is not None and name not in around.env:
            around = around.parent
        if around is None:
            return False
        return any(
            self._bound(binding, scope, depth)
            for _, binding in around.env[name]
            if not any(binding.serial < loop.serial and loop.stores(name) for loop in around.loops)
        )

    def _bound(self, binding: Binding, scope: Scope, depth: int) -> bool:
        node, key = binding.node, id(binding)
        expression = binding.what == scopes.EXPRESSION and isinstance(node, ast.expr)
        if not expression and binding.what != scopes.DEFINITION:
            return False
        if key not in self.known:
            self.known[key] = False  # while it is looked at
            if isinstance(node, ast.FunctionDef):
                self.known[key] = self._function(node)
            elif isinstance(node, ast.expr):
                self.known[key] = self.asks(node, binding.scope or scope, depth + 1)
        return self.known[key]

    def _function(self, node: ast.FunctionDef) -> bool:
        """Whether a function asks for the running Python, or for a module not every one has."""
        for inner in every(node):
            self.guards.spend()
            if _itself(inner) or (isinstance(inner, ast.Try) and self._probes(inner)):
                return True
        return False

    def _probes(self, node: ast.Try) -> bool:
        table = self.guards.table
        return any(
            (entry := table.module(alias.name)) is not None and entry.present != ALL
            for inner in node.body
            if isinstance(inner, ast.Import)
            for alias in inner.names
        )


def _itself(node: ast.AST) -> bool:
    """`sys.version_info`, `inspect.signature(function)`."""
    if isinstance(node, ast.Call):
        func = node.func
        return getattr(func, "attr", getattr(func, "id", "")) in _SIGNATURES
    if isinstance(node, ast.Attribute) and node.attr in _VERSIONS:
        return getattr(node.value, "id", "") in _OWNERS
    return False
