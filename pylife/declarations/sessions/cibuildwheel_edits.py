"""Editing cibuildwheel's selectors: elements of a list, alternatives in braces, words of text."""

import re
from collections.abc import Sequence

from pylife.declarations import versions
from pylife.declarations.base import CannotEditError, File
from pylife.declarations.editing import list_editor, neighbour
from pylife.model import AddPython, Change, Declaration, DropPython, Edit, PythonVersion, Span


def spell(text: str, old: PythonVersion, new: PythonVersion) -> str | None:
    """Also the bare minor of `cp3{9,10}`."""
    if re.fullmatch(rf"{old.minor}t?", text) and old.major == new.major:
        return f"{new.minor}{'t' if new.free_threaded else ''}"
    return versions.respell(text, old, new)


_edit_list = list_editor(spell)


def edit_selectors(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    """The editor of a list of selectors, and of the alternatives in braces.

    At least two alternatives stay: `cp3{11}-*` matches nothing.
    """
    edits = _edit_list(file, declarations, change)
    if edits and isinstance(change, DropPython) and "{}" in change.at.group:
        data = file.source.data
        start = data.rfind(b"{", 0, declarations[0].span.start)
        end = data.find(b"}", declarations[0].span.end)
        if data.count(b",", start, end) <= len(edits):
            raise CannotEditError("one alternative in braces matches nothing: write it without")
    return edits


def edit_words(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    """The editor of selectors that stand in one string, with blanks between them."""
    listed = [item for item in declarations if item.versions]
    match change:
        case AddPython(version=version):
            return _add(file, listed, version)
        case DropPython(version=version):
            gone = [item for item in listed if version in (item.versions or ())]
            if len(gone) == len(listed) and gone:
                raise CannotEditError(f"{version} is the only Python that is named")
            if any(item.versions != (version,) for item in gone):
                raise CannotEditError(f"a selector names {version} together with others")
            return [_removed(file, item.span) for item in gone]
        case _:
            return _edit_list(file, declarations, change)


def _add(file: File, listed: Sequence[Declaration], version: PythonVersion) -> list[Edit]:
    single = [
        (item.versions[0], item)
        for item in listed
        if len(item.versions or ()) == 1 and item.versions
    ]
    if any(version in (item.versions or ()) for item in listed):
        return []
    if not single:
        raise CannotEditError("no selector that names one Python to follow in style")
    old, before = neighbour([python for python, _ in single], version)
    models = [item for python, item in single if python == old]
    texts = [spell(item.raw, old, version) for item in models]
    new = list(dict.fromkeys(text for text in texts if text is not None))
    if len(texts) != len([text for text in texts if text]):
        raise CannotEditError(f"cannot spell {version} like {models[0].raw!r}")
    span = models[0 if before else -1].span
    blank = _line_break(file, span) or " "
    if before:
        return [
            Edit(file.path, Span(span.start, span.start), "".join(f"{text}{blank}" for text in new))
        ]
    return [Edit(file.path, Span(span.end, span.end), "".join(f"{blank}{text}" for text in new))]


def _line_break(file: File, span: Span) -> str:
    """What stands before a word that has its line to itself: line break and indent; else empty."""
    data = file.source.data
    match = re.search(rb"\r?\n[ \t]*\Z", data[max(0, span.start - 200) : span.start])
    if match is None or re.match(rb"[ \t]*(?:\r?\n|\Z)", data[span.end :]) is None:
        return ""
    return match[0].decode()


def _removed(file: File, span: Span) -> Edit:
    """The removal of a word with the blanks before it; after it where it is the first."""
    data = file.source.data
    start, end = span.start, span.end
    broken = _line_break(file, span)
    if broken:
        start -= len(broken.encode())
    elif data[start - 1 : start] in {b" ", b"\t"} and not _begins_line(data, start):
        while data[start - 1 : start] in {b" ", b"\t"}:
            start -= 1
    else:
        while data[end : end + 1] in {b" ", b"\t"}:
            end += 1
    return Edit(file.path, Span(start, end), "")


def _begins_line(data: bytes, at: int) -> bool:
    return not data[data.rfind(b"\n", 0, at) + 1 : at].strip()
