"""INI files with exact spans, through ConfigUpdater, which keeps every line.

It parses with configparser's rules, so what it says is what setuptools and tox
read; the place of an option is where its lines stand in the file.
"""

import configparser
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from pylife.errors import UnreadableError
from pylife.model import Span
from pylife.syntax.text import Source


@dataclass(frozen=True, slots=True)
class Option:
    """One `key = value` of a section; `start` is the character index of its first line."""

    section: str
    key: str
    value: str
    start: int
    text: str
    """The option's lines as written, line endings included."""

    def lines(self) -> Iterator[tuple[str, int]]:
        """The value's lines without comments and blanks, each with its character index.

        The first is what follows the delimiter; the rest are continuations.
        """
        at = self.start
        for number, line in enumerate(self.text.splitlines(keepends=True)):
            body, begin = line, at
            at += len(line)
            if number == 0:
                cut = _delimiter(line) + 1
                body, begin = line[cut:], begin + cut
            stripped = body.strip()
            if stripped and not (number and stripped[0] in "#;"):
                yield stripped, begin + len(body) - len(body.lstrip())


class Document:
    """A parsed INI file."""

    def __init__(self, source: Source) -> None:
        from configupdater import ConfigUpdater  # only where there is an INI file

        self.source = source
        updater = ConfigUpdater(strict=False)
        updater.optionxform = str  # type: ignore[assignment,method-assign] # documented use
        try:
            updater.read_string(source.text, source.path)
        except configparser.Error as error:
            raise UnreadableError(
                "not a valid INI file: " + str(error).replace("\n", " ").split("  ")[0],
                path=source.path,
                line=_line_of(error),
            ) from None
        self._options: dict[tuple[str, str], Option] = {}
        at = 0
        for block in updater.iter_blocks():
            if block.__class__.__name__ == "Section":
                section = cast("configparser.SectionProxy", block)
                at = self._section(section, at)
            else:
                at += len(str(block))

    def _section(self, section: object, at: int) -> int:
        name: str = section.name  # type: ignore[attr-defined] # ConfigUpdater's Section
        text = str(section)
        children = list(section.iter_blocks())  # type: ignore[attr-defined]
        inner = at + len(text) - sum(len(str(child)) for child in children)
        for child in children:
            raw = str(child)
            if child.__class__.__name__ == "Option":
                option = Option(name, child.key, child.value or "", inner, raw)
                self._options.setdefault((name, child.key.lower()), option)
            inner += len(raw)
        return at + len(text)

    @property
    def sections(self) -> list[str]:
        """The names of the sections that have options, in order, each once."""
        return list(dict.fromkeys(section for section, _ in self._options))

    def get(self, section: str, key: str) -> Option | None:
        """The option `key` (case is ignored) of `section`, or None."""
        return self._options.get((section, key.lower()))

    def options(self, section: str) -> list[Option]:
        """The options of `section`, in order."""
        return [option for (name, _), option in self._options.items() if name == section]

    def span(self, start: int, end: int) -> Span:
        """The span of the characters `start:end`."""
        return self.source.span(start, end)


def parse(source: Source) -> Document:
    """Parse `source`; raises UnreadableError with the line of what is wrong."""
    return Document(source)


def _delimiter(line: str) -> int:
    found = [at for at in (line.find("="), line.find(":")) if at >= 0]
    return min(found) if found else len(line) - 1


def _line_of(error: configparser.Error) -> int | None:
    if isinstance(error, configparser.ParsingError) and error.errors:
        return error.errors[0][0]
    line = getattr(error, "lineno", None)
    return line if isinstance(line, int) else None
