"""What is to be said against a resolution that was found: old, withdrawn, untried releases."""

from collections.abc import Iterator
from functools import lru_cache

from packaging.version import Version

from pylife import calendar
from pylife.dependencies.records import (
    Audited,
    Demand,
    Flag,
    Loads,
    Pick,
    Release,
    Solved,
    Support,
    Target,
)
from pylife.dependencies.resolve import links, ranges
from pylife.dependencies.resolve.published import Published, Shelf, below
from pylife.model import PythonVersion


def audit(
    solved: Solved, demand: Demand, target: Target, support: Support | Shelf
) -> tuple[Audited, ...]:
    """What is said against each pick, in the order of the picks.

    The fleet's own libraries and what is named by its address are on no index: nothing is said
    against them. Raises OSError where the folder of the fleet's wheels cannot be read.
    """
    shelf = (support if isinstance(support, Shelf) else Shelf(support)).at(demand.before)
    own = links.read(demand.links)
    public = tuple(pick for pick in solved.picks if pick.name not in own)
    shelf.prefetch(tuple(pick.name for pick in public))
    found = {pick.name: published(pick, target, shelf) for pick in public}
    built = any(each is not None and each.loads is Loads.SDIST_ONLY for each in found.values())
    return tuple(
        Audited(pick.name, pick.version, note="one of the fleet's own")
        if pick.name in own
        else _audited(pick, found[pick.name], target, shelf, built=built)
        for pick in solved.picks
    )


def published(pick: Pick, target: Target, shelf: Shelf) -> Release | None:
    """The release that was picked, as it is published; None where it is on no index."""
    known = shelf(pick.name, target)
    picked = ranges.version(pick.version)
    if not isinstance(known, Published) or picked is None:
        return None
    return known.releases.get(picked)


def newer(pick: Pick, target: Target, shelf: Shelf) -> list[Release]:
    """Newer final releases that could stand in its place, were it only for what is asked of it.

    The newest first.
    """
    known = shelf(pick.name, target)
    picked = ranges.version(pick.version)
    if not isinstance(known, Published) or picked is None:
        return []
    found = []
    for version, each in known.releases.items():
        if version <= picked:
            break
        if _wanted(version, each, pick):
            found.append(each)
    return found


def _audited(
    pick: Pick,
    release: Release | None,
    target: Target,
    shelf: Shelf,
    *,
    built: bool,
) -> Audited:
    if release is None:
        return Audited(pick.name, pick.version, note="not on the index: nothing is known of it")
    said = list(_said(release, newer(pick, target, shelf), target, built=built))
    return Audited(
        pick.name,
        pick.version,
        tuple(flag for flag, _ in said),
        release.uploaded,
        "; ".join(note for _, note in said if note),
    )


def _wanted(version: Version, release: Release, pick: Pick) -> bool:
    """Whether it could stand in place of the pick, were it only for what is asked of it."""
    if version.is_prerelease or release.yanked is not None:
        return False
    return all(ranges.satisfies(wanted, version) for wanted in pick.wanted)


def _said(
    release: Release, newer: list[Release], target: Target, *, built: bool
) -> Iterator[tuple[Flag, str]]:
    """Each flag that a release deserves, with the flag in words.

    `built`: sources are built in this resolution, so that what has no wheel could be had.
    """
    python = target.python
    unavailable = [
        each
        for each in newer
        if not each.loads.by_wheel and not (built and each.loads is Loads.SDIST_ONLY)
    ]
    born = birthday(python)
    old = born is not None and release.uploaded is not None and release.uploaded < born
    if old and unavailable and release.loads is not Loads.EXACT:
        note = f"of {release.uploaded}, older than Python {python}; {_named(unavailable)}"
        yield Flag.ANCIENT, f"{note} would do and cannot be installed on it"
    if release.yanked is not None:
        why = f": {release.yanked}" if release.yanked else ""
        yield Flag.YANKED, f"withdrawn by its authors{why}"
    if release.prerelease:
        yield Flag.PRERELEASE, "a prerelease"
    capped = [each for each in newer if hidden(each, target)]
    if capped:
        first = capped[0]
        yield (
            Flag.UPPER_BOUND,
            f"{first.version} is for Python {first.requires_python} only, which uv does not see",
        )
    if release.loads is Loads.SDIST_ONLY:
        yield Flag.SDIST_ONLY, "must be built from its source"
    elif not release.evidenced:
        yield Flag.UNEVIDENCED, f"made before Python {python} was known"


def _named(releases: list[Release]) -> str:
    """The newest of them, and how many more there are."""
    more = f" (and {len(releases) - 1} older)" if len(releases) > 1 else ""
    return f"{releases[0].version}{more}"


def hidden(release: Release, target: Target) -> bool:
    """Whether it excludes the target by an upper bound, which uv alone would not see."""
    return release.loads is Loads.EXCLUDED and not below(release.requires_python, target)


@lru_cache(maxsize=64)
def birthday(python: PythonVersion) -> str | None:
    """The day of the release of `python`, done or expected, ISO; None where none is known."""
    release = calendar.load().releases.get(python.plain)
    if release is None or release.release is None:
        return None
    return release.release.first.isoformat()
