"""Dockerfiles as instructions with places: a line scanner of our own.

It knows what decides where an instruction begins and ends: the `escape`
directive, continuation lines with comments between them, and heredocs. It never
looks into the script of a RUN. Source: the Dockerfile reference.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pylife.syntax.text import Source

_DIRECTIVE = re.compile(r"#\s*([A-Za-z]+)\s*=\s*(\S*)\s*\Z")
_HEREDOC = re.compile(r"\d*<<-?(['\"]?)([^<'\"]+)\1")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Placed:
    """Text of which each character knows its index in the file."""

    text: str
    places: tuple[int, ...]

    def __getitem__(self, part: slice) -> "Placed":
        return Placed(self.text[part], self.places[part])

    def __add__(self, other: "Placed") -> "Placed":
        return Placed(self.text + other.text, self.places + other.places)

    @property
    def contiguous(self) -> bool:
        """Whether the characters stand side by side in the file."""
        return all(
            right == left + 1 for left, right in zip(self.places, self.places[1:], strict=False)
        )


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: its keyword in capitals, and its words without continuations."""

    keyword: str
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
        words, number = _logical(lines, number, escape)
        if not words:
            continue
        keyword = words[0].text.upper()
        if keyword in {"RUN", "COPY", "ADD"}:
            for word in words:
                heredoc = _HEREDOC.fullmatch(word.text)
                if heredoc is not None:
                    number = _after_heredoc(lines, number, heredoc[2])
        yield Instruction(keyword, words[1:], first)


def _logical(
    lines: list[tuple[str, int]], number: int, escape: str
) -> tuple[tuple[Placed, ...], int]:
    """The words of the instruction that begins at `number`, and the number of the line after it."""
    texts: list[str] = []
    places: list[int] = []
    while number < len(lines):
        text, start = lines[number]
        number += 1
        body = text.rstrip()
        more = body.endswith(escape)
        body = body[:-1] if more else body
        texts.append(body)
        places += range(start, start + len(body))
        if not more:
            break
        # Comments and blank lines between continuation lines do not end them.
        while number < len(lines) and _empty(lines[number][0]):
            number += 1
    found = _WORD.finditer("".join(texts))
    words = tuple(Placed(m[0], tuple(places[m.start() : m.end()])) for m in found)
    return words, number


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
