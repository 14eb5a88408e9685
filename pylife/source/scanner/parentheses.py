"""Syntax for which parentheses decide, and the tree has none: with, except, indexes, displays."""

import ast
from collections.abc import Iterable, Iterator
from typing import Any

from pylife.source.scanner.features import Handler, SyntaxUse, found_at
from pylife.source.scanner.text import Text

NOTHING: tuple[SyntaxUse, ...] = ()
PARENTHESIS = ord("(")


def with_(node: Any, text: Text) -> Iterable[SyntaxUse]:
    """A with statement: whether its parentheses are its own, and how many managers it has."""
    first = node.items[0].context_expr
    if len(node.items) > 20:
        yield found_at("with_many", node, text)
    start = (node.lineno, node.col_offset + 4)
    if opened := text.opened(start, first):
        closed, after = text.closed(first)
        # Still inside at the first comma or `as`: the parentheses are the statement's.
        if closed < opened and after in b",a":
            yield found_at("with_parentheses", node, text)


def star(name: str, field: str) -> Handler:
    """What to call on a node that may unpack without parentheses in this field."""

    def found(node: Any, text: Text) -> Iterable[SyntaxUse]:
        value = getattr(node, field)
        if type(value) is ast.Tuple:
            for element in value.elts:
                if type(element) is ast.Starred:
                    return (found_at(name, element, text),) if _bare(value, text) else NOTHING
        return NOTHING

    return found


def _bare(node: ast.Tuple, text: Text) -> bool:
    """Whether a tuple has no parentheses of its own."""
    if text.at(node.lineno, node.col_offset) != PARENTHESIS:
        return True
    first = node.elts[0]
    opened = text.opened((node.lineno, node.col_offset), first)
    return text.closed(first)[0] >= opened


def subscript(node: ast.Subscript, text: Text) -> Iterable[SyntaxUse]:
    """An index that unpacks, or assigns."""
    index = node.slice
    kind = type(index)
    if kind is ast.NamedExpr:
        return _walrus("index_walrus", [index], text)
    if kind is ast.Tuple and isinstance(index, ast.Tuple):
        elements = index.elts
        if any(type(element) is ast.Starred for element in elements) and _bare(index, text):
            return (found_at("index_star", index, text),)
        if any(type(e) is ast.NamedExpr for e in elements) and _bare(index, text):
            return _walrus("index_walrus", elements, text)
    return NOTHING


def _walrus(name: str, elements: list[ast.expr], text: Text) -> Iterator[SyntaxUse]:
    for element in elements:
        if type(element) is ast.NamedExpr:
            line, column = element.lineno, element.col_offset
            if text.before(line, column) != PARENTHESIS:
                yield found_at(name, element, text)


def set_(node: ast.Set, text: Text) -> Iterable[SyntaxUse]:
    """A set display that assigns."""
    return _walrus("set_walrus", node.elts, text)


def except_(node: ast.ExceptHandler, text: Text) -> Iterable[SyntaxUse]:
    """An except clause with several exceptions."""
    kind = node.type
    if type(kind) is ast.Tuple and _bare(kind, text):
        return (found_at("except_bare", kind, text),)
    return NOTHING
