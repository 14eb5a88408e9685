"""Texts of GitHub Actions files of which each character knows where it stands.

A version may stand deep inside of one YAML scalar: an element of a JSON list in
an expression, a word of a script. These texts keep the way back to the file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pylife.declarations import versions
from pylife.errors import UnreadableError
from pylife.model import Span
from pylife.syntax import yaml
from pylife.syntax.text import Source
from pylife.syntax.yaml import Node, ScalarNode

_LONGEST = 20_000
"""Longer texts are no lists of versions."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A text that stands in the file within `whole`.

    `places` are the indexes of its characters in the file's text, none where an
    escape or a folded line leaves them unknown.
    """

    text: str
    places: tuple[int, ...]
    whole: Span

    def __getitem__(self, part: slice) -> "Literal":
        return Literal(self.text[part], self.places[part], self.whole)

    @property
    def exact(self) -> bool:
        """Whether its characters stand side by side in the file."""
        places = self.places
        return bool(places) and places[-1] - places[0] == len(places) - 1

    def span(self, source: Source) -> Span:
        """Its own place where that is known, else that of all around it."""
        if not self.exact:
            return self.whole
        return source.span(self.places[0], self.places[-1] + 1)

    def stripped(self) -> "Literal":
        """Without the white space around it."""
        start = len(self.text) - len(self.text.lstrip())
        return self[start : max(start, len(self.text.rstrip()))]


def literal(source: Source, node: ScalarNode) -> Literal:
    """The value of a scalar as YAML reads it, with its places where they can be known."""
    whole = yaml.scalar_span(source, node)
    start, end = node.start_mark.index, node.end_mark.index
    if len(node.value) > _LONGEST:
        return Literal(node.value, (), whole)
    if node.style in {"|", ">"}:
        pairs = list(_block(source.text[start:end], start, " " if node.style == ">" else "\n"))
        pairs = pairs[: len(node.value)]
    else:
        inner = 1 if node.style in {"'", '"'} else 0
        written = source.text[start + inner : end - inner]
        pairs = list(_inline(written, start + inner, node.style))
    if "".join(char for char, _ in pairs) != node.value:
        return Literal(node.value, (), whole)
    return Literal(node.value, tuple(place for _, place in pairs), whole)


def _inline(written: str, start: int, style: str | None) -> Iterator[tuple[str, int]]:
    """The characters of a plain or quoted scalar and their places; plain escapes only."""
    form = {"'": r"''", '"': r'\\["\\/]'}.get(style or "", r"\Z")
    at = 0
    for match in re.finditer(rf"(?<![ \t])[ \t]*\r?\n[ \t]*|{form}", written):
        yield from zip(
            written[at : match.start()], range(start + at, start + match.start()), strict=True
        )
        if match[0]:
            yield " " if "\n" in match[0] else match[0][-1], start + match.end() - 1
        at = match.end()
    yield from zip(written[at:], range(start + at, start + len(written)), strict=True)


def _block(written: str, start: int, newline: str) -> Iterator[tuple[str, int]]:
    """The characters of a block scalar and their places, without its indent."""
    at = start + written.find("\n") + 1
    lines = written[at - start :].split("\n")
    indent = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    last = max((number for number, line in enumerate(lines) if line.strip()), default=0)
    for number, line in enumerate(lines):
        text = line.removesuffix("\r")
        yield from zip(text[indent:], range(at + indent, at + len(text)), strict=False)
        # The end of the block is a newline in both styles.
        yield "\n" if number >= last else newline, at + len(line)
        at += len(line) + 1


def script(source: Source, node: ScalarNode) -> Literal:
    """A script as written: comments and line ends where they are, indent and all."""
    start, end = node.start_mark.index, node.end_mark.index
    written = source.text[start:end]
    if node.style in {"|", ">"}:
        head = written.find("\n") + 1
        start, written = start + head, written[head:]
    if node.style == ">" or (node.style not in {"|", ">"} and "\n" in written):
        written = written.replace("\n", " ").replace("\r", " ")
    return Literal(
        written, tuple(range(start, start + len(written))), yaml.scalar_span(source, node)
    )


class Parsed:
    """A value that `fromJSON` makes of a text: its nodes are those of YAML's flow style."""

    __slots__ = ("node", "text")

    def __init__(self, text: Literal, node: Node) -> None:
        self.text = text
        self.node = node

    def literal(self, node: ScalarNode) -> Literal:
        """The text of a scalar below, without its quotes."""
        quote = 1 if node.style in {"'", '"'} else 0
        start, end = node.start_mark.index + quote, node.end_mark.index - quote
        return self.text[start:end]

    def below(self, node: Node | None) -> "Parsed | None":
        """The same for a node of it."""
        return Parsed(self.text, node) if node is not None else None


_WORD = re.compile(r"-?\d+(?:\.\d+)?|true|false|null")
_JSON = re.compile(r"""(?:[\s\[\]{},:\w.+-]|"[^"\\]*"|'[^'\\]*')*""")
"""What YAML reads as JSON: no anchors, comments or escapes."""


def parse_json(text: Literal) -> Parsed | None:
    """What `fromJSON` makes of `text`; None for what is no JSON list or object.

    GitHub takes single quotes too, as its documentation's examples of contexts do.
    """
    if text.text.lstrip()[:1] not in {"[", "{"} or _JSON.fullmatch(text.text) is None:
        return None
    try:
        nodes = yaml.compose_all(Source("", text.text.encode()))
    except UnreadableError:
        return None
    if len(nodes) != 1 or not _is_json(nodes[0]):
        return None
    return Parsed(text, nodes[0])


def _is_json(node: Node, depth: int = 20) -> bool:
    """Whether all scalars are quoted or JSON's own words."""
    if not depth:
        return False
    if yaml.is_scalar(node):
        return node.style in {"'", '"'} or _WORD.fullmatch(node.value) is not None
    children = (
        [item for pair in node.value for item in pair] if yaml.is_mapping(node) else node.value
    )
    return all(_is_json(child, depth - 1) for child in children)


_ITEM = re.compile(r"[^\s,]+")


def words(text: Literal) -> list[Literal] | None:
    """The Pythons of `3.10 3.11` or `3.10, 3.11`; None for what is no such list of two or more."""
    found = [text[match.start() : match.end()] for match in _ITEM.finditer(text.text)]
    if len(found) < 2 or any(versions.named(word.text) is None for word in found):
        return None
    return found
