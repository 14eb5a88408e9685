"""YAML nodes with exact spans, through PyYAML's `compose` (never `load`).

Composing builds no Python objects, so the text `3.10` stays text. PyYAML counts
characters; spans here are bytes. Without a C compiler PyYAML has no fast loader
on the newest Pythons; the slow one is then used and gives the same nodes.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Protocol, TypeGuard

from pylife.errors import UnreadableError
from pylife.model import Span
from pylife.syntax.text import Source


class Mark(Protocol):
    """A place of PyYAML's: `index` counts characters, `line` from 0."""

    index: int
    line: int


class Node(Protocol):
    """A node of PyYAML's; described here so that PyYAML is imported only to parse a file."""

    id: str
    value: Any
    start_mark: Mark
    end_mark: Mark


class ScalarNode(Node, Protocol):
    """A node whose `value` is text; `style` is its quote or block indicator, empty for none."""

    value: str
    style: str | None
    tag: str


def is_scalar(node: Node | None) -> TypeGuard[ScalarNode]:
    """Whether `node` is text."""
    return node is not None and node.id == "scalar"


def is_plain(node: ScalarNode) -> bool:
    """Whether YAML resolves the text by itself: no quotes, and no tag such as `!!str`."""
    return not node.style and not node.tag


def is_mapping(node: Node | None) -> bool:
    """Whether `node` is a mapping."""
    return node is not None and node.id == "mapping"


@lru_cache(maxsize=1)
def _loader() -> Any:
    """libyaml's loader, or without a C compiler the slow one, which gives the same nodes.

    Whether a plain scalar is a number or a truth value is nobody's question
    here, and to resolve it costs as much as the rest of composing.
    """
    import yaml

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        def resolve(self, _kind: object, _value: object, _implicit: object) -> str:
            return ""

        def descend_resolver(self, _parent: object, _index: object) -> None:
            pass

        def ascend_resolver(self) -> None:
            pass

    return Loader


_DEEPEST = 1000
"""Nothing real nests deeper; libyaml's composer recurses, and would overflow its stack."""

_PREFIX = re.compile(r"^[ \t]*(?:(?:[-?:]|[&!]\S*)[ \t]+)+|^[ \t]+", re.M)
"""What stands before the first text of a line: one level, at most two, for each character."""


_PROPERTIES = re.compile(r"(?:[&!]\S*(?:\s+|\Z))+")
"""What PyYAML counts as part of a node: `&anchor` and `!tag` before it."""


def compose_all(source: Source) -> list[Node]:
    """The documents of `source`; raises UnreadableError with the line of what is wrong."""
    import yaml

    try:
        _guard(source)
        loader = _loader()(source.text)
        try:
            nodes = []
            while loader.check_node():
                nodes.append(loader.get_node())
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise UnreadableError(
            f"not valid YAML: {error.problem or error.context}",
            path=source.path,
            line=mark.line + 1 if mark else None,
            column=mark.column + 1 if mark else None,
        ) from None
    except yaml.reader.ReaderError as error:
        line = source.text.count("\n", 0, error.position) + 1
        raise UnreadableError(
            f"not valid YAML: {error.reason}", path=source.path, line=line
        ) from None
    except (yaml.YAMLError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise UnreadableError(f"not valid YAML: {reason}", path=source.path, line=1) from None
    return [node for node in nodes if node is not None]


def _guard(source: Source) -> None:
    """Raise UnreadableError for nesting that is too deep, before anything recurses into it.

    Deeper blocks begin further to the right; flow collections begin with a
    bracket. A `${{` begins none: it is text, or in a flow collection an error.
    """
    text = source.text
    flow = text.count("[") + text.count("{") - 2 * text.count("${{")
    block = max(map(len, _PREFIX.findall(text)), default=0) * 2
    if flow + block < _DEEPEST:
        return
    import yaml
    from yaml.events import CollectionEndEvent, CollectionStartEvent

    depth = 0
    for event in yaml.parse(text, _loader()):
        if isinstance(event, CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                mark = event.start_mark
                line = mark.line + 1 if mark is not None else None
                raise UnreadableError("nested too deeply", path=source.path, line=line)
        elif isinstance(event, CollectionEndEvent):
            depth -= 1


def get(node: Node | None, *path: str) -> Node | None:
    """The node under `node` at the mapping keys `path`; None where there is none."""
    for key in path:
        if node is None or node.id != "mapping":
            return None
        for name, value in node.value:
            if name.value == key and name.id == "scalar":
                node = value
                break
        else:
            return None
    return node


def pairs(node: Node | None) -> Iterator[tuple[str, Node]]:
    """The (key text, value node) pairs of a mapping; nothing for any other node."""
    if node is not None and node.id == "mapping":
        for key, value in node.value:
            if key.id == "scalar":
                yield key.value, value


def members(node: Node | None) -> dict[str, Node]:
    """The values of a mapping by key, its own first, with those that `<<` merges into it."""
    found: dict[str, Node] = {}
    seen: set[int] = set()
    pending = [node]
    while pending:
        here = pending.pop()
        if here is None or id(here) in seen:
            continue
        seen.add(id(here))
        own = dict(pairs(here))
        merged = own.pop("<<", None)
        for key, value in own.items():
            found.setdefault(key, value)
        if merged is not None:
            pending += [*reversed(elements(merged)), merged]
    return found


def elements(node: Node | None) -> list[Node]:
    """The elements of a sequence; an empty list for any other node."""
    return list(node.value) if node is not None and node.id == "sequence" else []


def scalar_span(source: Source, node: ScalarNode) -> Span:
    """The span of a scalar's text without its quotes, and without an anchor or a tag before it.

    For a block scalar (`|`, `>`) the whole block, its indicator included.
    """
    start, end = node.start_mark.index, node.end_mark.index
    if source.text[start : start + 1] in {"&", "!"}:
        properties = _PROPERTIES.match(source.text, start, end)
        start = properties.end() if properties else end
    if node.style in {"'", '"'}:
        start, end = start + 1, end - 1
    return source.span(start, end)


def outer_span(source: Source, node: Node) -> Span:
    """The span of a node as written, with quotes and brackets."""
    return source.span(node.start_mark.index, node.end_mark.index)
