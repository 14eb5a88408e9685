"""Ranges that may be a pin of one Python: `=3.9`, `3.9.*`, `==3.9.*`, a bare `3.9`.

Where a range takes one feature release, a new floor is another release: the pin
moves up. It is never lowered, since that would leave what it is pinned to.
"""

import re
from collections.abc import Iterator, Sequence

from pylife.declarations.base import CannotEditError, File
from pylife.declarations.editing import edit_range
from pylife.model import Change, Declaration, Edit, PythonVersion, RemoveCap, SetFloor

_PIN = re.compile(r"(?P<before>\s*={0,2}\s*)(?P<version>\d+\.\d+)(?P<after>\.\*|\*|\.x)?")


def move_pin(text: str, version: PythonVersion) -> str | None:
    """`=3.9` or `3.9.*` with another version; None where `text` is no such pin.

    A patch level is known of one version only: `3.9.18` is no pin to move.
    """
    match = _PIN.fullmatch(text)
    if match is None:
        return None
    return f"{match['before']}{version}{match['after'] or ''}"


def edit(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    """Edit a range, or move a pin up to a new floor."""
    return list(_edits(file, declarations, change))


def _edits(file: File, declarations: Sequence[Declaration], change: Change) -> Iterator[Edit]:
    for item in declarations:
        pinned = isinstance(change, SetFloor | RemoveCap) and move_pin(item.raw, _ANY) is not None
        if "|" in item.raw:
            raise CannotEditError(f"{item.raw!r} lists alternatives")
        if item.unreadable is not None or not pinned:
            yield from edit_range(file, [item], change)
            continue
        touched = [*(item.versions or ()), *item.partial]
        if len(touched) > 1:  # the version of an open range, whose `>=` stands elsewhere
            if isinstance(change, RemoveCap):
                continue
        elif not isinstance(change, SetFloor) or not touched or change.version < touched[0]:
            raise CannotEditError(f"{item.raw!r} names one Python, to be moved up only")
        assert isinstance(change, SetFloor)  # noqa: S101 - the other of the two
        text = move_pin(item.raw, change.version)
        if text is not None and text != item.raw:
            yield Edit(file=file.path, span=item.span, text=text)


_ANY = PythonVersion(3, 0)
