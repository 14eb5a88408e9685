"""What calls and names that speak of the running Python give on one Python.

The counterpart of `guards`: this module knows the standard library's names, that one how
expressions are put together.
"""

import ast
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from pylife.source.scanner import running
from pylife.source.scanner.kinds import Function, Module, Ref
from pylife.source.scanner.scopes import Scope
from pylife.source.scanner.unsure import NOT_SURE
from pylife.source.scanner.versions import VERSIONS

if TYPE_CHECKING:
    from pylife.source.scanner.guards import Guards


class VersionInfo(NamedTuple):
    """`sys.version_info` of one patch release."""

    major: int
    minor: int
    micro: int
    releaselevel: str
    serial: int

    @classmethod
    def of(cls, version: tuple[int, int], micro: int) -> "VersionInfo":
        """The final release of that number."""
        return cls(*version, micro, "final", 0)

    @property
    def place(self) -> int:
        """Its Python's bit in a set of Pythons."""
        return VERSIONS.index((self.major, self.minor))

    @property
    def text(self) -> str:
        """As `platform.python_version()` gives it."""
        return f"{self.major}.{self.minor}.{self.micro}"


STANDARD: dict[str, Callable[[VersionInfo], Any]] = {
    "sys.version_info": lambda python: python,
    "sys.hexversion": lambda python: (
        python.major << 24 | python.minor << 16 | python.micro << 8 | 0xF0
    ),
    "sys.version": lambda python: f"{python.text} (main, Jan  1 2020, 00:00:00) [C]",
    "typing.TYPE_CHECKING": lambda _: False,
}
"""What these names hold."""

_SPECS = frozenset({
    "importlib.util.find_spec", "importlib.find_loader", "pkgutil.find_loader",
    "importlib.machinery.PathFinder.find_spec",
})  # fmt: skip
_GIVEN: dict[str, Callable[[VersionInfo], Any]] = {
    "platform.python_version": lambda python: python.text,
    "platform.python_version_tuple": lambda python: tuple(python.text.split(".")),
    "sysconfig.get_python_version": lambda python: f"{python.major}.{python.minor}",
}
_BUILTINS: dict[str, Callable[..., Any]] = {
    "all": all, "any": any, "bool": bool, "float": float, "frozenset": frozenset, "int": int,
    "len": len, "list": list, "max": max, "min": min, "set": set, "str": str, "tuple": tuple,
}  # fmt: skip
_METHODS = frozenset({
    "startswith", "endswith", "split", "rsplit", "partition", "rpartition", "strip", "replace",
    "format", "join", "lower", "__ge__", "__gt__", "__lt__", "__le__", "__eq__", "__ne__",
})  # fmt: skip
_PARSERS = frozenset({"Version", "parse_version", "LooseVersion", "StrictVersion", "parse"})
_RELEASE = re.compile(r"\d+(?:\.\d+)*\Z")


def returned(guards: "Guards", node: ast.Call, scope: Scope, python: VersionInfo) -> Any:
    """What a call gives; raises LookupError where that is not known."""
    func = node.func
    last = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    if last in _PARSERS and len(node.args) == 1:
        return _release(guards.value(node.args[0], scope, python))
    if isinstance(func, ast.Attribute) and last in _METHODS:
        owner = guards.value(func.value, scope, python)
        if isinstance(owner, str | tuple):
            given = guards.each(node.args, scope, python)
            if node.keywords or len(str(given)) > 200:
                raise LookupError(last)
            return getattr(owner, last)(*given)
    bit = 1 << python.place
    found = [value for mask, value in guards.values.of(func, scope) if mask & bit]
    if len(found) != 1:
        raise LookupError(last)
    if isinstance(func, ast.Attribute) and (found[0] is None or isinstance(found[0], Function)):
        return running.method(guards, func, node, scope, python)
    if isinstance(found[0], Function):
        return running.called(guards, found[0], node, scope, python)
    if isinstance(found[0], Ref):
        return _standard(guards, found[0], node, scope, python)
    raise LookupError(last)


def _standard(
    guards: "Guards", called: Ref, node: ast.Call, scope: Scope, python: VersionInfo
) -> Any:
    place = f"{called.module}.{called.name}"
    if place in _GIVEN and not node.args:
        return _GIVEN[place](python)
    if place in _SPECS and node.args:
        (name,) = guards.each(node.args[:1], scope, python)
        module = Module(name)
        return module if guards.there(module, python) else None
    if called.module != "builtins":
        raise LookupError(place)
    if called.name in {"hasattr", "getattr"} and len(node.args) > 1:
        (name,) = guards.each(node.args[1:2], scope, python)
        has = guards.has(node.args[0], name, scope, python)
        if called.name == "hasattr":
            return has
        if has is NOT_SURE and len(node.args) > 2 and _never(guards, node.args[0], name, scope):
            has = False
        if has:
            made = ast.Attribute(value=node.args[0], attr=name, ctx=ast.Load())
            return guards.value(ast.copy_location(made, node), scope, python)
        return guards.value(node.args[2], scope, python)
    if called.name == "map" and len(node.args) == 2:
        function = _BUILTINS.get(getattr(node.args[0], "id", ""))
        (items,) = guards.each(node.args[1:], scope, python)
        if function is None:
            raise LookupError(place)
        return tuple(function(item) for item in items)
    if called.name in {"all", "any"} and isinstance(node.args[0], ast.List | ast.Tuple):
        sign = ast.And() if called.name == "all" else ast.Or()
        return guards.value(ast.BoolOp(sign, node.args[0].elts), scope, python)
    if called.name in _BUILTINS and not node.keywords and len(node.args) < 3:
        return _BUILTINS[called.name](*guards.each(node.args, scope, python))
    raise LookupError(place)


def _never(guards: "Guards", owner: ast.expr, name: str, scope: Scope) -> bool:
    """Whether a module of the standard library has no such name: a switch that others may set."""
    found = [value for _, value in guards.values.of(owner, scope)]
    return name.startswith("_") and all(isinstance(value, Module) for value in found)


def _release(text: Any) -> tuple[int, ...]:
    """`3.9` as numbers, as a version's class compares them."""
    if not isinstance(text, str) or not _RELEASE.match(text):
        raise LookupError(text)
    numbers = [int(part) for part in text.split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def spoken(
    guards: "Guards", side: ast.expr, name: str, scope: Scope, python: VersionInfo
) -> bool | None:
    """Whether `name` is in `dir(module)`, `vars(module)`, `module.__dict__` and the like."""
    owner = None
    if isinstance(side, ast.Call) and len(side.args) == 3:
        wanted = side.args[1].value if isinstance(side.args[1], ast.Constant) else None
        called = getattr(side.func, "id", "") == "getattr" and isinstance(wanted, str)
        if called and guards.has(side.args[0], str(wanted), scope, python) is True:
            side = ast.Attribute(side.args[0], str(wanted), ast.Load())
    if isinstance(side, ast.Call) and len(side.args) == 1:
        if getattr(side.func, "id", "") in {"dir", "vars"}:
            owner = side.args[0]
    elif isinstance(side, ast.Attribute) and side.attr in {"__dict__", "__all__"}:
        owner = side.value
    elif isinstance(side, ast.Attribute) and side.attr in {"modules", "stdlib_module_names"}:
        try:
            known = guards.there(Module(name), python)
        except Exception:  # noqa: BLE001 - not known, whatever the reason
            return None
        return None if known and side.attr == "modules" else known
    if owner is None:
        return None
    found = guards.has(owner, name, scope, python)
    return found if isinstance(found, bool) else None
