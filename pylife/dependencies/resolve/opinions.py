"""Where pip and uv would not do the same, in words: findings of their own."""

from collections.abc import Iterator

from pylife.dependencies.records import (
    Answer,
    Demand,
    Indexes,
    Pick,
    Solved,
    Strategy,
    Target,
)
from pylife.dependencies.resolve import audit, links, ranges
from pylife.dependencies.resolve.fixpoint import Agreeing, Resolution
from pylife.dependencies.resolve.published import Shelf


def disagreements(
    found: Resolution, demand: Demand, target: Target, agreeing: Agreeing, *, build: bool = False
) -> tuple[str, ...]:
    """What pip and uv would do otherwise with this question, sorted.

    Asks uv again where that is the only way to know: alone, where there is no resolution and
    releases were kept from it, and with another strategy where there are several indexes.
    """
    told = set(_withdrawn(found))
    shelf = agreeing.shelf.at(demand.before)
    if isinstance(found.answer, Solved):
        told.update(_upper_bounds(found.answer, demand, target, shelf))
        told.update(_prereleases(found))
        told.update(_strategy(found.answer, demand, target, agreeing, build=build))
    elif _kept_from(found):
        told.update(_alone(agreeing.alone(demand, target, build=build), found, target, shelf))
    return tuple(sorted(told))


def _upper_bounds(solved: Solved, demand: Demand, target: Target, shelf: Shelf) -> Iterator[str]:
    own = links.read(demand.links)
    for pick in solved.picks:
        if pick.name in own:
            continue
        newer = audit.newer(pick, target, shelf)
        hidden = next((each for each in newer if audit.hidden(each, target)), None)
        if hidden is not None:
            yield (
                f"uv may take {pick.name} {hidden.version}, which is for Python"
                f" {hidden.requires_python} only; pip takes {pick.version}"
            )


def _prereleases(found: Resolution) -> Iterator[str]:
    if not isinstance(found.answer, Solved):
        return
    for pick in found.answer.picks:
        if pick.name in found.added.finals:
            yield (
                f"uv alone takes a prerelease of {pick.name} to resolve this; pip takes"
                f" {pick.version}, since no prerelease is needed to satisfy what is asked of it"
            )
        version = ranges.version(pick.version)
        if pick.name in found.added.prereleases and version and version.is_prerelease:
            yield (
                f"pip takes the prerelease {pick.name} {pick.version}, since a requirement of"
                " another package names one; uv takes the newest final release"
            )


def _withdrawn(found: Resolution) -> Iterator[str]:
    for name, version in found.added.pinned:
        yield (
            f"pip takes {name} {version}, which was withdrawn, since another package pins it;"
            " uv does not"
        )


def _kept_from(found: Resolution) -> bool:
    """Whether uv was told to leave out releases of what it looked at."""
    kept = found.added.excluded.keys() | found.added.finals
    return not kept.isdisjoint(found.trace.names)


def _alone(answer: Answer, found: Resolution, target: Target, shelf: Shelf) -> Iterator[str]:
    if not isinstance(answer, Solved):
        return
    for pick in answer.picks:
        release = audit.published(pick, target, shelf)
        if release is None:
            continue
        taken = f"uv alone resolves this with {pick.name} {pick.version},"
        if audit.hidden(release, target):
            yield f"{taken} which is for Python {release.requires_python} only; pip refuses it"
        elif release.prerelease and pick.name in found.added.finals:
            yield f"{taken} a prerelease; pip takes none where final releases fit"


def _strategy(
    solved: Solved, demand: Demand, target: Target, agreeing: Agreeing, *, build: bool
) -> Iterator[str]:
    """pip takes the best of all indexes; uv, unless told otherwise, what the first one has."""
    asked = [index for index in demand.indexes.indexes if not index.explicit]
    if demand.indexes.strategy is Strategy.UNSAFE_BEST_MATCH or len(asked) < 2:
        return
    everywhere: Indexes = demand.indexes._replace(strategy=Strategy.UNSAFE_BEST_MATCH)
    other = agreeing.resolve(demand._replace(indexes=everywhere), target, build=build).answer
    if not isinstance(other, Solved):
        return
    here = {pick.name: pick.version for pick in solved.picks}
    there: dict[str, Pick] = {pick.name: pick for pick in other.picks}
    for name in sorted(here.keys() & there.keys()):
        if here[name] != there[name].version:
            yield (
                f"pip looks on every index and takes {name} {there[name].version};"
                f" uv takes {here[name]}, of the first index that has it"
            )
