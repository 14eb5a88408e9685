"""Inline script metadata: `requires-python` in the comment block of a single-file script.

Read as the specification "Inline script metadata" (PEP 723) has it: a block begins
with `# /// script` and ends with the last `# ///` of its comment lines; two such
blocks are an error. A block inside a string is text for somebody else.
"""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from pylife.declarations import ranges
from pylife.declarations.base import File, Reader
from pylife.declarations.editing import edit_range
from pylife.errors import UnreadableError
from pylife.model import Declaration, Role, Span
from pylife.syntax.text import Source

_SITE = "script-requires-python"
_GROUP = "script"
_START = "# /// script"
_LINE = re.compile(r"#(?: .*)?")


class _Block(NamedTuple):
    """The lines of a block between its first and its last, from 0; and what they say."""

    first: int
    content: list[str]


def read(file: File) -> Iterator[Declaration]:
    """The range of the script, if it has a block."""
    from pylife.syntax import python

    file.source = python.decoded(file.source)
    blocks = list(_blocks(file.source))
    inside = _lines_of_strings(file) if blocks else frozenset()
    blocks = [block for block in blocks if block.first not in inside]
    if len(blocks) > 1:
        yield _invalid(file, blocks[1].first, "several `script` blocks: no tool accepts them")
    elif blocks:
        yield from _range(file, blocks[0])


def _blocks(source: Source) -> Iterator[_Block]:
    """The blocks, by the rules of the specification's regular expression."""
    starts = source.line_starts
    at = 0
    while at < len(starts):
        if source.line(at + 1) != _START:
            at += 1
            continue
        first, end = at, 0
        content: list[str] = []
        at += 1
        while at < len(starts) and _LINE.fullmatch(line := source.line(at + 1)):
            if line == "# ///":
                end = len(content)
            content.append(line)
            at += 1
        if end:
            yield _Block(first, content[:end])
            at = first + end + 2  # else none of these lines begins a block that ends


def _lines_of_strings(file: File) -> frozenset[int]:
    """The lines (from 0) inside strings over lines, as far as the file can be parsed."""
    try:
        tree = file.python.tree
    except UnreadableError:
        return frozenset()
    return frozenset(
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant | ast.JoinedStr) and node.lineno != node.end_lineno
        for line in range(node.lineno - 1, node.end_lineno or 0)
    )


def _range(file: File, block: _Block) -> Iterator[Declaration]:
    from pylife.syntax import toml

    text = "\n".join(line[2:] for line in block.content)
    try:
        document = toml.parse(Source(file.path, text.encode()))
    except UnreadableError as error:
        yield _invalid(file, block.first + (error.line or 0), error.message)
        return
    node = document.node("requires-python")
    if node is None:
        return
    if not isinstance(node.value, str):
        yield _invalid(file, block.first + document.line("requires-python"), "not a string")
        return
    inside = node.inner or node.span
    line, column = document.source.position(inside.start)
    start = file.source.line_starts[block.first + line] + 2 + column - 1
    length = len(document.source.slice(inside))
    if node.inner is None and "\n" in document.source.slice(inside):
        yield _invalid(file, block.first + line, "not on one line")
        return
    place = file.source.span(start, start + length)
    yield ranges.declare(file, _SITE, node.value, place, group=_GROUP)


def _invalid(file: File, line: int, reason: str) -> Declaration:
    """Unreadable, at the line `line` (from 0) of the file."""
    start = file.source.line_starts[line]
    span: Span = file.source.span(start, start + len(file.source.line(line + 1)))
    return file.unreadable(_SITE, Role.SUPPORTS, span, reason, group=_GROUP, invalid=True)


READER = Reader(
    name="scripts",
    title="inline script metadata",
    read=read,
    editors={_SITE: edit_range},
)
