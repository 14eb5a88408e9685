"""When other packages than Python made their minor releases, and what these support.

The dates are `pylife/data/releases.toml` (schema `pylife/releases/1`), each package with its
source and the day on which it was looked up:

    [package.numpy]
    title = "NumPy"
    source = "the index's upload dates"
    date = 2026-11-21
    releases = { "1.26" = "2023-09-16", "2.0" = "2024-06" }   # first final release of each minor
    supports = { "3.12" = "1.26" }      # the first minor release that supports each Python
    lts = { "4.2" = "2026-04" }         # of long-term releases: the end of their support
    expected = ["6.2"]                  # those of `releases` that are planned, not made

Nothing of it is read before a policy names a package.
"""

import datetime as dt
from functools import lru_cache
from typing import Any, NamedTuple

from pylife import resources
from pylife.calendar import Dated, parse_dated
from pylife.errors import ConfigError
from pylife.model import PythonVersion
from pylife.syntax import toml
from pylife.syntax.text import Source

SCHEMA = "pylife/releases/1"


class Package(NamedTuple):
    """The releases of one package: every version is spelled as in the data, such as `1.26`.

    `releases` are in the order of their numbers. `supports` gives for a Python the first
    release that supports it; a Python that is not in it is supported by none that is known.
    `lts` gives for a long-term release the end of its support.
    """

    name: str
    title: str
    source: str
    date: dt.date
    releases: dict[str, Dated]
    supports: dict[PythonVersion, str]
    lts: dict[str, Dated]

    def first_for(self, python: PythonVersion) -> Dated | None:
        """When the first release that supports `python` was made; None where none is known."""
        version = self.supports.get(python)
        return None if version is None else self.releases.get(version)


@lru_cache(maxsize=256)
def find(name: str) -> Package | None:
    """The package `name` (lower-case, with hyphens), or None where there is no data on it."""
    table = _shipped().get(name)
    return None if table is None else _package(name, table)


def names() -> tuple[str, ...]:
    """The packages of the shipped data, in its order."""
    return tuple(_shipped())


def load() -> dict[str, Package]:
    """All packages of the shipped data, by name."""
    return {name: _package(name, table) for name, table in _shipped().items()}


def parse(data: bytes, *, shown: str) -> dict[str, Package]:
    """Read the bytes of a file like `releases.toml`.

    Raises ConfigError for another schema and for what is no date, UnreadableError for no TOML.
    """
    return {name: _package(name, table) for name, table in _tables(data, shown).items()}


@lru_cache(maxsize=1)
def _shipped() -> dict[str, Any]:
    path = resources.data("releases.toml")
    return _tables(path.read_bytes(), path.name)


def _tables(data: bytes, shown: str) -> dict[str, Any]:
    document = toml.parse(Source(shown, data))
    if document.get("schema") != SCHEMA:
        raise ConfigError(f"not of the schema {SCHEMA}", path=shown, line=document.line("schema"))
    return document.table("package")


def number(version: str) -> tuple[int, ...]:
    """`1.26` as (1, 26), by which versions are ordered; raises ValueError for anything else."""
    return tuple(int(part) for part in version.split("."))


def _package(name: str, table: dict[str, Any]) -> Package:
    source = str(table["source"])
    expected = frozenset(table.get("expected", ()))
    releases = {
        version: parse_dated(str(date), expected=version in expected, source=source)
        for version, date in sorted(table["releases"].items(), key=lambda item: number(item[0]))
    }
    return Package(
        name=name,
        title=str(table.get("title", name)),
        source=source,
        date=table["date"],
        releases=releases,
        supports={
            PythonVersion.parse(python): version
            for python, version in table.get("supports", {}).items()
        },
        lts={
            version: parse_dated(str(date), source=source)
            for version, date in table.get("lts", {}).items()
        },
    )
