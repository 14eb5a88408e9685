"""What Python expressions of literals mean, worked out from the syntax tree without running it.

Knows names of module-level constants, concatenation, f-strings, `%s` and `{}`
formatting, `join`, `split`, elements of literal lists and dictionaries, and
comprehensions over such lists and `range()`. Anything else is `NotStaticError`,
with the reason.
"""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from pylife.declarations.static_values import (
    LONGEST,
    NotStaticError,
    NotTextError,
    add,
    listed,
    method,
    percent,
    short,
    shown,
)
from pylife.model import Span
from pylife.syntax.python import Module

__all__ = ["Element", "NotStaticError", "NotTextError", "elements", "evaluate", "text"]

_DEPTH = 30
_MOST = 60
"""A comprehension over more names no list of Pythons; each step copies its expression."""


@dataclass(frozen=True, slots=True)
class Element:
    """An element of a list expression; `known` is False for a part that is computed.

    `node` is the element, or the whole comprehension or `split()` that makes it.
    """

    node: ast.expr
    known: bool
    made: str | None = None
    """The value where `node` makes several: a comprehension, or `split()`."""
    part: Span | None = None
    """Where the text stands of which it is made, if it has a place of its own."""


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
        case ast.Call(func=ast.Name(id="filter"), args=[ast.Constant(value=None), inner]):
            found = [*elements(module, inner, deeper)]  # what is empty says nothing anyway
        case ast.ListComp() | ast.GeneratorExp() | ast.SetComp() as comprehension:
            found = _comprehended(module, comprehension, deeper)
        case ast.Call(func=ast.Attribute(attr="split" | "splitlines")) as call:
            found = _split(module, call, deeper)
        case other:
            found = [Element(other, known=False)]
    return tuple(found) if len(found) <= LONGEST else (Element(node, known=False),)


def _comprehended(
    module: Module, node: ast.ListComp | ast.GeneratorExp | ast.SetComp, depth: int
) -> list[Element]:
    """What `f"{v}" for v in ("3.9", "3.10")` makes, each element where its `v` stands."""
    match node.generators:
        case [ast.comprehension(target=ast.Name(id=name), iter=source, ifs=ifs, is_async=0)]:
            pass
        case _:
            return [Element(node, known=False)]
    made = []
    try:
        # What is empty says nothing anyway.
        if not all(ast.unparse(test) in {name, f"{name}.strip()"} for test in ifs):
            return [Element(node, known=False)]
        for part, value in _iterated(module, source, depth):
            one = _Replace(name, value).visit(copy.deepcopy(node.elt))
            made.append(Element(node, known=True, made=_made(module, one), part=part))
    except (NotStaticError, RecursionError):
        return [Element(node, known=False)]
    return made


class _Replace(ast.NodeTransformer):
    """Puts a value in the place of a name."""

    def __init__(self, name: str, value: object) -> None:
        self.name = name
        self.value = value

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id != self.name:
            return node
        return ast.Constant(value=self.value)  # type: ignore[arg-type] # may be a list too


def _made(module: Module, node: ast.expr) -> str:
    """The text of an element without a place of its own; not kept by the caches."""
    value = evaluate.__wrapped__(module, node)
    if not isinstance(value, str):
        raise NotStaticError("a comprehension that makes no text")
    return value


def _iterated(module: Module, node: ast.expr, depth: int) -> Iterator[tuple[Span | None, object]]:
    """The values that a comprehension runs over, with the place of each if it has one."""
    match module.resolve(node):
        case ast.Call(func=ast.Name(id="range"), args=args, keywords=[]):
            numbers = [evaluate(module, argument, depth) for argument in args]
            if not all(type(number) is int for number in numbers) or not 1 <= len(numbers) <= 3:
                raise NotStaticError("a computed range()")
            try:
                steps = range(*cast("list[int]", numbers))
            except ValueError:
                raise NotStaticError("a wrong range()") from None
            if len(steps[: _MOST + 1]) > _MOST:
                raise NotStaticError("a long range()")
            yield from ((None, step) for step in steps)
        case _:
            items = elements(module, node, depth)
            if len(items) > _MOST:
                raise NotStaticError("a long list")
            for item in items:
                place = module.string_span(module.resolve(item.node))
                yield item.part or place, _item(module, item, depth)


def _split(module: Module, call: ast.Call, depth: int) -> list[Element]:
    """The lines or words of a string that `split` or `splitlines` takes apart."""
    unknown = [Element(call, known=False)]
    if not isinstance(call.func, ast.Attribute) or call.keywords:
        return unknown
    lines = call.func.attr == "splitlines"
    try:
        whole = text(module, call.func.value)
        given = [evaluate(module, argument, depth) for argument in call.args]
    except NotStaticError:
        return unknown
    separator = given[0] if given else None
    if len(given) > 1 or (given and (lines or not isinstance(separator, str) or not separator)):
        return unknown
    pieces = whole.splitlines() if lines else whole.split(cast("str | None", separator))
    literal = _literal(module, call.func.value)
    span = module.span(literal) if isinstance(literal, ast.Constant) else Span(0, 0)
    body, encoding = module.source.slice(span), module.source.encoding
    found, at = [], 0
    for piece in pieces:
        core, part = piece.strip(), None
        begin = body.find(core, at)
        if core and begin >= 0:
            at = begin + len(core)
            start = span.start + len(body[:begin].encode(encoding))
            part = Span(start, start + len(core.encode(encoding)))
        found.append(Element(call, known=True, made=piece, part=part))
    return found


def _literal(module: Module, node: ast.expr) -> ast.expr:
    """The string literal of which `X.strip()` takes a part; else the expression itself."""
    match module.resolve(node):
        case ast.Call(func=ast.Attribute(value=inner, attr="strip"), args=[]):
            return _literal(module, inner)
        case other:
            return other


@lru_cache(maxsize=256)
def evaluate(module: Module, node: ast.expr, depth: int = _DEPTH) -> object:
    """The value of `node`: strings, numbers, and lists of them; raises NotStaticError."""
    if not depth:
        raise NotStaticError("nested too deeply")
    deeper = depth - 1
    match module.resolve(node):
        case ast.Constant(value=value):
            return value
        case ast.List() | ast.Tuple() | ast.ListComp() | ast.GeneratorExp() as sequence:
            return [_item(module, item, deeper) for item in elements(module, sequence, deeper)]
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return add(evaluate(module, left, deeper), evaluate(module, right, deeper))
        case ast.BinOp(op=ast.Mod(), left=left, right=right):
            return percent(evaluate(module, left, deeper), evaluate(module, right, deeper))
        case ast.JoinedStr(values=values):
            return short("".join(_piece(module, value, deeper) for value in values))
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
            return method(owned, name, [evaluate(module, arg, depth) for arg in args])
        case ast.Call(func=ast.Name(id="str"), args=[inner]):
            return shown(evaluate(module, inner, depth))
        case ast.Call(func=ast.Name(id="map"), args=[ast.Name(id="str"), inner]):
            return [shown(item) for item in listed(evaluate(module, inner, depth))]
        case _:
            raise NotStaticError("computed by a call")


def _item(module: Module, item: Element, depth: int) -> object:
    if not item.known:
        raise NotStaticError("part of the list is computed")
    if item.made is not None:
        return item.made
    return evaluate(module, item.node, depth)


def _piece(module: Module, node: ast.expr, depth: int) -> str:
    match node:
        case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
            return shown(evaluate(module, value, depth))
        case ast.FormattedValue():
            raise NotStaticError("a formatted f-string")
        case _:
            return shown(evaluate(module, node, depth))


def _element(module: Module, owner: ast.expr, index: object, depth: int) -> object:
    holder = module.resolve(owner)
    if isinstance(holder, ast.Dict):
        for key, value in zip(holder.keys, holder.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == index:
                return evaluate(module, value, depth)
    elif isinstance(index, int):
        values = listed(evaluate(module, holder, depth))
        if -len(values) <= index < len(values):
            return values[index]
    raise NotStaticError("computed with an index")
