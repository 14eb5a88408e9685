"""The project's own lines that stand in the way: its caps, and what cannot go together."""

from collections.abc import Iterable

from packaging.requirements import Requirement

from pylife.dependencies.reasons import wanted
from pylife.dependencies.reasons.case import Case
from pylife.dependencies.reasons.probe import shrink
from pylife.dependencies.reasons.wanted import Line
from pylife.dependencies.records import Demand

ALL: tuple[wanted.Part, ...] = ("requirements", "constraints", "overrides")


def own_caps(case: Case, demand: Demand, name: str) -> tuple[Line, ...]:
    """The fewest of the project's own lines that have to be relaxed for `demand` to resolve.

    `name` is what blocks. Only lines that lead to it count, and only those that leave out a
    release which could be had. Empty where relaxing does not help.
    """
    leading = case.graph.ancestors(name) if case.graph.chain(name) else None
    lines = [
        line
        for part in ALL
        for line in wanted.lines(case.demand, part, case.target)
        if (leading is None or line.name in leading) and leaves_out(case, line)
    ]
    lines.sort(key=lambda line: (line.name == name, ALL.index(line.part), line.place))
    if not lines or not case.probe.solves(loosened(demand, lines), case.target):
        return ()
    return shrink(lines, lambda some: case.probe.solves(loosened(demand, some), case.target))


def needed(case: Case, name: str) -> tuple[Line, ...]:
    """The project's own lines that have to go whatever else does.

    They leave out all releases of `name` that load. To relax them need not be enough.
    """
    if not case.hopeless(name):
        return ()
    return tuple(line for line in case.asking(name) if leaves_out(case, line))


def leaves_out(case: Case, line: Line) -> bool:
    """Whether a release that loads is left out by what `line` has besides its floor."""
    if line.url or not line.capped:
        return False
    loose = Requirement(wanted.relaxed(line.text)).specifier
    return any(
        case.seen.taken(release, line.name)
        and not wanted.allows((line,), release.version)
        and loose.contains(release.version, prereleases=True)
        for release in case.seen.releases(line.name, case.target)
    )


def loosened(demand: Demand, lines: Iterable[Line]) -> Demand:
    """The demand with these of its lines relaxed."""
    parts: dict[wanted.Part, list[str]] = {part: list(getattr(demand, part)) for part in ALL}
    for line in lines:
        parts[line.part][line.place] = wanted.relaxed(line.text)
    return demand._replace(
        requirements=tuple(parts["requirements"]),
        constraints=tuple(parts["constraints"]),
        overrides=tuple(parts["overrides"]),
    )


def together(case: Case, demand: Demand, name: str) -> tuple[Line, ...]:
    """The fewest requirements of the project that cannot be had together in `demand`.

    `demand` must not resolve; those that do not lead to `name` are given up first. What stands
    for the requirements of others is taken along only where it fails because of that.
    """
    own = len(case.demand.requirements)
    plain = demand._replace(requirements=demand.requirements[:own])
    added = demand.requirements[own:] if case.probe.solves(plain, case.target) else ()

    def fails(some: tuple[Line, ...]) -> bool:
        texts = (*(line.text for line in some), *added)
        return not case.probe.solves(demand._replace(requirements=texts), case.target)

    leading = case.graph.ancestors(name)
    lines = sorted(case.lines, key=lambda line: (line.name in leading, line.place))
    return tuple(sorted(shrink(lines, fails), key=lambda line: line.place))


def through(case: Case, demand: Demand) -> str | None:
    """Which requirement of another blocker it is because of which `demand` does not resolve.

    That is for what blocks behind others only; None where the project's own are enough.
    """
    own = demand.requirements[: len(case.demand.requirements)]
    added = demand.requirements[len(own) :]

    def fails(some: tuple[str, ...]) -> bool:
        return not case.probe.solves(demand._replace(requirements=(*own, *some)), case.target)

    fewest = shrink(added, fails)
    return Requirement(fewest[0]).name if fewest else None
