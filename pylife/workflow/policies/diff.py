"""Two policies compared: which Pythons change stage and when, and what that means for a fleet."""

import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from pylife import calendar, policy
from pylife.model import Project, PythonVersion, Stage
from pylife.policy import Policy, Window, for_project
from pylife.workflow.dates import Entry, entries, unknown
from pylife.workflow.dates.timeline import Change, Line, line
from pylife.workflow.read import scan
from pylife.workflow.records import Scan

STAGES = (Stage.PREVIEW, Stage.ADOPTING, Stage.SUPPORTED, Stage.DEPRECATED, Stage.DROPPED)


class StageDates(NamedTuple):
    """When a Python enters, or entered, `stage` under each policy; None: never, or not known."""

    stage: Stage
    old: Change | None
    new: Change | None


class PythonDiff(NamedTuple):
    """One Python that the policies treat differently: its stage on the day, and the dates."""

    python: PythonVersion
    old: Stage
    new: Stage
    dates: tuple[StageDates, ...]


class TaskDiff(NamedTuple):
    """What a project has to do by another day under the other policy, or under one only.

    `old` and `new` are the same task under each policy; None where there is none, whatever
    the day. One of them at least is due by the end of the comparison; what is overdue under
    both is no difference.
    """

    old: Entry | None
    new: Entry | None

    @property
    def either(self) -> Entry:
        """The task, in the words of the policy under which it is due first."""
        return min((one for one in (self.new, self.old) if one), key=lambda one: one.last)


class ProjectDiff(NamedTuple):
    """What changes for one project: Pythons, by its scopes of both policies, and its tasks.

    `unknown` says why there may be more than is known.
    """

    project: Project
    pythons: tuple[PythonDiff, ...]
    tasks: tuple[TaskDiff, ...]
    unknown: tuple[str, ...] = ()


class Diff(NamedTuple):
    """The comparison of two policies from a day up to and including another.

    `pythons` is what they say in general; `projects` are all members of the fleet that were looked
    at, if there was one; `unknown` are those that could not be, with the reason.
    """

    old: Policy
    new: Policy
    as_of: dt.date
    until: dt.date
    pythons: tuple[PythonDiff, ...]
    projects: tuple[ProjectDiff, ...] = ()
    unknown: tuple[tuple[str, str], ...] = ()

    @property
    def changed(self) -> tuple[ProjectDiff, ...]:
        """The projects that have something to do by another day."""
        return tuple(item for item in self.projects if item.tasks)


def compare(
    old: Policy, new: Policy, *, as_of: dt.date, until: dt.date, fleet: Path | None, cache: Path
) -> Diff:
    """Compare two policies, and with a `fleet` what they mean for each of its members.

    `cache` holds fetched repositories; the network is not used. Raises what reading a
    fleet raises.
    """
    made = Diff(
        old=old,
        new=new,
        as_of=as_of,
        until=until,
        pythons=tuple(_pythons(_line(old, as_of), _line(new, as_of), until)),
    )
    return made if fleet is None else _with_fleet(made, fleet, cache)


def _with_fleet(made: Diff, fleet: Path, cache: Path) -> Diff:
    # Read once, by a policy that has nothing of its own; then looked at under each of the two.
    read = scan([fleet], as_of=made.as_of, policy_name=policy.load.DEFAULT, cache=cache)
    before, after = _tasks(read, made.old), _tasks(read, made.new)
    projects, left_out = [], []
    for item in read.reads:
        project = item.member.project
        if not item.is_there:
            why = project.excluded or project.error or "it could not be read"
            left_out.append((project.name, why))
            continue
        old, new = (_line(for_project(one, project), made.as_of) for one in (made.old, made.new))
        tasks = [TaskDiff(before.get(key), after.get(key)) for key in {**before, **after}]
        projects.append(
            ProjectDiff(
                project=project,
                pythons=tuple(_pythons(old, new, made.until)),
                tasks=tuple(sorted(_changing(tasks, project, made.until), key=_order)),
                unknown=unknown(item),
            )
        )
    return made._replace(projects=tuple(projects), unknown=tuple(left_out))


def _tasks(read: Scan, judging: Policy) -> dict[str, Entry]:
    """What every project ever has to do under `judging`, by what tells a task from others."""
    windows: dict[str, Window] = {}
    reads = []
    for item in read.reads:
        scoped = for_project(judging, item.member.project)
        if scoped.scope not in windows:
            windows[scoped.scope] = policy.window(scoped, calendar.load(), read.as_of)
        reads.append(item._replace(window=windows[scoped.scope], policy=scoped.scope))
    under = read._replace(reads=tuple(reads), windows=windows, waivers=())
    return {entry.uid: entry for entry in entries(under, dt.date.max) if entry.project is not None}


def _changing(tasks: Iterable[TaskDiff], project: Project, until: dt.date) -> Iterator[TaskDiff]:
    for task in tasks:
        old, new = task.old, task.new
        overdue = old is not None and old.overdue and new is not None and new.overdue
        same = overdue or (old and old.last) == (new and new.last)
        if task.either.project == project.name and task.either.last <= until and not same:
            yield task


def _order(task: TaskDiff) -> tuple[object, ...]:
    either = task.either
    return either.python or (), either.kind.rank, either.subject


def _line(found: Policy, as_of: dt.date) -> Line:
    return line(policy.window(found, calendar.load(), as_of))


def _pythons(old: Line, new: Line, until: dt.date) -> Iterator[PythonDiff]:
    for python in calendar.known():
        stages = old.window.stage(python), new.window.stage(python)
        dates = []
        for stage in STAGES:
            found = StageDates(stage, old.change(python, stage), new.change(python, stage))
            if _differ(found, old.window.as_of, until, stages):
                dates.append(found)
        if dates or stages[0] is not stages[1]:
            yield PythonDiff(python, *stages, tuple(dates))


def _differ(found: StageDates, as_of: dt.date, until: dt.date, today: tuple[Stage, Stage]) -> bool:
    """Whether the dates differ, and matter in the time that is compared."""
    dates = [change.last for change in (found.old, found.new) if change is not None]
    if not dates or (len(dates) == 2 and dates[0] == dates[1]):
        return False
    # Where a Python stands differently on the day itself, it is told how long that lasts, however
    # long that is; when a stage began that is the present one is not.
    return any(as_of < day <= until for day in dates) or (
        today[0] is not today[1] and max(dates) > as_of
    )
