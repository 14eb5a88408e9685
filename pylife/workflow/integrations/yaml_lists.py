"""Adding one element to a list of somebody's YAML file, as text: all else stays as it is.

What was meant is proved afterwards: the file must read as before, plus the element.
"""

import re
from collections.abc import Callable
from typing import Any

from pylife.errors import UnreadableError
from pylife.syntax import yaml
from pylife.syntax.text import Source
from pylife.syntax.yaml import Node

Plain = Any
"""A node without places: text, a list, or a list of (key, value) in order."""


class UnusualError(Exception):
    """The file is written in a way that is not edited here; says which."""


def document(source: Source) -> Node:
    """The one document of the file; raises UnusualError, with the reason."""
    try:
        found = yaml.compose_all(source)
    except UnreadableError as error:
        raise UnusualError(str(error)) from None
    if len(found) != 1 or not yaml.is_mapping(found[0]):
        raise UnusualError("it is not one mapping")
    return found[0]


def append(source: Source, key: str, element: str) -> bytes:
    """The file with `element` (YAML lines, from column 0, a `- ` first) last in the list `key`.

    The list is the top-level `key`'s, in block style and not empty. Raises
    UnusualError otherwise, or where the result would not read as meant.
    """
    node = yaml.get(document(source), key)
    items = yaml.elements(node)
    if node is None or not items:
        raise UnusualError(f"{key} is not a list with elements")
    lines = source.text.split("\n")
    column, first = _bullet(lines, items[0])
    if column is None or first != _bullet(lines, items[-1])[1]:
        raise UnusualError(f"{key} is not written as a list with one element a line")
    at = _after(lines, items[-1], column)
    newline = "\r\n" if lines[0].endswith("\r") else "\n"
    indented = [" " * column + line for line in element.rstrip("\n").split("\n")]
    end = "\r" if newline == "\r\n" else ""
    changed = lines[:at] + [line + end for line in indented] + lines[at:]
    if at == len(lines):  # the file does not end in a newline
        changed[at - 1] += end
        changed[-1] = changed[-1].removesuffix(end) if end else changed[-1]
    text = "\n".join(changed)
    return proved(source, text, lambda old: _with(old, key, element))


def _bullet(lines: list[str], item: Node) -> tuple[int | None, str]:
    """The column of the bullet before an element, and what stands up to it; None if none."""
    match = re.match(r"( *)- +(?=\S)", lines[item.start_mark.line])
    return (len(match[1]), match[1]) if match else (None, "?")


def _after(lines: list[str], item: Node, column: int) -> int:
    """The number of the line behind the last one of `item`; comments below it are not its."""
    at = item.start_mark.line + 1
    end = at
    while at < len(lines):
        line = lines[at].rstrip("\r")
        bare = line.strip()
        if bare and not bare.startswith("#"):
            if len(line) - len(line.lstrip(" ")) <= column:
                break
            end = at + 1
        elif bare and len(line) - len(line.lstrip(" ")) > column:
            end = at + 1
        at += 1
    return end


def proved(source: Source, text: str, expected: Callable[[Plain], Plain]) -> bytes:
    """`text` as the file's bytes, if it reads as `expected` of what the file reads as now."""
    bom = source.data[: len(source.data) - len(source.text.encode(source.encoding))]
    data = bom + text.encode(source.encoding)
    try:
        now = plain(document(Source(source.path, data)))
    except (UnusualError, UnreadableError):
        now = None
    if now != expected(plain(document(source))):
        raise UnusualError("its layout is one that is not edited here")
    return data


def plain(node: Node) -> Plain:
    """The node's content without places and styles."""
    if node.id == "mapping":
        return [(plain(key), plain(value)) for key, value in node.value]
    if node.id == "sequence":
        return [plain(value) for value in node.value]
    return node.value


def parsed(text: str) -> Plain:
    """The content of YAML that pylife itself has written."""
    (node,) = yaml.compose_all(Source("", text.encode()))
    return plain(node)


def _with(old: Plain, key: str, element: str) -> Plain:
    (added,) = parsed(element)
    return [(name, [*value, added] if name == key else value) for name, value in old]
