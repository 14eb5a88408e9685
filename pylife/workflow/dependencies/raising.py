"""The floors of requirements that have to rise where projects gain a Python.

They are those of `pylife deps`: verified by resolutions on every Python that the project has then,
with markers where no release does for all. Of these only what a gained Python needs is taken: a
floor that does not hold on another one is the project's own affair.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pylife.dependencies.reasons.floors import applied
from pylife.dependencies.records import Demand, Floor, Target
from pylife.errors import PylifeError
from pylife.fleet import Fleet
from pylife.model import PythonVersion
from pylife.policy import Window
from pylife.upgrade.records import Bump
from pylife.workflow.dependencies import advising, asking, choosing, internal
from pylife.workflow.dependencies.advising import Advice
from pylife.workflow.dependencies.asking import Question
from pylife.workflow.dependencies.gathering import inputs_of
from pylife.workflow.dependencies.nightly import Setting
from pylife.workflow.dependencies.platforms import platforms_of
from pylife.workflow.dependencies.results import Asked
from pylife.workflow.dependencies.session import FOLDER
from pylife.workflow.dependencies.store import Store
from pylife.workflow.dependencies.verdicts import planned


class Gain(NamedTuple):
    """A project, by its path, that gains Pythons, and all those that it has then, oldest first."""

    path: str
    gained: tuple[PythonVersion, ...]
    pythons: tuple[PythonVersion, ...]


class Raised(NamedTuple):
    """The floors that rise in a project; `unsure` says why there may be more."""

    bumps: tuple[Bump, ...] = ()
    unsure: tuple[str, ...] = ()


class _Case(NamedTuple):
    gain: Gain
    question: Question
    platforms: tuple[str, ...]

    def targets(self, pythons: Iterable[PythonVersion]) -> tuple[Target, ...]:
        return tuple(Target(python, name) for name in self.platforms for python in pythons)


def raised(
    fleet: Fleet, gains: Sequence[Gain], windows: Mapping[str, Window], setting: Setting
) -> dict[str, Raised]:
    """What has to rise, by the projects' paths; never raises for what one project holds.

    `windows` are those of all members, by their paths. Resolutions ask the package indexes, but
    for an `offline` setting, which takes what is kept. What was asked before and rests on
    unchanged pages is not asked again.
    """
    if not gains:
        return {}
    try:
        return _raised(fleet, gains, windows, setting)
    except PylifeError as error:
        return {gain.path: Raised(unsure=(_unsure(gain, str(error)),)) for gain in gains}


def _raised(
    fleet: Fleet, gains: Sequence[Gain], windows: Mapping[str, Window], setting: Setting
) -> dict[str, Raised]:
    from pylife.workflow.dependencies.engine import Engine

    folder = setting.state / FOLDER
    with (
        Store(setting.state) as store,
        Engine(
            folder=folder, environment=setting.environment, offline=setting.offline,
            jobs=setting.jobs, now=setting.now,
        ) as engine,
    ):  # fmt: skip
        around = asking.Around(setting.environment, engine.indexes)
        cases, links = _cases(fleet, gains, windows, setting, around)

        def ask(asked: Sequence[advising.Asked]) -> list[Advice]:
            told = advising.advise(asked, engine, store, links, now=setting.now, jobs=setting.jobs)
            return [advising.advice_from(answer) for answer in told]

        needed = ask([_floors(case, case.gain.gained) for case in cases])
        cases_left = [case for case, told in zip(cases, needed, strict=True) if told.floors]
        whole = dict(
            zip(
                (case.gain.path for case in cases_left),
                ask([_floors(case, case.gain.pythons) for case in cases_left]),
                strict=True,
            )
        )
        chosen = {
            case.gain.path: choosing.chosen(
                frozenset(case.gain.gained), first, whole.get(case.gain.path, first)
            )
            for case, first in zip(cases, needed, strict=True)
        }
        checked = ask([_again(case, chosen[case.gain.path]) for case in cases_left])
        sure = {
            case.gain.path: not told.floors and not told.left
            for case, told in zip(cases_left, checked, strict=True)
        }
        return {
            case.gain.path: _said(case, first, chosen[case.gain.path], sure)
            for case, first in zip(cases, needed, strict=True)
        }


def _cases(
    fleet: Fleet,
    gains: Sequence[Gain],
    windows: Mapping[str, Window],
    setting: Setting,
    around: asking.Around,
) -> tuple[list[_Case], "_Links"]:
    """What is asked of each project that says what it requires, with the fleet as it is planned."""
    owned = inputs_of(fleet, setting.environment)
    known, libraries = asking.libraries_of(
        owned, lambda member: planned(windows[member.project.path])
    )
    links = _Links(setting, tuple(libraries[name] for name in sorted(libraries)))
    by_path = {item.member.project.path: item for item in owned}
    cases = []
    for gain in gains:
        item = by_path.get(gain.path)
        run = item.inputs.run if item is not None else None
        if item is not None and run is not None:
            question = asking.question(item, run, known, libraries, around)
            if windows[gain.path].as_of < setting.now.date():
                question = _before(question, windows[gain.path].as_of)
            policy = windows[gain.path].policy
            cases.append(_Case(gain, question, platforms_of(policy, Asked()).counting))
    return cases, links


def _before(question: Question, day: dt.date) -> Question:
    """The question with what was published by the end of a day of the past."""
    demand = question.demand._replace(before=day)
    return question._replace(demand=demand, digest=asking.digest(demand, question.libraries))


class _Links:
    """A question's demand with the wheels that stand for the fleet's own libraries."""

    def __init__(self, setting: Setting, libraries: tuple[internal.Library, ...]) -> None:
        self._folder = setting.state / FOLDER / "internal"
        self._libraries = libraries

    def __call__(self, question: Question) -> Demand:
        if not self._libraries:
            return question.demand
        written = internal.write(self._libraries, self._folder)
        return question.demand._replace(links=written)


def _floors(case: _Case, pythons: Iterable[PythonVersion]) -> advising.Asked:
    return advising.Asked("floors", case.question, case.targets(pythons))


def _again(case: _Case, chosen: Sequence[Floor]) -> advising.Asked:
    """Whether the floors hold on what is gained, once they are as `chosen`."""
    demand = case.question.demand
    demand = demand._replace(requirements=applied(demand.requirements, chosen))
    digest = asking.digest(demand, case.question.libraries)
    return _floors(
        case._replace(question=case.question._replace(demand=demand, digest=digest)),
        case.gain.gained,
    )


def _said(case: _Case, needed: Advice, chosen: Sequence[Floor], sure: Mapping[str, bool]) -> Raised:
    gain, unsure = case.gain, []
    if needed.left:
        unsure.append(_unsure(gain, f"nothing resolves on {' and '.join(needed.left)}"))
    elif not needed.verified or (needed.floors and not chosen):
        told = needed.reasons or ("no floors were found that hold on all Pythons",)
        unsure.append(_unsure(gain, "; ".join(told)))
    elif not sure.get(gain.path, True):
        unsure.append(_unsure(gain, "with the floors that are raised, others do not hold there"))
    return Raised(tuple(choosing.bumps(chosen, case.question.lines)), tuple(unsure))


def _unsure(gain: Gain, reason: str) -> str:
    listed = " and ".join(map(str, gain.gained))
    return f"whether the floors of what is required hold on {listed}: {reason}"
