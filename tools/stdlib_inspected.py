"""What can be seen of one class or function; for stdlib_introspect, on any Python from 3.8."""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

KEYWORD = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
# What the interpreter writes into every class.
OWN = {"__module__", "__doc__", "__dict__", "__weakref__", "__qualname__", "__static_attributes__"}
OWN |= {"__firstlineno__", "__annotations__", "__annotate__", "__annotate_func__"}
OWN |= {"__annotations_cache__"}


def signature(value: Callable[..., Any], drop: int) -> str | None:
    """Parameters as text: `/ a b * c **`: those that go by position only are slashes."""
    options: dict[str, Any] = {}
    if sys.version_info >= (3, 14):
        options["annotation_format"] = importlib.import_module("annotationlib").Format.FORWARDREF
    try:
        parameters = list(inspect.signature(value, **options).parameters.values())[drop:]
    except BaseException:  # noqa: BLE001 - builtins without a signature raise what they like
        return None
    words = []
    for parameter in parameters:
        if parameter.kind == inspect.Parameter.VAR_POSITIONAL:
            words.append("*")
        elif parameter.kind == inspect.Parameter.VAR_KEYWORD:
            words.append("**")
        elif parameter.kind in KEYWORD:
            words.append(parameter.name)
        else:
            words.append("/")
    return " ".join(words)


def described(fact: dict[str, Any], value: Any, drop: int) -> dict[str, Any]:
    """The fact with the parameters and the deprecation of a value."""
    parameters = signature(value, drop) if callable(value) else None
    if parameters is not None:
        fact["p"] = parameters
    note = getattr(value, "__deprecated__", None)
    if isinstance(note, str):
        fact["d"] = note
    return fact


def listed(cls: type) -> Iterator[str]:
    """Names that instances have but `vars` does not show: enum aliases, annotations, fields."""
    members = getattr(cls, "__members__", ())
    if not isinstance(members, property):
        yield from members
    if sys.version_info >= (3, 14):
        library = importlib.import_module("annotationlib")
        yield from library.get_annotations(cls, format=library.Format.FORWARDREF)
    else:
        found = vars(cls).get("__annotations__", ())
        yield from found if isinstance(found, dict) else ()
    if issubclass(cls, ast.AST):
        yield from (*cls._fields, *cls._attributes)


def assignments(path: Path) -> dict[str, set[str]]:
    """qualified class name → names set on instances, for each class of a source file."""
    tree = ast.parse(path.read_bytes())
    found: dict[str, set[str]] = {}

    def visit(node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef):
                name = prefix + child.name
                found.setdefault(name, set()).update(set_in(child.body))
                visit(child, name + ".")
            elif isinstance(child, (ast.If, ast.Try)):
                visit(child, prefix)

    visit(tree, "")
    return found


def set_in(body: Iterable[ast.stmt]) -> Iterator[str]:
    """Names that the methods of one class definition set on their first argument."""
    for method in body:
        if isinstance(method, ast.FunctionDef) and (method.args.args or method.args.posonlyargs):
            own = (method.args.posonlyargs + method.args.args)[0].arg
            for node in ast.walk(method) if own in ("self", "cls") else ():
                if (
                    isinstance(node, ast.Attribute)
                    and isinstance(node.ctx, ast.Store)
                    and isinstance(node.value, ast.Name)
                    and node.value.id == own
                ):
                    yield node.attr
