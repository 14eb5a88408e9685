"""Where something stands in a file as read from disk, in bytes."""

import ast
import io
import re
import tokenize
from functools import cached_property

from pylife.source.scanner.text import Text

_LINE = re.compile(rb"\r\n?|\n")
_BOM = b"\xef\xbb\xbf"
_ALL_BYTES = bytes(range(256))


class Places(Text):
    """A file's text that also knows byte offsets."""

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in _LINE.finditer(self.source))]

    @cached_property
    def _encoding(self) -> str:
        """The encoding, where it is not UTF-8."""
        if self.source.isascii():
            return ""
        found, _ = tokenize.detect_encoding(io.BytesIO(self.source).readline)
        return "" if found.startswith("utf-8") else found

    def offset(self, line: int, column: int) -> int:
        """The byte of the file at a line and a column that counts bytes of UTF-8."""
        start = self._starts[line - 1]
        if line == 1 and self.source.startswith(_BOM):
            start += len(_BOM)
        if self._bytewise:
            return start + self.column(line, column) - 1
        if self._encoding:
            before = self.lines[line - 1][:column].decode("utf-8", "replace")
            column = len(before.encode(self._encoding, "replace"))
        return start + column

    @cached_property
    def _bytewise(self) -> bool:
        """Whether the encoding, other than UTF-8, has a byte for each character."""
        if not self._encoding:
            return False
        try:
            return len(_ALL_BYTES.decode(self._encoding, "replace")) == len(_ALL_BYTES)
        except (UnicodeError, ValueError):
            return False

    def span(self, node: ast.expr) -> tuple[int, int]:
        """The first byte of an expression, and the one after it."""
        return (
            self.offset(node.lineno, node.col_offset),
            self.offset(node.end_lineno or node.lineno, node.end_col_offset or 0),
        )
