"""What uv and pip see differently in one and the same question (uv 0.13.8, pip 26.3, measured).

- uv reads of a requires-python only the lower bound, pip refuses what exceeds the upper one;
- uv is asked about ordinary builds only, so that it takes wheels that a free-threaded one
  cannot load; and it knows not every platform as exactly as pip does;
- pip takes prereleases of a package where no final release satisfies what is asked of it, or
  where any requirement in the resolution names one (`>=2.0b1`, `<3.0.0dev`). uv takes them as
  well where final releases satisfy it and were given up for other reasons, and does not count
  what another package's requirement names;
- pip takes a withdrawn release where any requirement pins it, uv where the project's own does.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property

from packaging.version import Version

from pylife.dependencies.records import (
    Demand,
    Loads,
    Pick,
    Release,
    Solved,
    Target,
    Unavailable,
)
from pylife.dependencies.resolve import ranges
from pylife.dependencies.resolve.published import Published, Shelf, Unseen
from pylife.dependencies.resolve.runner import Told
from pylife.dependencies.resolve.trace import PROJECT, Released


class Seen:
    """An answer of uv with what is published under the names that it looked at.

    `ours` are names of the fleet's own, of which nothing is asked.
    """

    def __init__(
        self,
        told: Told,
        demand: Demand,
        target: Target,
        shelf: Shelf,
        ours: frozenset[str],
        *,
        build: bool,
    ) -> None:
        self.told = told
        self.demand = demand
        self.target = target
        self.build = build
        self.names = tuple(name for name in told.trace.names if name not in ours)
        self._shelf = shelf
        self._ours = ours

    @cached_property
    def published(self) -> dict[str, Published]:
        """What is published, by name; without what is on no index or not known."""
        found = {name: self._shelf(name, self.target) for name in self.names}
        return {name: each for name, each in found.items() if isinstance(each, Published)}

    @cached_property
    def unseen(self) -> dict[str, Unseen]:
        """What uv must not take, by name."""
        return {name: each.unseen(built=self.build) for name, each in self.published.items()}

    def unknown(self) -> Unavailable | None:
        """The first name of which it is not known what is published."""
        for name in self.names:
            found = self._shelf(name, self.target)
            if isinstance(found, Unavailable):
                return found
        return None

    def undated(self) -> frozenset[str]:
        """Names whose index does not say when files were uploaded, where that is asked."""
        if self.demand.before is None:
            return frozenset()
        return frozenset(name for name, each in self.published.items() if not each.dated)

    def release(self, name: str, version: str) -> Release | None:
        """A release as it is published; None where it is not, and of the fleet's own."""
        known = None if name in self._ours else self._shelf(name, self.target)
        parsed = ranges.version(version)
        if not isinstance(known, Published) or parsed is None:
            return None
        return known.releases.get(parsed)


def excluded(seen: Seen, before: Mapping[str, str]) -> dict[str, str]:
    """Specifiers by name against releases that uv tried and pip would not see.

    `before` are those that uv was told already; only what is new is given.
    """
    found: dict[str, str] = {}
    for name, version in seen.told.trace.selected:
        unseen = seen.unseen.get(name)
        parsed = ranges.version(version)
        if unseen is None or parsed not in unseen.versions:
            continue
        if parsed in unseen.usual:
            found.setdefault(name, unseen.finals)
        else:
            found[name] = unseen.everything
    return {
        name: specifier
        for name, specifier in found.items()
        # What leaves out more than the final releases holds for these too.
        if len(before.get(name, "")) < len(specifier)
    }


def prereleases(seen: Seen) -> tuple[frozenset[str], frozenset[str]]:
    """Names of which pip would take a newer prerelease, and those of which it would take none."""
    if seen.demand.any_prerelease or not isinstance(seen.told.answer, Solved):
        return frozenset(), frozenset()
    picks = seen.told.answer.picks
    named = _named(seen, picks) | set(seen.demand.prereleases)
    allowed, refused = set(), set()
    for pick in picks:
        picked = ranges.version(pick.version)
        known = seen.published.get(pick.name)
        if picked is None or known is None:
            continue
        if pick.name in named:
            if any(each > picked and each.is_prerelease for each in _fitting(seen, known, pick)):
                allowed.add(pick.name)
        elif picked.is_prerelease and any(
            not each.is_prerelease for each in _fitting(seen, known, pick)
        ):
            refused.add(pick.name)
    return frozenset(allowed), frozenset(refused)


def _fitting(seen: Seen, known: Published, pick: Pick) -> Iterator[Version]:
    """The versions that load and satisfy what is asked of a pick, the newest first."""
    for version, release in known.releases.items():
        if _loads(release, seen) and all(ranges.satisfies(each, version) for each in pick.wanted):
            yield version


def _named(seen: Seen, picks: tuple[Pick, ...]) -> set[str]:
    """The packages of which a requirement of the project or of a pick names a prerelease."""
    parents = [PROJECT, *((pick.name, pick.version) for pick in picks)]
    return {
        child
        for parent in parents
        for child, wanted in seen.told.trace.wishes.get(parent, ())
        if ranges.asks_prerelease(wanted)
    }


def _loads(release: Release, seen: Seen) -> bool:
    return release.loads.by_wheel or (seen.build and release.loads is Loads.SDIST_ONLY)


def pins(seen: Seen) -> list[tuple[Released, Released]]:
    """Withdrawn releases that are pinned by a release that uv gave up, each after that release."""
    picks = seen.told.answer.picks if isinstance(seen.told.answer, Solved) else ()
    chosen = {pick.name: ranges.version(pick.version) for pick in picks}
    found = []
    for parent, wishes in seen.told.trace.wishes.items():
        given_up, before = ranges.version(parent[1]), chosen.get(parent[0])
        # An older one than what was chosen would not be what pip takes.
        if given_up is None or (before is not None and given_up <= before):
            continue
        for name, wanted in wishes:
            pin = ranges.pinned(wanted)
            release = seen.release(name, pin) if pin is not None else None
            if release and release.yanked is not None and _loads(release, seen):
                found.append((parent, (name, release.version)))
    return found
