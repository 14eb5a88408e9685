"""Deprecations and removals: read from messages, then corrected by what is kept by hand."""

import re
from typing import Any

from stdlib_merge import Merge
from stdlib_names import Name
from stdlib_places import COUNT, VERSIONS, bits

Row = list[Any]
VERSION = r"(?:Python )?3\.(\d+)"
SINCE = re.compile(rf"(?i)deprecated (?:\w+ )?(?:since|in|as of|from) {VERSION}")
GOES = re.compile(
    rf"(?i)(?:remov(?:ed|al)(?: \w+){{0,4}} in|slated for removal in|go away in) {VERSION}"
)
INSTEAD = re.compile(r"(?i)\b(?:use|replaced by|prefer) (.+?)(?: instead)?(?:\.(?:\s|$)|;|$|, or)")


def row(name: Name) -> Row:
    """present, deprecated since, removal, instead, note: of one name as the sources tell."""
    since, goes, instead = None, None, ""
    # Soft deprecation is advice about new code: nothing is to go.
    firm = [fact for fact in name.deprecated if not fact[1].startswith("Soft deprecated")]
    for _, message in sorted(firm, key=lambda each: each[0], reverse=True):
        when = SINCE.search(message)
        if when is not None:
            since = min(since or 99, int(when[1]))
        goes = goes or _minor(GOES.search(message))
        instead = instead or _instead(message)
    if firm and since is None:
        since = _first(min(mask for mask, _ in firm))
    return finished(name.present, since, goes, instead, "")


def finished(present: int, since: int | None, goes: int | None, instead: str, note: str) -> Row:
    """The row, with the removal that was done in place of one that was announced."""
    done = removed(present)
    newest = VERSIONS[-1][1]
    if done is not None:
        goes = done
    elif goes is not None and goes <= newest:
        goes = None  # it was put off: it is still there
    return [present, _pair(since), _pair(goes), instead, note]


def removed(present: int) -> int | None:
    """The minor version with which a name went, None where it is still there."""
    if not present or present >> COUNT - 1:
        return None
    return _first(1 << list(bits(present))[-1]) + 1


def modules(merge: Merge) -> dict[str, Row]:
    """A row for each module."""
    return {
        name: finished(mask, None, None, "", "") for name, mask in sorted(merge.modules.items())
    }


def _first(mask: int) -> int:
    return VERSIONS[next(bits(mask))][1]


def _minor(found: re.Match[str] | None) -> int | None:
    return None if found is None else int(found[1])


def _pair(minor: int | None) -> list[int] | None:
    return None if minor is None else [3, minor]


def _instead(message: str) -> str:
    found = INSTEAD.search(message)
    text = "" if found is None else found[1].replace("`", "").strip(" '\"")
    return text if len(text) <= 60 else ""
