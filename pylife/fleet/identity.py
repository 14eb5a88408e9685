"""A project's own name and what it requires at run time, from its metadata, executing nothing.

A metadata file that cannot be parsed gives nothing here; the declaration
readers report it.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from pylife.errors import UnreadableError
from pylife.syntax import text, toml


def name(folder: Path, files: Iterable[str]) -> str | None:
    """The normalised name of the distribution; None where none is given statically.

    What is no name of a distribution (PEP 508, "Names") is none: files and jobs are called by it.
    `files` are the project's files, by their paths from `folder`.
    """
    given = next((found for found, _ in _metadata(folder, files) if found), None)
    return normal(given) if given is not None and is_name(given) else None


class Required(NamedTuple):
    """A distribution that is required at run time: its normalised name, versions, and marker.

    `specifier` is empty where every version will do.
    """

    name: str
    specifier: str = ""
    marker: str | None = None


def requires(folder: Path, files: Iterable[str]) -> tuple[str, ...]:
    """The normalised names of the distributions that the project requires at run time, sorted."""
    return tuple(sorted({item.name for item in requirements(folder, files)}))


def requires_any(folder: Path, files: Iterable[str]) -> bool:
    """Whether the project requires anything at run time; what it is, is not looked at."""
    return any(lines for _, lines in _metadata(folder, files))


def requirements(folder: Path, files: Iterable[str]) -> tuple[Required, ...]:
    """What the project requires at run time, sorted; one name may come with several markers."""
    from packaging.requirements import InvalidRequirement, Requirement  # not for `check`

    found = set()
    for _, lines in _metadata(folder, files):
        for line in lines:
            try:
                requirement = Requirement(line)
            except InvalidRequirement:
                continue
            marker = str(requirement.marker) if requirement.marker else None
            found.add(Required(normal(requirement.name), str(requirement.specifier), marker))
    return tuple(sorted(found, key=lambda item: (item.name, item.specifier, item.marker or "")))


def is_name(text: str) -> bool:
    """Whether a distribution may be called so (PEP 508, "Names")."""
    return re.fullmatch(r"[A-Z0-9]([A-Z0-9._-]*[A-Z0-9])?", text, re.I | re.A) is not None


def normal(name: str) -> str:
    """The normalised form of a distribution's name (PEP 503).

    `packaging.utils` has it too, but importing that costs a start-up 7 ms.
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def _metadata(folder: Path, files: Iterable[str]) -> Iterator["_Found"]:
    present = frozenset(files)
    for path, reader in (
        ("pyproject.toml", _pyproject),
        ("setup.cfg", _setup_cfg),
        ("setup.py", _setup_py),
        ("requirements.txt", _requirements_txt),
        ("requirements.in", _requirements_txt),
    ):
        if path in present:
            try:
                yield reader(text.read(folder, path))
            except UnreadableError:
                continue


_Found = tuple[str | None, list[str]]


def _pyproject(source: text.Source) -> _Found:
    document = toml.parse(source)
    poetry = document.table("tool", "poetry")
    name = (
        document.get("project", "name")
        or poetry.get("name")
        or document.get("tool", "flit", "metadata", "dist-name")
        or document.get("tool", "flit", "metadata", "module")
    )
    lines: list[object] = []
    for path in (("project", "dependencies"), ("tool", "flit", "metadata", "requires")):
        value = document.get(*path)
        lines += value if isinstance(value, list) else []
    lines += [key for key in document.table("tool", "poetry", "dependencies") if key != "python"]
    return name if isinstance(name, str) else None, [
        line for line in lines if isinstance(line, str)
    ]


def _setup_cfg(source: text.Source) -> _Found:
    from pylife.syntax import ini

    document = ini.parse(source)
    name = document.get("metadata", "name")
    requires = document.get("options", "install_requires")
    lines = [line for line, _ in requires.lines()] if requires else []
    return name.value.strip() if name else None, lines


def _setup_py(source: text.Source) -> _Found:
    import ast

    from pylife.syntax import python

    module = python.parse(source)
    name: str | None = None
    lines: list[str] = []
    for node in module.nodes:
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func
        if (called.id if isinstance(called, ast.Name) else called) != "setup":
            continue
        for keyword in node.keywords:
            value = module.resolve(keyword.value)
            if keyword.arg == "name" and isinstance(value, ast.Constant):
                name = value.value if isinstance(value.value, str) else None
            if keyword.arg == "install_requires" and isinstance(value, ast.List | ast.Tuple):
                items = (module.resolve(item) for item in value.elts)
                lines += [
                    item.value
                    for item in items
                    if isinstance(item, ast.Constant) and isinstance(item.value, str)
                ]
    return name, lines


def _requirements_txt(source: text.Source) -> _Found:
    lines = (line.split(" #")[0].split(" --")[0].strip(" \\") for line in source.text.splitlines())
    return None, [line for line in lines if line and line[0] not in "#-"]
