"""The text of a file as the tree's positions count it: lines of UTF-8 bytes."""

import ast
import functools
import io
import itertools
import re
import tokenize
from collections.abc import Callable
from typing import Any

LONG = 1024
"""Longer lines are counted block by block: many places in one line would each go through it."""
NEAR = 64
_CONTINUING = bytes(range(0x80, 0xC0))
_QUOTED = re.compile(rb"([\"'])([A-Za-z_\x80-\xff][\w\x80-\xff]*)(?=\1)")
_CLOSING = re.compile(rb"[ \t\f)]*")


class Text:
    """A file's bytes, looked at by the line numbers and byte offsets of `ast`."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self._blocks: dict[int, list[int]] = {}  # of long lines: characters before each block
        self._made: dict[object, Any] = {}

    @functools.cached_property
    def lines(self) -> list[bytes]:
        """Its lines in UTF-8 and without their ends, whatever it is encoded in."""
        source = self.source
        if not source.isascii():
            encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
            # As the parser itself: what does not decode is only ever in comments.
            source = source.decode(encoding, "replace").encode("utf-8", "replace")
        if b"\r" in source:
            source = source.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return source.split(b"\n")

    @functools.cached_property
    def starts(self) -> list[int]:
        """How many bytes of `lines`, each with one for its end, come before each line."""
        return list(itertools.accumulate((len(line) + 1 for line in self.lines), initial=0))

    def once(self, key: object, make: Callable[[], Any]) -> Any:
        """What `make` gives for this file; it is called once for each key."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def quoted(self, name: str) -> bool:
        """Whether some text in the file may be that name."""
        return name.encode() in self.once(
            "quoted", lambda: {each[1] for each in _QUOTED.findall(self.source)}
        )

    def at(self, line: int, column: int) -> int:
        """The byte at a place, or 0 at the end of its line."""
        text = self.lines[line - 1]
        return text[column] if 0 <= column < len(text) else 0

    def between(self, line: int, column: int, end_line: int, end_column: int) -> bytes:
        """The bytes from one place to another."""
        if line == end_line:
            return self.lines[line - 1][column:end_column]
        first, *middle = self.lines[line - 1 : end_line]
        middle[-1] = middle[-1][:end_column]
        return b"\n".join([first[column:], *middle])

    def column(self, line: int, column: int) -> int:
        """A byte offset as a column in characters, from 1."""
        text = self.lines[line - 1]
        if len(text) <= LONG:
            return len(text[:column].decode("utf-8", "replace")) + 1
        blocks = self._blocks.get(line)
        if blocks is None:
            blocks = self._blocks[line] = _blocks(text)
        block = min(column, len(text)) // LONG
        return blocks[block] + _characters(text[block * LONG : column]) + 1

    def opened(self, start: tuple[int, int], inner: ast.expr) -> int:
        """How many parentheses open between a place and an expression that begins after it."""
        return _bare(self.between(*start, inner.lineno, inner.col_offset)).count(b"(")

    def closed(self, inner: ast.expr) -> tuple[int, int]:
        """How many parentheses close right after an expression, and the byte after them."""
        line, column = inner.end_lineno or inner.lineno, inner.end_col_offset or 0
        count = 0
        while line <= len(self.lines):
            text = self.lines[line - 1]
            end = _CLOSING.match(text, column).end()  # type: ignore[union-attr] # may be empty
            count += text.count(b")", column, end)
            if end < len(text) and text[end] not in b"#\\":
                return count, text[end]
            line, column = line + 1, 0
        return count, 0

    def before(self, line: int, column: int) -> int:
        """The last byte before a place that is no blank; comments are not looked for."""
        while line > 0:
            text, end = self.lines[line - 1], column
            while end > 0:
                near = text[max(0, end - NEAR) : end].rstrip(b" \t\f\\")
                if near:
                    return near[-1]
                end -= NEAR
            line, column = line - 1, len(self.lines[line - 2]) if line > 1 else 0
        return 0


def _blocks(text: bytes) -> list[int]:
    """How many characters come before each block of LONG bytes."""
    counts = (_characters(text[start : start + LONG]) for start in range(0, len(text) + 1, LONG))
    return list(itertools.accumulate(counts, initial=0))


def _characters(text: bytes) -> int:
    """The characters that begin in some bytes of UTF-8."""
    return len(text.translate(None, _CONTINUING))


def _bare(text: bytes) -> bytes:
    """Text between two tokens without its comments."""
    return re.sub(rb"#[^\n]*", b"", text) if b"#" in text else text
