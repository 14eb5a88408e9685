"""A value of tox's INI as tox sees it, with the place of each of its characters in the file.

tox strips comments, joins lines that end in a backslash, and puts what
`{[section]key}` names in its place before it looks at a value; what is
declared in the end may stand somewhere else in the file. Source: tox's
documentation, "Substitutions for values".
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise
from typing import NamedTuple

from pylife.model import Span
from pylife.syntax import ini

_COMMENT = re.compile(r"(?<!\\)#.*")
_REFERENCE = re.compile(
    r"\{(?:\[(?P<section>[^\[\]{}]+)\])?(?P<key>[-\w]+)(?::(?P<default>[^{}]*))?\}"
)
_DEPTH = 8
_LONGEST = 100_000
"""Values that name each other twice must not grow without end."""


class Text(NamedTuple):
    """Text and, for each of its characters, the index of it in the file."""

    text: str
    at: tuple[int, ...]

    def part(self, start: int, end: int) -> "Text":
        """The characters `start:end`."""
        return Text(self.text[start:end], self.at[start:end])

    def found(self, match: re.Match[str], group: int | str = 0) -> "Text":
        """What `match`, a match in `text`, found."""
        return self.part(*match.span(group))

    def strip(self, characters: str | None = None) -> "Text":
        """Without white space (or `characters`) at the ends."""
        if self.text == self.text.strip(characters):
            return self
        start = len(self.text) - len(self.text.lstrip(characters))
        return self.part(start, max(start, len(self.text.rstrip(characters))))

    def split(self, separator: str) -> Iterator["Text"]:
        """The parts between `separator`, one character."""
        start = 0
        for part in self.text.split(separator):
            yield Text(part, self.at[start : start + len(part)])
            start += len(part) + 1

    def runs(self) -> list["Text"]:
        """The longest parts that stand in the file as they are: one, unless it was put together."""
        if self.at == tuple(range(self.at[0], self.at[0] + len(self.at))):
            return [self]
        breaks = [
            place for place, (left, right) in enumerate(pairwise(self.at), 1) if right != left + 1
        ]
        return [self.part(left, right) for left, right in pairwise([0, *breaks, len(self.text)])]

    def span(self, document: ini.Document) -> Span:
        """The span of what stands in the file as it is."""
        return document.span(self.at[0], self.at[-1] + 1)


def plain(text: str, start: int) -> Text:
    """`text` that stands in the file at the character `start`."""
    return Text(text, tuple(range(start, start + len(text))))


def joined(parts: Iterable[Text]) -> Text:
    """The parts one after the other."""
    parts = list(parts)
    return Text(
        "".join(part.text for part in parts), tuple(chain.from_iterable(part.at for part in parts))
    )


def value(document: ini.Document, option: ini.Option) -> Text:
    """The value of `option` with what it refers to put in its place.

    What cannot be known here (`{env:NAME}`, a missing section) stays as it is written.
    """
    return _replaced(document, _own(option), option.section, _DEPTH)


def lines(whole: Text) -> Iterator[Text]:
    """The lines of a value that are not blank."""
    return (line for part in whole.split("\n") if (line := part.strip()).text)


def _own(option: ini.Option) -> Text:
    """The value as written, without comments; a backslash joins a line with the next one."""
    parts: list[Text] = []
    for text, start in option.lines():
        kept = _COMMENT.sub("", text).rstrip()
        if not kept:
            continue
        carried = kept.endswith("\\")
        kept = kept.removesuffix("\\")
        parts.append(plain(kept, start))
        if not carried:
            parts.append(Text("\n", (-1,)))
    return joined(parts)


def _replaced(document: ini.Document, whole: Text, section: str, depth: int) -> Text:
    if not depth or "{" not in whole.text:
        return whole
    parts, at, length = [], 0, 0
    for match in _REFERENCE.finditer(whole.text):
        found = _named(document, whole, match, section)
        if found is None:
            continue
        text = _replaced(document, found[0], found[1], depth - 1)
        length += len(text.text)
        if length > _LONGEST:
            return whole
        parts += [whole.part(at, match.start()), text]
        at = match.end()
    return joined([*parts, whole.part(at, len(whole.text))]) if parts else whole


def _named(
    document: ini.Document, whole: Text, match: re.Match[str], section: str
) -> tuple[Text, str] | None:
    """What one `{...}` stands for and the section that it is of; None for braces of tox's own."""
    where = match["section"] or section
    option = document.get(where, match["key"])
    if option is not None:
        # The new line after the last line is no part of what is referred to.
        return _own(option).strip("\n"), where
    if match["section"] and match["default"] is not None:
        return whole.found(match, "default"), section
    return None
