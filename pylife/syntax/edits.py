"""Changing files by span: applying edits, editing lists in their own style, replacing files."""

import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from pylife.model import Edit, Span
from pylife.syntax.text import Source


class OverlapError(ValueError):
    """Two edits want the same bytes."""


def apply(data: bytes, edits: Iterable[Edit]) -> bytes:
    """`data` with each edit's span replaced; raises OverlapError where two edits overlap.

    Edits may come in any order; equal edits count once. All spans are offsets
    into `data` as given.
    """
    ordered = sorted(set(edits), key=lambda edit: (edit.span, edit.text))
    parts: list[bytes] = []
    at = 0
    for edit in ordered:
        if edit.span.start < at or edit.span.end > len(data):
            raise OverlapError(f"{edit.file}: two edits overlap at byte {edit.span.start}")
        parts += [data[at : edit.span.start], edit.text.encode()]
        at = edit.span.end
    return b"".join([*parts, data[at:]])


def replace_file(path: Path, data: bytes) -> None:
    """Replace the content of `path` atomically, keeping its mode; writes nothing if equal.

    A link is followed, so that the link stays a link.
    """
    target = path.resolve()
    try:
        mode: int | None = target.stat().st_mode
        if target.read_bytes() == data:
            return
    except FileNotFoundError:
        mode = None
        target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # A new file gets the mode that open() would have given it.
        Path(temporary).chmod(mode & 0o7777 if mode is not None else 0o666 & ~_umask())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def insert_after(source: Source, elements: Sequence[Span], position: int, text: str) -> Edit:
    """Insert the element `text` after `elements[position]` of a list, in the list's own style.

    `elements` are the spans of all elements as written (quotes included), in
    order. What stands between two of them (comma, newline, indent, `- `) is what
    is put between the old element and the new one.
    """
    here = elements[position]
    separator = _separator(source, elements, position)
    return Edit(file=source.path, span=Span(here.end, here.end), text=separator + text)


def remove(source: Source, elements: Sequence[Span], position: int) -> Edit:
    """Remove `elements[position]` from a list with what separates it from its neighbour.

    An element that has its lines to itself goes with them (and with its comment);
    otherwise the separator after it goes, or before it where it is the last.
    """
    here = elements[position]
    whole = _own_lines(source.data, here)
    if whole is not None and not any(
        whole.start < other.end and other.start < whole.end
        for number, other in enumerate(elements)
        if number != position
    ):
        return Edit(file=source.path, span=whole, text="")
    if position + 1 < len(elements):
        return Edit(file=source.path, span=Span(here.start, elements[position + 1].start), text="")
    start = elements[position - 1].end if position else here.start
    return Edit(file=source.path, span=Span(start, here.end), text="")


def _separator(source: Source, elements: Sequence[Span], position: int) -> str:
    """What stands between two neighbours near `position`, comments left out."""
    pairs = [(position - 1, position), (position, position + 1)]
    for left, right in pairs:
        if 0 <= left and right < len(elements):
            between = source.slice(Span(elements[left].end, elements[right].start))
            return _without_comments(between)
    # The only element: follow the place before it (a block list, a line of its own).
    line_start = source.data.rfind(b"\n", 0, elements[position].start) + 1
    before = source.slice(Span(line_start, elements[position].start))
    newline = "\r\n" if b"\r\n" in source.data[:line_start] else "\n"
    if re.fullmatch(r"[ \t]*(- +)+", before):
        last = re.sub(r"- +(?=.*- )", lambda m: " " * len(m[0]), before)
        return newline + last
    if not before.strip():
        comma = b"," in source.data[elements[position].end :].split(b"\n", 1)[0]
        return ("," if comma else "") + newline + before
    return ", "


def _without_comments(between: str) -> str:
    kept = [
        re.sub(r"\s*#.*", "", line.rstrip("\r\n")) + line[len(line.rstrip("\r\n")) :]
        for line in between.splitlines(keepends=True)
    ]
    # A line that only held a comment would become a blank line between elements.
    return "".join(
        line
        for number, line in enumerate(kept)
        if number in {0, len(kept) - 1} or line.strip()
    )


def _own_lines(data: bytes, span: Span) -> Span | None:
    """The whole lines of `span` if nothing but a bullet, a comma and a comment shares them."""
    start = data.rfind(b"\n", 0, span.start) + 1
    end = data.find(b"\n", span.end)
    end = len(data) if end < 0 else end + 1
    before, after = data[start : span.start], data[span.end : end]
    if before.strip(b" \t-") or re.fullmatch(rb"[ \t]*,?[ \t]*(#[^\n]*)?\r?\n?", after) is None:
        return None
    return Span(start, end)


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
