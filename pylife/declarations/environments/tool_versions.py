"""`.tool-versions` (asdf, mise): the Pythons of a folder.

Of several on a line the first is what `python` starts; the others stand by for
it, which is what tox uses them for. Source: asdf's documentation, "Configuration".
"""

import re
from collections.abc import Iterator, Sequence

from pylife.declarations.base import CannotEditError, File, Reader
from pylife.declarations.containers import images
from pylife.declarations.editing import edit_single, list_editor
from pylife.model import AddPython, Change, Declaration, Edit, Role, SetPython

_FIRST = "tool-versions"
_OTHERS = "tool-versions-extra"
_LINE = re.compile(r"^[ \t]*python[ \t]+([^#\r\n]*)", re.M)
_ELSEWHERE = re.compile(r"(?:ref|path|prefix):|(?:ana|mini)conda|mambaforge|miniforge|system\Z")


def read(file: File) -> Iterator[Declaration]:
    """The versions of the line of Python, in order."""
    line = _LINE.search(file.source.text)
    for number, match in enumerate(re.finditer(r"\S+", line[1]) if line else ()):
        start = line.start(1) + match.start() if line else 0
        text = match[0]
        span = file.source.span(start, start + len(text))
        site, role = (_OTHERS, Role.TESTS) if number else (_FIRST, Role.RUNS_ON)
        if _ELSEWHERE.match(text):
            reason = f"{text} is what is installed or built elsewhere"
            yield file.unreadable(site, role, span, reason, group="python")
            continue
        found = file.python_named(site, role, span, text, group="python")
        yield found._replace(note=found.note or images.pin(text))


_edit_others = list_editor()


def _edit(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    """asdf installs what is named exactly: a patch release is not replaced by a feature release."""
    for item in declarations:
        moves = isinstance(change, SetPython | AddPython) and item.versions != (change.version,)
        if item.versions and moves and item.raw.count(".") > 1:
            raise CannotEditError(f"{item.raw} is a patch release, as asdf asks for: choose one")
    editor = edit_single if declarations[0].site == _FIRST else _edit_others
    return editor(file, declarations, change)


READER = Reader(
    name="tool-versions",
    title=".tool-versions (asdf, mise)",
    read=read,
    editors={_FIRST: _edit, _OTHERS: _edit},
)
