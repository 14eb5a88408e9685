"""What calls and names that speak of the running Python give on one Python.

The counterpart of `guards`: this module knows the standard library's names, that one how
expressions are put together.
"""

import ast
import operator
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from pylife.source.scanner import objects, running
from pylife.source.scanner.kinds import Function, Module, Ref
from pylife.source.scanner.pythons import Platform, VersionInfo
from pylife.source.scanner.scopes import Scope
from pylife.source.scanner.unsure import NOT_SURE, NotSureError

if TYPE_CHECKING:
    from pylife.source.scanner.guards import Guards


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
    "abs": abs, "dict": dict, "range": range, "reversed": reversed, "sorted": sorted, "sum": sum,
}  # fmt: skip
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    f"operator.{name}": getattr(operator, name) for name in ("eq", "ge", "gt", "le", "lt", "ne")
}
_LONGEST = 1000
_METHODS = frozenset({
    "startswith", "endswith", "split", "rsplit", "partition", "rpartition", "strip", "replace",
    "format", "join", "lower", "__ge__", "__gt__", "__lt__", "__le__", "__eq__", "__ne__",
    "isdigit", "isdecimal", "isnumeric", "count", "find", "index", "lstrip", "rstrip", "upper",
    "__contains__",
})  # fmt: skip
_PARSERS = frozenset({"Version", "parse_version", "LooseVersion", "StrictVersion", "parse"})
_RELEASE = re.compile(r"\d+(?:\.\d+)*\Z")


def returned(guards: "Guards", node: ast.Call, scope: Scope, python: VersionInfo) -> Any:
    """What a call gives; raises LookupError where that is not known."""
    func = node.func
    last = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    if last in _PARSERS and len(node.args) == 1:
        return _release(guards.value(node.args[0], scope, python))
    if isinstance(func, ast.Attribute):
        if last == "get":
            return _got(guards, func.value, node, scope, python)
        owner = guards.value(func.value, scope, python) if last in _METHODS else None
        if isinstance(owner, str | tuple):
            return _method(guards, owner, last, node, scope, python)
    bit = 1 << python.place
    found = [value for mask, value in guards.values.of(func, scope) if mask & bit]
    if found == [None] and not isinstance(func, ast.Attribute):
        made = guards.value(func, scope, python)
        if isinstance(made, Function):
            return running.called(guards, made, node, scope, python)
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
    if place in _OPERATORS and len(node.args) == 2:
        return _OPERATORS[place](*guards.each(node.args, scope, python))
    if place == "types.SimpleNamespace" and not node.args:
        return SimpleNamespace(**_words(guards, node, scope, python))
    if called.module != "builtins":
        raise LookupError(place)
    if called.name in {"hasattr", "getattr"} and len(node.args) > 1:
        return _asked(guards, called.name, node, scope, python)
    return _builtin(guards, called.name, node, scope, python)


def _words(
    guards: "Guards", node: ast.Call, scope: Scope, python: VersionInfo
) -> dict[str, Any]:  # fmt: skip
    """The keywords of a call."""
    given = {word.arg or "": word.value for word in node.keywords}
    return dict(zip(given, guards.each([*given.values()], scope, python), strict=True))


def _asked(
    guards: "Guards", name: str, node: ast.Call, scope: Scope, python: VersionInfo
) -> Any:  # fmt: skip
    """`hasattr(owner, name)` and `getattr(owner, name, default)`."""
    owner = node.args[0]
    (wanted,) = guards.each(node.args[1:2], scope, python)
    has = objects.has(guards, owner, wanted, scope, python)
    if name == "hasattr":
        return has
    if has is NOT_SURE and len(node.args) > 2 and _never(guards, owner, wanted, scope):
        has = False
    if has:
        made = ast.Attribute(value=owner, attr=wanted, ctx=ast.Load())
        return guards.value(ast.copy_location(made, node), scope, python)
    return guards.value(node.args[2], scope, python)


def _builtin(
    guards: "Guards", name: str, node: ast.Call, scope: Scope, python: VersionInfo
) -> Any:  # fmt: skip
    """What one of the builtins gives."""
    if name == "callable":
        (value,) = guards.each(node.args, scope, python)
        return isinstance(value, Ref | Function) or callable(value)
    if name == "map" and len(node.args) == 2:
        function = _BUILTINS.get(getattr(node.args[0], "id", ""))
        (items,) = guards.each(node.args[1:], scope, python)
        if function is None:
            raise LookupError(name)
        return tuple(function(item) for item in items)
    if name in {"all", "any"} and isinstance(node.args[0], ast.List | ast.Tuple):
        sign = ast.And() if name == "all" else ast.Or()
        return guards.value(ast.BoolOp(sign, node.args[0].elts), scope, python)
    if name == "dict" and not node.args and all(word.arg for word in node.keywords):
        return _words(guards, node, scope, python)
    if name in _BUILTINS and not node.keywords and len(node.args) < 3:
        made = _BUILTINS[name](*guards.each(node.args, scope, python))
        if isinstance(made, range) and len(made) > _LONGEST:
            raise LookupError(name)
        return tuple(made) if name == "reversed" else made
    raise LookupError(name)


def _method(
    guards: "Guards", owner: Any, name: str, node: ast.Call, scope: Scope, python: VersionInfo
) -> Any:  # fmt: skip
    """What a method of a text or tuple gives."""
    given = guards.each(node.args, scope, python)
    unknown = isinstance(owner, Platform) and name != "startswith"
    if unknown or node.keywords or len(str(given)) > 200:
        raise LookupError(name)
    return getattr(owner, name)(*given)


def _got(
    guards: "Guards", owner: ast.expr, node: ast.Call, scope: Scope, python: VersionInfo
) -> Any:
    """`sys.modules.get(name)`, and what a dictionary of versions gives."""
    if isinstance(owner, ast.Attribute) and owner.attr == "modules" and len(node.args) == 1:
        (name,) = guards.each(node.args, scope, python)
        return NOT_SURE if guards.there(Module(name), python) else None
    mapping = guards.value(owner, scope, python)
    if not isinstance(mapping, dict) or node.keywords:
        raise LookupError(node)
    return mapping.get(*guards.each(node.args, scope, python))


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
        if called and objects.has(guards, side.args[0], str(wanted), scope, python) is True:
            side = ast.Attribute(side.args[0], str(wanted), ast.Load())
    if isinstance(side, ast.Call) and len(side.args) == 1:
        if getattr(side.func, "id", "") in {"dir", "vars"}:
            owner = side.args[0]
    elif isinstance(side, ast.Attribute) and side.attr in {"__dict__", "__all__"}:
        owner = side.value
    elif isinstance(side, ast.Attribute) and side.attr in {"modules", "stdlib_module_names"}:
        try:
            known = guards.there(Module(name), python)
        except NotSureError:
            return None
        return None if known and side.attr == "modules" else known
    if owner is None:
        return None
    found = objects.has(guards, owner, name, scope, python)
    return found if isinstance(found, bool) else None
