"""The marker of a requirement, wherever requirements stand."""

import re
from collections.abc import Iterator

from packaging.specifiers import SpecifierSet

from pylife.declarations.aside import marker_meaning
from pylife.declarations.base import File
from pylife.model import Declaration, Role, Span

SITE = "marker"

_COMMENT = re.compile(r"(?:^|\s)#.*", re.DOTALL)
_OPTIONS = re.compile(r"\s--?[a-z][\w-]*(?:[= ].*)?\Z", re.DOTALL)


def of_requirement(text: str) -> tuple[int, int] | None:
    """Where the marker is in a requirement as pip reads it (start, end); None for none of Pythons.

    A comment and options such as `--hash=...` behind it are no part of it.
    """
    kept = _COMMENT.sub("", text)
    if ";" not in kept or not marker_meaning.SPEAKS.search(kept):
        return None
    start = kept.index(";") + 1
    body = _OPTIONS.sub("", kept[start:].rstrip().removesuffix("\\"))
    # In `name @ https://host/a;b ; marker` only the last part is one.
    last = body.rfind(";")
    if last >= 0:
        start, body = start + last + 1, body[last + 1 :]
    if not marker_meaning.SPEAKS.search(body):
        return None
    start += len(body) - len(body.lstrip())
    return start, start + len(body.strip())


def declare(file: File, marker: str, span: Span) -> Declaration:
    """What the marker says, which stands at `span`."""
    try:
        found = marker_meaning.meaning(marker, file.known)
    except ValueError as error:
        return file.unreadable(SITE, Role.CONDITIONS, span, str(error), invalid=True)
    if found.specifier is not None:
        return file.range(SITE, Role.CONDITIONS, span, found.specifier)
    note = "on some Pythons more than the Python decides" if found.partial else ""
    item = file.listed(SITE, Role.CONDITIONS, span, found.full, note=note)
    return item._replace(partial=found.partial)


def in_line(file: File, text: str, start: int) -> Iterator[Declaration]:
    """The marker of the requirement `text`, which stands as it is from the character `start` on."""
    place = of_requirement(text)
    if place is not None:
        span = file.source.span(start + place[0], start + place[1])
        yield declare(file, text[place[0] : place[1]], span)


def in_string(
    file: File, text: str, inner: Span | None, whole: Span, *, bare: bool = False
) -> Iterator[Declaration]:
    """The marker of the requirement `text`, the value of a string that stands at `whole`.

    `inner` is the place of the text itself, None where it is written with escapes.
    A `bare` text is a marker and nothing else.
    """
    alone = (0, len(text)) if marker_meaning.SPEAKS.search(text) else None
    place = alone if bare else of_requirement(text)
    if place is None:
        return
    start, end = place
    span = whole
    if inner is not None:
        first = inner.start + len(text[:start].encode(file.source.encoding))
        span = Span(first, first + len(text[start:end].encode(file.source.encoding)))
    yield declare(file, text[start:end], span)


def constraint(file: File, specifier: SpecifierSet, span: Span) -> Declaration:
    """A range of Pythons that a requirement is only for, as Poetry's `python = "<3.11"`."""
    return file.range(SITE, Role.CONDITIONS, span, specifier)
