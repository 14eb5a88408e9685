"""What is in the way on one Python, that of most projects first, and what no longer is."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pylife.model import CellStatus, SourceState
from pylife.site.base import Site
from pylife.site.changes import nights_of
from pylife.site.documents import Doc
from pylife.site.evidence import Evidence
from pylife.site.text import count, listed

_OWN = {CellStatus.FAILED, CellStatus.TIMEOUT, CellStatus.FLAKY}

Who = tuple[str, str]
"""A project's name, and the link to its row, from the site's root."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """One thing in the way of some projects: a dependency, or the projects' own failures.

    `package` is empty for the projects' own. `cleared` says since when a release works, or
    that there is none, and what to do then; `told` is one account of it. `since` is the first
    night of those that are known, without a break, on which it was seen; empty where it is not
    known.
    """

    package: str
    what: str
    cleared: str
    told: str
    since: str
    projects: tuple[Who, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A package that was in the way and is no longer: `night` is the first one without it."""

    package: str
    night: str
    projects: int
    """How many it kept back on the night before."""


def obstacles(
    site: Site, members: Sequence[tuple[Doc, Who, Evidence]], python: str
) -> Iterator[Obstacle]:
    """What is in the way of the checked projects `members`; their own failures come last."""
    yield from _dependencies(members, python, dict(_since(site, python)))
    yield from _own(members)


def gone(site: Site, python: str) -> list[Gone]:
    """What was in the way on a night that is known, and is not tonight; the last gone first."""
    found: dict[str, Gone] = {}
    seen = _seen(site, python)
    for (_, before), (night, after) in pairwise(seen):
        for package in after:
            found.pop(package, None)  # it came back
        for package in before.keys() - after.keys():
            found[package] = Gone(package=package, night=night, projects=before[package])
    ordered = sorted(found.values(), key=lambda one: one.package)
    return sorted(ordered, key=lambda one: one.night, reverse=True)


def _seen(site: Site, python: str) -> list[tuple[str, Mapping[str, int]]]:
    """The nights on which the dependencies were judged, with the blockers of each."""
    told = [
        (one["as_of"], one["totals"].get("blockers", {}).get(python)) for one in nights_of(site)
    ]
    return [(night, blockers) for night, blockers in told if blockers is not None]


def _since(site: Site, python: str) -> Iterator[tuple[str, str]]:
    """By package the first night of the unbroken row of nights that ends tonight."""
    open_: dict[str, str] = {}
    seen = _seen(site, python)
    for night, blockers in seen:
        open_ = {package: open_.get(package, night) for package in blockers}
    return iter(open_.items() if len(seen) > 1 else ())


def _dependencies(
    members: Sequence[tuple[Doc, Who, Evidence]], python: str, since: Mapping[str, str]
) -> list[Obstacle]:
    found: dict[str, list[tuple[Doc, Who]]] = defaultdict(list)
    for project, who, _ in members:
        told = (project.get("dependencies") or {}).get("pythons", {}).get(python)
        for blocker in told["blockers"] if told else ():
            found[blocker["package"]].append((blocker, who))
    ordered = sorted(found.items(), key=lambda item: (-len({who for _, who in item[1]}), item[0]))
    return [_obstacle(package, held, since.get(package, "")) for package, held in ordered]


def _obstacle(package: str, held: Sequence[tuple[Doc, Who]], since: str) -> Obstacle:
    reasons = sorted({blocker["reason"] for blocker, _ in held})
    return Obstacle(
        package=package,
        what=", ".join(reasons),
        cleared=_cleared(package, [blocker for blocker, _ in held]),
        told=held[0][0].get("told") or "",
        since=since,
        projects=tuple(sorted({who for _, who in held})),
    )


def _cleared(package: str, blockers: Sequence[Doc]) -> str:
    """The release that works and its day, and the own caps that keep projects from it."""
    first = next((one["loads_from"] for one in blockers if one["loads_from"]), None)
    if first is None:
        return "not yet: no release of it works there"
    day = f", since {first['date']}" if first["date"] else ""
    caps = sorted({one["own_cap"] for one in blockers if one.get("own_cap")})
    todo = f"; relax {listed(caps, 3)}" if caps else ""
    return f"{package} {first['version']} works{day}{todo}"


def _own(members: Sequence[tuple[Doc, Who, Evidence]]) -> Iterator[Obstacle]:
    """The projects whose own tests or source fail there."""
    tests = [who for _, who, found in members if found.status in _OWN]
    failing = set(tests)
    source = [
        who
        for _, who, found in members
        if found.source is SourceState.FAILS and found.claims and who not in failing
    ]
    for what, some in (("own tests fail", tests), ("own source fails", source)):
        if some:
            yield Obstacle(
                package="",
                what=what,
                cleared="not by waiting: the projects have to be changed",
                told=count(len(some), "project"),
                since="",
                projects=tuple(some),
            )
