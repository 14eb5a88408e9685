"""The verdicts on many demands and targets: each question once, several at a time."""

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from pylife.dependencies.records import Demand, Judged, Solved, Support, Target
from pylife.dependencies.resolve import links
from pylife.dependencies.resolve.fixpoint import Agreeing
from pylife.dependencies.resolve.judge import Attempt, Explain, Witnesses, attempt, reasoned

Question = tuple[Demand, Target]
Done = Callable[[Demand, Target, Judged], None]


def judge_all(
    questions: Sequence[Question],
    *,
    resolver: Agreeing,
    support: Support,
    explain: Explain | None = None,
    builds: bool = True,
    known: Mapping[Question, Judged] | None = None,
    done: Done | None = None,
    workers: int | None = None,
    resolver_name: str | None = None,
) -> dict[Question, Judged]:
    """The verdict on each of `questions`, in their order.

    `known` are verdicts of a run that was interrupted; `done` is called in this thread with each
    new verdict as soon as it stands, so that it can be kept. The verdicts do not depend on
    either, nor on the number of `workers` (by default, twice the processors).

    Stops all that runs where this thread is interrupted or `done` raises.
    """

    def tried(demand: Demand, target: Target) -> Attempt:
        return attempt(
            demand, target, resolver=resolver, builds=builds, resolver_name=resolver_name
        )

    def reasons(demand: Demand, target: Target, found: Attempt, others: Witnesses) -> Judged:
        return reasoned(
            found,
            demand,
            target,
            resolver=resolver,
            support=support,
            explain=explain,
            witnesses=others,
        )

    size = workers or 2 * (os.cpu_count() or 1)
    asked = dict.fromkeys(questions)
    verdicts = {question: known[question] for question in asked if known and question in known}
    with ThreadPoolExecutor(size, thread_name_prefix="pylife-resolve") as pool:
        if new := [question for question in asked if question not in verdicts]:
            # While uv looks at the first of them, what it will need next is fetched.
            pool.submit(resolver.shelf.prefetch, _direct(new))
        run = _Run(pool, tried, reasons if explain is not None else None)
        try:
            for question, judged in run.verdicts(tuple(asked), frozenset(verdicts)):
                verdicts[question] = judged
                if done is not None:
                    done(*question, judged)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            resolver.stop()
            raise
    return {question: verdicts[question] for question in asked}


class _Case:
    """One demand: the targets that are asked for, and what has been found of them."""

    def __init__(self, demand: Demand) -> None:
        self.demand = demand
        self.targets: list[Target] = []
        self.new: list[Target] = []
        self.attempts: dict[Target, Attempt] = {}
        self.open = 0

    def witnesses(self) -> dict[Target, Solved]:
        return {
            target: tried.solved
            for target, tried in self.attempts.items()
            if tried.solved is not None and tried.wheels
        }


class _Run:
    """The jobs of one run: attempts first, then, where all of a demand are there, who blocks."""

    def __init__(
        self,
        pool: ThreadPoolExecutor,
        tried: Callable[[Demand, Target], Attempt],
        reasons: Callable[[Demand, Target, Attempt, Witnesses], Judged] | None,
    ) -> None:
        self._pool = pool
        self._tried = tried
        self._reasons = reasons
        self._jobs: dict[Future[Attempt | Judged], tuple[_Case, Target]] = {}

    def verdicts(
        self, asked: tuple[Question, ...], known: frozenset[Question]
    ) -> Iterator[tuple[Question, Judged]]:
        """Each verdict on what is `asked` and not `known`, as soon as it stands."""
        for case, target in _cases(asked, known):
            self._submit(case, target)
        while self._jobs:
            for future in wait(self._jobs, return_when=FIRST_COMPLETED).done:
                case, target = self._jobs.pop(future)
                match future.result():
                    case Judged() as judged:
                        yield (case.demand, target), judged
                    case tried:
                        yield from self._attempted(case, target, tried)

    def _submit(self, case: _Case, target: Target) -> None:
        case.open += 1
        self._jobs[self._pool.submit(self._tried, case.demand, target)] = (case, target)

    def _attempted(
        self, case: _Case, target: Target, tried: Attempt
    ) -> Iterator[tuple[Question, Judged]]:
        case.attempts[target] = tried
        case.open -= 1
        if target in case.new and not (tried.unsolved and self._reasons):
            yield (case.demand, target), tried.judged
        if case.open or self._reasons is None:
            return
        unsolved = [each for each in case.new if case.attempts[each].unsolved]
        # Who blocks is told with resolutions elsewhere, also with those of an earlier run.
        missing = [each for each in case.targets if each not in case.attempts]
        if unsolved and missing:
            for each in missing:
                self._submit(case, each)
            return
        for each in unsolved:
            job: Future[Attempt | Judged] = self._pool.submit(
                self._reasons, case.demand, each, case.attempts[each], case.witnesses()
            )
            self._jobs[job] = (case, each)


def _cases(
    asked: tuple[Question, ...], known: frozenset[Question]
) -> Iterator[tuple[_Case, Target]]:
    """What is to be tried, one target after the other.

    Neighbours in this order share few pages: two that start at once would both fetch them.
    """
    cases: dict[Demand, _Case] = {}
    for demand, target in asked:
        case = cases.setdefault(demand, _Case(demand))
        case.targets.append(target)
        if (demand, target) not in known:
            case.new.append(target)
    for target in dict.fromkeys(target for _, target in asked):
        for case in cases.values():
            if target in case.new:
                yield case, target


def _direct(questions: Iterable[Question]) -> tuple[str, ...]:
    """The names that the demands themselves require."""
    names: dict[str, None] = {}
    for demand in dict.fromkeys(demand for demand, _ in questions):
        for line in demand.requirements:
            with contextlib.suppress(InvalidRequirement):
                names[canonicalize_name(Requirement(line).name)] = None
        for name in links.read(demand.links):
            names.pop(name, None)
    return tuple(names)
