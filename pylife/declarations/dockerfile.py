"""Dockerfiles: the Python of each base image.

`FROM python:3.9-slim` declares where it stands; `FROM python:${VERSION}-slim`
where `ARG VERSION=3.9` stands. A reference to an earlier stage is no image.
"""

import re
from collections.abc import Iterator, Sequence

from pylife.declarations import images
from pylife.declarations.base import CannotEditError, File, Reader
from pylife.declarations.editing import edit_single
from pylife.model import Change, Declaration, Edit, Role, Span
from pylife.syntax import dockerfile
from pylife.syntax.dockerfile import Instruction, Placed

_SITE = "dockerfile-from"
_PINNED = "pinned by digest"
_VARIABLE = re.compile(
    r"\\(?P<escaped>.)|\$(?:(?P<name>[A-Za-z_]\w*)|\{(?P<braced>[A-Za-z_]\w*)"
    r"(?:(?P<operator>:?-)(?P<default>[^{}]*)|(?P<other>[^}]*))\})"
)
_DEPTH = 8


def read(file: File) -> Iterator[Declaration]:
    """One declaration for each place that decides a base image's Python."""
    arguments: dict[str, Placed | None] = {}
    stages: set[str] = set()
    seen: set[Span] = set()
    for instruction in dockerfile.instructions(file.source):
        if instruction.keyword == "ARG" and not stages:
            arguments.update(_arguments(instruction))
        elif instruction.keyword == "FROM":
            words = [word for word in instruction.words if not word.text.startswith("--")]
            if not words:
                continue
            if words[0].text.lower() not in stages:
                for item in _image(file, words[0], arguments):
                    if item.span not in seen:
                        seen.add(item.span)
                        yield item
            named = len(words) == 3 and words[1].text.upper() == "AS"
            stages.add(words[2].text.lower() if named else "\0")


def _arguments(instruction: Instruction) -> Iterator[tuple[str, Placed | None]]:
    """The names that an ARG gives, with their defaults (None where there is none)."""
    for word in instruction.words:
        name, equals, _ = word.text.partition("=")
        value = word[len(name) + 1 :]
        if len(value.text) > 1 and value.text[0] == value.text[-1] and value.text[0] in "\"'":
            value = value[1:-1]
        yield name, value if equals else None


def _image(
    file: File, written: Placed, arguments: dict[str, Placed | None]
) -> Iterator[Declaration]:
    whole = file.source.span(written.places[0], written.places[-1] + 1)
    image, missing = _expand(written, arguments)
    if missing is not None:
        if "python" in image.text:
            reason = f"{missing} has no default: it is given to the build"
            yield file.unreadable(_SITE, Role.RUNS_ON, whole, reason)
        return
    found = images.python_of(image.text)
    _, tag, stop = images.split(image.text)

    def at(_start: int, _end: int) -> Span | None:
        return found and _place(file, image, found[1:], (tag, stop))

    note = _PINNED if "@" in image.text else ""
    yield from images.declare(file, _SITE, image.text, whole, at, note=note)


def _expand(
    text: Placed, arguments: dict[str, Placed | None], depth: int = _DEPTH
) -> tuple[Placed, str | None]:
    """`text` with its variables replaced, and the first that has no value."""
    result, at, missing = Placed("", ()), 0, None
    for match in _VARIABLE.finditer(text.text):
        result += text[at : match.start()]
        at = match.end()
        if match["escaped"] is not None:
            result += text[match.end() - 1 : match.end()]
            continue
        name = match["name"] or match["braced"]
        value = arguments.get(name)
        if match["default"] is not None and (value is None or not value.text):
            value = text[match.start("default") : match.end("default")]
        if value is None or match["other"] or not depth:
            missing = missing or name
            continue
        value, unknown = _expand(value, arguments, depth - 1)
        missing = missing or unknown
        result += value
    return result + text[at:], missing


def _place(
    file: File, image: Placed, version: tuple[int, int], tag: tuple[int, int]
) -> Span | None:
    """The largest plain text around the version: the tag, or what one ARG gives of it."""
    places = image.places
    if not image[version[0] : version[1]].contiguous:
        return None
    start, end = version
    while start > tag[0] and places[start - 1] == places[start] - 1:
        start -= 1
    while end < tag[1] and places[end] == places[end - 1] + 1:
        end += 1
    return file.source.span(places[start], places[end - 1] + 1)


def _edit(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    if any(item.note == _PINNED for item in declarations):
        raise CannotEditError("the image is pinned by digest, which belongs to its present Python")
    return edit_single(file, declarations, change)


READER = Reader(
    name="dockerfile",
    title="Dockerfile",
    read=read,
    editors={_SITE: _edit},
    contextual=True,
)
