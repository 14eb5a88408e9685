"""What Python expressions of literals mean, worked out from the syntax tree without running it.

Knows names of module-level constants, concatenation, f-strings, `%s` and `{}`
formatting, `join`, and elements of literal lists and dictionaries. Anything
else is `NotStaticError`, with the reason.
"""

import ast
import re
from dataclasses import dataclass
from functools import lru_cache

from pylife.syntax.python import Module

_DEPTH = 30
_LONGEST = 10_000
"""Longer text names no Python, and formatting must not be made to build any."""


class NotStaticError(Exception):
    """The expression's value is only known by running the code; the message says why."""


class NotTextError(NotStaticError):
    """The expression's value is known, and is no string."""


@dataclass(frozen=True, slots=True)
class Element:
    """An element of a list expression; `known` is False for a part that is computed."""

    node: ast.expr
    known: bool


def text(module: Module, node: ast.expr) -> str:
    """The string that `node` evaluates to; raises NotStaticError, NotTextError for a number."""
    value = evaluate(module, node)
    if not isinstance(value, str):
        raise NotTextError("not a string")
    return value


@lru_cache(maxsize=256)  # names used twice at each level would otherwise take 2**depth steps
def elements(module: Module, node: ast.expr, depth: int = _DEPTH) -> tuple[Element, ...]:
    """The elements of a list expression, through names and concatenation."""
    deeper = depth - 1
    match module.resolve(node):
        case _ if not depth:
            found = [Element(node, known=False)]
        case ast.List(elts=elts) | ast.Tuple(elts=elts) | ast.Set(elts=elts):
            found = []
            for element in elts:
                if isinstance(element, ast.Starred):
                    found += elements(module, element.value, deeper)
                else:
                    found.append(Element(element, known=True))
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            found = [*elements(module, left, deeper), *elements(module, right, deeper)]
        case ast.Call(func=ast.Name(id="list" | "tuple" | "sorted" | "set"), args=[inner]):
            found = [*elements(module, inner, deeper)]
        case other:
            found = [Element(other, known=False)]
    return tuple(found) if len(found) <= _LONGEST else (Element(node, known=False),)


@lru_cache(maxsize=256)
def evaluate(module: Module, node: ast.expr, depth: int = _DEPTH) -> object:
    """The value of `node`: strings, numbers, and lists of them; raises NotStaticError."""
    if not depth:
        raise NotStaticError("nested too deeply")
    deeper = depth - 1
    match module.resolve(node):
        case ast.Constant(value=value):
            return value
        case ast.List() | ast.Tuple() as sequence:
            return [_item(module, item, deeper) for item in elements(module, sequence, deeper)]
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return _add(evaluate(module, left, deeper), evaluate(module, right, deeper))
        case ast.BinOp(op=ast.Mod(), left=left, right=right):
            return _percent(evaluate(module, left, deeper), evaluate(module, right, deeper))
        case ast.JoinedStr(values=values):
            return _short("".join(_piece(module, value, deeper) for value in values))
        case ast.Call(keywords=[]) as call:
            return _called(module, call, deeper)
        case ast.Subscript(value=owner, slice=index):
            return _element(module, owner, evaluate(module, index, deeper), deeper)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))):
            return -number
        case ast.Name(id=name):
            raise NotStaticError(f"{name} is not a constant of this file")
        case other:
            raise NotStaticError(f"computed ({type(other).__name__})")


def _called(module: Module, call: ast.Call, depth: int) -> object:
    match call:
        case ast.Call(func=ast.Attribute(value=owner, attr=name), args=args):
            owned = evaluate(module, owner, depth)
            return _method(owned, name, [evaluate(module, arg, depth) for arg in args])
        case ast.Call(func=ast.Name(id="str"), args=[inner]):
            return str(evaluate(module, inner, depth))
        case ast.Call(func=ast.Name(id="map"), args=[ast.Name(id="str"), inner]):
            return [str(item) for item in _list(evaluate(module, inner, depth))]
        case _:
            raise NotStaticError("computed by a call")


def _item(module: Module, item: Element, depth: int) -> object:
    if not item.known:
        raise NotStaticError("part of the list is computed")
    return evaluate(module, item.node, depth)


def _piece(module: Module, node: ast.expr, depth: int) -> str:
    match node:
        case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
            return str(evaluate(module, value, depth))
        case ast.FormattedValue():
            raise NotStaticError("a formatted f-string")
        case _:
            return str(evaluate(module, node, depth))


def _short(value: str) -> str:
    if len(value) > _LONGEST:
        raise NotStaticError("too long")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list) or len(value) > _LONGEST:
        raise NotStaticError("not a list of constants")
    return value


def _add(left: object, right: object) -> object:
    if isinstance(left, str) and isinstance(right, str):
        return _short(left + right)
    return _list(_list(left) + _list(right))


def _percent(form: object, value: object) -> str:
    values = value if isinstance(value, list) else [value]
    if not isinstance(form, str) or re.sub(r"%[sd%]", "", form).count("%"):
        raise NotStaticError("computed with %")
    try:
        return _short(form % tuple(values))
    except (TypeError, ValueError):
        raise NotStaticError("computed with %") from None


def _method(owner: object, name: str, args: list[object]) -> object:
    match owner, name, args:
        case str(text), "join", [list(parts)]:
            return _short(text.join(str(part) for part in parts))
        case str(text), "strip", []:
            return text.strip()
        case str(text), "format", _ if not re.sub(r"\{\d?\}", "", text).count("{"):
            try:
                return _short(text.format(*args))
            except (IndexError, ValueError):
                raise NotStaticError("computed with format()") from None
        case _:
            raise NotStaticError(f"computed with {name}()")


def _element(module: Module, owner: ast.expr, index: object, depth: int) -> object:
    holder = module.resolve(owner)
    if isinstance(holder, ast.Dict):
        for key, value in zip(holder.keys, holder.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == index:
                return evaluate(module, value, depth)
    elif isinstance(index, int):
        values = _list(evaluate(module, holder, depth))
        if -len(values) <= index < len(values):
            return values[index]
    raise NotStaticError("computed with an index")
