"""Targets that tools are told in TOML files: ruff, black, mypy, pyright, pylint, isort and others.

What a tool takes from requires-python when it is told nothing is no declaration.
A target for some files only (`per-file-target-version`, `executionEnvironments`) is
left to people: tests and scripts may be newer than the rest on purpose.
Sources: the configuration pages of each tool's documentation.
"""

from collections.abc import Iterator, Sequence

from pylife.declarations.base import Editor, File, Reader
from pylife.declarations.editing import list_editor, single_editor, unquoted_number
from pylife.declarations.linters import targets
from pylife.model import Change, Declaration, Edit, Role
from pylife.syntax.toml import Key, Node

_RUFF = "ruff-target"
_RUFF_FILES = "ruff-per-file-target"
_BLACK = "black-target"
_PYRIGHT = "pyright-target"
_ENVIRONMENT = "pyright-environment-target"
_TY = "ty-target"
_ISORT = "isort-target"
_PYLINT = "pylint-target"
_PYREFLY = "pyrefly-target"
_VERSION = "python-version"

_Places = tuple[tuple[str, tuple[Key, ...]], ...]
_FIXIT: _Places = (("fixit-target", ("tool", "fixit", _VERSION)),)
_PYPROJECT: _Places = (
    (_RUFF, ("tool", "ruff", "target-version")),
    (_BLACK, ("tool", "black", "target-version")),
    ("mypy-target", ("tool", "mypy", "python_version")),
    (_PYRIGHT, ("tool", "pyright", "pythonVersion")),
    (_PYRIGHT, ("tool", "basedpyright", "pythonVersion")),
    (_TY, ("tool", "ty", "environment", _VERSION)),
    (_ISORT, ("tool", "isort", "py_version")),
    ("pytype-target", ("tool", "pytype", "python_version")),
    (_PYREFLY, ("tool", "pyrefly", _VERSION)),
    *_FIXIT,
    ("refurb-target", ("tool", "refurb", "python_version")),
)
_PLACES: dict[str, _Places] = {
    "pyproject.toml": _PYPROJECT,
    "ruff.toml": ((_RUFF, ("target-version",)),),
    ".ruff.toml": ((_RUFF, ("target-version",)),),
    "ty.toml": ((_TY, ("environment", _VERSION)),),
    "pyrefly.toml": ((_PYREFLY, (_VERSION,)),),
    "fixit.toml": _FIXIT,
    ".fixit.toml": _FIXIT,
}
_SAY: dict[str, targets.Say] = {_ISORT: targets.isort, _PYLINT: targets.pylint}


def read(file: File) -> Iterator[Declaration]:
    """The targets of the file."""
    name = file.path.rpartition("/")[2]
    for site, path in _PLACES.get(name, ()):
        yield from _target(file, site, path)
    yield from _ruff_files(file, ("tool", "ruff") if name == "pyproject.toml" else ())
    yield from _pylint(file)
    for tool in ("pyright", "basedpyright"):
        environments = file.toml.get("tool", tool, "executionEnvironments")
        for number in range(len(environments) if isinstance(environments, list) else 0):
            path = ("tool", tool, "executionEnvironments", number, "pythonVersion")
            yield from _target(file, _ENVIRONMENT, path)


def _ruff_files(file: File, base: tuple[Key, ...]) -> Iterator[Declaration]:
    """`per-file-target-version`: each pattern of files with a target of its own."""
    if not base and not file.path.endswith("ruff.toml"):
        return
    for pattern in file.toml.table(*base, "per-file-target-version"):
        for item in _target(file, _RUFF_FILES, (*base, "per-file-target-version", pattern)):
            yield item if item.unreadable else item._replace(note=f"for {pattern} only")


def _pylint(file: File) -> Iterator[Declaration]:
    """`py-version` under any table: pylint does not look at the names of its sections."""
    base: tuple[Key, ...] = ("tool", "pylint")
    for key, value in file.toml.table(*base).items():
        if key == "py-version":
            yield from _target(file, _PYLINT, (*base, key))
        elif isinstance(value, dict) and "py-version" in value:
            yield from _target(file, _PYLINT, (*base, key, "py-version"))


def _target(file: File, site: str, path: tuple[Key, ...]) -> Iterator[Declaration]:
    """The version, or the list of them, at `path`."""
    value = file.toml.get(*path)
    if value is None or value == "":
        return
    group = ".".join(map(str, path))
    node = file.toml.node(*path)
    if node is not None and site == _PYLINT and isinstance(value, list):
        # pylint joins what is a list with commas, and takes `3,9` for 3.9.
        yield targets.pylint(file, site, node.span, ",".join(map(str, value)), group)
    elif isinstance(value, list):
        for element in file.toml.items(*path):
            yield _version(file, site, element, group)
    elif node is None:
        span = file.toml.line_span(*path)
        yield file.unreadable(site, Role.TARGETS, span, "a table, not a version", group=group)
    else:
        yield _version(file, site, node, group)


def _version(file: File, site: str, node: Node, group: str) -> Declaration:
    span = node.inner or node.span
    say = _SAY.get(site, targets.plain)
    if isinstance(node.value, float):
        return file.number_named(site, Role.TARGETS, span, node.raw, "TOML", group=group)
    if site == _ISORT and type(node.value) is int:
        return say(file, site, span, node.raw, group)
    if not isinstance(node.value, str):
        return file.unreadable(site, Role.TARGETS, span, "not a version", group=group)
    return say(file, site, span, node.value, group)


_EDIT = single_editor(unquoted_number)
_EDIT_PYLINT = targets.editor(targets.respell_comma)


def _edit_pylint(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    """A number that would lose its zero is quoted; `"3,9"` keeps its comma."""
    commas = any("," in item.raw for item in declarations)
    return (_EDIT_PYLINT if commas else _EDIT)(file, declarations, change)


EDITORS: dict[str, Editor] = {site: _EDIT for site, _ in _PYPROJECT} | {
    _PYLINT: _edit_pylint,
    _BLACK: list_editor(),
}

READER = Reader(
    name="tools",
    title="targets of ruff, black, mypy, pyright and other tools in TOML",
    read=read,
    editors=EDITORS,
)
