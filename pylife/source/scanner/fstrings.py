"""Replacement fields of f-strings that need the parser of 3.12 (PEP 701).

Only a host of 3.12 or newer can parse them, and only there do the positions inside f-strings
hold; an older host has nothing to look for.
"""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from typing import NamedTuple

from pylife.source.scanner.features import SyntaxUse, use
from pylife.source.scanner.text import Text

HOLD = sys.version_info >= (3, 12)
# What makes a field worth a closer look: anything else has been fine since 3.6.
ODD = re.compile(rb"[\\#'\"\n]|![rsa]\s")
PREFIX = re.compile(rb"(?:[ \t\f\n]|\\\n|#[^\n]*\n)*([A-Za-z]*)('''|\"\"\"|'|\")")
SPACED = re.compile(rb"![rsa]\s")


class Field(NamedTuple):
    """One replacement field and the quotes of the string that it stands in."""

    node: ast.FormattedValue
    quotes: bytes


def joined(node: ast.JoinedStr, text: Text) -> Iterator[SyntaxUse]:
    """What in an f-string not every Python takes; at most one use for each of its fields."""
    if not HOLD:
        return
    lines = text.lines
    quotes: dict[int, Field] | None = None
    for value in node.values:
        if type(value) is not ast.FormattedValue:
            continue
        line, end_line = value.lineno, value.end_lineno or value.lineno
        if (
            line == end_line
            and not ODD.search(lines[line - 1], value.col_offset, value.end_col_offset or 0)
            and value.format_spec is None
        ):
            continue
        if quotes is None:
            quotes = {id(field.node): field for field in _fields(node, text)}
        field = quotes.get(id(value))
        name = _odd(field, text) if field is not None else None
        if name:
            yield use(name, line, text.column(line, value.col_offset))


def _fields(node: ast.JoinedStr, text: Text) -> Iterator[Field]:
    """Each field with its string's quotes; adjacent strings are one node but many literals."""
    start, end = (node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0)
    source = text.between(*start, *end)
    spots = {
        _offset(text, start, value.lineno, value.col_offset): value
        for value in node.values
        if isinstance(value, ast.FormattedValue)
    }
    at = 0
    while opening := PREFIX.match(source, at):
        quotes, at = opening[2], opening.end()
        while at < len(source) and not source.startswith(quotes, at):
            if field := spots.get(at):
                yield Field(field, quotes)
                line, column = field.end_lineno or 0, field.end_col_offset or 0
                at = max(at + 1, _offset(text, start, line, column))
            else:
                # A backslash hides the quote after it, also in a raw string, but no brace.
                at += 2 if source[at] == ord("\\") and at + 1 not in spots else 1
        at += len(quotes)


def _offset(text: Text, start: tuple[int, int], line: int, column: int) -> int:
    """How many bytes a place is after another."""
    first, offset = start
    if line == first:
        return column - offset
    return text.starts[line - 1] - text.starts[first - 1] - offset + column


def _odd(field: Field, text: Text) -> str | None:
    """The feature that a field uses, if any."""
    node, quotes = field
    spec = node.format_spec
    inner = [
        value
        for value in (spec.values if isinstance(spec, ast.JoinedStr) else ())
        if isinstance(value, ast.FormattedValue)
    ]
    start = (node.lineno, node.col_offset)
    end = (node.end_lineno or 0, node.end_col_offset or 0)
    body = text.between(*start, *((spec.lineno, spec.col_offset) if spec else end))
    if len(quotes) == 1 and b"\n" in text.between(*start, *end).replace(b"\\\n", b""):
        return "fstring_newline"
    if quotes in body:
        return "fstring_quote"
    if b"\\" in body:
        return "fstring_backslash"
    if b"#" in body and _commented(body):
        return "fstring_comment"
    if any(_nested(value) for value in inner):
        return "fstring_depth"
    if node.conversion != -1 and SPACED.search(_tail(node, body, text)):
        return "fstring_space"
    return next((odd for value in inner if (odd := _odd(Field(value, quotes), text))), None)


def _nested(node: ast.FormattedValue) -> bool:
    """Whether the format of a field has a field: a format in words alone counts for nothing."""
    spec = node.format_spec
    return isinstance(spec, ast.JoinedStr) and any(
        isinstance(value, ast.FormattedValue) for value in spec.values
    )


def _tail(node: ast.FormattedValue, body: bytes, text: Text) -> bytes:
    """What of a field comes after its expression: the conversion, with parentheses before it."""
    value = node.value
    start = (node.lineno, node.col_offset)
    return body[_offset(text, start, value.end_lineno or 0, value.end_col_offset or 0) :]


def _commented(body: bytes) -> bool:
    """Whether a # in a field is a comment's, and not in a string of the expression."""
    readline = io.StringIO(body.decode("utf-8", "replace")).readline
    try:
        return any(token.type == tokenize.COMMENT for token in tokenize.generate_tokens(readline))
    except (tokenize.TokenError, SyntaxError, SystemError):
        # The field's end, with no comment before it; 3.12's tokenizer can fail there by itself.
        return False
