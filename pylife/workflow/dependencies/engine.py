"""The engine that judges: the index client, uv made to agree with pip, the search for reasons."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from pylife.dependencies.index.access import Access
from pylife.dependencies.index.client import HOUR
from pylife.dependencies.index.pool import Pool
from pylife.dependencies.records import (
    Basis,
    Demand,
    Indexes,
    Judged,
    Target,
    Verdict,
)
from pylife.dependencies.resolve import binary
from pylife.workflow.dependencies.advising import Advice, Told, advice_document
from pylife.workflow.dependencies.aside import Aside
from pylife.workflow.dependencies.inputs.records import Options
from pylife.workflow.dependencies.judging import Answered, Done, Page
from pylife.workflow.dependencies.pythons import Pythons
from pylife.workflow.dependencies.sources import merged

if TYPE_CHECKING:
    from pylife.workflow.dependencies.recording import Recording


class Engine:
    """Judges with what is configured in `environment`; a context manager.

    `folder` is where pages are kept. `offline` asks no index; `refresh` asks each one anew, once.
    `build` allows sources to be built where only that tells what they require. `now` is the
    present instant. Raises ToolError without uv.
    """

    def __init__(
        self,
        *,
        folder: Path,
        environment: Mapping[str, str],
        now: dt.datetime,
        offline: bool = False,
        refresh: bool = False,
        build: bool = True,
        jobs: int = 1,
    ) -> None:
        self.resolver = binary.name()
        self._environment = environment
        self._offline = offline
        self._refresh = refresh
        self._build = build
        self._jobs = jobs
        self._pool = Pool(
            environment,
            lambda: now,
            folder=folder / "pages",
            age=dt.timedelta(0) if refresh else HOUR,
            offline=offline,
        )
        self._own: frozenset[str] = frozenset()
        self._access: dict[Indexes, Access] = {}
        self._resolvers: dict[tuple[Indexes, bool], Recording] = {}
        self._pythons = Pythons()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for resolver in self._resolvers.values():
            resolver.stop()

    def indexes(
        self, folder: Path, options: Options, pinned: tuple[tuple[str, str], ...]
    ) -> Indexes:
        """The indexes of the project in `folder`; credentials are kept here, not in them."""
        found = merged(self._pool.configured(folder.resolve()), options, pinned)
        self._access.setdefault(found.indexes, found.access)
        return found.indexes

    def support(self, demand: Demand) -> Aside:
        """The support map of a demand's indexes, as they are today, without the fleet's own."""
        from pylife.dependencies.resolve import links

        self._own |= frozenset(links.read(demand.links))
        found = self._pool.support(demand.indexes, self._access.get(demand.indexes, Access()))
        return Aside(found, lambda: self._own)

    def pages(self, indexes: Indexes, names: Iterable[str]) -> Mapping[str, Page]:
        """The pages of names as they are now; a name without a known page is left out."""
        support = self._pool.support(indexes, self._access.get(indexes, Access()))
        listed = tuple(names)
        fetched = support.fetched(listed)
        return {
            name: Page(digest, fetched.get(name, ""))
            for name, digest in support.digests(listed).items()
        }

    def judge(self, asked: Sequence[tuple[Demand, Target]], done: Done) -> None:
        """Judge each; what cannot be asked of the indexes is not known, and costs no resolution."""
        groups: dict[Indexes, list[tuple[Demand, Target]]] = {}
        for demand, target in asked:
            groups.setdefault(demand.indexes, []).append((demand, target))
        for listed in groups.values():
            self._judge(listed, done)

    def _judge(self, asked: Sequence[tuple[Demand, Target]], done: Done) -> None:
        """Judge questions to the same indexes."""
        from pylife.dependencies.reasons.blockers import explain
        from pylife.dependencies.resolve.many import judge_all
        from pylife.workflow.dependencies.reach import reach

        support = self.support(asked[0][0])
        found = reach(asked, support)
        for (demand, target), reason in found.reasons.items():
            before = demand.before.isoformat() if demand.before is not None else None
            basis = Basis(None, self.resolver, before)
            done(demand, target, Answered(Judged(Verdict.UNKNOWN, basis, reason=reason), ()))
        # Where nobody answers, what needs no index is judged without long attempts to ask one.
        resolver = self.resolver_of(asked[0][0], offline=self._offline or found.nothing)
        for demand, target in found.askable:
            resolver.follow(demand, target)
        judge_all(
            found.askable,
            resolver=resolver,
            support=support,
            explain=explain,
            builds=self._build,
            done=lambda demand, target, judged: done(
                demand,
                target,
                Answered(judged, _names(judged, resolver.names(demand, target), demand)),
            ),
            workers=self._jobs,
            resolver_name=self.resolver,
        )

    def resolver_of(self, demand: Demand, *, offline: bool) -> "Recording":
        """The resolver for a demand's indexes."""
        from pylife.dependencies.resolve.runner import Uv
        from pylife.workflow.dependencies.recording import Recording

        key = (demand.indexes, offline)
        if key not in self._resolvers:
            access = self._access.get(demand.indexes, Access())
            uv = Uv(
                interpreters=self._pythons if self._build else {},
                credentials={url: (who.user, who.password) for url, who in access.credentials},
                surroundings={**self._environment, **dict(access.variables)},
                offline=offline,
                max_age=0 if self._refresh else int(HOUR.total_seconds()),
            )
            self._resolvers[key] = Recording(uv, self.support(demand))
        return self._resolvers[key]

    def floors(self, demand: Demand, targets: Sequence[Target]) -> Told:
        """The floors that are to be raised so that the demand works on all targets."""
        from pylife.dependencies.reasons.floors import floors

        resolver = self.resolver_of(demand, offline=self._offline)
        found = floors(demand, targets, resolver=resolver, support=self.support(demand))
        advice = Advice(
            found.bumps,
            found.verified,
            found.reasons,
            tuple(f"{target.python} on {target.platform}" for target in found.left),
            found.caps,
        )
        return Told(advice_document(advice), _others(resolver.everything(), demand))

    def since(self, demand: Demand, target: Target, last: dt.date) -> Told:
        """The day on which the demand became installable on a target."""
        from pylife.dependencies.reasons.since import since

        resolver = self.resolver_of(demand, offline=self._offline)
        found = since(demand, target, resolver=resolver, support=self.support(demand), last=last)
        day = found.day.isoformat() if found.day is not None else None
        names = _others(resolver.everything(), demand)
        return Told({"day": day, "told": found.told}, names)


def _names(judged: Judged, seen: Iterable[str], demand: Demand) -> tuple[str, ...]:
    """The names that a verdict rests on: those that were looked at, and those that block."""
    found = {*seen, *(pick.package for pick in judged.picks)}
    for blocker in judged.blockers:
        found |= {blocker.package, *blocker.chain}
    return _others(found, demand)


def _others(names: Iterable[str], demand: Demand) -> tuple[str, ...]:
    """The names but for the fleet's own, of which no index is asked."""
    from pylife.dependencies.resolve import links

    return tuple(sorted(set(names) - set(links.read(demand.links))))
