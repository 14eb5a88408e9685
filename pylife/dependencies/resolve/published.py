"""What is published, as the resolver needs it: releases by version, and what pip would skip."""

import datetime as dt
import threading
from functools import lru_cache
from typing import NamedTuple

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

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
from pylife.dependencies.resolve.ranges import version


class Unseen(NamedTuple):
    """Releases that do not install on a target, which uv might take by itself.

    `finals` is the specifier against `usual`, such as `!=2.0,!=2.1`: final releases that uv is
    bound to take. `everything` leaves out all of `versions`: prereleases too, though to name one
    in a constraint is to allow it, unless uv is told otherwise; and what has no wheel, which uv
    knows but where its idea of the platform is not pip's.
    """

    versions: frozenset[Version] = frozenset()
    usual: frozenset[Version] = frozenset()
    finals: str = ""
    everything: str = ""


class Published(NamedTuple):
    """The releases of a name on a target."""

    releases: dict[Version, Release]
    dated: bool
    fetched: str | None
    origin: str
    wheels: Unseen
    sources: Unseen

    def unseen(self, *, built: bool) -> Unseen:
        """What uv must be told not to take, with wheels only or where sources are `built`."""
        return self.sources if built else self.wheels


Known = Published | Absent | Unavailable


class Shelf:
    """A support map with memory: each name on each target is looked at once.

    `day`: as it was at the end of that day, where the support map can tell; what an index
    without upload times has is taken as it is now.
    """

    def __init__(self, support: Support, day: dt.date | None = None) -> None:
        self._support = support
        earlier = getattr(support, "before", None) if day is not None else None
        self._then: Support = earlier(day) if earlier is not None else support
        self._known: dict[tuple[str, Target], Known] = {}
        self._asked: set[str] = set()
        self._earlier: dict[dt.date, Shelf] = {}
        self._lock = threading.Lock()

    def at(self, day: dt.date | None) -> "Shelf":
        """The shelf of that day; this one where there is none."""
        if day is None:
            return self
        with self._lock:
            return self._earlier.setdefault(day, Shelf(self._support, day))

    def prefetch(self, names: tuple[str, ...]) -> None:
        """Have all these pages fetched at a time, those that were not asked for before."""
        with self._lock:
            new = tuple(name for name in names if name not in self._asked)
            self._asked.update(new)
        if new:
            self._support.prefetch(new)

    def __call__(self, name: str, target: Target) -> Known:
        """What is published under `name`, as it stands on `target`."""
        known = self._known.get((name, target))
        if known is None:
            known = self._known[name, target] = self._look(name, target)
        return known

    def _look(self, name: str, target: Target) -> Known:
        found = self._then(name, target)
        if isinstance(found, Listed) and not found.dated and self._then is not self._support:
            found = self._support(name, target)
        if not isinstance(found, Listed):
            return found
        releases = {
            parsed: release
            for release in found.releases
            if (parsed := version(release.version)) is not None
        }
        wheels, sources = (_against(releases, target, built=built) for built in (False, True))
        return Published(releases, found.dated, found.fetched, found.origin, wheels, sources)


def _against(releases: dict[Version, Release], target: Target, *, built: bool) -> Unseen:
    """What of `releases` uv must not take; a release with a local sibling that installs is left
    alone, since `!=` would take that along."""
    found = {each for each, release in releases.items() if _hidden(release, target, built=built)}
    bare = {each for each, release in releases.items() if not built and _bare(release)}
    kept = {Version(each.public) for each in releases if each.local and each not in found | bare}
    named = sorted(each for each in found | bare if each.local or each not in kept)
    usual = [each for each in named if each in found and not each.is_prerelease]
    return Unseen(frozenset(named), frozenset(usual), _line(usual), _line(named))


def _line(versions: list[Version]) -> str:
    return ",".join(f"!={each}" for each in versions)


def _bare(release: Release) -> bool:
    return release.loads in {Loads.NO_WHEEL, Loads.SDIST_ONLY}


def _hidden(release: Release, target: Target, *, built: bool) -> bool:
    if release.loads is Loads.EXCLUDED:
        return not below(release.requires_python, target)
    # uv is asked about the ordinary build, and takes wheels that do not load on this one.
    return target.python.free_threaded and not built and _bare(release)


@lru_cache(maxsize=10_000)
def below(requires_python: str | None, target: Target) -> bool:
    """Whether the lower bound of a requires-python excludes `target`, which uv sees by itself."""
    try:
        specifier = SpecifierSet(requires_python or "")
    except InvalidSpecifier:
        return False
    full = patches.compared(target.python)
    return not all(each.contains(full) for each in specifier if each.operator in {">=", ">"})


def excludes(requires_python: str | None, target: Target) -> bool:
    """Whether a requires-python leaves `target`'s newest patch release out, as pip reads it."""
    try:
        specifier = SpecifierSet(requires_python or "")
    except InvalidSpecifier:
        return False
    return not specifier.contains(patches.compared(target.python))


def own_excluded(demand: Demand, target: Target) -> dict[str, str]:
    """Specifiers against the fleet's own wheels that leave `target` out."""
    return {
        name: f"!={own.version}"
        for name, own in links.read(demand.links).items()
        if excludes(own.requires_python, target) and not below(own.requires_python, target)
    }
