"""Markers of requirements on Python versions, in TOML, INI and requirements files.

Counted, not judged: a risen floor makes many of them dead (see
`pylife.declarations.conditions`). Sources: PEP 508, PEP 621, PEP 735, Poetry's
"Dependency specification", setuptools' and pbr's setup.cfg, pip's
"Requirements File Format", tox's `deps`.
"""

import re
from collections.abc import Iterator

from pylife.declarations import versions
from pylife.declarations.aside import requirement_markers
from pylife.declarations.base import File, Reader
from pylife.model import Declaration, Role
from pylife.syntax.toml import Document, Key

Path = tuple[Key, ...]

_LISTS: tuple[Path, ...] = (
    ("build-system", "requires"),
    ("project", "dependencies"),
    ("project", "optional-dependencies", "*"),
    ("dependency-groups", "*"),
    ("tool", "uv", "dev-dependencies"),
    ("tool", "uv", "constraint-dependencies"),
    ("tool", "uv", "override-dependencies"),
    ("tool", "pdm", "dev-dependencies", "*"),
    ("tool", "hatch", "envs", "*", "dependencies"),
    ("tool", "hatch", "envs", "*", "extra-dependencies"),
    ("tool", "flit", "metadata", "requires"),
    ("tool", "flit", "metadata", "requires-extra", "*"),
)
_POETRY: tuple[Path, ...] = (
    ("tool", "poetry", "dependencies"),
    ("tool", "poetry", "dev-dependencies"),
    ("tool", "poetry", "group", "*", "dependencies"),
)
_SETUP_CFG = re.compile(
    r"options:(?:install_requires|setup_requires|tests_require)"
    r"|(?:options\.extras_require|extras):.*"
)
_TOX = re.compile(r"testenv(?::.*)?:deps")


def read(file: File) -> Iterator[Declaration]:
    """The markers of the file."""
    name = file.path.rpartition("/")[2]
    if name == "pyproject.toml":
        yield from in_toml(file, _LISTS)
        yield from _poetry(file)
    elif name in {"setup.cfg", "tox.ini"}:
        yield from _ini(file, _SETUP_CFG if name == "setup.cfg" else _TOX)
    else:
        yield from _lines(file)


def in_toml(file: File, lists: tuple[Path, ...]) -> Iterator[Declaration]:
    """The markers of the requirements in `lists`."""
    for pattern in lists:
        for path in _paths(file.toml, pattern):
            for node in file.toml.items(*path):
                if isinstance(node.value, str):
                    yield from requirement_markers.in_string(
                        file, node.value, node.inner, node.span
                    )


def _paths(document: Document, pattern: Path) -> Iterator[Path]:
    """The paths of `pattern`, in which `*` is each key of a table."""
    if "*" not in pattern:
        yield pattern
        return
    place = pattern.index("*")
    for key in document.table(*pattern[:place]):
        yield from _paths(document, (*pattern[:place], key, *pattern[place + 1 :]))


def _poetry(file: File) -> Iterator[Declaration]:
    """`python = "<3.11"` and `markers = "..."` of each dependency, one table or several."""
    if not file.toml.table("tool", "poetry"):
        return
    for pattern in _POETRY:
        for table in _paths(file.toml, pattern):
            for name, value in file.toml.table(*table).items():
                if isinstance(value, dict) and name != "python":
                    yield from _dependency(file, (*table, name))
                elif isinstance(value, list):
                    for number in range(len(value)):
                        yield from _dependency(file, (*table, name, number))


def _dependency(file: File, path: Path) -> Iterator[Declaration]:
    markers, python = file.toml.node(*path, "markers"), file.toml.node(*path, "python")
    if markers is not None and isinstance(markers.value, str):
        yield from requirement_markers.in_string(
            file, markers.value, markers.inner, markers.span, bare=True
        )
    if python is not None and isinstance(python.value, str):
        span = python.inner or python.span
        try:
            specifier = versions.poetry(python.value)
        except ValueError as error:
            site = requirement_markers.SITE
            yield file.unreadable(site, Role.CONDITIONS, span, str(error))
        else:
            yield requirement_markers.constraint(file, specifier, span)


def _ini(file: File, wanted: re.Pattern[str]) -> Iterator[Declaration]:
    for section in file.ini.sections:
        for option in file.ini.options(section):
            if wanted.fullmatch(f"{section}:{option.key}"):
                for line, start in option.lines():
                    yield from requirement_markers.in_line(file, line, start)


def _lines(file: File) -> Iterator[Declaration]:
    """A requirements file: one requirement a line, which a backslash continues."""
    starts = file.source.line_starts
    for number, start in enumerate(starts, 1):
        yield from requirement_markers.in_line(file, file.source.line(number), start)


READER = Reader(
    name="markers",
    title="environment markers of requirements",
    read=read,
    editors={},
)
