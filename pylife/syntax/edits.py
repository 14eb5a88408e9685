"""Changing files by span: applying edits, editing lists in their own style, replacing files."""

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from pylife.errors import PylifeError
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


def place_of(folder: Path, name: str) -> Path:
    """Where the file `name` of `folder` is, to be written to; `name` is relative, with slashes.

    Raises PylifeError where that is not in the folder, as where a folder above it is a link that
    leads elsewhere.
    """
    path = folder / name
    if not path.parent.resolve().is_relative_to(folder.resolve()):
        raise PylifeError("not in the project's folder, so it is not written", path=name)
    return path


def replace_file(path: Path, data: bytes) -> None:
    """Replace the content of `path` atomically, keeping its mode; writes nothing if equal.

    A link is followed, so that the link stays a link.
    """
    import tempfile  # costs a start-up that writes nothing too much

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
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # A new file gets the mode that open() would have given it.
        Path(temporary).chmod(mode & 0o7777 if mode is not None else 0o666 & ~_umask())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


_BETWEEN = r"(?:[\s,]|#[^\n]*(?=\n)|(?<=[\s,])- )*"
"""What may stand between two neighbours of one list: commas, bullets, comments, space."""

_REST = r"(?P<comma>[ \t]*,)?(?P<comment>[ \t]*#[^\r\n]*)?(?=\r?\n|\Z)"


_COMMA_BEFORE = r",(?P<comment>[ \t]*#[^\r\n\"']*)?[ \t]*\r?\n[ \t]*\Z"
"""The comma that ends the line before, and the comment behind it."""


def insert_before(
    source: Source, elements: Sequence[Span], position: int, texts: Sequence[str]
) -> Edit:
    """Insert the elements `texts` before `elements[position]`; see `insert_after`."""
    start = elements[position].start
    between = separator(source, elements, position)
    text = "".join(text + between for text in texts)
    return Edit(file=source.path, span=Span(start, start), text=text)


def insert_after(
    source: Source, elements: Sequence[Span], position: int, texts: Sequence[str]
) -> Edit:
    """Insert the elements `texts` after `elements[position]` of a list, in the list's own style.

    `elements` are the spans of the list's elements as written (quotes included),
    in order; elements that nobody wants to edit may be left out. What stands
    between two neighbours (comma, newline, indent, `- `) is put between the old
    element and the new one; a comment stays with the element that it stands behind.
    """
    here = elements[position]
    between = separator(source, elements, position)
    after = source.slice(Span(here.end, len(source.data)))
    rest = re.match(_REST, after)
    if rest is None or rest["comment"] is None or "\n" not in between:
        text = "".join(between + text for text in texts)
        return Edit(file=source.path, span=Span(here.end, here.end), text=text)
    comma = rest["comma"] or ""
    first = "," if "," in between else ""
    end = here.end + len(rest[0].encode(source.encoding))
    new_line = between[between.index("\r\n" if "\r\n" in between else "\n") :]
    return Edit(
        file=source.path,
        span=Span(here.end, end),
        text=f"{first}{rest['comment']}{new_line}{between.join(texts)}{comma.strip()}",
    )


def remove(source: Source, elements: Sequence[Span], position: int) -> Edit:
    """Remove `elements[position]` from a list with what separates it from its neighbour.

    An element that has its lines to itself goes with them (and with its comment);
    otherwise the separator after it goes, or before it where it is the last.
    """
    here = elements[position]
    whole = _own_lines(source.data, here)
    others = (span for number, span in enumerate(elements) if number != position)
    if whole is not None and not any(
        whole.start < other.end and other.start < whole.end for other in others
    ):
        rest = source.slice(Span(here.end, len(source.data)))
        comma = re.search(_COMMA_BEFORE, source.slice(Span(0, here.start)))
        if comma is not None and re.match(r"[ \t]*\r?\n[ \t]*[\])}]", rest):
            # The last element of a list that ends without a comma: so shall its neighbour.
            start = here.start - len(comma[0].encode(source.encoding))
            return Edit(file=source.path, span=Span(start, here.end), text=comma["comment"] or "")
        # The line before keeps its comma.
        return Edit(file=source.path, span=whole, text="")
    before = source.slice(Span(0, here.start))
    after = source.slice(Span(here.end, len(source.data)))
    following = re.match(r"[ \t]*,(?:[ \t]+(?!#)(?=[^\s]))?", after)
    kept = before.rstrip()
    if following is not None and not _closes(after, following):
        end = here.end + len(following[0].encode(source.encoding))
        start = here.start
        if re.match(r"[ \t]*(?:#|\r?\n|\Z)", after[following.end() :]):
            start -= _blanks_before(before)
        return Edit(file=source.path, span=Span(start, end), text="")
    start, end = here.start, here.end
    if kept.endswith(","):
        kept = kept[:-1]
        alone = kept.rstrip(" \t")
        if alone.endswith("\n"):  # a list whose lines begin with their commas
            kept = alone[:-1].removesuffix("\r")
        start -= len(before[len(kept) :].encode(source.encoding))
    elif re.match(r"\s*(?:\n|\Z)", after):
        start -= _blanks_before(before)
    elif before.endswith((" ", "\t", "\n")) and after.startswith(("'''", '"""')):
        # The last line of a text inside another file, whose end is on the same line.
        start -= len(before[len(kept) :].encode(source.encoding))
    elif before[-1:].isspace():  # words that only blanks separate
        end += len(after) - len(after.lstrip(" \t"))
    return Edit(file=source.path, span=Span(start, end), text="")


def _blanks_before(before: str) -> int:
    """How many blanks `before` ends in, unless they are the indent of a line."""
    kept = before.rstrip(" \t")
    return len(before) - len(kept) if kept and not kept.endswith("\n") else 0


def remove_all(source: Source, elements: Sequence[Span], positions: Sequence[int]) -> list[Edit]:
    """Remove several elements; neighbours on one line go as one, so that no two edits overlap."""
    merged = list(elements)
    for position in sorted(positions, reverse=True):
        follows = position + 1
        if follows in positions and _joined(source, elements, position):
            merged[position : position + 2] = [Span(merged[position].start, merged[follows].end)]
    gone = {elements[position].start for position in positions}
    return [
        remove(source, merged, place)
        for place, element in enumerate(merged)
        if element.start in gone
    ]


def _joined(source: Source, elements: Sequence[Span], position: int) -> bool:
    """Whether an element and the next one stand side by side, not on lines of their own."""
    left, right = elements[position], elements[position + 1]
    between = source.slice(Span(left.end, right.start))
    alone = all(_own_lines(source.data, element) is not None for element in (left, right))
    return re.fullmatch(_BETWEEN, between) is not None and not alone


def _closes(after: str, comma: re.Match[str]) -> bool:
    """Whether nothing but the end of the list comes after a trailing comma."""
    return re.match(r"\s*[\])}]", after[comma.end() :]) is not None


def separator(source: Source, elements: Sequence[Span], position: int) -> str:
    """What stands between two neighbours near `position` of a list, comments left out."""
    near = sorted(range(len(elements) - 1), key=lambda left: (abs(left + 1 - position), -left))
    for left in near:
        between = source.slice(Span(elements[left].end, elements[left + 1].start))
        if re.fullmatch(_BETWEEN, between):
            return _without_comments(between)
    return _lone_separator(source, elements[position])


def _lone_separator(source: Source, here: Span) -> str:
    """The separator for an element without neighbours: follow the place before it."""
    line_start = source.data.rfind(b"\n", 0, here.start) + 1
    before = source.slice(Span(line_start, here.start))
    newline = "\r\n" if source.data[:line_start].endswith(b"\r\n") else "\n"
    after = source.data[here.end :].split(b"\n", 1)[0]
    if re.fullmatch(r"[ \t]*(- +)+", before):
        last = re.sub(r"- +(?=.*- )", lambda match: " " * len(match[0]), before)
        return newline + last
    if not before.strip():
        bracket = source.data[: here.start].rstrip()[-1:] in {b"[", b"("}
        return ("," if bracket or b"," in after else "") + newline + before
    tight = source.data[: here.start].endswith(b",") or re.match(rb",[^\s\])}]", after)
    return "," if tight else ", "


def _without_comments(between: str) -> str:
    lines = between.split("\n")
    kept = [
        re.sub(r"[ \t]*#[^\r]*", "", line) if number < len(lines) - 1 else line
        for number, line in enumerate(lines)
    ]
    # A line that is blank or only held a comment would become a blank line between elements.
    return "\n".join(
        line for number, line in enumerate(kept) if number in {0, len(kept) - 1} or line.strip()
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
