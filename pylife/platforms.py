"""When platforms, operating systems and packages lose their maintenance.

The dates are `pylife/data/platforms.toml` (schema `pylife/platforms/1`), each table with its
source and the day on which that was looked at; `tools/refresh_platforms.py` makes it:

    [platform.aws-lambda]               # a managed runtime: a row for each Python
    title = "AWS Lambda"
    runtime = "pythonX.Y"               # how it names a Python; XY is the Python without a dot
    images = ["lambda/python"]          # container images that are such a runtime
    blocked-means = "updates blocked"
    source = "…"
    date = 2026-11-21
    python."3.9" = { deprecated = "2025-12-15", blocked = "2027-03-03" }

    [platform.debian-11]                # a release with dates of its own
    title = "Debian 11"
    has = "3.9"                         # the Python that it brings
    eol = "2026-08-31"

    [dependency.django]
    title = "Django"
    eol = { "4.2" = "2026-04-07" }      # of each minor release

`deprecated` is when a platform stops to update a runtime (of an operating system, the end of
full support), `blocked` when nothing can be deployed with it any more, `eol` the end of
maintenance. A platform without rows is one of which no date is known. Nothing of it is read
before a policy or a project names a platform.
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

SCHEMA = "pylife/platforms/1"


class PlatformRow(NamedTuple):
    """The dates of one runtime of a platform, or of one release; None where none is known.

    `name` is the platform's, `title` what people call the row (`AWS Lambda python3.9`).
    `python` is the one that it has. `blocked_means` says what is blocked then. `looked_up` is
    the day on which `source` was looked at.
    """

    name: str
    title: str
    python: PythonVersion | None
    deprecated: Dated | None
    blocked: Dated | None
    eol: Dated | None
    source: str
    looked_up: dt.date
    blocked_means: str = "updates blocked"


class Dependency(NamedTuple):
    """A package that publishes how long its minor releases are maintained.

    `eol` has the date of each minor release, spelled as in `4.2`.
    """

    name: str
    title: str
    source: str
    looked_up: dt.date
    eol: dict[str, Dated]

    def end(self, version: str) -> tuple[str, Dated] | None:
        """The minor release that `version` (such as `4.2.11`) is of, and when it ends."""
        minor = ".".join(version.split(".")[:2])
        date = self.eol.get(minor)
        return None if date is None else (minor, date)


class Platforms:
    """The shipped data; what is asked for is made of it then. `snapshot` is its day."""

    def __init__(self, tables: dict[str, Any]) -> None:
        self.snapshot: dt.date = tables["snapshot"]
        self._platforms: dict[str, dict[str, Any]] = tables["platform"]
        self._dependencies: dict[str, dict[str, Any]] = tables["dependency"]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all platforms, in the order of the data."""
        return tuple(self._platforms)

    @property
    def dependencies(self) -> frozenset[str]:
        """The normalised names of the packages whose dates are known."""
        return frozenset(self._dependencies)

    def title(self, name: str) -> str | None:
        """What people call the platform `name`; None where there is none of that name."""
        table = self._platforms.get(name)
        return None if table is None else str(table["title"])

    def runtime(self, name: str, python: PythonVersion) -> str:
        """What people call the runtime of a platform with `python`: `AWS Lambda python3.9`."""
        table = self._platforms[name]
        words = str(table.get("runtime", ""))
        spelled = words.replace("X.Y", str(python)).replace("XY", f"{python.major}{python.minor}")
        return f"{table['title']} {spelled}".rstrip()

    def looked_up(self, name: str) -> dt.date:
        """The day on which the source of the platform `name` was looked at."""
        day: dt.date = self._platforms[name]["date"]
        return day

    def dates(self, name: str, python: PythonVersion | None) -> PlatformRow | None:
        """The row of `python` on the platform `name`; None where no date is known.

        With None for `python`, the row of a release with dates of its own, whatever its Python.
        """
        table = self._platforms.get(name)
        if table is None:
            return None
        if "runtime" in table:
            row = table.get("python", {}).get(str(python.plain)) if python else None
            if row is None or python is None:
                return None
            return _row(name, self.runtime(name, python), python.plain, table, row)
        has = PythonVersion.parse(table["has"]) if "has" in table else None
        if python is not None and python.plain != has:
            return None
        return _row(name, table["title"], has, table, table)

    def offered(self, name: str) -> frozenset[PythonVersion] | None:
        """The Pythons that the platform `name` is known to offer as runtimes.

        Those of its rows that had neither ended nor were blocked when its source was looked
        at; None where it manages no runtimes, or no row is known of it.
        """
        table = self._platforms.get(name, {})
        rows = table.get("python", {}) if "runtime" in table else {}
        if not rows:
            return None
        found = [self.dates(name, PythonVersion.parse(python)) for python in rows]
        living = (row.python for row in found if row is not None and _lives(row))
        return frozenset(python for python in living if python is not None)

    def of_image(self, reference: str) -> str | None:
        """The platform that the container image `reference` is; registries do not count."""
        name = reference.partition("@")[0]
        head, colon, tag = name.rpartition(":")
        name = head if colon and "/" not in tag else name
        for platform, table in self._platforms.items():
            for image in table.get("images", ()):
                if name == image or name.endswith(f"/{image}"):
                    return platform
        return None

    def dependency(self, name: str) -> Dependency | None:
        """The package of the normalised `name`; None where nothing is known of it."""
        table = self._dependencies.get(name)
        if table is None:
            return None
        source, day = table["source"], table["date"]
        eol = {version: _dated(text, source, day) for version, text in table["eol"].items()}
        return Dependency(name, table["title"], source, day, eol)


_supplied: list[bytes] = []


def supply(data: bytes | None) -> None:
    """Let `load` give `data`, where that is newer than what pylife ships; None: let it not.

    An organisation's nightly job may publish newer dates than each of its hooks has installed.
    """
    if _supplied != ([] if data is None else [data]):
        _supplied[:] = [] if data is None else [data]
        load.cache_clear()


@lru_cache(maxsize=1)
def load() -> Platforms:
    """The data that pylife ships, or newer data that was supplied."""
    shipped = parse(text(), shown="platforms.toml")
    for data in _supplied:
        other = parse(data, shown="the platform data of the facts")
        if other.snapshot > shipped.snapshot:
            return other
    return shipped


def text() -> bytes:
    """The shipped data as its file has it."""
    return resources.data("platforms.toml").read_bytes()


def dates(name: str, python: PythonVersion | None) -> PlatformRow | None:
    """The row of `python` on the platform `name` in the shipped data; see `Platforms.dates`."""
    return load().dates(name, python)


def parse(data: bytes, *, shown: str) -> Platforms:
    """Read the bytes of a file like `platforms.toml`.

    Raises ConfigError for another schema, UnreadableError for what is no TOML.
    """
    document = toml.parse(Source(shown, data))
    if document.get("schema") != SCHEMA:
        raise ConfigError(f"not of the schema {SCHEMA}", path=shown, line=document.line("schema"))
    return Platforms(document.value)


def _lives(row: PlatformRow) -> bool:
    """Whether something new could be deployed on it when its dates were looked at."""
    ends = [date.last for date in (row.blocked, row.eol) if date is not None]
    return not ends or min(ends) > row.looked_up


def _row(
    name: str,
    title: str,
    python: PythonVersion | None,
    table: dict[str, Any],
    row: dict[str, str],
) -> PlatformRow:
    source, day = table["source"], table["date"]
    deprecated, blocked, eol = (
        _dated(row[event], source, day) if event in row else None
        for event in ("deprecated", "blocked", "eol")
    )
    means = table.get("blocked-means", "updates blocked")
    return PlatformRow(name, title, python, deprecated, blocked, eol, source, day, means)


def _dated(text: str, source: str, looked_up: dt.date) -> Dated:
    """A date of the data: what is after the day on which it was looked up is expected."""
    found = parse_dated(text, source=source)
    return found._replace(expected=found.last > looked_up)
