"""What a blocker is: why it blocks, who brings it, and since when it would do."""

from typing import NamedTuple

from packaging.version import Version

from pylife import calendar
from pylife.dependencies.reasons import caps, wanted
from pylife.dependencies.reasons.case import Case
from pylife.dependencies.reasons.lagging import missing
from pylife.dependencies.reasons.seen import version
from pylife.dependencies.reasons.wanted import Line
from pylife.dependencies.records import (
    Absent,
    Blocker,
    Dated,
    Demand,
    Loads,
    Reason,
    Release,
    Solved,
    Target,
    Unavailable,
)
from pylife.dependencies.resolve.published import below


class Cause(NamedTuple):
    """Why a package blocks, and that in words."""

    reason: Reason
    told: str


def describe(case: Case, demand: Demand, name: str) -> Blocker:
    """The blocker `name`; in `demand` it is the only one that is not left out."""
    cause = _cause(case, name)
    own = caps.own_caps(case, demand, name)
    chain = case.graph.chain(name)
    later = _later(case, name)
    told = [cause.told]
    plain_source = cause.reason is Reason.SDIST_ONLY
    needed = () if own or plain_source else caps.needed(case, name)
    if own:
        cause = Cause(Reason.OWN_CAP, cause.told)
        told.append(_relaxing(own, name, later))
    elif needed:
        cause = Cause(Reason.OWN_CAP, cause.told)
        told.append(f"{_relaxing(needed, name, later)}; more would be in the way then")
    elif cause.reason in {Reason.NO_WHEEL, Reason.SDIST_ONLY, Reason.REQUIRES_PYTHON} and later:
        told += _capping(case, name, later[0])
    if cause.reason is Reason.CONFLICT or not chain:
        lines = caps.together(case, demand, name)
        chain = chain or _chain(case, demand, lines, name)
        behind = _absent(case, demand, lines, name) if cause.reason is Reason.CONFLICT else None
        if behind is not None:
            cause, told = behind, [behind.told]
        elif cause.reason is Reason.CONFLICT and lines:
            told.append(_clash(lines, name))
    if cause.reason not in {Reason.OWN_CAP, Reason.CONFLICT} and not later:
        told += _not_taken(case, name)
    return Blocker(
        name,
        chain,
        cause.reason,
        (own or needed)[-1].text if own or needed else None,
        _dated(later, evidenced=False),
        _dated(later, evidenced=True),
        "; ".join(text for text in told if text),
    )


def plain(case: Case, name: str) -> Blocker:
    """The blocker `name` by what is known without asking the resolver any more."""
    reason, told = _cause(case, name)
    later = _later(case, name)
    loads, evidenced = _dated(later, evidenced=False), _dated(later, evidenced=True)
    chain = case.graph.chain(name) or (name,)
    return Blocker(name, chain, reason, None, loads, evidenced, told)


def _chain(case: Case, demand: Demand, lines: tuple[Line, ...], name: str) -> tuple[str, ...]:
    """A way to what no resolution shows: from a requirement without which it is not needed."""
    heads = [line.name for line in lines if line.name]
    if name in heads:
        return (name,)
    if heads:
        return (heads[0], name)
    between = caps.through(case, demand)
    return (*case.graph.chain(between), name) if between else (name,)


def _dated(later: list[Release], *, evidenced: bool) -> Dated | None:
    found = (each for each in later if each.evidenced or not evidenced)
    return next((Dated(each.version, each.uploaded) for each in found), None)


def _later(case: Case, name: str) -> list[Release]:
    """The releases after those that are asked for which load, the oldest of them first.

    Old ones that load by chance (a wheel for every Python) say nothing: so only what comes
    after the release that a resolution took, or that the project asks for, counts.
    """
    pivot = _pivot(case, name)
    if pivot is None:
        return []
    releases = case.seen.releases(name, case.target)
    return sorted(
        (each for each in releases if case.seen.taken(each, name) and version(each) > pivot),
        key=version,
    )


def _pivot(case: Case, name: str) -> Version | None:
    asking = case.asking(name)
    releases = case.seen.releases(name, case.target)
    taken = [each for each in releases if wanted.allows(asking, each.version)]
    if any(line.capped for line in asking):
        if taken:
            return version(taken[0])
        named = [each.version.removesuffix(".*") for line in asking for each in line.specifier]
        return max(map(Version, named), default=None)
    if name in case.graph.versions:
        return Version(case.graph.versions[name])
    return version(taken[0]) if taken else None


def _cause(case: Case, name: str) -> Cause:
    match case.seen(name, case.target):
        case Absent():
            return Cause(Reason.ABSENT_VERSION, f"no index that is asked has {name}")
        case Unavailable(reason=reason):
            return Cause(Reason.UNAVAILABLE, f"what there is of {name} is not known: {reason}")
        case listed:
            releases = listed.releases
    asking = case.asking(name)
    taken = [each for each in releases if wanted.allows(asking, each.version)]
    if not taken:
        newest = f"the newest is {releases[0].version}" if releases else "it has none"
        texts = " with ".join(f"`{line.text}`" for line in asking)
        return Cause(Reason.ABSENT_VERSION, f"no release of {name} is {texts}; {newest}")
    return _of(case, name, _expected(case, name, taken))


def _absent(case: Case, demand: Demand, lines: tuple[Line, ...], name: str) -> Cause | None:
    """Why `name` is absent for what requires it, where one line alone leads to what asks so."""
    if len(lines) != 1:
        return None
    own = len(case.demand.requirements)
    texts = (lines[0].text, *demand.requirements[own:])
    trace = case.probe.trace(demand._replace(requirements=texts), case.target)
    releases = case.seen.releases(name, case.target)
    found = missing(trace, name, (str(version(each)) for each in releases))
    if found is None or not releases:
        return None
    told = f"no release of {name} is `{found.range}`, which {found.parent} asks for"
    return Cause(Reason.ABSENT_VERSION, f"{told}; the newest is {releases[0].version}")


def _expected(case: Case, name: str, taken: list[Release]) -> Release:
    """The release to be expected: what the witness took, else the newest that is no prerelease.

    Those that were made for newer Pythons alone are passed over while there are others.
    """
    looked_at = [
        each
        for each in taken
        if each.loads is not Loads.EXCLUDED or not below(each.requires_python, case.target)
    ] or taken
    stable = [each for each in looked_at if not each.prerelease and each.yanked is None]
    picked = case.graph.versions.get(name)
    return next((each for each in looked_at if each.version == picked), (stable or looked_at)[0])


def _of(case: Case, name: str, release: Release) -> Cause:
    """Why this release, the one to be expected, is not to be had."""
    title = f"{name} {release.version}"
    where = f"Python {case.target.python} on {case.target.platform}"
    if release.loads.by_wheel and release.yanked is not None:
        why = f" ({release.yanked})" if release.yanked else ""
        return Cause(Reason.ABSENT_VERSION, f"{title} was withdrawn{why}")
    if release.loads.by_wheel:
        return Cause(Reason.CONFLICT, f"{title} itself could be had on {where}")
    if release.loads is Loads.EXCLUDED:
        asks = f"{title} asks for Python {release.requires_python}"
        return Cause(Reason.REQUIRES_PYTHON, asks)
    pythons = _elsewhere(case, name, release.version)
    if release.loads is Loads.SDIST_ONLY and not pythons:
        return Cause(
            Reason.SDIST_ONLY,
            f"{title} is published as source alone: if it is pure Python it can be built "
            "anywhere, and then it is not what blocks",
        )
    also = f" (it has wheels for {pythons})" if pythons else ""
    source = ", only source" if release.loads is Loads.SDIST_ONLY else ""
    return Cause(Reason.NO_WHEEL, f"{title} has no wheel for {where}{source}{also}")


def _elsewhere(case: Case, name: str, number: str) -> str:
    """The Pythons on which that release has a wheel on this platform, such as `3.9, 3.10`."""
    found = []
    for python in calendar.known():
        listing = case.seen.releases(name, Target(python, case.target.platform))
        if any(each.version == number and each.loads.by_wheel for each in listing):
            found.append(str(python))
    return ", ".join(found)


def _relaxing(own: tuple[Line, ...], name: str, later: list[Release]) -> str:
    texts = " and ".join(f"`{line.text}`" for line in own)
    if own[-1].name == name and later:
        return f"{name} {later[0].version} can be had, which {texts} leaves out"
    return f"it would resolve without the cap of {texts}"


def _capping(case: Case, name: str, first: Release) -> list[str]:
    """Which packages leave out a release of `name` that would do."""
    found = []
    if case.where is None:
        return []
    for parent in case.graph.parents(name)[:5]:
        number = case.graph.versions[parent]
        least = wanted.least(name, first.version).text
        texts = (f"{parent}=={number}", least)
        demand = case.demand._replace(requirements=texts, constraints=(), overrides=())
        if not isinstance(case.probe(demand, case.where), Solved):
            found.append(f"{parent} {number} does not take {least}, which could be had")
    return found


def _clash(lines: tuple[Line, ...], name: str) -> str:
    texts = " and ".join(f"`{line.text}`" for line in lines)
    if len(lines) == 1:
        return f"what {texts} needs of {name} cannot be had together"
    return f"{texts} cannot be had together because of {name}"


def _not_taken(case: Case, name: str) -> list[str]:
    """What else there is and is not taken: a prerelease that loads, or an older release."""
    found = []
    pivot = _pivot(case, name)
    releases = case.seen.releases(name, case.target)
    loading = [each for each in releases if each.usable]
    newer = [each for each in loading if pivot is not None and version(each) > pivot]
    if newer:
        found.append(f"its prerelease {newer[0].version} could be had")
    older = [each for each in loading if not each.prerelease and each not in newer]
    if older and older[0].evidenced:
        found.append(f"the last release that could be had is {older[0].version}")
    return found
