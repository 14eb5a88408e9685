"""The step as one: of each project every set, on every Python that matters, with the floors."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pylife import calendar
from pylife.dependencies.records import Demand, Judged, Target, Verdict
from pylife.fleet import Fleet, Member
from pylife.model import PythonVersion
from pylife.policy import Window
from pylife.workflow.dependencies import advising, asking, internal
from pylife.workflow.dependencies.asking import Around, Question
from pylife.workflow.dependencies.gathering import Owned, requires_digest
from pylife.workflow.dependencies.inputs.records import Sort
from pylife.workflow.dependencies.internal import Known, Library
from pylife.workflow.dependencies.judging import Pair, Run, judge
from pylife.workflow.dependencies.platforms import platforms_of
from pylife.workflow.dependencies.results import (
    FEW,
    Asked,
    ProjectVerdicts,
    SetVerdicts,
    declares,
)


def look(
    fleet: Fleet,
    owned: Sequence[Owned],
    windows: Callable[[Member], Window],
    asked: Asked,
    around: Around,
    run: Run,
    *,
    folder: Path,
) -> tuple[ProjectVerdicts, ...]:
    """The verdicts on the members of `fleet` that are not excluded, in its order.

    `owned` is what they require, `windows` gives the window of a member, `folder` is where the
    wheels that stand for the fleet's own libraries are written.
    """
    known, libraries = asking.libraries_of(
        owned, lambda member: planned(windows(member)) if asked.planned else None
    )
    by_path = {item.member.project.path: item for item in owned}
    questions = {
        path: _questions(item, known, libraries, asked, around) for path, item in by_path.items()
    }
    pythons = {path: asked.pythons or pythons_of(windows(item.member))
               for path, item in by_path.items()}  # fmt: skip
    links = _Links(folder, libraries)
    platforms = {path: platforms_of(windows(item.member).policy, asked)
                 for path, item in by_path.items()}  # fmt: skip
    counting: list[Pair] = []
    others: list[Pair] = []
    for path, listed in questions.items():
        plain = [question for question in listed if question.group.sort is Sort.RUN]
        counting += _pairs(listed, platforms[path].counting, pythons[path])
        others += _pairs(plain, platforms[path].further, pythons[path])
    verdicts = _judged(counting, run, links)
    # By themselves: what is said of the platforms that count does not depend on the others.
    further = _judged(others, run, links)
    results = []
    for member in fleet.members:
        path = member.project.path
        if path not in by_path:
            if member.project.excluded is None:
                results.append(ProjectVerdicts(member, error=member.project.error or "not there"))
            continue
        sets = tuple(
            SetVerdicts(one, verdicts.get(id(one), {}), further.get(id(one), {}))
            for one in questions[path]
        )
        results.append(
            ProjectVerdicts(
                member=member,
                pythons=pythons[path],
                sets=sets,
                assumed=_assumed(sets),
                requires=requires_digest(by_path[path]),
                requires_python=by_path[path].inputs.requires_python,
            )
        )
    return _advised(results, windows, asked, run, links)


def _pairs(
    questions: Sequence[Question], platforms: Sequence[str], pythons: Sequence[PythonVersion]
) -> list[Pair]:
    """Each question on each platform and Python."""
    return [
        Pair(question, Target(python, platform))
        for question in questions
        for platform in platforms
        for python in pythons
    ]


def _judged(pairs: Sequence[Pair], run: Run, links: "_Links") -> dict[int, dict[Target, Judged]]:
    """The verdicts by the identity of the question, and by target."""
    verdicts: dict[int, dict[Target, Judged]] = {}
    for pair, judged in zip(pairs, judge(pairs, run, links), strict=True):
        verdicts.setdefault(id(pair.question), {})[pair.target] = judged
    return verdicts


def pythons_of(window: Window) -> tuple[PythonVersion, ...]:
    """The Pythons that a policy wants or looks at, and the next one, oldest first."""
    listed = {python.plain for python in (*window.wanted, *window.preview)}
    newest = max(listed)
    following = [python for python in calendar.known() if python > newest]
    return tuple(sorted({*listed, *following[:1]}))


class _Links:
    """A question's demand with the wheels of the fleet's own libraries, written when needed."""

    def __init__(self, folder: Path, libraries: Mapping[str, Library]) -> None:
        self._folder = folder
        self._libraries = tuple(libraries[name] for name in sorted(libraries))
        self._written: Path | None = None

    def __call__(self, question: Question) -> Demand:
        if not self._libraries:
            return question.demand
        if self._written is None:
            self._written = internal.write(self._libraries, self._folder)
        return question.demand._replace(links=self._written)


def _questions(
    item: Owned, known: Known, libraries: Mapping[str, Library], asked: Asked, around: Around
) -> tuple[Question, ...]:
    found = []
    for group in asking.groups_of(item.inputs, asked.sorts, asked.extras):
        one = asking.question(item, group, known, libraries, around)
        if asked.before is not None:
            demand = one.demand._replace(before=asked.before)
            one = one._replace(demand=demand, digest=asking.digest(demand, one.libraries))
        found.append(one)
    return tuple(found)


def planned(window: Window) -> str:
    """The range that a policy asks for: from the oldest Python that it has, without a cap."""
    floor = window.floor
    return f">={floor}" if floor is not None else ""


def _assumed(sets: Sequence[SetVerdicts]) -> tuple[tuple[str, str], ...]:
    return tuple(
        sorted(
            {
                (one.name, one.version)
                for found in sets
                for one in found.question.libraries
                if one.assumed
            }
        )
    )


def _advised(
    results: list[ProjectVerdicts],
    windows: Callable[[Member], Window],
    asked: Asked,
    run: Run,
    links: _Links,
) -> tuple[ProjectVerdicts, ...]:
    """With floors and days, where they are asked for and something can be said."""
    if asked.floors is None:
        asked = asked._replace(floors=len(results) <= FEW)
    wanted: list[advising.Asked] = []
    whose: list[int] = []
    for number, result in enumerate(results):
        if result.plain is not None and not result.plain.question.unknown:
            found = [*_floors_of(result, windows(result.member), asked)]
            found += _days_of(result, asked, run.now.date())
            wanted += found
            whose += [number] * len(found)
    told = advising.advise(
        wanted, run.adviser, run.store, links, now=run.now, jobs=run.jobs
    ) if wanted else []  # fmt: skip
    for number, one, answer in zip(whose, wanted, told, strict=True):
        result = results[number]
        if one.kind == "floors":
            results[number] = result._replace(advice=advising.advice_from(answer))
        else:
            days = {**result.since, one.targets[0].python: answer}
            results[number] = result._replace(since=days)
    return tuple(results)


def _floors_of(result: ProjectVerdicts, window: Window, asked: Asked) -> tuple[advising.Asked, ...]:
    """The question of floors: over the Pythons that are asked for, else all that it supports."""
    plain = result.plain
    if not asked.floors or plain is None:
        return ()
    wanted = asked.pythons or tuple(
        python for python in window.wanted if declares(result, python) is not False
    )
    targets = tuple(target for target in plain.verdicts if target.python in wanted)
    if not targets or any(plain.verdicts[one].verdict is Verdict.UNKNOWN for one in targets):
        return ()
    return (advising.Asked("floors", plain.question, targets),)


def _days_of(result: ProjectVerdicts, asked: Asked, today: dt.date) -> list[advising.Asked]:
    plain = result.plain
    if not asked.since or plain is None:
        return []
    first = next((target.platform for target in plain.verdicts), None)
    return [
        advising.Asked("since", plain.question, (target,), asked.before or today)
        for target, judged in plain.verdicts.items()
        if judged.verdict is Verdict.INSTALLS and target.platform == first
    ]
