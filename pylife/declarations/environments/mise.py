"""mise: `[tools] python` of `mise.toml`, in each of its spellings.

A version, a table with `version`, or a list of these: of a list the first is what
`python` starts, the others stand by. Source: mise's documentation, "mise.toml" and
"Python".
"""

import re
from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.containers import images
from pylife.declarations.editing import edit_single, list_editor
from pylife.model import Declaration, Role
from pylife.syntax.toml import Key

_FIRST = "mise-python"
_OTHERS = "mise-python-extra"
_NAMES = ("python", "core:python")
_ELSEWHERE = re.compile(r"(?:ref|path|sub-\S*):|(?:ana|mini)conda|mambaforge|miniforge|system\Z")


def read(file: File) -> Iterator[Declaration]:
    """The versions of Python, in order."""
    for name in _NAMES:
        value = file.toml.get("tools", name)
        path: tuple[Key, ...] = ("tools", name)
        if isinstance(value, list):
            for number, element in enumerate(value):
                yield from _tool(file, (*path, number), element, first=not number)
        else:
            yield from _tool(file, path, value, first=True)


def _tool(
    file: File, path: tuple[Key, ...], value: object, *, first: bool
) -> Iterator[Declaration]:
    """One version, or the `version` of a table."""
    if isinstance(value, dict):
        path, value = (*path, "version"), value.get("version")
    node = file.toml.node(*path)
    if value is None or node is None:
        return
    site, role = (_FIRST, Role.RUNS_ON) if first else (_OTHERS, Role.TESTS)
    span, group = node.inner or node.span, f"tools.{path[1]}"
    if not isinstance(value, str):
        reason = "not text: mise takes a version in quotes"
        yield file.unreadable(site, role, span, reason, group=group)
    elif _ELSEWHERE.match(value):
        reason = f"{value} is what is installed or built elsewhere"
        yield file.unreadable(site, role, span, reason, group=group)
    else:
        text = value.removeprefix("prefix:")
        found = file.python_named(site, role, span, text, group=group)
        yield found._replace(note=found.note or images.pin(text))


READER = Reader(
    name="mise",
    title="mise.toml",
    read=read,
    editors={_FIRST: edit_single, _OTHERS: list_editor()},
)
