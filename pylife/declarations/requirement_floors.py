"""Writing another requirement in place of one: in `pyproject.toml`, `setup.cfg`, plain files.

Only the requirement's own text changes: quotes, comments, order and layout stay. Where Pythons
need different ones, the others follow it in the style of the list. What comes out is read back.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pylife.declarations.base import CannotEditError
from pylife.declarations.requirement_edits import SITE
from pylife.declarations.requirements import arrays, joined
from pylife.errors import UnreadableError
from pylife.model import Edit, Span, Target
from pylife.syntax import edits as spans
from pylife.syntax import ini, toml
from pylife.syntax.text import Source

_SETUP_CFG = re.compile(r"options:(?:install_requires|tests_require|setup_requires)")
_EXTRAS = "options.extras_require"


class Place(NamedTuple):
    """A requirement as it stands in a file: the list it is in, its text, its line and its span.

    `around` are the spans of that list's elements, with quotes, `number` which of them it is.
    """

    group: str
    raw: str
    line: int
    span: Span
    around: tuple[Span, ...]
    number: int


def find(source: Source, raw: str, line: int | None = None) -> Target | None:
    """Where the requirement written as `raw` can be edited, at `line` where that is known.

    None where there is no such place: the list is computed, or of a kind without editor.
    Raises UnreadableError for a file that cannot be parsed.
    """
    found = [place for place in _places(source) if place.raw == raw]
    near = [place for place in found if line is None or place.line == line] or found
    groups = {place.group for place in near}
    return Target(source.path, SITE, groups.pop()) if len(groups) == 1 else None


def replace(source: Source, at: Target, raw: str, to: Sequence[str]) -> list[Edit]:
    """The edits that write `to` in place of `raw` in the list of `at`; none where it is not there.

    Raises CannotEditError where that cannot be done surely, UnreadableError for a broken file.
    """
    listed = [place for place in _places(source) if place.group == at.group]
    wanted = [place for place in listed if place.raw == raw]
    if not wanted or tuple(to) == (raw,):
        return []
    edits: list[Edit] = []
    for place in wanted:
        texts = [_spelled(source, place, text) for text in to]
        edits.append(Edit(source.path, place.span, texts[0]))
        if len(texts) > 1:
            edits.append(_more(source, place, texts[1:]))
    expected = [text for place in listed for text in (to if place.raw == raw else (place.raw,))]
    if _read_back(source, edits, at.group) != [_plain(text) for text in expected]:
        raise CannotEditError(f"{raw!r} in {source.path} has no plain place for another floor")
    return edits


def _places(source: Source) -> Iterator[Place]:
    name = source.path.rpartition("/")[2]
    if name == "pyproject.toml":
        yield from _toml(source)
    elif name == "setup.cfg":
        yield from _setup_cfg(source)
    elif name.endswith((".txt", ".in")):
        yield from _lines(source)


def _toml(source: Source) -> Iterator[Place]:
    document = toml.parse(source)
    for path in arrays(document):
        nodes = list(document.items(*path))
        around = tuple(node.span for node in nodes)
        for number, node in enumerate(nodes):
            if isinstance(node.value, str):
                line = source.position(node.span.start)[0]
                yield Place(joined(path), node.value.strip(), line, node.span, around, number)
    for table in _poetry_tables(document):
        for key, value in document.table(*table).items():
            path = (*table, key, "version") if isinstance(value, dict) else (*table, key)
            one = document.node(*path)
            if key != "python" and one is not None and isinstance(one.value, str):
                line = source.position(one.span.start)[0]
                yield Place(joined(path), one.value.strip(), line, one.span, (), 0)


def _poetry_tables(document: toml.Document) -> Iterator[tuple[toml.Key, ...]]:
    yield ("tool", "poetry", "dependencies")
    for name in document.table("tool", "poetry", "group"):
        yield ("tool", "poetry", "group", name, "dependencies")
    yield ("tool", "poetry", "dev-dependencies")


def _setup_cfg(source: Source) -> Iterator[Place]:
    document = ini.parse(source)
    for section in document.sections:
        for option in document.options(section):
            group = f"{section}:{option.key}"
            if section != _EXTRAS and _SETUP_CFG.fullmatch(group) is None:
                continue
            pieces = list(option.lines())
            around = tuple(source.span(start, start + len(text)) for text, start in pieces)
            for number, (text, _) in enumerate(pieces):
                line = source.position(around[number].start)[0]
                yield Place(group, text, line, around[number], around, number)


_REQUIREMENT = re.compile(
    r"[ \t]*(?P<raw>[A-Za-z0-9][^\r\n]*?)(?P<rest>[ \t]*(?:[ \t]#[^\r\n]*)?)\Z"
)


def _lines(source: Source) -> Iterator[Place]:
    """What stands on a line of its own; not what goes on, or has hashes or other options."""
    at, before = 0, ""
    for number, whole in enumerate(source.text.split("\n"), 1):
        text = whole.removesuffix("\r")
        match = _REQUIREMENT.match(text)
        if match and not before.endswith("\\") and not re.search(r"\\\Z|\s--\w", match["raw"]):
            span = source.span(at + match.start("raw"), at + match.end("raw"))
            yield Place("", match["raw"], number, span, (span,), 0)
        at, before = at + len(whole) + 1, text


def _spelled(source: Source, place: Place, text: str) -> str:
    """The requirement as it is written at a place: in TOML in the quotes of the one before it."""
    if not source.path.endswith(".toml"):
        return text
    quote = source.slice(Span(place.span.start, place.span.start + 1))
    if quote == '"' and '"' in text:
        text = text.replace('"', "'")
    elif quote == "'" and "'" in text:
        text = text.replace("'", '"')
    if quote in text or "\\" in text or source.slice(place.span).startswith(quote * 3):
        raise CannotEditError(f"{place.raw!r} in {source.path} is written in a way of its own")
    return f"{quote}{text}{quote}"


def _more(source: Source, place: Place, texts: Sequence[str]) -> Edit:
    """The elements `texts` after the one at `place`."""
    if not place.around:
        raise CannotEditError(f"{place.group} in {source.path} holds one requirement")
    if source.path.endswith(".toml"):
        return spans.insert_after(source, place.around, place.number, texts)
    start = source.data.rfind(b"\n", 0, place.span.start) + 1
    indent = source.data[start : place.span.start].decode()
    if indent.strip():
        raise CannotEditError(f"{place.raw!r} in {source.path} has no line to itself")
    end = source.data.find(b"\n", place.span.end)
    end = len(source.data) if end < 0 else end
    newline = "\n"
    if source.data[:end].endswith(b"\r"):
        end, newline = end - 1, "\r\n"
    text = "".join(f"{newline}{indent}{text}" for text in texts)
    return Edit(source.path, Span(end, end), text)


def _read_back(source: Source, edits: list[Edit], group: str) -> list[str] | None:
    try:
        after = Source(source.path, spans.apply(source.data, edits))
        return [_plain(place.raw) for place in _places(after) if place.group == group]
    except (UnreadableError, spans.OverlapError):
        return None


def _plain(text: str) -> str:
    """A requirement whatever its quotes: those of markers follow the list's own."""
    return text.replace("'", '"')
