"""Lock files: the range for which a tool has locked. The tool writes them, so there is no editor.

uv.lock, poetry.lock, pdm.lock, Pipfile.lock and pylock.toml (PEP 751). They may be
megabytes, and what they say of Python is a few lines in their head or their
`[metadata]`: only that part is parsed where it is certain to be a whole part.
A lock file above the size limit of all files is left out like any other file
that is nobody's: it decides nothing, so the project is not incomplete without it.
"""

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from pylife.declarations import ranges, versions
from pylife.declarations.base import File, Reader
from pylife.declarations.packaging import pipfile
from pylife.errors import UnreadableError
from pylife.model import Declaration, Role, Span
from pylife.syntax import yaml
from pylife.syntax.text import Source

UV, UV_WORKSPACE = "uv-lock-python", "uv-workspace-lock-python"
POETRY, PDM = "poetry-lock-python", "pdm-lock-python"
PIPFILE, PYLOCK = "pipfile-lock-python", "pylock-python"


_START = re.compile(rb"\A")
_TABLE = re.compile(rb"^\[", re.M)
_METADATA = re.compile(rb"^\[metadata\][ \t]*(?:#[^\n]*)?\r?$", re.M)
_TARGETS = re.compile(rb"^\[\[metadata\.targets\]\][ \t]*(?:#[^\n]*)?\r?$", re.M)
_META = re.compile(rb'\s*\{\s*"_meta"\s*:\s*(?=\{)')


_MOST = 100
"""More targets than these are parsed together."""


class _Part(NamedTuple):
    """A part of the lock file that is whole by itself, and where it begins there."""

    file: File
    start: int


def read(file: File) -> Iterator[Declaration]:
    """What the lock file says of Python as a whole; not what each package in it does."""
    name = file.path.rpartition("/")[2]
    if name == "uv.lock":
        yield from _top(file, _uv_site(file))
    elif name == "poetry.lock":
        yield from _poetry(file)
    elif name == "pdm.lock":
        yield from _pdm(file)
    elif name == "Pipfile.lock":
        yield from _pipfile(file)
    else:
        yield from _top(file, PYLOCK)


def _uv_site(file: File) -> str:
    """The lock of a workspace is for what all its members have in common."""
    folder = file.path.removesuffix("uv.lock")
    beside = file.around.beside(f"{folder}pyproject.toml")
    try:
        workspace = beside is not None and beside.toml.get("tool", "uv", "workspace") is not None
    except UnreadableError:
        workspace = False
    return UV_WORKSPACE if workspace else UV


def _top(file: File, site: str) -> Iterator[Declaration]:
    """`requires-python` before the first table."""
    for part in _parts(file, _START):
        yield from _string(file, part, site, "requires-python")


def _poetry(file: File) -> Iterator[Declaration]:
    """`python-versions` of `[metadata]`, at the end of the file; packages have such a key too."""
    for part in _parts(file, _METADATA):
        yield from _string(file, part, POETRY, "metadata", "python-versions", parse=versions.poetry)


def _pdm(file: File) -> Iterator[Declaration]:
    """`requires_python` of each target that is locked for."""
    for number, part in enumerate(_parts(file, _TARGETS)):
        targets = part.file.toml.get("metadata", "targets")
        for place in range(len(targets) if isinstance(targets, list) else 0):
            keys = ("metadata", "targets", place, "requires_python")
            group = f"metadata.targets.{number + place}"
            yield from _string(file, part, PDM, *keys, group=group)


def _parts(file: File, header: re.Pattern[bytes]) -> list[_Part]:
    """The tables of the file that begin with `header`, each by itself; else all of the file.

    What reaches from a header to the next line with a `[` in front is one whole
    table if it parses: inside of an array or a string it would not end. That a
    header does not stand inside of a string is sure where the file has none over lines.
    """
    data = file.source.data
    whole = [_Part(file, 0)]
    found = [match.start() for match in header.finditer(data)]
    if not found or (header is not _START and (b'"""' in data or b"'''" in data)):
        return whole
    if len(found) > (1 if header is _METADATA else _MOST):
        return whole
    parts = []
    for start in found:
        following = _TABLE.search(data, start + 1)
        end = following.start() if following is not None else len(data)
        part = File(Source(file.path, data[start:end]), file.known)
        try:
            _ = part.toml
        except UnreadableError:
            return whole
        parts.append(_Part(part, start))
    return parts


def _string(
    file: File,
    part: _Part,
    site: str,
    *path: str | int,
    parse: versions.ParseRange = versions.pep440,
    group: str = "",
) -> Iterator[Declaration]:
    node = part.file.toml.node(*path)
    if node is None:
        return
    inside = node.inner or node.span
    span = Span(part.start + inside.start, part.start + inside.end)
    if part.start == 0:
        file = part.file  # places are the same, and the rest need not be decoded
    if isinstance(node.value, str):
        yield ranges.declare(file, site, node.value, span, parse=parse, group=group)
    else:
        yield file.unreadable(site, Role.SUPPORTS, span, "not a string", invalid=True)


def _pipfile(file: File) -> Iterator[Declaration]:
    """`_meta.requires`, at the start of the file as Pipenv writes it."""
    part = _Part(file, 0)
    path: tuple[str, ...] = ("_meta", "requires")
    match = _META.match(file.source.data)
    if match is not None:
        start = file.source.index(match.end())
        try:
            _, end = json.JSONDecoder().raw_decode(file.source.text, start)
        except (ValueError, RecursionError):
            end = start
        data = file.source.data[match.end() : file.source.byte(end)]
        if data:
            part, path = _Part(File(Source(file.path, data), file.known), match.end()), path[1:]
    requires = yaml.get(part.file.json, *path)
    for key in ("python_full_version", "python_version"):
        node = yaml.get(requires, key)
        if yaml.is_scalar(node):
            inside = yaml.scalar_span(part.file.source, node)
            span = Span(part.start + inside.start, part.start + inside.end)
            yield ranges.declare(file, PIPFILE, node.value, span, parse=pipfile.exactly)
            return


READER = Reader(
    name="locks",
    title="lock files (uv, Poetry, PDM, Pipenv, pylock.toml)",
    read=read,
    editors={},
    contextual=True,
)
