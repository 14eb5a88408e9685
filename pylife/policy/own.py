"""The project's own releases: which one a date is moved to."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from pylife.calendar import Dated
from pylife.model import PythonVersion
from pylife.policy.anchors import Later
from pylife.policy.moments import Binding, fixed
from pylife.policy.parts import Own, OwnRelease

Edge = Callable[[Dated], dt.date]

_WORDS: dict[Binding, str] = {
    "own.next": "the first own release from {} on",
    "own.next-minor": "the first own minor release from {} on",
    "own.next-major": "the first own major release from {} on",
    "own.previous": "the last own release before {}",
    "own.after-lts": "the own release after the first long-term one that is supported after {}",
}


def read(name: str | None, tables: Sequence[dict[str, Any]]) -> Own:
    """The releases of the package `name` of the shipped data, with those of `tables`, by date.

    A table of the same version takes the place of the shipped one. Raises ConfigError for a date
    that is none; a package that is not known has no releases.
    """
    found: dict[str, OwnRelease] = {}
    known: dt.date | None = None
    if name is not None:
        from pylife import releases

        package = releases.find(name)
        if package is not None:
            known = package.date
            for version, date in package.releases.items():
                adds = tuple(py for py, first in package.supports.items() if first == version)
                found[version] = OwnRelease(version, date, package.lts.get(version), adds)
    for table in tables:
        version = table["version"]
        lts = fixed(table["lts-until"]) if "lts-until" in table else None
        adds = tuple(PythonVersion.parse(text) for text in table.get("adds", ()))
        found[version] = OwnRelease(version, fixed(table["date"]), lts, adds)
    ordered = sorted(found.values(), key=lambda item: (item.date.last, _number(item)))
    return Own(tuple(ordered), known)


def bind(
    at: Binding, days: tuple[dt.date, dt.date], own: Own | None
) -> tuple[dt.date, dt.date] | Later:
    """The first and the last possible day of the release that `at` names, seen from `days`.

    `own.next` and its kin are the first release on the day itself or after it; `own.previous`
    is the last one before it, which is known once a release after it is, or the data is of a
    later day; `own.after-lts` is the release after the first long-term release whose support
    ends after the day.
    """
    own = own or Own()
    first = _bound(at, days[0], own, lambda date: date.first)
    last = _bound(at, days[1], own, lambda date: date.last)
    if first is None or last is None:
        return Later(days[1], f"{_WORDS[at].format(days[1])} is not known")
    return first, max(first, last)


def _bound(at: Binding, day: dt.date, own: Own, edge: Edge) -> dt.date | None:
    dates = [(edge(item.date), item) for item in own.releases]
    if at == "own.previous":
        complete = any(date >= day for date, _ in dates) or (own.known and day <= own.known)
        return max((date for date, _ in dates if date < day), default=None) if complete else None
    if at == "own.after-lts":
        lasting = next((item for _, item in dates if item.lts and edge(item.lts) > day), None)
        # The first of a later line: what repairs the long-term release does not follow it.
        line = _number(lasting)[:2] if lasting else None
        return next((date for date, item in dates if line and _number(item)[:2] > line), None)
    places = {"own.next": None, "own.next-minor": 2, "own.next-major": 1}[at]
    following = (date for date, item in dates if date >= day and _opens(item, places))
    return min(following, default=None)


def _opens(release: OwnRelease, places: int | None) -> bool:
    """Whether it is the first of its major (1 place) or minor (2 places) line."""
    return places is None or not any(_number(release)[places:])


def _number(release: OwnRelease) -> tuple[int, ...]:
    return tuple(int(part) for part in release.version.split("."))
