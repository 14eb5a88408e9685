"""The verdict on one demand and one target: by wheels, else by sources, else blocked."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple, Protocol

from pylife.dependencies.records import (
    Answer,
    Basis,
    Blocker,
    Broken,
    Demand,
    Judged,
    Loads,
    Resolver,
    Solved,
    Support,
    Target,
    Unsolved,
    Verdict,
)
from pylife.dependencies.resolve import binary, ranges
from pylife.dependencies.resolve.audit import audit
from pylife.dependencies.resolve.fixpoint import Agreeing, Resolution
from pylife.dependencies.resolve.opinions import disagreements
from pylife.dependencies.resolve.published import Published, Shelf
from pylife.dependencies.resolve.trace import PROJECT

_SHOWN = 3
"""Sources that are named where nobody looked into them."""
_PROOF = 700
"""Characters of a proof that are kept; uv may list all releases that there are."""

Witnesses = Mapping[Target, Solved]
"""Resolutions of one demand; under a target that it does not resolve on, one with sources."""


class Explanation(Protocol):
    """Who blocks; `told` says why that is not `complete`, where it is not."""

    @property
    def blockers(self) -> tuple[Blocker, ...]:
        """All that were found."""

    @property
    def complete(self) -> bool:
        """Whether these are all that there are."""

    @property
    def told(self) -> str:
        """Why they are not."""


class Explain(Protocol):
    """Finds out who blocks a demand that does not resolve by wheels on a target."""

    def __call__(
        self,
        demand: Demand,
        target: Target,
        *,
        resolver: Resolver,
        support: Support,
        witnesses: Witnesses,
    ) -> Explanation:
        """The blockers; `witnesses` are resolutions of the same demand elsewhere."""


class Attempt(NamedTuple):
    """A verdict without blockers, and the resolution behind it.

    `wheels`: whether that takes wheels alone. `unsolved`: there is none by wheels alone, and
    somebody blocks.
    """

    judged: Judged
    solved: Solved | None = None
    wheels: bool = False
    unsolved: bool = False


def judge(
    demand: Demand,
    target: Target,
    *,
    resolver: Agreeing,
    support: Support,
    explain: Explain | None = None,
    builds: bool = True,
    witnesses: Witnesses | None = None,
    resolver_name: str | None = None,
) -> Judged:
    """Whether `demand` installs on `target`, by what, and if not, who blocks it.

    `builds`: whether sources may be built to see what they require, which runs code of others;
    without, what depends on them is unknown. Never raises for what is wrong with the demand or
    the indexes: that is a verdict of `unknown` with its reason.
    """
    tried = attempt(demand, target, resolver=resolver, builds=builds, resolver_name=resolver_name)
    return reasoned(
        tried,
        demand,
        target,
        resolver=resolver,
        support=support,
        explain=explain,
        witnesses=witnesses or {},
    )


def reasoned(
    tried: Attempt,
    demand: Demand,
    target: Target,
    *,
    resolver: Resolver,
    support: Support,
    explain: Explain | None,
    witnesses: Witnesses,
) -> Judged:
    """The verdict of an attempt with those who block, where somebody does."""
    if explain is None or not tried.unsolved:
        return tried.judged
    known = dict(witnesses)
    if tried.solved is not None:
        known[target] = tried.solved
    found = explain(demand, target, resolver=resolver, support=support, witnesses=known)
    judged = tried.judged
    reason = "; ".join(filter(None, (judged.reason, found.told)))
    return judged._replace(blockers=found.blockers, complete=found.complete, reason=reason)


def attempt(
    demand: Demand,
    target: Target,
    *,
    resolver: Agreeing,
    builds: bool = True,
    resolver_name: str | None = None,
) -> Attempt:
    """The verdict without those who block; see `judge`."""
    name = resolver_name or binary.name()
    shelf = resolver.shelf.at(demand.before)
    found = resolver.resolve(demand, target)
    match found.answer:
        case Solved():
            judged = _judged(Verdict.INSTALLS, found, demand, target, resolver, name)
            return Attempt(judged, found.answer, wheels=True)
        case Broken(reason):
            basis = _basis(found, demand, target, shelf, name)
            return Attempt(Judged(Verdict.UNKNOWN, basis, reason=reason))
    sources = _sources(found, target, shelf)
    if not sources:
        return _blocked(found, demand, target, resolver, name)
    if not builds:
        verdict = _judged(Verdict.UNKNOWN, found, demand, target, resolver, name)
        return Attempt(verdict._replace(reason=_unseen(sources)), unsolved=True)
    built = resolver.resolve(demand, target, build=True)
    match built.answer:
        case Solved():
            judged = _judged(Verdict.SDIST_ONLY, built, demand, target, resolver, name)
            return Attempt(judged, built.answer, unsolved=True)
        case Broken(reason):
            told = f"whether sources would do is not known: {reason}"
            return _blocked(found, demand, target, resolver, name, told)
        case Unsolved():
            return _blocked(found, demand, target, resolver, name)


def _blocked(
    found: Resolution,
    demand: Demand,
    target: Target,
    resolver: Agreeing,
    name: str,
    reason: str = "",
) -> Attempt:
    judged = _judged(Verdict.BLOCKED, found, demand, target, resolver, name)
    told = found.answer.told if isinstance(found.answer, Unsolved) else ""
    return Attempt(judged._replace(reason=reason or _said(told)), unsolved=True)


def _said(told: str) -> str:
    """uv's proof in a line or two: evidence beside the blockers, which are found apart from it."""
    lines = (line.strip() for line in told.splitlines())
    words = " ".join(line for line in lines if line and not line.startswith(("error:", "hint:")))
    words = words.removeprefix("cause: ").replace(" cause: ", " ")
    return words if len(words) <= _PROOF else f"{words[:_PROOF]}…"


def _judged(
    verdict: Verdict,
    found: Resolution,
    demand: Demand,
    target: Target,
    resolver: Agreeing,
    name: str,
) -> Judged:
    answer: Answer = found.answer
    shelf = resolver.shelf.at(demand.before)
    basis = _basis(found, demand, target, shelf, name)
    return Judged(
        verdict,
        basis,
        picks=audit(answer, demand, target, resolver.shelf) if isinstance(answer, Solved) else (),
        reason=_undated(basis),
        disagreements=disagreements(
            found, demand, target, resolver, build=verdict is Verdict.SDIST_ONLY
        ),
    )


def _undated(basis: Basis) -> str:
    if not basis.undated:
        return ""
    where = " and ".join(basis.undated)
    return f"{where} does not say when files were uploaded: what is there now was taken"


def _basis(found: Resolution, demand: Demand, target: Target, shelf: Shelf, name: str) -> Basis:
    """When the pages were fetched on which this rests, and which of them have no dates."""
    # What the project asks for may be refused before it is searched for: that rests on it too.
    asked = (each for each, _ in found.trace.wishes.get(PROJECT, ()))
    names = dict.fromkeys([*found.trace.names, *asked])
    known = [(each, shelf(each, target)) for each in names]
    pages = [(each, page) for each, page in known if isinstance(page, Published)]
    fetched = [page.fetched for _, page in pages if page.fetched]
    undated = {page.origin for each, page in pages if each in found.added.undated}
    before = demand.before.isoformat() if demand.before else None
    return Basis(min(fetched, default=None), name, before, tuple(sorted(undated)))


def _sources(found: Resolution, target: Target, shelf: Shelf) -> tuple[str, ...]:
    """Sources, `name version` each, that might have led on where no wheel was found; a few.

    Where there is none, the proof that nothing resolves holds with sources too: it rests on
    the searches that failed, and none of these would have found any more.
    """
    few: dict[str, None] = {}
    for source in _unread(found, target, shelf):
        few[source] = None
        if len(few) > _SHOWN:
            break
    return tuple(few)


def _unread(found: Resolution, target: Target, shelf: Shelf) -> Iterator[str]:
    for name, wanted in found.trace.failed:
        known = shelf(name, target)
        if not isinstance(known, Published):
            continue
        readable = ranges.readable(wanted)
        # What uv was told to leave out is not in what it searched for.
        kept_out = frozenset(found.added.excluded.get(name, "").split(","))
        for version, release in known.releases.items():
            if release.loads is Loads.SDIST_ONLY and (
                ranges.satisfies(readable, version) or f"!={version}" in kept_out
            ):
                yield f"{name} {release.version}"


def _unseen(sources: tuple[str, ...]) -> str:
    more = " and more" if len(sources) > _SHOWN else ""
    return (
        "there are not wheels for everything; whether sources would do is not known, since"
        f" building them is switched off: {', '.join(sources[:_SHOWN])}{more}"
    )
