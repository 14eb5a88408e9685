"""TOML with exact spans, through toml-rs on every host.

toml-rs reads TOML 1.1 alike under every Python and reports the place of each
value; it is young, so nothing outside this module knows it. Lines count from 1,
columns are UTF-8 bytes, from 1 and inclusive (measured with 0.4.3).
"""

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple

import toml_rs

from pylife.errors import UnreadableError
from pylife.model import Span
from pylife.syntax.text import Source

Key = str | int

MAX_DEPTH = 100
"""toml-rs 0.4.3 overflows the stack, and the process dies, on some thousand levels."""

_LEXEME = r'''"""(?:[^\\]|\\.)*?"""|'{3}.*?'{3}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*|[\[{]|[\]}]'''
_DOTTED = re.compile(rf"(?:\.[^.=\n\[\]{{}},]*){{{MAX_DEPTH}}}")


class Node(NamedTuple):
    """A value with the span of its TOML text (of a string: quotes included)."""

    value: Any
    span: Span
    raw: str

    @property
    def inner(self) -> Span | None:
        """The span of a plain one-line string without its quotes.

        None where that text is not the value (escapes, multi-line strings).
        """
        if not isinstance(self.value, str) or self.raw[1:-1] != self.value:
            return None
        return Span(self.span.start + 1, self.span.end - 1)


class Document:
    """A parsed TOML file: `value` is the plain dictionary, `node` finds a place."""

    def __init__(self, source: Source) -> None:
        self.source = source
        text = source.text
        _refuse_deep(text, source.path)
        try:
            parsed = toml_rs.load_with_metadata(text)
        except toml_rs.TOMLDecodeError as error:
            raise UnreadableError(
                "not valid TOML: " + _reason(error.msg),
                path=source.path,
                line=error.lineno,
                column=error.colno,
            ) from None
        except (ValueError, RecursionError) as error:
            raise UnreadableError(f"not valid TOML: {error}", path=source.path, line=1) from None
        self.value: dict[str, Any] = parsed.value
        self._nodes: dict[str, Any] = parsed.meta["nodes"]

    @cached_property
    def _line_bytes(self) -> list[int]:
        first = self.source.byte(0)
        lines = self.source.data[first:].split(b"\n")
        return list(accumulate((len(line) + 1 for line in lines), initial=first))[:-1]

    def get(self, *path: Key) -> Any:
        """The plain value at `path`, or None where there is none."""
        value: Any = self.value
        for key in path:
            try:
                value = value[key]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def table(self, *path: Key) -> dict[str, Any]:
        """The table at `path`; an empty one where there is none or it is something else."""
        value = self.get(*path)
        return value if isinstance(value, dict) else {}

    def node(self, *path: Key) -> Node | None:
        """The value at `path` with its span; None for what is absent or a whole `[table]`."""
        meta = self._meta(path)
        if not isinstance(meta, dict) or not isinstance(meta.get("value_raw"), str):
            return None
        line, column = _first(meta["value_line"]), _first(meta["value_col"])
        raw: str = meta["value_raw"]
        # The end of a value over lines is not reported rightly: its text gives it.
        start = self._line_bytes[line - 1] + column - 1
        span = Span(start, start + len(raw.encode()))
        if self.source.slice(span) != raw:
            raise UnreadableError(
                "its TOML parser gives a wrong place for a value", path=self.source.path, line=line
            )
        return Node(self.get(*path), span, raw)

    def key(self, *path: Key) -> Node | None:
        """The key of the value at `path` as written, with its span; None where it has none."""
        meta = self._meta(path)
        if not isinstance(meta, dict) or not isinstance(meta.get("key_raw"), str):
            return None
        raw: str = meta["key_raw"]
        start = self._line_bytes[_first(meta["key_line"]) - 1] + _first(meta["key_col"]) - 1
        span = Span(start, start + len(raw.encode()))
        return Node(path[-1], span, raw) if self.source.slice(span) == raw else None

    def items(self, *path: Key) -> Iterator[Node]:
        """The elements of the array at `path`, in order; nothing where there is no array."""
        value = self.get(*path)
        if isinstance(value, list):
            for number in range(len(value)):
                node = self.node(*path, number)
                if node is not None:
                    yield node

    def line(self, *path: Key) -> int:
        """The line (from 1) of the key or value at `path`, or of its nearest ancestor."""
        for length in range(len(path), 0, -1):
            meta = self._meta(path[:length])
            if isinstance(meta, dict):
                for name in ("key_line", "value_line"):
                    line = _first(meta.get(name))
                    if isinstance(line, int):
                        return line
                line = _first_line(meta)
                if line is not None:
                    return line
        return 1

    def line_span(self, *path: Key) -> Span:
        """The span of the line at which the value of `path` begins, without its line ending."""
        number = self.line(*path)
        start = self._line_bytes[number - 1]
        return Span(start, start + len(self.source.line(number).encode()))

    def _meta(self, path: tuple[Key, ...]) -> Any:
        meta: Any = self._nodes
        for place, key in enumerate(path):
            # Inline tables, arrays and arrays of tables are wrapped with their own place.
            if isinstance(meta, dict) and (
                isinstance(meta.get("value_raw"), str) or isinstance(self.get(*path[:place]), list)
            ):
                meta = meta["value"]
            try:
                meta = meta[key]
            except (KeyError, IndexError, TypeError):
                return None
        return meta


def parse(source: Source) -> Document:
    """Parse `source`; raises UnreadableError with line and column for what is not TOML."""
    return Document(source)


def _refuse_deep(text: str, path: str) -> None:
    """Raise UnreadableError for what toml-rs cannot survive: deep brackets or dotted keys."""
    deep = _DOTTED.search(text) if text.count(".") >= MAX_DEPTH else None
    if deep is None and text.count("[") + text.count("{") > MAX_DEPTH:
        depth = 0
        for match in re.finditer(_LEXEME, text, re.S):
            if match[0] in "[{":
                depth += 1
            elif match[0] in "]}":
                depth -= 1
            if depth > MAX_DEPTH:
                deep = match
                break
    if deep is not None:
        line = text.count("\n", 0, deep.start()) + 1
        raise UnreadableError(f"nested deeper than {MAX_DEPTH} levels", path=path, line=line)


def _reason(message: str) -> str:
    """The last line of toml-rs's message, which says why; the others draw the place."""
    return message.rstrip().rsplit("\n", 1)[-1]


def _first(place: Any) -> Any:
    """The first of a (first, last) pair; a single number as it is."""
    return place[0] if isinstance(place, tuple) else place


def _first_line(meta: dict[str, Any]) -> int | None:
    """The line of the first key inside a `[table]`, which carries no place of its own."""
    lines = [
        child["key_line"]
        for child in meta.values()
        if isinstance(child, dict) and isinstance(child.get("key_line"), int)
    ]
    return min(lines) if lines else None
