"""The effective end of life of what is deployed: the earliest end of what it stands on.

A service, model, image or pipeline stands on its Python, on the platform that runs it, on the
images that it is built of, and on the packages that it pins. Each of these has an end of its
own; the earliest one binds. A model stands on the Python it was trained under as well: a
pickle belongs to it. Pure: declarations and data in, endings out.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from pylife.calendar import Calendar, Dated
from pylife.declarations.authority import is_pin
from pylife.declarations.containers import images
from pylife.fleet.pins import Pin
from pylife.model import Declaration, Ending, EndingKind, PythonVersion
from pylife.platforms import PlatformRow, Platforms
from pylife.rules.base import strange
from pylife.rules.base_images import Base, needs_no_release, release
from pylife.rules.hosts import DATABRICKS, DEPRECATED, END, platform_of, relevant


class Lifetime(NamedTuple):
    """The ends of what a project stands on, the earliest first; the first one binds.

    `unknown` are the reasons why there may be an earlier one. `looked_up` names the data that
    was used, with the day on which it was looked up. `offered` are, by file and line, the
    Pythons that the platform there is known to offer; where there is none, any may be.
    """

    endings: tuple[Ending, ...] = ()
    unknown: tuple[str, ...] = ()
    looked_up: tuple[tuple[str, dt.date], ...] = ()
    offered: Mapping[tuple[str, int], frozenset[PythonVersion]] = MappingProxyType({})

    @property
    def binding(self) -> Ending | None:
        """The ending that binds; None where none is known."""
        return next(iter(self.endings), None)


def lifetime(
    declarations: Iterable[Declaration],
    *,
    calendar: Calendar,
    platforms: Callable[[], Platforms],
    pins: Sequence[Pin] = (),
    bases: Sequence[Base] = (),
) -> Lifetime:
    """The ends of what a project stands on that declares and pins this.

    `platforms` gives the data on platforms; it is asked only where there is one.
    """
    found = _Found()
    deployed = [item for item in declarations if relevant(item)]
    for item in deployed:
        _python(found, item, calendar)
    hosted = [item for item in deployed if platform_of(item) is not None]
    if hosted or pins or bases:
        data = platforms()
        for item in hosted:
            _platform(found, item, data)
        for base in bases:
            _base(found, base, data)
        for pin in pins:
            _pin(found, pin, data)
    return found.lifetime()


class _Found:
    """What has been found so far, each ending once: where it is bound first."""

    def __init__(self) -> None:
        self._endings: dict[tuple[EndingKind, str], Ending] = {}
        self._unknown: dict[str, None] = {}
        self._looked_up: dict[str, dt.date] = {}
        self._offered: dict[tuple[str, int], frozenset[PythonVersion]] = {}

    def end(self, kind: EndingKind, name: str, date: Dated, file: str, line: int) -> None:
        ending = Ending(kind, name, date.first, date.last, date.source, file, line)
        self._endings.setdefault((kind, name), ending)

    def unknown(self, reason: str) -> None:
        self._unknown.setdefault(reason)

    def used(self, title: str, day: dt.date) -> None:
        self._looked_up[title] = min(day, self._looked_up.get(title, day))

    def offers(self, at: tuple[str, int], pythons: frozenset[PythonVersion] | None) -> None:
        """Where it is known what is offered; of several platforms at a place, what all have."""
        if pythons is not None:
            self._offered[at] = pythons & self._offered.get(at, pythons)

    def lifetime(self) -> Lifetime:
        return Lifetime(
            endings=in_order(self._endings.values()),
            unknown=tuple(self._unknown),
            looked_up=tuple(sorted(self._looked_up.items())),
            offered=dict(sorted(self._offered.items())),
        )


def in_order(endings: Iterable[Ending]) -> tuple[Ending, ...]:
    """The endings, the earliest first; of one day, in the order of their kinds and names."""
    kinds = list(EndingKind)
    return tuple(
        sorted(endings, key=lambda end: (end.last, end.first, kinds.index(end.kind), end.name))
    )


def _python(found: _Found, item: Declaration, calendar: Calendar) -> None:
    """The end of life of the Pythons that `item` names."""
    place = f"{item.file}:{item.line}"
    if item.unreadable is not None:
        found.unknown(f"{place}: {item.unreadable}")
        return
    odd = strange(item)
    if odd is not None:
        found.unknown(f"{place}: {odd.message}")
        return
    named = (*item.effective, *item.partial) if is_pin(item) else item.effective
    for python in named:
        release = calendar.releases.get(python.plain)
        if release is None or release.eol is None:
            found.unknown(f"{place}: the end of life of Python {python} is not known")
        else:
            name = f"Python {python.plain}"
            found.end(EndingKind.PYTHON, name, release.eol, item.file, item.line)


def _platform(found: _Found, item: Declaration, data: Platforms) -> None:
    """The dates on which the platform gives up the runtime that `item` names."""
    name, place = platform_of(item), f"{item.file}:{item.line}"
    if name is None or (item.unreadable is not None and item.site not in DATABRICKS):
        return  # the Python is unknown, which is said already
    if item.site in DATABRICKS:
        row = data.dates(name, None)
        if row is None:
            version = name.removeprefix("databricks-")
            found.unknown(f"{place}: no end of support is known of Databricks Runtime {version}")
        else:
            _row(found, row, item.file, item.line)
        return
    found.offers((item.file, item.line), data.offered(name))
    for python in item.effective if strange(item) is None else ():
        _runtime(found, name, python, data, (item.file, item.line))


def _runtime(
    found: _Found, name: str, python: PythonVersion, data: Platforms, at: tuple[str, int]
) -> None:
    """The dates of a runtime that a platform manages."""
    row = data.dates(name, python)
    if row is None:
        title = data.runtime(name, python)
        found.unknown(f"{at[0]}:{at[1]}: no end of support is known of {title}")
    else:
        _row(found, row, *at)


def _row(found: _Found, row: PlatformRow, file: str, line: int) -> None:
    found.used(row.title, row.looked_up)
    for date, event in (
        (row.deprecated, DEPRECATED),
        (row.blocked, row.blocked_means),
        (row.eol, END),
    ):
        if date is not None:
            found.end(EndingKind.PLATFORM, f"{row.title} ({event})", date, file, line)


def _base(found: _Found, base: Base, data: Platforms) -> None:
    """The end of an image: what pylife.toml says of it, else that of what it is built on."""
    place = f"{base.file}:{base.line}"
    if base.end_of_life is not None:
        day = Dated(base.end_of_life, base.end_of_life, expected=False, source=base.source)
        found.end(EndingKind.IMAGE, base.reference, day, base.file, base.line)
        return
    platform = data.of_image(base.reference)
    python = images.python_of(base.reference)
    if platform is not None and python is not None and data.dates(platform, None) is None:
        for line in (base.line, *base.also):
            found.offers((base.file, line), data.offered(platform))
        _runtime(found, platform, python[0], data, (base.file, base.line))
        return
    system = release(base.reference)
    slug = system.name.lower().replace(" ", "-") if system else platform
    row = data.dates(slug, None) if slug else None
    if row is not None and row.eol is not None:
        found.used(row.title, row.looked_up)
        found.end(EndingKind.IMAGE, row.title, row.eol, base.file, base.line)
    elif system is not None:
        found.unknown(f"{place}: no end of support is known of {system.name}")
    elif not base.reference:
        found.unknown(f"{place}: which image it builds on is given to the build")
    elif not base.built_by and not needs_no_release(base.reference):
        found.unknown(
            f"{place}: {base.reference} names no release of an operating system that is known;"
            " [images] of pylife.toml can give its end-of-life"
        )


def _pin(found: _Found, pin: Pin, data: Platforms) -> None:
    """The end of the minor release that is pinned, where its project publishes one."""
    package = data.dependency(pin.name)
    if package is None:
        return
    end = package.end(pin.version)
    if end is None:
        found.unknown(
            f"{pin.file}:{pin.line}: no end of support is known of {package.title} {pin.version}"
        )
        return
    found.used(package.title, package.looked_up)
    found.end(EndingKind.DEPENDENCY, f"{package.title} {end[0]}", end[1], pin.file, pin.line)


def document(found: Lifetime, shown: Callable[[str], str] = str) -> dict[str, Any]:
    """The effective end of life as plain JSON data; `shown` gives the path to show of a file."""
    binding = found.binding
    return {
        "date": binding.last.isoformat() if binding else None,
        "month": binding is not None and binding.first != binding.last,
        "binding": _ending(binding, shown) if binding else None,
        "endings": [_ending(ending, shown) for ending in found.endings],
        "unknown": list(found.unknown),
    }


def _ending(ending: Ending, shown: Callable[[str], str]) -> dict[str, Any]:
    return {
        "kind": ending.kind.value,
        "name": ending.name,
        "date": ending.last.isoformat(),
        "month": ending.first != ending.last,
        "source": ending.source,
        "file": shown(ending.file) if ending.file is not None else None,
        "line": ending.line,
    }
