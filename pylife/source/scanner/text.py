"""The text of a file as the tree's positions count it: lines of UTF-8 bytes."""

import ast
import functools
import io
import re
import tokenize


class Text:
    """A file's bytes, looked at by the line numbers and byte offsets of `ast`."""

    def __init__(self, source: bytes) -> None:
        self.source = source

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
        return len(self.lines[line - 1][:column].decode("utf-8", "replace")) + 1

    def opened(self, start: tuple[int, int], inner: ast.expr) -> int:
        """How many parentheses open between a place and an expression that begins after it."""
        return _bare(self.between(*start, inner.lineno, inner.col_offset)).count(b"(")

    def closed(self, inner: ast.expr) -> tuple[int, int]:
        """How many parentheses close right after an expression, and the byte after them."""
        line, column = inner.end_lineno or inner.lineno, inner.end_col_offset or 0
        count = 0
        while line <= len(self.lines):
            rest = self.lines[line - 1][column:]
            stripped = rest.lstrip(b" \t\f)")
            count += rest[: len(rest) - len(stripped)].count(b")")
            if stripped and stripped[:1] not in b"#\\":
                return count, stripped[0]
            line, column = line + 1, 0
        return count, 0

    def before(self, line: int, column: int) -> int:
        """The last byte before a place that is no blank; comments are not looked for."""
        while line > 0:
            text = self.lines[line - 1][:column].rstrip(b" \t\f\\")
            if text:
                return text[-1]
            line, column = line - 1, len(self.lines[line - 2]) if line > 1 else 0
        return 0


def _bare(text: bytes) -> bytes:
    """Text between two tokens without its comments."""
    return re.sub(rb"#[^\n]*", b"", text) if b"#" in text else text
