"""Texts of CI files with variables in them: images and versions, declared where the literal is.

`image: python:$VERSION` says nothing itself where `VERSION: "3.12"` stands in
the same file: the variable does. What stands in no file of the project is
unreadable.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product

from pylife.declarations import versions
from pylife.declarations.base import File
from pylife.declarations.ci.ci_values import Value, names_python, says_version, span, version
from pylife.declarations.containers import images
from pylife.model import Declaration, PythonVersion, Role, Span
from pylife.syntax.placed import Placed
from pylife.syntax.text import Source
from pylife.syntax.yaml import Node, ScalarNode

_DEPTH = 4
_MOST = 64
"""Combinations of the variables of one text that are looked at: real files have a handful."""
_LONGEST = 1000
"""Longer text is no image."""

Values = Mapping[str, Sequence[Value]]
"""What the variables of a place may stand for, by name."""


def resolved(
    file: File, own: Value, values: Values, pattern: re.Pattern[str], *, image: bool
) -> Iterator[Declaration]:
    """What the text of `own`, an image or a version, says with its variables replaced.

    `pattern` finds a variable; its first group that takes part is the name. A
    Python that stands in a variable is declared there.
    """
    if pattern.search(own.node.value) is not None:
        yield from _replaced(file, own, values, pattern, image=image)
    elif image:
        yield from _image(file, own, _placed(file.source, own.node))
    elif says_version(own.node.value):
        yield version(file, own)


def _replaced(
    file: File, own: Value, values: Values, pattern: re.Pattern[str], *, image: bool
) -> Iterator[Declaration]:
    mixed: set[PythonVersion] = set()
    place = span(file, own.node)
    expander = _Expander(file.source, values, pattern)
    for text, missing in expander.all(own.node):
        found = _found(text.text, image=image)
        if missing is not None:
            if not image or images.is_python(text.text):
                reason = f"{missing.strip()} is not given a value in this file"
                yield file.unreadable(own.site, Role.TESTS, place, reason, group=own.group)
                return
        elif found is not None:
            places = text.places[found[1] : found[2]]
            holder = _holder(places, expander.used)
            if holder is not None:
                yield _at(file, holder, found[0])
            elif image and all(_within(at, own.node) for at in places):
                yield from _image(file, own, text)
            else:
                mixed.add(found[0])
        elif image:
            for item in _image(file, own, text):
                if item.unreadable is None or not _spoken(own, values, pattern):
                    yield item
    if mixed:
        note = "put together from variables"
        yield file.listed(own.site, Role.TESTS, place, mixed, group=own.group, note=note)


def _spoken(own: Value, values: Values, pattern: re.Pattern[str]) -> bool:
    """Whether a variable of `own` says itself what there is to say, such as `pypy3.10`."""
    return any(
        names_python(value.name) and says_version(value.node.value)
        for match in pattern.finditer(own.node.value)
        for value in values.get(_name(match), ())
    )


def _found(text: str, *, image: bool) -> tuple[PythonVersion, int, int] | None:
    """The Python that `text` names, and where."""
    if image:
        return images.python_of(text)
    python = versions.named(text)
    return None if python is None else (python, 0, len(text))


def _at(file: File, value: Value, python: PythonVersion) -> Declaration:
    """The declaration of `value`, whose text decides that `python` is meant."""
    if says_version(value.node.value):
        return version(file, value)
    return file.listed(
        value.site,
        Role.TESTS,
        span(file, value.node),
        [python],
        group=value.group,
        note=value.note,
        without_effect=value.without_effect,
    )


def _holder(places: Sequence[int], used: Sequence[Value]) -> Value | None:
    """The value in which all the characters at `places` stand."""
    for value in used:
        if places and all(_within(place, value.node) for place in places):
            return value
    return None


def _within(place: int, node: Node) -> bool:
    return node.start_mark.index <= place < node.end_mark.index


def _placed(source: Source, node: ScalarNode) -> Placed:
    """The text of a scalar; its characters have no place (-1) where escapes stand for them."""
    start = node.start_mark.index + (1 if node.style else 0)
    count = len(node.value)
    written = source.text[start : start + count]
    return Placed(
        node.value, tuple(range(start, start + count)) if written == node.value else (-1,) * count
    )


Expansion = tuple[Placed, str | None]
"""A text with its variables replaced, and the first of them that has no value."""


class _Expander:
    """Replaces variables by all that they may be; what one scalar comes to is worked out once."""

    def __init__(self, source: Source, values: Values, pattern: re.Pattern[str]) -> None:
        self.source, self.values, self.pattern = source, values, pattern
        self.known: dict[tuple[int, int], list[Expansion]] = {}
        self.used: list[Value] = []
        """What was put in the place of a variable."""

    def all(self, node: ScalarNode, depth: int = _DEPTH) -> list[Expansion]:
        """All that the scalar `node` can come to be."""
        key = (node.start_mark.index, depth)
        if key not in self.known:
            self.known[key] = self._all(node, depth)
        return self.known[key]

    def _all(self, node: ScalarNode, depth: int) -> list[Expansion]:
        text = _placed(self.source, node)
        found: list[Expansion] = [(text[:0], None)]
        at = 0
        for match in islice(self.pattern.finditer(text.text), _MOST):
            between = text[at : match.start()]
            at = match.end()
            options = list(islice(self._options(match, depth), _MOST)) or [
                (text[:0], _name(match) or match[0])
            ]
            found = [
                (Placed.join((left, between, right)), first or second)
                for (left, first), (right, second) in islice(product(found, options), _MOST)
                if len(left.text) < _LONGEST
            ]
        return [(Placed.join((left, text[at:])), missing) for left, missing in found]

    def _options(self, match: re.Match[str], depth: int) -> Iterator[Expansion]:
        for value in self.values.get(_name(match), ()) if depth else ():
            self.used.append(value)
            yield from self.all(value.node, depth - 1)


def _name(match: re.Match[str]) -> str:
    return next((group for group in match.groups() if group is not None), "")


def _image(file: File, own: Value, text: Placed) -> Iterator[Declaration]:
    """What the image `text`, written at the scalar of `own`, says."""

    def at(start: int, end: int) -> Span | None:
        part = text[start:end]
        if not part.text or min(part.places) < 0 or not part.contiguous:
            return None
        return file.source.span(part.places[0], part.places[-1] + 1)

    place = span(file, own.node)
    yield from images.declare(
        file, own.site, text.text, place, at, role=Role.TESTS, group=own.group, note=own.note
    )
