"""What is published as a demand sees it: on its day, and with the fleet's own libraries."""

from typing import Protocol, runtime_checkable

from packaging.version import InvalidVersion, Version

from pylife.dependencies.index.support import covers
from pylife.dependencies.records import (
    Absent,
    Demand,
    Listed,
    Loads,
    Release,
    Support,
    Target,
    Unavailable,
)
from pylife.dependencies.resolve import links, patches


@runtime_checkable
class Remembering(Protocol):
    """A support map that knows which file was there on which day."""

    def before(self, day: object) -> Support:
        """The same indexes as they were at the end of `day`."""


def version(release: Release) -> Version:
    """The release's version to compare with; one that PEP 440 does not know comes before all."""
    try:
        return Version(release.version)
    except InvalidVersion:
        return Version("0.dev0")


class Seen:
    """A support map as `demand` has it: nothing after its day, its own libraries first."""

    def __init__(self, support: Support, demand: Demand) -> None:
        self._support = support
        self._demand = demand
        self._own = links.read(demand.links)
        self._kept: dict[tuple[str, Target], Listed | Absent | Unavailable] = {}

    def prefetch(self, names: tuple[str, ...]) -> None:
        """Fetch the pages of all these names that are looked for on an index."""
        self._support.prefetch(tuple(name for name in names if name not in self._own))

    def __call__(self, name: str, target: Target) -> Listed | Absent | Unavailable:
        """What there is of `name` on `target`, the newest version first."""
        key = (name, target)
        if key not in self._kept:
            self._kept[key] = self._look(name, target)
        return self._kept[key]

    def releases(self, name: str, target: Target) -> tuple[Release, ...]:
        """The releases of `name`, the newest version first; none where it is not known."""
        match self(name, target):
            case Listed(releases=releases):
                return releases
            case _:
                return ()

    def taken(self, release: Release, name: str) -> bool:
        """Whether a resolver takes this release without being asked for it by its version."""
        if release.prerelease and not self._demand.any_prerelease:
            return release.usable and name in self._demand.prereleases
        return release.usable

    def _look(self, name: str, target: Target) -> Listed | Absent | Unavailable:
        own = self._own.get(name)
        if own is not None:
            release = _linked(own, target)
            return Listed(name, (release,), "the fleet's own sources", dated=True, fetched="")
        found = self._support(name, target)
        day = self._demand.before
        # What an index without dates has is taken as it is now, as in resolutions.
        if day is None or not isinstance(found, Listed) or not found.dated:
            return found
        if isinstance(self._support, Remembering):
            return self._support.before(day)(name, target)
        on_day = (_on(release, day.isoformat()) for release in found.releases)
        return found._replace(releases=tuple(each for each in on_day if each is not None))


def _on(release: Release, day: str) -> Release | None:
    """The release as it stood at the end of `day`; None where it was not there yet.

    A wheel that was added later counts as none: of the other files nothing more is known.
    """
    if release.first is None or release.first > day:
        return None
    if release.loads.by_wheel and (release.uploaded is None or release.uploaded > day):
        return release._replace(loads=Loads.NO_WHEEL, uploaded=release.first, evidenced=False)
    return release


def _linked(own: links.Own, target: Target) -> Release:
    """A library of the fleet's own; such wheels are made for every platform."""
    full = patches.full(target.python)
    allowed = own.requires_python is None or covers(own.requires_python, full)
    loads = Loads.ANY if allowed else Loads.EXCLUDED
    return Release(own.version, loads, None, None, own.requires_python, evidenced=allowed)
