"""What CI files have in common: YAML scalars that name a Python, and where they stand."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pylife.declarations import versions
from pylife.declarations.base import File
from pylife.declarations.editing import list_editor, single_editor, unquoted_number
from pylife.model import Declaration, Role, Span
from pylife.syntax import yaml
from pylife.syntax.yaml import Node, ScalarNode

_WHICH = (
    r"(?:default|ci|test|tests|tested|supported|min|minimum|max|maximum|oldest|newest|latest"
    r"|lowest|highest|base|main|primary|build|doc|docs|lint|target|matrix|use|tox|docker|conda)"
)
_NAME = re.compile(
    rf"(?:{_WHICH}[-_.]?){{0,2}}(?:cpython|python|py)s?3?(?:[-_.]?(?:version|ver)s?)?"
    rf"(?:[-_.]?(?:spec|tag|image[-_.]?tag|list|matrix|{_WHICH}|\d[\d_.]*))?",
    re.IGNORECASE,
)
_TOXENV = re.compile(r"(?:py|cp|python|cpython)[23]\.?\d+t?")
_TOX_OTHER = re.compile(r"(?:pypy|jython|graalpy)[\d.]*")
_WORD = re.compile(r"[^\s,{}]+")
_MOST = 100
"""Entries of an `exclude:` that are followed: each is compared with each value."""
_LONGEST = 1000
"""Longer text is no name."""


def names_python(name: str) -> bool:
    """Whether a variable or parameter called `name` holds a Python version, if it holds one."""
    return len(name) < _LONGEST and _NAME.fullmatch(name) is not None


members = yaml.members
"""The values of a mapping by key, with those that `<<` merges into it."""


def walk(root: Node | None, labels: Sequence[str] = ()) -> Iterator[tuple[str, Node]]:
    """Every mapping below `root`, each once, with its path.

    An element of a list is called by the first of the keys `labels` that it has
    (`lint #2` where an earlier one is called so), else by its number.
    """
    seen: set[int] = set()
    waiting: list[tuple[str, Node]] = [("", root)] if root is not None else []
    while waiting:
        path, node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        prefix = f"{path}." if path else ""
        if yaml.is_mapping(node):
            yield path, node
            inside = [(f"{prefix}{key}", value) for key, value in yaml.pairs(node)]
        else:
            elements = yaml.elements(node)
            inside = [
                (f"{prefix}{label}", value)
                for label, value in zip(_labelled(elements, labels), elements, strict=True)
            ]
        waiting += reversed(inside)


def _labelled(elements: Sequence[Node], labels: Sequence[str]) -> Iterator[str]:
    seen: dict[str, int] = {}
    for number, element in enumerate(elements):
        label = _label(element, labels) or str(number)
        seen[label] = seen.get(label, 0) + 1
        yield f"{label} #{seen[label]}" if seen[label] > 1 else label


def _label(node: Node, labels: Sequence[str]) -> str:
    named = members(node) if labels and yaml.is_mapping(node) else {}
    for key in labels:
        value = named.get(key)
        if yaml.is_scalar(value) and value.value.strip():
            return value.value.strip()[:60]
    return ""


def plain(node: Node | None) -> ScalarNode | None:
    """`node` if it is text of one piece: no block with lines, and not empty."""
    if yaml.is_scalar(node) and node.style not in {"|", ">"} and node.value.strip():
        return node
    return None


def span(file: File, node: ScalarNode) -> Span:
    """The span of a scalar without its quotes."""
    return yaml.scalar_span(file.source, node)


class Value(NamedTuple):
    """A scalar that may give a Python's version: an element of a matrix, a variable, a default."""

    name: str
    node: ScalarNode
    site: str
    group: str
    note: str = ""
    without_effect: str = ""


def gathered(values: Sequence[Value]) -> dict[str, list[Value]]:
    """`values` by name."""
    found: dict[str, list[Value]] = {}
    for value in values:
        found.setdefault(value.name, []).append(value)
    return found


def version(file: File, value: Value, *, role: Role = Role.TESTS) -> Declaration:
    """What the scalar of `value` says: a version, the traps of unquoted numbers included."""
    node, place = value.node, span(file, value.node)
    text = node.value.strip()
    if yaml.is_plain(node) and versions.number(text) is not None:
        found = file.number_named(value.site, role, place, text, "YAML", group=value.group)
    else:
        bare = yaml.is_plain(node) and text == "3.1"
        note = "3.1 is what YAML reads for an unquoted 3.10" if bare else value.note
        found = file.python_named(value.site, role, place, text, group=value.group, note=note)
    return found._replace(without_effect=value.without_effect)


def says_version(text: str) -> bool:
    """Whether `text` names a Python, or says which it does not name."""
    return versions.named(text) is not None or versions.other(text) is not None


def entry(values: Sequence[Value]) -> list[Value]:
    """`values` of one entry of a matrix without TOXENV, where another one names the Python."""
    if any(names_python(value.name) and says_version(value.node.value) for value in values):
        return [value for value in values if value.name.upper() != "TOXENV"]
    return list(values)


def toxenv(file: File, value: Value, text: str | None = None) -> Iterator[Declaration]:
    """What `TOXENV: py39,py310-django` says; nothing where it names no Python.

    `text` are the environments where they are only a part of the scalar.
    """
    words = [word.split("-") for word in _WORD.findall(text or value.node.value)]
    factors = [factor for word in words for factor in word]
    named = (versions.named(factor) for factor in factors if _TOXENV.fullmatch(factor))
    pythons = [python for python in named if python is not None]
    other = [factor for factor in factors if _TOX_OTHER.fullmatch(factor)]
    if pythons or other:
        note = value.note or (f"{other[0]} is not CPython" if not pythons else "")
        yield file.listed(
            value.site,
            Role.TESTS,
            span(file, value.node),
            pythons,
            group=value.group,
            note=note,
            without_effect=value.without_effect,
        )


class Excluded(NamedTuple):
    """What a matrix leaves out: the texts of each `exclude` entry, and its axes' texts."""

    entries: list[dict[str, str]]
    axes: dict[str, list[str]]

    def leaves_out(self, name: str, text: str) -> bool:
        """Whether no combination with the value `text` of the axis `name` is left.

        Only entries that name the axis alone, or with one other axis all of whose
        values are left out, are followed.
        """
        own = [entry for entry in self.entries if entry.get(name, "").strip() == text]
        if any(len(entry) == 1 for entry in own):
            return True
        for other, texts in self.axes.items():
            gone = {entry[other] for entry in own if len(entry) == 2 and other in entry}
            if other != name and texts and gone.issuperset(texts):
                return True
        return False


def excluded(entries: Node | None, axes: Mapping[str, Sequence[Node]]) -> Excluded:
    """What the list `entries` of an `exclude:` leaves out of the matrix `axes`."""
    texts = [
        {key: value.value for key, value in yaml.pairs(entry) if yaml.is_scalar(value)}
        for entry in yaml.elements(entries)[:_MOST]
        if all(yaml.is_scalar(value) for _, value in yaml.pairs(entry))
    ]
    return Excluded(
        [entry for entry in texts if entry],
        {
            name: [node.value for node in nodes if yaml.is_scalar(node)]
            for name, nodes in axes.items()
        },
    )


def once(found: Iterator[Declaration]) -> Iterator[Declaration]:
    """Each place once, where aliases and variables lead to it several times."""
    seen: set[Span] = set()
    for item in found:
        if item.span not in seen:
            seen.add(item.span)
            yield item


edit_list = list_editor(unquoted_number)
"""The editor of a YAML list with one Python an element."""

edit_value = single_editor(unquoted_number)
"""The editor of one version in YAML."""
