"""What is told beyond verdicts: floors to be raised, and since when something installs."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, Protocol

from pylife.dependencies.records import Demand, Floor, Indexes, Target
from pylife.workflow.dependencies.asking import Question
from pylife.workflow.dependencies.judging import FORMAT, Page, digest
from pylife.workflow.dependencies.plain import floor_document, floor_from
from pylife.workflow.dependencies.store import Kept, Store


class Advice(NamedTuple):
    """Floors to be raised on the Pythons of the targets; see `reasons.floors.Floors`.

    `left` are the targets on which nothing resolves, whatever the floors, and `caps` the
    requirements that would have to go for that.
    """

    floors: tuple[Floor, ...]
    verified: bool
    reasons: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    caps: tuple[str, ...] = ()


class Told(NamedTuple):
    """What was found, and the names on which it rests."""

    found: dict[str, Any]
    names: tuple[str, ...]


class Adviser(Protocol):
    """Finds out; may be called by several threads at a time."""

    resolver: str
    """The resolver with its version."""

    def pages(self, indexes: Indexes, names: Iterable[str]) -> Mapping[str, Page]:
        """The pages of names as they are now; a name without a known page is left out."""

    def floors(self, demand: Demand, targets: Sequence[Target]) -> Told:
        """An `Advice` as plain data."""

    def since(self, demand: Demand, target: Target, last: dt.date) -> Told:
        """The day on which a demand became installable, as plain data: `day` and `told`."""


class Asked(NamedTuple):
    """A question of one kind: floors over `targets`, or the day of the only one of them."""

    kind: str
    question: Question
    targets: tuple[Target, ...]
    last: dt.date | None = None

    def key(self, adviser: Adviser) -> str:
        """Under what the answer is kept."""
        parts = (FORMAT, self.kind, adviser.resolver, self.question.digest, self.targets, self.last)
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def advise(
    asked: Sequence[Asked],
    adviser: Adviser,
    store: Store,
    links: Callable[[Question], Demand],
    *,
    now: dt.datetime,
    jobs: int = 1,
) -> list[dict[str, Any]]:
    """The answer to each, as plain data; what rests on unchanged pages is not asked again."""
    keys = [one.key(adviser) for one in asked]
    kept = store.get(set(keys))
    answers: dict[str, dict[str, Any]] = {}
    todo: dict[str, Asked] = {}
    for one, key in zip(asked, keys, strict=True):
        before = kept.get(key)
        indexes = one.question.demand.indexes
        if before and before.pages == digest(before.names, adviser.pages(indexes, before.names)):
            answers[key] = before.found
        else:
            todo.setdefault(key, one)

    def ask(one: Asked) -> Told:
        demand = links(one.question)
        if one.kind == "floors" or one.last is None:
            return adviser.floors(demand, one.targets)
        return adviser.since(demand, one.targets[0], one.last)

    for one in todo.values():
        links(one.question)  # written once, before there are several threads
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        for (key, one), told in zip(todo.items(), pool.map(ask, todo.values()), strict=True):
            names = tuple(sorted(told.names))
            pages = digest(names, adviser.pages(one.question.demand.indexes, names))
            store.put(Kept(key, names, pages, told.found, now.isoformat()))
            answers[key] = told.found
    return [answers[key] for key in keys]


def advice_document(advice: Advice) -> dict[str, Any]:
    """Advice as plain data."""
    return {
        "floors": [floor_document(floor) for floor in advice.floors],
        "verified": advice.verified,
        "reasons": list(advice.reasons),
        "left": list(advice.left),
        "caps": list(advice.caps),
    }


def advice_from(document: Mapping[str, Any]) -> Advice:
    """The advice of which `document` was made."""
    return Advice(
        tuple(map(floor_from, document["floors"])),
        document["verified"],
        tuple(document["reasons"]),
        tuple(document["left"]),
        tuple(document["caps"]),
    )
