"""The step as one: of each project every set, on every Python that matters, with the floors."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pylife import calendar
from pylife.dependencies.records import Demand, Floor, Judged, Target, Verdict
from pylife.fleet import Fleet, Member
from pylife.model import PythonVersion
from pylife.policy import Window
from pylife.workflow.dependencies import asking, internal
from pylife.workflow.dependencies.asking import Around, Owned, Question
from pylife.workflow.dependencies.inputs.records import Group, Sort
from pylife.workflow.dependencies.internal import Known, Library
from pylife.workflow.dependencies.judging import Pair, Run, judge

DEFAULT_SORTS = frozenset({Sort.RUN, Sort.EXTRA})
PLATFORM = "linux-x86_64"


class Asked(NamedTuple):
    """What is to be looked at; where `pythons` is empty, those of each project's policy.

    `extras` narrows the extras; `before` is a day of the past. `planned` takes the fleet's own
    libraries with the range that their policy asks for, instead of their present one.
    """

    pythons: tuple[PythonVersion, ...] = ()
    platforms: tuple[str, ...] = (PLATFORM,)
    sorts: frozenset[Sort] = DEFAULT_SORTS
    extras: tuple[str, ...] = ()
    before: dt.date | None = None
    floors: bool = True
    since: bool = False
    planned: bool = False


class SetVerdicts(NamedTuple):
    """The verdicts on one set of a project, by target."""

    question: Question
    verdicts: Mapping[Target, Judged]

    @property
    def group(self) -> Group:
        """The set."""
        return self.question.group

    def on(self, python: PythonVersion) -> tuple[tuple[str, Judged], ...]:
        """The verdicts on a Python, by platform, in the order in which those were asked for."""
        return tuple(
            (target.platform, judged)
            for target, judged in self.verdicts.items()
            if target.python == python
        )


class ProjectVerdicts(NamedTuple):
    """A project with its verdicts; `error` says why it could not be had.

    `floors` are to be raised so that the plain set works on all of `pythons` that are wanted;
    None where that was not asked. `since` are the days on which the plain set became
    installable, where that was asked. `assumed` are libraries of the fleet whose version is
    computed, with the one that was taken.
    """

    member: Member
    error: str | None = None
    pythons: tuple[PythonVersion, ...] = ()
    sets: tuple[SetVerdicts, ...] = ()
    floors: tuple[Floor, ...] | None = None
    since: Mapping[PythonVersion, str | None] = {}
    assumed: tuple[tuple[str, str], ...] = ()
    requires: str = ""
    """A digest of what it says that it requires, to see later whether that has changed."""

    @property
    def plain(self) -> SetVerdicts | None:
        """The plain set; None where the project says nowhere what it requires."""
        return next((one for one in self.sets if one.group.sort is Sort.RUN), None)


class Advisor(NamedTuple):
    """What is asked beyond verdicts: floors, and the day on which something became installable."""

    floors: Callable[[Question, Demand, Sequence[Target]], tuple[Floor, ...]] | None = None
    since: Callable[[Question, Demand, Target], str | None] | None = None


def look(
    fleet: Fleet,
    owned: Sequence[Owned],
    windows: Callable[[Member], Window],
    asked: Asked,
    around: Around,
    run: Run,
    *,
    folder: Path,
    advisor: Advisor = Advisor(),  # noqa: B008 - a tuple of nothing
) -> tuple[ProjectVerdicts, ...]:
    """The verdicts on the members of `fleet` that are not excluded, in its order.

    `owned` is what they require, `windows` gives the window of a member, `folder` is where the
    wheels that stand for the fleet's own libraries are written.
    """
    known, libraries = asking.libraries_of(
        owned, lambda member: _planned(windows(member)) if asked.planned else None
    )
    by_path = {item.member.project.path: item for item in owned}
    questions = {
        path: _questions(item, known, libraries, asked, around) for path, item in by_path.items()
    }
    pythons = {path: asked.pythons or pythons_of(windows(item.member))
               for path, item in by_path.items()}  # fmt: skip
    links = _Links(folder, libraries)
    pairs = [
        Pair(question, Target(python, platform))
        for path, listed in questions.items()
        for question in listed
        for platform in asked.platforms
        for python in pythons[path]
    ]
    verdicts: dict[int, dict[Target, Judged]] = {}
    for pair, judged in zip(pairs, judge(pairs, run, links), strict=True):
        verdicts.setdefault(id(pair.question), {})[pair.target] = judged
    results = []
    for member in fleet.members:
        path = member.project.path
        if path not in by_path:
            if member.project.excluded is None:
                results.append(ProjectVerdicts(member, error=member.project.error or "not there"))
            continue
        sets = tuple(SetVerdicts(one, verdicts.get(id(one), {})) for one in questions[path])
        result = ProjectVerdicts(
            member=member,
            pythons=pythons[path],
            sets=sets,
            assumed=_assumed(sets),
            requires=requires_digest(by_path[path]),
        )
        results.append(_advised(result, windows(member), asked, links, advisor))
    return tuple(results)


def pythons_of(window: Window) -> tuple[PythonVersion, ...]:
    """The Pythons that a policy wants or looks at, and the next one, oldest first."""
    listed = {python.plain for python in (*window.wanted, *window.preview)}
    newest = max(listed)
    following = [python for python in calendar.known() if python > newest]
    return tuple(sorted({*listed, *following[:1]}))


def requires_digest(item: Owned) -> str:
    """A digest of all that a project says that it requires: the same wherever it is read."""
    import hashlib

    inputs = item.inputs
    said = (
        [
            (group.key, sorted(line.text for line in group.lines), sorted(group.constraints),
             group.unknown, group.local)
            for group in inputs.groups
        ],
        inputs.constraints, inputs.overrides, inputs.prereleases, inputs.pinned, inputs.problems,
    )  # fmt: skip
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


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


def _planned(window: Window) -> str:
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
    result: ProjectVerdicts, window: Window, asked: Asked, links: _Links, advisor: Advisor
) -> ProjectVerdicts:
    """With floors and days, where they are asked for and something can be said."""
    plain = result.plain
    if plain is None or plain.question.unknown:
        return result
    demand = links(plain.question)
    if asked.floors and advisor.floors is not None:
        wanted = asked.pythons or tuple(window.wanted)
        targets = [target for target in plain.verdicts if target.python in wanted]
        judged = [plain.verdicts[target].verdict for target in targets]
        if targets and Verdict.UNKNOWN not in judged:
            result = result._replace(floors=advisor.floors(plain.question, demand, targets))
    if asked.since and advisor.since is not None:
        result = result._replace(
            since={
                target.python: advisor.since(plain.question, demand, target)
                for target, judged in plain.verdicts.items()
                if judged.verdict in {Verdict.INSTALLS, Verdict.SDIST_ONLY}
                and target.platform == asked.platforms[0]
            }
        )
    return result
