"""Targets that tools are told: ruff, black, mypy, pyright, ty.

What a tool takes from requires-python when it is told nothing is no declaration.
"""

from collections.abc import Iterator, Sequence

from pylife.declarations.base import Editor, File, Reader
from pylife.declarations.editing import edit_single, list_editor, single_editor, unquoted_number
from pylife.model import Change, Declaration, Edit, Role
from pylife.syntax.toml import Key, Node

_RUFF = "ruff-target"
_BLACK = "black-target"
_MYPY = "mypy-target"
_PYRIGHT = "pyright-target"
_TY = "ty-target"

_PYPROJECT: tuple[tuple[str, tuple[Key, ...]], ...] = (
    (_RUFF, ("tool", "ruff", "target-version")),
    (_BLACK, ("tool", "black", "target-version")),
    (_MYPY, ("tool", "mypy", "python_version")),
    (_PYRIGHT, ("tool", "pyright", "pythonVersion")),
    (_PYRIGHT, ("tool", "basedpyright", "pythonVersion")),
    (_TY, ("tool", "ty", "environment", "python-version")),
)
_TOML: dict[str, tuple[tuple[str, tuple[Key, ...]], ...]] = {
    "pyproject.toml": _PYPROJECT,
    "ruff.toml": ((_RUFF, ("target-version",)),),
    ".ruff.toml": ((_RUFF, ("target-version",)),),
    "ty.toml": ((_TY, ("environment", "python-version")),),
}
_INI = frozenset({"setup.cfg", "mypy.ini", ".mypy.ini"})


def read(file: File) -> Iterator[Declaration]:
    """The targets of the file."""
    name = file.path.rpartition("/")[2]
    for site, path in _TOML.get(name, ()):
        yield from _toml(file, site, path)
    if name in _INI and "[mypy]" in file.source.text:
        option = file.ini.get("mypy", "python_version")
        for text, start in option.lines() if option is not None else ():
            span = file.ini.span(start, start + len(text))
            yield file.python_named(_MYPY, Role.TARGETS, span, text, group="mypy")


def _toml(file: File, site: str, path: tuple[Key, ...]) -> Iterator[Declaration]:
    """The version, or the list of them, at `path`."""
    value = file.toml.get(*path)
    if value is None:
        return
    group = ".".join(map(str, path))
    node = file.toml.node(*path)
    if isinstance(value, list):
        for element in file.toml.items(*path):
            yield _version(file, site, element, group)
    elif node is None:
        span = file.toml.line_span(*path)
        yield file.unreadable(site, Role.TARGETS, span, "a table, not a version", group=group)
    else:
        yield _version(file, site, node, group)


def _version(file: File, site: str, node: Node, group: str) -> Declaration:
    span = node.inner or node.span
    if isinstance(node.value, float):
        return file.number_named(site, Role.TARGETS, span, node.raw, "TOML", group=group)
    if not isinstance(node.value, str):
        return file.unreadable(site, Role.TARGETS, span, "not a version", group=group)
    return file.python_named(site, Role.TARGETS, span, node.value, group=group)


_TOML_EDITOR = single_editor(unquoted_number)


def _edit(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    """A number that would lose its zero is quoted in TOML; an INI file has no quotes."""
    editor = _TOML_EDITOR if file.path.endswith(".toml") else edit_single
    return editor(file, declarations, change)


EDITORS: dict[str, Editor] = {
    _RUFF: _edit,
    _MYPY: _edit,
    _PYRIGHT: _edit,
    _TY: _edit,
    _BLACK: list_editor(),
}

READER = Reader(
    name="tools",
    title="targets of ruff, black, mypy, pyright and ty",
    read=read,
    editors=EDITORS,
)
