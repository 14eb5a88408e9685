"""Which packages hold back the most projects of a fleet."""

from collections.abc import Iterable
from typing import NamedTuple

from packaging.version import InvalidVersion, Version

from pylife.dependencies.records import Blocker, Dated, Reason, Target


class Held(NamedTuple):
    """A project that a package holds back, as its blocker says."""

    project: str
    blocker: Blocker


class Ranked(NamedTuple):
    """A package that blocks on a target, and all whom it holds back, sorted by project.

    `cleared` is the first release that loads there: where it is known, the package itself is
    no longer in the way, but the caps of projects or of what brings it are. `evidenced` is the
    first one that was made with that Python in mind.
    """

    package: str
    target: Target
    reasons: tuple[Reason, ...]
    held: tuple[Held, ...]
    cleared: Dated | None = None
    evidenced: Dated | None = None

    @property
    def projects(self) -> tuple[str, ...]:
        """The projects that it holds back."""
        return tuple(dict.fromkeys(held.project for held in self.held))

    @property
    def told(self) -> str:
        """In words, such as `pyyaml holds back 31 projects on 3.15 (no-wheel)`."""
        count = len(self.projects)
        whom = f"{count} projects" if count > 1 else self.projects[0]
        why = ", ".join(reason.value for reason in self.reasons)
        text = f"{self.package} holds back {whom} on {self.target.python} ({why})"
        if self.cleared is None:
            return text
        since = f" since {self.cleared.date}" if self.cleared.date else ""
        return f"{text}; {self.cleared.version} can be had{since}"


def rank(blocked: Iterable[tuple[str, Target, Iterable[Blocker]]]) -> tuple[Ranked, ...]:
    """The blockers of many projects, those that hold back the most first.

    `blocked` has the blockers of each project on each target. Equal ones are sorted by package,
    then by target; so the order does not depend on that of `blocked`.
    """
    found: dict[tuple[str, Target], list[Held]] = {}
    for project, target, blockers in blocked:
        for blocker in blockers:
            found.setdefault((blocker.package, target), []).append(Held(project, blocker))
    rows = [_row(package, target, held) for (package, target), held in found.items()]
    return tuple(sorted(rows, key=lambda row: (-len(row.projects), row.package, row.target)))


def _row(package: str, target: Target, held: list[Held]) -> Ranked:
    held = sorted(held, key=lambda each: (each.project, each.blocker.chain, each.blocker.told))
    blockers = [each.blocker for each in held]
    return Ranked(
        package,
        target,
        tuple(sorted({each.reason for each in blockers})),
        tuple(held),
        _first(each.loads_from for each in blockers),
        _first(each.evidenced_from for each in blockers),
    )


def _first(found: Iterable[Dated | None]) -> Dated | None:
    """The lowest release of those that some project could take."""
    return min((each for each in found if each is not None), key=_order, default=None)


def _order(dated: Dated) -> tuple[Version, str]:
    try:
        return Version(dated.version), dated.date or ""
    except InvalidVersion:
        return Version("0.dev0"), dated.date or ""
