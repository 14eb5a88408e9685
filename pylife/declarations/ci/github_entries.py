"""Whole entries of a matrix's `include` and `exclude`: copied for another Python, or removed."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from pylife.declarations import versions
from pylife.declarations.base import CannotEditError, File
from pylife.declarations.editing import neighbour, unquoted_number
from pylife.model import Declaration, Edit, PythonVersion, Span
from pylife.syntax import edits as spans
from pylife.syntax import yaml
from pylife.syntax.yaml import Node


def add(file: File, named: list[Declaration], version: PythonVersion) -> list[Edit]:
    """The edits that add an entry for `version`: a copy of those of its neighbour."""
    single = [(item.versions[0], item) for item in named if item.versions]
    if not single:
        raise CannotEditError("no entry that is a combination of its own, to follow in style")
    python, before = neighbour([python for python, _ in single], version)
    entries = {_entry(file, item): item for other, item in single if other == python}
    if len({seq for seq, _ in entries}) != 1:
        raise CannotEditError("the entries stand in several lists")
    sequence = next(iter(entries))[0]
    elements = _elements(file, sequence)
    chosen = [place for place, node in enumerate(sequence.value) if (sequence, node) in entries]
    pythons = [
        [item.span for other, item in single if _entry(file, item)[1] is sequence.value[place]]
        for place in chosen
    ]
    texts = [
        _copied(file, sequence.value[place], places, python, version)
        for place, places in zip(chosen, pythons, strict=True)
    ]
    if before:
        return [spans.insert_before(file.source, elements, chosen[0], texts)]
    return [spans.insert_after(file.source, elements, chosen[-1], texts)]


_SQUEEZED = re.compile(r"(?:py|python|cp)[- ]?[23]\.?\d", re.IGNORECASE)
_ANCHOR = re.compile(r"(?:\A|[\s\[{,])[&*]\w")


def _copied(
    file: File, entry: Node, pythons: list[Span], old: PythonVersion, new: PythonVersion
) -> str:
    """The text of an entry with `new` for `old`, also in such as `toxenv: py313`."""
    source = file.source
    start, end = entry.start_mark.index, _end(file, entry)
    if _ANCHOR.search(source.text[start:end]):
        raise CannotEditError("an entry with anchors cannot be copied")
    text, at = "", start
    for leaf in _leaves(entry):
        written = source.text[leaf.start_mark.index : leaf.end_mark.index]
        text += _without_comments(source.text[at : leaf.start_mark.index])
        at = min(leaf.end_mark.index, end)
        written = source.text[leaf.start_mark.index : at]
        if yaml.scalar_span(source, leaf) in pythons:
            spelled = unquoted_number(written, old, new)
            if spelled is None:
                raise CannotEditError(f"cannot spell {new} like {written!r}")
            written = spelled
        elif _SQUEEZED.search(written):
            written = versions.respell(written, old, new) or written
        text += written
    return text + _without_comments(source.text[at:end])


def _without_comments(gap: str) -> str:
    """What stands between two words of an entry, its comments left out."""
    gap = re.sub(r"(?<=\s)#[^\r\n]*", "", gap)
    return re.sub(r"[ \t]*(\r?\n)(?:[ \t]*\r?\n)+", r"\1", re.sub(r"[ \t]+(?=\r?\n)", "", gap))


def _leaves(node: Node) -> Iterable[yaml.ScalarNode]:
    """The scalars below `node`, in order."""
    if yaml.is_scalar(node):
        yield node
    elif yaml.is_mapping(node):
        for key, value in node.value:
            yield from _leaves(key)
            yield from _leaves(value)
    else:
        for item in node.value:
            yield from _leaves(item)


def remove(
    file: File, named: Sequence[Declaration], version: PythonVersion, *, all_may_go: bool = True
) -> list[Edit]:
    """The edits that remove the whole entries of `named` that name `version`."""
    by_list: dict[Node, dict[Node, set[PythonVersion]]] = {}
    for item in named:
        if not item.versions:
            continue
        sequence, entry = _entry(file, item)
        by_list.setdefault(sequence, {}).setdefault(entry, set()).update(item.versions)
    edits = []
    for sequence, entries in by_list.items():
        gone = [entry for entry, pythons in entries.items() if version in pythons]
        if any(entries[entry] != {version} for entry in gone):
            raise CannotEditError(f"an entry names {version} together with others")
        if len(gone) == len(sequence.value) and not all_may_go:
            raise CannotEditError(f"the entries with {version} are all that there are")
        if len(gone) == len(sequence.value):
            edits.append(_without_key(file, sequence))
        elif gone:
            elements = _elements(file, sequence)
            places = [place for place, node in enumerate(sequence.value) if node in gone]
            edits += spans.remove_all(file.source, elements, places)
    return edits


def _without_key(file: File, sequence: Node) -> Edit:
    """Remove `include:` or `exclude:` with all its entries, where the matrix has lists left."""
    nodes = chain(file, sequence.start_mark.index)
    matrix = next((node for node, below in pairwise(nodes)
                   if below is sequence), None)  # fmt: skip
    pairs = matrix.value if matrix is not None and yaml.is_mapping(matrix) else []
    key = next((key for key, value in pairs if value is sequence), None)
    if key is None or key.value not in {"include", "exclude"}:
        raise CannotEditError("all entries of the list would go")
    if not any(other.value not in {"include", "exclude"} for other, _ in pairs):
        raise CannotEditError("all that the matrix has would go")
    source = file.source
    text = source.text
    start = text.rfind("\n", 0, key.start_mark.index) + 1
    last = _end(file, sequence)
    end = text.find("\n", last)
    end = len(text) if end < 0 else end + 1
    if text[start : key.start_mark.index].strip() or not re.fullmatch(
        r"\s*(?:#.*)?\s*", text[last:end]
    ):
        raise CannotEditError(f"{key.value} shares its line with others")
    return Edit(file=file.path, span=source.span(start, end), text="")


def _entry(file: File, item: Declaration) -> tuple[Node, Node]:
    """The list and its element in which a declaration stands."""
    nodes = chain(file, file.source.index(item.span.start))
    for node, below in pairwise(nodes):
        if node.id == "sequence" and yaml.is_mapping(below):
            return node, below
    raise CannotEditError("it is not an entry of a list in this file")


def chain(file: File, index: int) -> list[Node]:
    """The nodes from the document down to the one at the character `index`."""
    chain = [file.yaml[0]]
    while not yaml.is_scalar(chain[-1]):
        node = chain[-1]
        children = (
            [item for pair in node.value for item in pair] if yaml.is_mapping(node) else node.value
        )
        below = next((c for c in children if c.start_mark.index <= index < c.end_mark.index), None)
        if below is None or below in chain:  # a list may refer to itself
            break
        chain.append(below)
    return chain


def _elements(file: File, sequence: Node) -> list[Span]:
    """The elements of a list as written, without the white space and comments behind them."""
    found = [file.source.span(node.start_mark.index, _end(file, node)) for node in sequence.value]
    if any(left.end > right.start for left, right in pairwise(found)):
        raise CannotEditError("the list repeats elements by reference")
    return found


def _end(file: File, node: Node) -> int:
    """Where a node's own text ends: PyYAML ends a block where the next thing begins."""
    text = file.source.text
    if yaml.is_scalar(node):
        start, end = node.start_mark.index, node.end_mark.index
        return start + len(text[start:end].rstrip()) if node.style in {"|", ">"} else end
    if text[node.end_mark.index - 1 : node.end_mark.index] in {"]", "}"} and (
        text[node.start_mark.index : node.start_mark.index + 1] in {"[", "{"}
    ):
        return node.end_mark.index
    children = (
        [item for pair in node.value for item in pair] if yaml.is_mapping(node) else node.value
    )
    end = node.start_mark.index
    for child in children:
        if child.start_mark.index < end:  # what a reference stands for is somewhere else
            raise CannotEditError("an entry with references cannot be edited")
        end = _end(file, child)
    return end
