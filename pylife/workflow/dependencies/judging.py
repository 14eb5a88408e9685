"""Judging many questions: what is known and unchanged comes from the store, the rest is asked."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from pylife.dependencies.records import Demand, Indexes, Judged, Target, Verdict
from pylife.workflow.dependencies.asking import Question
from pylife.workflow.dependencies.plain import judged_document, judged_from
from pylife.workflow.dependencies.store import Kept, Store

if TYPE_CHECKING:
    from pylife.workflow.dependencies.advising import Adviser

FORMAT = 2
"""To be raised where verdicts made before are not to be used any more."""
_OLDEST = dt.timedelta(days=14)
"""After that even what seems unchanged is judged anew: not all that a resolver reads is known."""


class Page(NamedTuple):
    """What an index has under a name: a digest of that, and the ISO instant of its fetching.

    That is empty where no index has the name.
    """

    digest: str
    fetched: str


class Answered(NamedTuple):
    """A verdict, and the names that it rests on."""

    judged: Judged
    names: tuple[str, ...]


Done = Callable[[Demand, Target, Answered], None]


class Engine(Protocol):
    """Judges, several questions at a time."""

    resolver: str
    """The resolver with its version."""

    def pages(self, indexes: Indexes, names: Iterable[str]) -> Mapping[str, Page]:
        """The pages of names as they are now; a name without a known page is left out."""

    def judge(self, asked: Sequence[tuple[Demand, Target]], done: Done) -> None:
        """Judge each; `done` is called in this thread with each verdict as it comes."""


class Pair(NamedTuple):
    """A question on a target."""

    question: Question
    target: Target

    def key(self, engine: Engine) -> str:
        """Under what its verdict is kept: all that is asked, and who judges."""
        text = f"{FORMAT} {engine.resolver} {self.question.digest} {tuple(self.target)}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]


class Run(NamedTuple):
    """What a run needs.

    `adviser` tells what goes beyond verdicts; `now` is the instant, `jobs` how much is done at a
    time; `progress` is told how many of how many verdicts are there.
    """

    engine: Engine
    adviser: "Adviser"
    store: Store
    now: dt.datetime
    jobs: int = 1
    progress: Callable[[int, int], None] | None = None


def judge(pairs: Sequence[Pair], run: Run, links: Callable[[Question], Demand]) -> list[Judged]:
    """The verdict on each pair; `links` gives a question's demand with the fleet's own libraries.

    What is asked twice is judged once. Raises KeyboardInterrupt where that comes: what was
    judged until then is kept.
    """
    keys = [pair.key(run.engine) for pair in pairs]
    kept = run.store.get(set(keys))
    pages = _pages(pairs, keys, kept, run)
    known: dict[str, Judged] = {}
    todo: dict[str, Pair] = {}
    for pair, key in zip(pairs, keys, strict=True):
        if key in known or key in todo:
            continue
        judged = _reused(kept.get(key), pages[pair.question.demand.indexes], run)
        if judged is not None:
            known[key] = judged
        else:
            todo[key] = pair
    total = len(known) + len(todo)
    if run.progress is not None and todo:
        run.progress(len(known), total)
    if todo:
        _ask(todo, run, links, known)
    return [finished(known[key], pair.question) for pair, key in zip(pairs, keys, strict=True)]


def finished(judged: Judged, question: Question) -> Judged:
    """The verdict with what is not known of the question: then it is never that all installs."""
    if not question.unknown or judged.verdict in {Verdict.BLOCKED, Verdict.UNKNOWN}:
        return judged
    return judged._replace(verdict=Verdict.UNKNOWN, reason="; ".join(question.unknown))


def _pages(
    pairs: Iterable[Pair], keys: Sequence[str], kept: Mapping[str, Kept], run: Run
) -> dict[Indexes, Mapping[str, Page]]:
    """By the indexes: the pages, as they are now, of all names on which kept verdicts rest."""
    names: dict[Indexes, set[str]] = {}
    for pair, key in zip(pairs, keys, strict=True):
        found = names.setdefault(pair.question.demand.indexes, set())
        if key in kept:
            found.update(kept[key].names)
    return {
        indexes: run.engine.pages(indexes, sorted(found)) if found else {}
        for indexes, found in names.items()
    }


def _reused(kept: Kept | None, pages: Mapping[str, Page], run: Run) -> Judged | None:
    """The kept verdict where what it rests on is unchanged, with the age of that today."""
    if kept is None or kept.pages != digest(kept.names, pages):
        return None
    try:
        if run.now - dt.datetime.fromisoformat(kept.made) > _OLDEST:
            return None
        judged = judged_from(kept.found)
    except (LookupError, TypeError, ValueError):
        return None
    fetched = [found for name in kept.names if name in pages and (found := pages[name].fetched)]
    if not fetched:
        return judged
    return judged._replace(basis=judged.basis._replace(index_date=min(fetched)))


def digest(names: Sequence[str], pages: Mapping[str, Page]) -> str:
    """A digest of what the indexes have under `names`; of what they do not have, that."""
    text = "\n".join(f"{name} {pages[name].digest if name in pages else ''}" for name in names)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _ask(
    todo: Mapping[str, Pair],
    run: Run,
    links: Callable[[Question], Demand],
    known: dict[str, Judged],
) -> None:
    """Judge `todo`, and keep each verdict at once: in the store and in `known`."""
    total = len(known) + len(todo)
    asked: dict[tuple[Demand, Target], list[str]] = {}
    for key, pair in todo.items():
        asked.setdefault((links(pair.question), pair.target), []).append(key)

    def done(demand: Demand, target: Target, answered: Answered) -> None:
        for key in asked[demand, target]:
            _keep(key, demand.indexes, answered, run)
            known[key] = answered.judged
        if run.progress is not None:
            run.progress(len(known), total)

    run.engine.judge(tuple(asked), done)


def _keep(key: str, indexes: Indexes, answered: Answered, run: Run) -> None:
    """Keep a verdict; that nothing could be learnt is none."""
    if answered.judged.verdict is Verdict.UNKNOWN:
        return
    names = tuple(sorted(set(answered.names)))
    pages = run.engine.pages(indexes, names)
    found: dict[str, Any] = judged_document(answered.judged)
    run.store.put(Kept(key, names, digest(names, pages), found, run.now.isoformat()))
