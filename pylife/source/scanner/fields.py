"""What a class sets on its objects: `self.path = Path(...)`, where it is said once, plainly."""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

NEAR = 200
"""How far around an attribute its line is looked at."""

_STORED = re.compile(rb"\s*(?::[^=\n]+)?[-+*/|&%^@]*=(?!=)")
_AMONG = re.compile(rb"[\w., \[\]()]*=(?!=)")
_BEFORE = re.compile(rb"[ \t(]*[\w., \[\]]*\Z")


class Field(NamedTuple):
    """The one assignment to a field; `value` is what is assigned, or its annotation."""

    value: ast.expr
    annotated: bool


def field(line: int, node: ast.ClassDef, name: str) -> Field | None:
    """The field of that name, if a method of the class sets it in that line."""
    for method in node.body:
        if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef) and (
            method.lineno <= line <= (method.end_lineno or 0)
        ):
            plain = [*method.args.posonlyargs, *method.args.args]
            return _of_method(method, plain[0].arg, name) if plain else None
    return None


def only_line(source: bytes, name: str) -> int:
    """The line in which a file sets an attribute of that name; 0 for none or several."""
    lines = _set(source, name)
    found = next(lines, 0)
    return found if next(lines, 0) == 0 else 0


def _set(source: bytes, name: str) -> Iterator[int]:
    """The lines in which a file sets an attribute of that name."""
    line = at = 0
    for found in re.finditer(rb"\.%s\b" % re.escape(name.encode()), source):
        after = source[found.end() : found.end() + NEAR].partition(b"\n")[0]
        before = source[max(0, found.start() - NEAR) : found.start()].rpartition(b"\n")[2]
        if _STORED.match(after) or (_AMONG.match(after) and _BEFORE.match(before)):
            line += source.count(b"\n", at, found.start())
            at = found.start()
            yield line + 1


def _of_method(method: ast.AST, own: str, name: str) -> Field | None:
    for node in ast.walk(method):
        if isinstance(node, ast.Assign) and any(_is(each, own, name) for each in node.targets):
            return Field(node.value, annotated=False) if _evident(node.value, method) else None
        if isinstance(node, ast.AnnAssign) and _is(node.target, own, name):
            return Field(node.annotation, annotated=True)
    return None


def _is(node: ast.expr, own: str, name: str) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr == name
        and isinstance(node.value, ast.Name)
        and node.value.id == own
    )


def _evident(node: ast.expr, method: ast.AST) -> bool:
    """Whether a value can be looked at from outside its method."""
    if isinstance(node, ast.Constant):
        return node.value is not None
    if isinstance(node, ast.JoinedStr):
        return True
    if isinstance(node, ast.Compare | ast.BoolOp | ast.UnaryOp):
        used = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
        return not used & _own(method)
    func = node.func if isinstance(node, ast.Call) else None
    while isinstance(func, ast.Attribute):
        func = func.value
    return isinstance(func, ast.Name) and func.id not in _own(method)


def _own(method: ast.AST) -> set[str]:
    """The names that a method has for itself."""
    return {
        inner.arg if isinstance(inner, ast.arg) else inner.id
        for inner in ast.walk(method)
        if isinstance(inner, ast.arg)
        or (isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load))
    }
