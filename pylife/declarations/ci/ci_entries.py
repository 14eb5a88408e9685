"""Editing matrices in which each entry is a mapping of its own, for one Python:

    Python39:                  - PYTHON: "C:\\\\Python39"
      python.version: '3.9'      TOXENV: py39

A new Python gets a copy of its neighbour's entries; a dropped one loses its
entries. What else an entry says of its Python (`py39`) follows; where a number
may be something else's version, a person decides.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pylife.declarations import versions
from pylife.declarations.base import CannotEditError, File
from pylife.declarations.ci import ci_values
from pylife.declarations.editing import neighbour
from pylife.model import AddPython, Change, Declaration, DropPython, Edit, PythonVersion
from pylife.syntax import yaml
from pylife.syntax.text import Source
from pylife.syntax.yaml import Node, ScalarNode

_COMMENT = re.compile(r"[ \t]*(?<![^\s\]}])#[^\r\n]*")
_ANCHOR = re.compile(r"(?:^|[\s:,\[{])[&*]\w|(?:^|[\s,{])<<\s*:")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry: the whole lines that it takes (character indices), and its scalars.

    Each scalar comes with the key that it is the value of, None for a key itself.
    """

    start: int
    end: int
    scalars: tuple[tuple[ScalarNode, str | None], ...]


def edit_entries(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    """The editor of such a matrix, whose declarations share one group."""
    if not isinstance(change, AddPython | DropPython):
        raise CannotEditError("each entry names a Python of its own")
    version = change.version
    holding = [item for item in declarations if version in (item.versions or ())]
    if isinstance(change, AddPython) is bool(holding):
        return []
    if isinstance(change, DropPython):
        return _drop(file, declarations, holding)
    return _add(file, declarations, version)


def _drop(
    file: File, declarations: Sequence[Declaration], gone: Sequence[Declaration]
) -> list[Edit]:
    if not any(item.versions and item not in gone for item in declarations):
        raise CannotEditError(f"no other entry would be left beside {gone[0].raw!r}")
    source = file.source
    edits = []
    for item in gone:
        if len(item.versions or ()) != 1:
            raise CannotEditError(f"{item.raw!r} names several Pythons")
        entry = _entry(file, item)
        start, end = entry.start, entry.end
        if end == len(source.text) and not source.text.endswith("\n"):
            start -= len(_newline(source, start))
        edits.append(Edit(file=file.path, span=source.span(start, end), text=""))
    return edits


def _add(file: File, declarations: Sequence[Declaration], version: PythonVersion) -> list[Edit]:
    single = [
        (item.versions[0], item)
        for item in declarations
        if item.versions and len(item.versions) == 1 and not item.note.startswith("YAML")
    ]
    if not single:
        raise CannotEditError("no entry that names one Python to follow in style")
    old, before = neighbour([python for python, _ in single], version)
    models = [item for python, item in single if python == old]
    entries = [_entry(file, item) for item in models]
    texts = [
        _respelled(file.source, entry, item, old, version)
        for entry, item in zip(entries, models, strict=True)
    ]
    edits = []
    for run in _runs(entries):
        at = entries[run[0]].start if before else entries[run[-1]].end
        text = "".join(texts[number] for number in run)
        if not text.endswith("\n"):  # the file ends without a line ending
            newline = _newline(file.source, entries[run[-1]].start)
            text = f"{text}{newline}" if before else f"{newline}{text}"
        edits.append(Edit(file=file.path, span=file.source.span(at, at), text=text))
    return edits


def _runs(entries: Sequence[_Entry]) -> Iterator[list[int]]:
    """The entries, by number, in runs of such as stand one behind the other."""
    run = [0]
    for number in range(1, len(entries)):
        if entries[number].start != entries[number - 1].end:
            yield run
            run = []
        run.append(number)
    yield run


def _newline(source: Source, start: int) -> str:
    """The line ending before the character `start`."""
    return "\r\n" if source.text[:start].endswith("\r\n") else "\n"


def _entry(file: File, item: Declaration) -> _Entry:
    """The entry in which `item` stands; CannotEditError where it has no lines to itself."""
    index = file.source.index(item.span.start)
    reason = f"the entry of {item.raw!r} has no lines of its own"
    for root in file.yaml:
        for key, node in _children(root):
            if any(_inside(index, value) for _, value in yaml.pairs(node)):
                return _lines(file.source, key, node, reason)
    raise CannotEditError(reason)


def _inside(index: int, node: Node) -> bool:
    return yaml.is_scalar(node) and node.start_mark.index <= index < node.end_mark.index


def _children(root: Node) -> Iterator[tuple[ScalarNode | None, Node]]:
    """Every mapping that is an element of a list, or the value of a key (which comes with it)."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if yaml.is_mapping(node):
            for key, value in node.value:
                waiting.append(value)
                if yaml.is_scalar(key) and yaml.is_mapping(value):
                    yield key, value
        for value in yaml.elements(node):
            waiting.append(value)
            if yaml.is_mapping(value):
                yield None, value


def _lines(source: Source, key: ScalarNode | None, node: Node, reason: str) -> _Entry:
    text = source.text
    first = (key or node).start_mark.index
    start = text.rfind("\n", 0, first) + 1
    scalars: list[tuple[ScalarNode, str | None]] = [(key, None)] if key is not None else []
    for name, value in node.value:
        if not (yaml.is_scalar(name) and yaml.is_scalar(value)):
            raise CannotEditError("the entry holds lists or mappings of its own")
        scalars += [(name, None), (value, name.value)]
    ends = [scalar.end_mark.index for scalar, _ in scalars]
    if any(not first <= scalar.start_mark.index < node.end_mark.index for scalar, _ in scalars):
        raise CannotEditError("the entry takes values from elsewhere")
    end = text.find("\n", max(ends))
    end = len(text) if end < 0 else end + 1
    if any(scalar.style in {"|", ">"} for scalar, _ in scalars):
        raise CannotEditError("the entry holds a block of text")
    lead = text[start:first]
    if _ANCHOR.search(text[start:end]) or lead.strip(" \t") != ("" if key is not None else "-"):
        raise CannotEditError(reason)
    after = _COMMENT.sub("", text[max(ends) : end]).strip()
    if after not in {"", "}"} or lead.count("-") > 1:
        raise CannotEditError(reason)
    return _Entry(start, end, tuple(scalars))


def _respelled(
    source: Source, entry: _Entry, item: Declaration, old: PythonVersion, new: PythonVersion
) -> str:
    """The lines of `entry` for `new` instead of `old`, without comments."""
    index = source.index(item.span.start)
    pieces: list[str] = []
    at = entry.start
    for scalar, key in sorted(entry.scalars, key=lambda pair: pair[0].start_mark.index):
        start, end = scalar.start_mark.index, scalar.end_mark.index
        pieces.append(_COMMENT.sub("", source.text[at:start]))
        sure = _inside(index, scalar) or (key is not None and ci_values.names_python(key))
        named = key is None and not pieces[-1].strip(" -\r\n")
        pieces.append(_scalar(source.text[start:end], old, new, sure=sure or named))
        at = end
    pieces.append(_COMMENT.sub("", source.text[at : entry.end]))
    lines = "".join(pieces).splitlines(keepends=True)
    text = "".join(line for line in lines if line.strip())
    first = min(entry.scalars, key=lambda pair: pair[0].start_mark.index)[0]
    if text.strip() and entry.scalars[0][1] is None and not lines[0].lstrip().startswith("-"):
        raw = source.text[first.start_mark.index : first.end_mark.index]
        if text.lstrip().startswith(raw):
            raise CannotEditError(f"the name {raw} of the entry does not tell its Python")
    return text


def _scalar(text: str, old: PythonVersion, new: PythonVersion, *, sure: bool) -> str:
    """A scalar as written, with each mention of `old` written as `new`."""
    threads = "t" if old.free_threaded else ""
    mention = re.compile(
        rf"(?<![\d.]){old.major}([._-]?){old.minor}(?:\.(?:\d+|x|\*))?{threads}(?![\d.]*\d)(?!t\b)"
    )
    if mention.search(text) is None:
        return text
    if not sure and any(
        not re.search(r"(?:py|python|cp)[-_ ]?\Z", text[: match.start()], re.IGNORECASE)
        for match in mention.finditer(text)
    ):
        raise CannotEditError(f"{text!r} beside it may be the version of something else")
    wanted = "t" if new.free_threaded else ""
    result = mention.sub(lambda match: f"{new.major}{match[1]}{new.minor}{wanted}", text)
    return f'"{result}"' if versions.number(result) else result
