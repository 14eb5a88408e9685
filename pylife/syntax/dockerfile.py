"""Dockerfiles as instructions with places: a line scanner of our own.

It knows what decides where an instruction begins and ends: the `escape`
directive, continuation lines with comments between them, and heredocs. What a RUN
does is not looked at here. Source: the Dockerfile reference.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pylife.syntax.placed import Placed
from pylife.syntax.text import Source

_DIRECTIVE = re.compile(r"#\s*([A-Za-z]+)\s*=\s*(\S*)\s*\Z")
_HEREDOC = re.compile(r"\d*<<-?(['\"]?)([^<'\"]+)\1")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: its keyword in capitals, and what follows without continuations."""

    keyword: str
    text: Placed
    """All behind the keyword, and of a RUN the lines of its heredocs."""
    words: tuple[Placed, ...]
    line: int


def instructions(source: Source) -> Iterator[Instruction]:
    """The instructions of a Dockerfile, in order; raises UnreadableError for what is no text."""
    lines = _lines(source.text)
    escape = _escape(lines)
    number = 0
    while number < len(lines):
        first = number + 1
        if _empty(lines[number][0]):
            number += 1
            continue
        text, number = _logical(lines, number, escape)
        words = tuple(text[match.start() : match.end()] for match in _WORD.finditer(text.text))
        if not words:
            continue
        keyword = words[0].text.upper()
        parts = [text[text.text.index(words[0].text) + len(words[0].text) :]]
        if keyword in {"RUN", "COPY", "ADD"}:
            for word in words:
                heredoc = _HEREDOC.fullmatch(word.text)
                if heredoc is not None:
                    end = _after_heredoc(lines, number, heredoc[2])
                    if keyword == "RUN":
                        parts += _script(lines[number:end])
                    number = end
        yield Instruction(keyword, Placed.join(parts), words[1:], first)


def _script(lines: list[tuple[str, int]]) -> Iterator[Placed]:
    """The lines of a heredoc, each behind a line's end."""
    for text, start in lines:
        yield Placed("\n", (start,))
        yield Placed.plain(text, start)


def _logical(lines: list[tuple[str, int]], number: int, escape: str) -> tuple[Placed, int]:
    """The instruction that begins at `number`, and the number of the line after it."""
    parts: list[Placed] = []
    while number < len(lines):
        text, start = lines[number]
        number += 1
        body = text.rstrip()
        more = body.endswith(escape)
        parts.append(Placed.plain(body[:-1] if more else body, start))
        if not more:
            break
        # Comments and blank lines between continuation lines do not end them.
        while number < len(lines) and _empty(lines[number][0]):
            number += 1
    return Placed.join(parts), number


def _lines(text: str) -> list[tuple[str, int]]:
    """The lines without their endings, each with the index of its first character."""
    lines, start = [], 0
    for line in text.split("\n"):
        lines.append((line.removesuffix("\r"), start))
        start += len(line) + 1
    return lines


def _escape(lines: list[tuple[str, int]]) -> str:
    """The continuation character: directives stand before everything else."""
    for text, _ in lines:
        match = _DIRECTIVE.match(text.strip())
        if match is None:
            break
        if match[1].lower() == "escape" and match[2] in {"`", "\\"}:
            return match[2]
    return "\\"


def _empty(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _after_heredoc(lines: list[tuple[str, int]], number: int, word: str) -> int:
    """The number of the line after the heredoc's end; of the file's end where it has none."""
    for place in range(number, len(lines)):
        if lines[place][0].lstrip("\t") == word:
            return place + 1
    return len(lines)
