"""What `pyproject.toml` says that a project requires: PEP 621, PEP 735, flit, computed by files."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pylife.declarations.requirements import joined
from pylife.fleet.identity import normal
from pylife.syntax.toml import Document, Key
from pylife.workflow.dependencies.inputs.lines import Reader, place
from pylife.workflow.dependencies.inputs.records import Group, Sort

_FILE = "pyproject.toml"
_EXTRAS: tuple[tuple[Key, ...], ...] = (
    ("project", "optional-dependencies"),
    ("tool", "flit", "metadata", "requires-extra"),
)


class Dynamic:
    """What is computed at build time, as far as files that are named say it.

    `lines` reads a requirements file into a reader.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        listed = document.get("project", "dynamic")
        self.names = frozenset(listed if isinstance(listed, list) else ())

    def files(self, *path: Key) -> tuple[str, ...] | None:
        """The files that setuptools or Hatch reads for `dependencies`; None where none is named."""
        told = self.document.get("tool", "setuptools", "dynamic", *path, "file")
        if told is None and path == ("dependencies",):
            hook = self.document.table("tool", "hatch", "metadata", "hooks", "requirements_txt")
            told = hook.get("files", hook.get("filename"))
        if isinstance(told, str):
            return (told,)
        if isinstance(told, list) and all(isinstance(item, str) for item in told):
            return tuple(told)
        return None


def listed(document: Document, reader: Reader, *path: Key) -> None:
    """The requirements of an array of strings."""
    value = document.get(*path)
    if value is None:
        return
    if not isinstance(value, list):
        reader.missing(_FILE, document.line(*path), f"{joined(path)} is no list")
        return
    nodes = list(document.items(*path))
    for node in nodes:
        number = document.source.position(node.span.start)[0]
        if isinstance(node.value, str):
            reader.add(node.value, _FILE, number)
        elif not isinstance(node.value, dict):
            reader.missing(_FILE, number, f"{node.raw} is no requirement")


def extras(document: Document) -> dict[str, Reader]:
    """The extras of PEP 621 and of flit, by their normalised names."""
    found: dict[str, Reader] = {}
    for table in (
        ("project", "optional-dependencies"),
        ("tool", "flit", "metadata", "requires-extra"),
    ):
        for name in document.table(*table):
            listed(document, found.setdefault(normal(name), Reader()), *table, name)
    return found


def groups(document: Document) -> Iterator[Group]:
    """The dependency groups of PEP 735, what they include put in; and uv's older list."""
    table = document.table("dependency-groups")
    names = {normal(name): name for name in table}
    for name in names:
        reader = Reader()
        _group(document, reader, names, name, ())
        yield Group(Sort.GROUP, name, _distinct(reader), tuple(reader.unknown))
    if document.get("tool", "uv", "dev-dependencies") is not None and "dev" not in names:
        reader = Reader()
        listed(document, reader, "tool", "uv", "dev-dependencies")
        yield Group(Sort.GROUP, "dev", tuple(reader.lines), tuple(reader.unknown))


def _group(
    document: Document, reader: Reader, names: Mapping[str, str], name: str, above: tuple[str, ...]
) -> None:
    path = ("dependency-groups", names[name])
    if name in above:
        reader.missing(_FILE, document.line(*path), f"the group {name} includes itself")
        return
    value = document.get(*path)
    if not isinstance(value, list):
        reader.missing(_FILE, document.line(*path), f"the group {name} is no list")
        return
    for number, item in enumerate(value):
        line = document.line(*path, number)
        inner = item.get("include-group") if isinstance(item, dict) else None
        if isinstance(item, str):
            reader.add(item, _FILE, line)
        elif isinstance(inner, str) and normal(inner) in names:
            _group(document, reader, names, normal(inner), (*above, name))
        else:
            reader.missing(_FILE, line, f"{item!r} includes no group")


def _distinct(reader: Reader) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(reader.lines))


def text(document: Document, *path: Key) -> str | None:
    """The string at `path`; None for anything else."""
    value = document.get(*path)
    return value if isinstance(value, str) else None


def strings(value: object) -> Iterable[str]:
    """The strings of a list."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def at(document: Document, *path: Key) -> str:
    """`pyproject.toml:12`."""
    return place(_FILE, document.line(*path))


__all__ = ["Dynamic", "at", "extras", "groups", "listed", "strings", "text"]
