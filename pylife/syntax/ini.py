"""INI files with exact places, by the rules of the standard library's configparser.

setuptools, tox and mypy read their files with configparser, which keeps no
places; so this scans lines as it does: full-line comments (`#`, `;`) may stand
inside a value, a line indented deeper than its option continues it, and a
section or option given twice is an error. The tests compare with configparser.
"""

import re
import sys
from collections.abc import Iterator
from typing import NamedTuple

from pylife.errors import UnreadableError
from pylife.model import Span
from pylife.syntax.text import Source

_HEADER = re.compile(r"\[(?P<header>.+)\]")
_DELIMITER = re.compile(r"[=:]")


class Option(NamedTuple):
    """One `key = value` of a section."""

    section: str
    key: str
    pieces: list[tuple[str, int]]
    """The value's lines, stripped, each with its character index; blank lines as empty text."""

    @property
    def value(self) -> str:
        """What configparser gives for it: the lines without comments, joined."""
        return "\n".join(text for text, _ in self.pieces).rstrip()

    def lines(self) -> Iterator[tuple[str, int]]:
        """The value's lines without comments and blanks, each with its character index."""
        return ((text, at) for text, at in self.pieces if text)


class Document:
    """A parsed INI file."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._sections: dict[str, dict[str, Option]] = {}
        self._headers: dict[str, int] = {}
        self._scan()

    def _scan(self) -> None:
        section: dict[str, Option] | None = None
        option: Option | None = None
        name, indent, at = "", 0, 0
        for number, line in enumerate(self.source.text.split("\n"), 1):
            start, at = at, at + len(line) + 1
            value = line.strip()
            if value[:1] in {"#", ";"} and value:
                continue
            if not value:
                if option is not None:
                    option.pieces.append(("", start))
                else:
                    indent = sys.maxsize
                continue
            depth = len(line) - len(line.lstrip())
            if option is not None and depth > indent:
                option.pieces.append((value, start + depth))
                continue
            indent = depth
            header = _HEADER.match(value)
            if header is not None:
                name, option = header["header"], None
                if name in self._sections:
                    raise self._error(f"section [{name}] is there twice", number)
                section = self._sections[name] = {}
                self._headers[name] = start + depth + header.start("header")
                continue
            option = self._option(name, section, value, start + depth, number)

    def _option(
        self, name: str, section: dict[str, Option] | None, line: str, start: int, number: int
    ) -> Option:
        """The option that begins on `line`, whose first character is at `start`."""
        delimiter = _DELIMITER.search(line)
        if section is None:
            raise self._error("text before the first [section]", number)
        if delimiter is None or not delimiter.start():
            raise self._error(f"{line[:40]!r} is neither `key = value` nor a [section]", number)
        key = line[: delimiter.start()].rstrip()
        if key in section:
            raise self._error(f"{key!r} is there twice in [{name}]", number)
        rest = line[delimiter.end() :]
        text = rest.strip()
        place = start + delimiter.end() + len(rest) - len(rest.lstrip())
        section[key] = option = Option(name, key, [(text, place)])
        return option

    def _error(self, message: str, line: int) -> UnreadableError:
        return UnreadableError(f"not a valid INI file: {message}", path=self.source.path, line=line)

    @property
    def sections(self) -> list[str]:
        """The names of the sections, in order."""
        return list(self._sections)

    def header(self, section: str) -> int:
        """The character index at which the name of `section` begins, inside its brackets."""
        return self._headers[section]

    def get(self, section: str, key: str) -> Option | None:
        """The option `key` (case is ignored) of `section`, or None."""
        wanted = key.lower()
        for option in self._sections.get(section, {}).values():
            if option.key.lower() == wanted:
                return option
        return None

    def options(self, section: str) -> list[Option]:
        """The options of `section`, in order."""
        return list(self._sections.get(section, {}).values())

    def span(self, start: int, end: int) -> Span:
        """The span of the characters `start:end`."""
        return self.source.span(start, end)


def parse(source: Source) -> Document:
    """Parse `source`; raises UnreadableError with the line of what is wrong."""
    return Document(source)
