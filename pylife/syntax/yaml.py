"""YAML nodes with exact spans, through PyYAML's `compose` (never `load`).

Composing builds no Python objects, so the text `3.10` stays text. PyYAML counts
characters; spans here are bytes. Without a C compiler PyYAML has no fast loader
on the newest Pythons; the slow one is then used and gives the same nodes.
"""

from collections.abc import Iterator

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from pylife.errors import UnreadableError
from pylife.model import Span
from pylife.syntax.text import Source

__all__ = ["FAST", "MappingNode", "Node", "ScalarNode", "SequenceNode", "compose_all", "get"]

FAST = hasattr(yaml, "CSafeLoader")
"""Whether libyaml's loader is there."""

_Loader = yaml.CSafeLoader if FAST else yaml.SafeLoader


def compose_all(source: Source) -> list[Node]:
    """The documents of `source`; raises UnreadableError with the line of what is wrong."""
    try:
        loader = _Loader(source.text)
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


def get(node: Node | None, *path: str) -> Node | None:
    """The node under `node` at the mapping keys `path`; None where there is none."""
    for key in path:
        node = next((value for name, value in pairs(node) if name == key), None)
    return node


def pairs(node: Node | None) -> Iterator[tuple[str, Node]]:
    """The (key text, value node) pairs of a mapping; nothing for any other node."""
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if isinstance(key, ScalarNode):
                yield key.value, value


def elements(node: Node | None) -> list[Node]:
    """The elements of a sequence; an empty list for any other node."""
    return list(node.value) if isinstance(node, SequenceNode) else []


def scalar_span(source: Source, node: ScalarNode) -> Span:
    """The span of a scalar's text without its quotes.

    For a block scalar (`|`, `>`) the whole block, its indicator included.
    """
    start, end = node.start_mark.index, node.end_mark.index
    if node.style in {"'", '"'}:
        start, end = start + 1, end - 1
    return source.span(start, end)


def outer_span(source: Source, node: Node) -> Span:
    """The span of a node as written, with quotes and brackets."""
    return source.span(node.start_mark.index, node.end_mark.index)
