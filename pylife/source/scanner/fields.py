"""What a class sets on its objects: `self.path = Path(...)`, where it is said once, plainly."""

import ast
import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, NamedTuple

NEAR = 200
"""How far around an attribute its line is looked at."""

FEW = 50
"""How many names are each looked for by themselves, before all are at once."""
_STORED = re.compile(rb"\s*(?::[^=\n]+)?[-+*/|&%^@]*=(?!=)")
_AMONG = re.compile(rb"[\w., \[\]()]*=(?!=)")
_BEFORE = re.compile(rb"[ \t(]*[\w., \[\]]*\Z")


class Field(NamedTuple):
    """The one assignment to a field; `value` is what is assigned, or its annotation."""

    value: ast.expr
    annotated: bool


class Methods:
    """What the methods of a class set, found out once for each of them."""

    def __init__(self, node: ast.ClassDef) -> None:
        kinds = ast.FunctionDef | ast.AsyncFunctionDef
        self._methods = [method for method in node.body if isinstance(method, kinds)]
        self._known: dict[int, dict[str, ast.Assign | ast.AnnAssign]] = {}
        self._own: dict[int, tuple[set[str], set[str]]] = {}

    def field(self, line: int, name: str) -> Field | None:
        """The field of that name, if a method of the class sets it in that line."""
        place = bisect_right(self._methods, line, key=lambda method: method.lineno) - 1
        if place < 0 or line > (self._methods[place].end_lineno or 0):
            return None
        method = self._methods[place]
        if place not in self._known:
            plain = [*method.args.posonlyargs, *method.args.args]
            self._known[place] = _stored(method, plain[0].arg) if plain else {}
        node = self._known[place].get(name)
        if node is None:
            return None
        if isinstance(node, ast.AnnAssign):
            return Field(node.annotation, annotated=True)
        if place not in self._own:
            self._own[place] = _own(method)
        own, stored = self._own[place]
        if isinstance(node.value, ast.Name):
            return _handed(node.value.id, method, stored)
        evident = _evident(node.value, own)
        return Field(node.value, annotated=False) if evident else None


class Lines:
    """In which lines a file sets attributes."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._known: dict[str, int] = {}
        self._every: dict[bytes, int] | None = None

    def only(self, name: str) -> int:
        """The line in which the file sets an attribute of that name; 0 for none or several."""
        if name not in self._known:
            if len(self._known) < FEW:
                lines = _set(self._source, re.escape(name.encode()))
                found = next(lines, (b"", 0))[1]
                self._known[name] = found if next(lines, None) is None else 0
            else:
                # So many are asked for that it pays to look for all of them at once.
                if self._every is None:
                    self._every = {}
                    for one, line in _set(self._source, rb"[\w\x80-\xff]+"):
                        self._every[one] = 0 if one in self._every else line
                self._known[name] = self._every.get(name.encode(), 0)
        return self._known[name]


def _set(source: bytes, pattern: bytes) -> Iterator[tuple[bytes, int]]:
    """The attributes that a file sets, of those that fit a pattern, with their lines."""
    line = at = 0
    for found in re.finditer(rb"\.(%s)\b" % pattern, source):
        after = source[found.end() : found.end() + NEAR].partition(b"\n")[0]
        before = source[max(0, found.start() - NEAR) : found.start()].rpartition(b"\n")[2]
        if _STORED.match(after) or (_AMONG.match(after) and _BEFORE.match(before)):
            line += source.count(b"\n", at, found.start())
            at = found.start()
            yield found[1], line + 1


def _stored(method: ast.AST, own: str) -> dict[str, ast.Assign | ast.AnnAssign]:
    """Where a method first sets each field of its object."""
    found: dict[str, ast.Assign | ast.AnnAssign] = {}
    for node in ast.walk(method):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            for each in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(each, ast.Attribute) and getattr(each.value, "id", "") == own:
                    found.setdefault(each.attr, node)
    return found


def _handed(name: str, method: Any, stored: set[str]) -> Field | None:
    """`self.name = name` of a parameter with an annotation, which the method leaves as it is."""
    for part in (*method.args.posonlyargs, *method.args.args, *method.args.kwonlyargs):
        if part.arg == name and part.annotation is not None:
            return None if name in stored else Field(part.annotation, annotated=True)
    return None


def _evident(node: ast.expr, own: set[str]) -> bool:
    """Whether a value can be looked at from outside its method."""
    if isinstance(node, ast.Constant):
        return node.value is not None
    if isinstance(node, ast.JoinedStr):
        return True
    if isinstance(node, ast.Compare | ast.BoolOp | ast.UnaryOp):
        used = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
        return not used & own
    func = node.func if isinstance(node, ast.Call) else None
    while isinstance(func, ast.Attribute):
        func = func.value
    return isinstance(func, ast.Name) and func.id not in own


def _own(method: ast.AST) -> tuple[set[str], set[str]]:
    """The names that a method has for itself, and those that it assigns to."""
    own, stored = set(), set()
    for inner in ast.walk(method):
        if isinstance(inner, ast.arg):
            own.add(inner.arg)
        elif isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load):
            own.add(inner.id)
            if isinstance(inner.ctx, ast.Store):
                stored.add(inner.id)
    return own, stored
