"""Markers of requirements in Python files: setup.py, and scripts with metadata of their own.

In setup.py each string that is a requirement with a marker counts, wherever it
stands, and each key such as `":python_version<'3.8'"` of a dictionary of extras.
Of other files the block `# /// script` is read (PEP 723).
"""

import ast
import re
from collections.abc import Iterator

from packaging.requirements import InvalidRequirement, Requirement

from pylife.declarations.aside import marker_meaning, markers, requirement_markers
from pylife.declarations.base import File, Reader
from pylife.model import Declaration
from pylife.syntax import python
from pylife.syntax.python import Module
from pylife.syntax.text import Source

_EXTRA = re.compile(r"[\w.-]*:(?P<marker>.*)", re.DOTALL)
_BEGIN = re.compile(r"^# /// script[ \t]*\r?\n", re.MULTILINE)


def read(file: File) -> Iterator[Declaration]:
    """The markers of the file."""
    if file.path.rpartition("/")[2] == "setup.py":
        yield from _setup(file)
    else:
        yield from _script(file)


def _setup(file: File) -> Iterator[Declaration]:
    module: Module = file.python
    keys = {id(key) for node in module.nodes if isinstance(node, ast.Dict) for key in node.keys}
    for node in module.nodes:
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            continue
        text = node.value
        if not marker_meaning.SPEAKS.search(text):
            continue
        inner, whole = module.string_span(node), module.span(node)
        extra = _EXTRA.fullmatch(text) if id(node) in keys else None
        if extra is not None and ";" not in text:
            start = extra.start("marker")
            # The marker stands behind the colon as in a requirement behind its semicolon.
            if _is_requirement(f"x;{text[start:]}"):
                text = f"{text[: start - 1]};{text[start:]}"
                yield from requirement_markers.in_string(file, text, inner, whole)
        elif _is_requirement(text):
            yield from requirement_markers.in_string(file, text, inner, whole)


def _is_requirement(text: str) -> bool:
    try:
        return Requirement(text).marker is not None
    except InvalidRequirement:
        return False


def _script(file: File) -> Iterator[Declaration]:
    """The block's TOML at its own place: blanks instead of the signs of comments and the rest."""
    source = python.decoded(file.source)
    place = _block(source.text)
    if place is None:
        return
    start, end = source.byte(place[0]), source.byte(place[1])
    before = re.sub(rb"[^\n]", b" ", source.data[:start])
    content = re.sub(rb"^#", b" ", source.data[start:end], flags=re.MULTILINE)
    inside = File(Source(file.path, before + content, encoding=source.encoding), file.known)
    for item in markers.in_toml(inside, (("dependencies",),)):
        line, column = source.position(item.span.start)
        yield item._replace(line=line, column=column)


def _block(text: str) -> tuple[int, int] | None:
    """Where the content of the first block is: comments up to the last `# ///` among them."""
    begin = _BEGIN.search(text)
    if begin is None:
        return None
    at, end = begin.end(), None
    for line in text[at:].split("\n"):
        if line.rstrip() == "# ///":
            end = at
        elif not line.startswith("# ") and line.rstrip() != "#":
            break
        at += len(line) + 1
    return (begin.end(), end) if end is not None else None


READER = Reader(
    name="markers-py",
    title="environment markers in setup.py and scripts",
    read=read,
    editors={},
)
