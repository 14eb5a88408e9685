"""What a project requires, line by line: the name, its marker, and the place.

Read of `pyproject.toml` (PEP 621, PEP 735, Poetry, flit, uv, PDM, Hatch), `setup.cfg`, `setup.py`
and requirements files, executing nothing. Where the list is computed, that is said: such a project
does not require nothing.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from pylife.errors import UnreadableError
from pylife.syntax import ini, text, toml
from pylife.syntax.text import Source

Purpose = Literal["run", "extra", "else"]
Key = toml.Key

_NAME = re.compile(r"\s*([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)")
_ARRAYS: tuple[tuple[tuple[Key, ...], Purpose], ...] = (
    (("project", "dependencies"), "run"),
    (("project", "optional-dependencies", "*"), "extra"),
    (("dependency-groups", "*"), "else"),
    (("build-system", "requires"), "else"),
    (("tool", "flit", "metadata", "requires"), "run"),
    (("tool", "flit", "metadata", "requires-extra", "*"), "extra"),
    (("tool", "uv", "dev-dependencies"), "else"),
    (("tool", "pdm", "dev-dependencies", "*"), "else"),
    (("tool", "hatch", "envs", "*", "dependencies"), "else"),
    (("tool", "hatch", "envs", "*", "extra-dependencies"), "else"),
)
_POETRY: tuple[tuple[tuple[Key, ...], Purpose], ...] = (
    (("tool", "poetry", "dependencies"), "run"),
    (("tool", "poetry", "dev-dependencies"), "else"),
    (("tool", "poetry", "group", "*", "dependencies"), "else"),
)
_SETUP_CFG: dict[str, Purpose] = {
    "options:install_requires": "run",
    "options:tests_require": "else",
    "options:setup_requires": "else",
}
_FILE = re.compile(r"(?:[^/]*/)?[^/]*requirements[^/]*\.(?:txt|in)|requirements/[^/]*\.(?:txt|in)")
_MAIN_FILES = frozenset({"requirements.txt", "requirements.in"})


class Line(NamedTuple):
    """One requirement as it is written.

    `python` is a range of Pythons beside it, as Poetry has it, `group` the path of the TOML array
    in which it stands, such as `project.dependencies`; it is None for another place.
    `constraint` is what Poetry has beside the name, such as `^2.0`, or `@` for an address.
    """

    name: str
    raw: str
    file: str
    line: int | None
    purpose: Purpose
    group: str | None = None
    python: str | None = None
    column: int = 1
    constraint: str | None = None


class Listing(NamedTuple):
    """What is required, and why there may be more; empty where there is not."""

    lines: tuple[Line, ...]
    unknown: str = ""


def read(folder: Path, files: Iterable[str]) -> Listing:
    """What the project in `folder` requires; `files` are its files, by their paths from it.

    A file that cannot be parsed is a reason not to know.
    """
    lines: list[Line] = []
    unknown: list[str] = []
    for path in sorted(files):
        reader = _reader(path)
        if reader is None:
            continue
        try:
            found = reader(text.read(folder, path))
        except UnreadableError as error:
            unknown.append(f"{path} is unreadable: {error.message}")
            continue
        lines += found.lines
        if found.unknown:
            unknown.append(f"{path}: {found.unknown}")
    return Listing(tuple(lines), "; ".join(unknown))


def _reader(path: str) -> Callable[[Source], Listing] | None:
    match path:
        case "pyproject.toml":
            return _pyproject
        case "setup.cfg":
            return _setup_cfg
        case "setup.py":
            return _setup_py
        case _:
            return _requirements if _FILE.fullmatch(path) else None


def _setup_py(source: Source) -> Listing:
    from pylife.declarations import requirements_py  # it loads `ast`

    found = requirements_py.read(source)
    lines = [
        line for one in found.texts for line in _line(one.raw, source.path, one.line, one.purpose)
    ]
    return Listing(tuple(lines), found.unknown)


def _pyproject(source: Source) -> Listing:
    document = toml.parse(source)
    lines: list[Line] = []
    for pattern, purpose in _ARRAYS:
        for path in expanded(document, pattern):
            for node in document.items(*path):
                if isinstance(node.value, str):
                    number, column = source.position(node.span.start)
                    found = _line(node.value, source.path, number, purpose, joined(path))
                    lines += [line._replace(column=column) for line in found]
    if document.table("tool", "poetry"):
        for pattern, purpose in _POETRY:
            for path in expanded(document, pattern):
                lines += _poetry(document, source, path, purpose)
    dynamic = document.get("project", "dynamic")
    computed = isinstance(dynamic, list) and "dependencies" in dynamic
    # What setuptools reads from a requirements file is read there.
    told = document.get("tool", "setuptools", "dynamic", "dependencies") is not None
    return Listing(tuple(lines), "dependencies are dynamic" if computed and not told else "")


def _poetry(
    document: toml.Document, source: Source, table: tuple[Key, ...], purpose: Purpose
) -> Iterator[Line]:
    for name, value in document.table(*table).items():
        if name == "python":
            continue
        for one in value if isinstance(value, list) else [value]:
            said = one if isinstance(one, dict) else {}
            marker, python = said.get("markers"), said.get("python")
            raw = f"{name}; {marker}" if isinstance(marker, str) else name
            wanted: Purpose = "extra" if said.get("optional") is True else purpose
            number = document.line(*table, name)
            yield Line(
                normal(name), raw, source.path, number, wanted,
                python=python if isinstance(python, str) else None, constraint=_constraint(one),
            )  # fmt: skip


def _constraint(value: object) -> str | None:
    """The versions that an entry of a Poetry table allows, and on which Pythons it counts."""
    if not isinstance(value, dict):
        return value if isinstance(value, str) else None
    if value.keys() & {"git", "url", "path", "file"}:
        return "@"
    version, python = value.get("version"), value.get("python")
    if not isinstance(version, str):
        return None
    return f"{version} (python {python})" if isinstance(python, str) else version


def expanded(document: toml.Document, pattern: tuple[Key, ...]) -> Iterator[tuple[Key, ...]]:
    """The paths of `pattern`, in which `*` is each key of a table."""
    if "*" not in pattern:
        yield pattern
        return
    place = pattern.index("*")
    for key in document.table(*pattern[:place]):
        yield from expanded(document, (*pattern[:place], key, *pattern[place + 1 :]))


def joined(path: tuple[Key, ...]) -> str:
    """A path as one text; a key with a dot in it stays one by its quotes."""
    return ".".join(f'"{key}"' if "." in str(key) else str(key) for key in path)


def arrays(document: toml.Document) -> Iterator[tuple[Key, ...]]:
    """The paths of all arrays of requirements that `pyproject.toml` may have."""
    for pattern, _ in _ARRAYS:
        yield from expanded(document, pattern)


def _setup_cfg(source: Source) -> Listing:
    document = ini.parse(source)
    lines: list[Line] = []
    for section in document.sections:
        for option in document.options(section):
            purpose = _SETUP_CFG.get(f"{section}:{option.key}")
            if section == "options.extras_require":
                purpose = "extra"
            # What setuptools reads from another file is read there.
            if purpose is not None and not option.value.strip().startswith("file:"):
                for one, start in option.lines():
                    number = source.position(source.byte(start))[0]
                    lines += _line(one, source.path, number, purpose)
    return Listing(tuple(lines))


def _requirements(source: Source) -> Listing:
    """A requirements file: the one at the top is what runs, others are for tests and the like."""
    purpose: Purpose = "run" if source.path in _MAIN_FILES else "else"
    lines: list[Line] = []
    for number in range(1, len(source.line_starts) + 1):
        one = source.line(number)
        if one.strip() and one.lstrip()[0] not in "#-":
            lines += _line(one.split(" #")[0].rstrip(" \\\r\n"), source.path, number, purpose)
    return Listing(tuple(lines))


def _line(
    raw: str, file: str, number: int | None, purpose: Purpose, group: str | None = None
) -> Iterator[Line]:
    found = _NAME.match(raw)
    if found is not None:
        yield Line(normal(found[1]), raw.strip(), file, number, purpose, group)


def normal(name: str) -> str:
    """The normalised form of a distribution's name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
