"""The support window: for each Python its stage on a day, the next date, and the rule."""

import datetime as dt
from typing import NamedTuple

from pylife.calendar import Calendar
from pylife.model import PythonVersion, Severity, Stage
from pylife.policy.records import Policy
from pylife.policy.timeline import Timeline, timelines

_WANTED = frozenset({Stage.ADOPTING, Stage.SUPPORTED, Stage.DEPRECATED})


class StageInfo(NamedTuple):
    """Where a policy stands with one Python on a day.

    `since` is the day on which the stage began, `next_stage` and `next_date`
    what comes and when (None where no date is known). `rule` is the part of the
    policy that set the stage. `uncertain` says where the verdict depends on a
    date that is known to the month, or not known at all. From `blocked` on a drop can no
    longer be waived.
    """

    stage: Stage
    since: dt.date | None
    next_stage: Stage | None
    next_date: dt.date | None
    rule: str
    uncertain: str = ""
    blocked: dt.date | None = None


class Window(NamedTuple):
    """A policy on a day."""

    policy: Policy
    as_of: dt.date
    stages: dict[PythonVersion, StageInfo]

    def stage(self, version: PythonVersion) -> Stage:
        """The stage of `version`; unknown for one that is not in the calendar."""
        info = self.stages.get(version)
        return info.stage if info else Stage.UNKNOWN

    def at(self, *stages: Stage) -> tuple[PythonVersion, ...]:
        """The Pythons at any of `stages`, oldest first."""
        return tuple(version for version, info in self.stages.items() if info.stage in stages)

    def severity(self, date: dt.date) -> Severity | None:
        """How much it matters today what happens on `date`: that of the last warn step reached.

        None where it is too early for the first one.
        """
        reached = [step for step in self.policy.warnings if step.before.after(self.as_of) >= date]
        return reached[-1].severity if reached else None

    @property
    def required(self) -> tuple[PythonVersion, ...]:
        """The Pythons that a project must support today."""
        return self.at(Stage.SUPPORTED)

    @property
    def wanted(self) -> tuple[PythonVersion, ...]:
        """The window itself: adopting, supported and deprecated Pythons, oldest first."""
        return self.at(*_WANTED)

    @property
    def preview(self) -> tuple[PythonVersion, ...]:
        """The Pythons in prerelease, which may fail."""
        return self.at(Stage.PREVIEW)

    @property
    def floor(self) -> PythonVersion | None:
        """The oldest Python that is not dropped; None where the window is empty."""
        return next(iter(self.wanted), None)


def backwards(policy: Policy, calendar: Calendar) -> bool:
    """Whether the policy supports no Python at any time: it drops each before it is adopted."""
    lines = list(timelines(policy, calendar).values())
    both = [line for line in lines if {Stage.SUPPORTED, Stage.DROPPED} <= line.dated]
    # Where no Python has both dates, being adopted at all will do.
    return not any(step.stage is Stage.SUPPORTED for line in both or lines for step in line.steps)


def window(policy: Policy, calendar: Calendar, as_of: dt.date) -> Window:
    """The support window that `policy` gives on the day `as_of`."""
    lines = timelines(policy, calendar)
    return Window(
        policy, as_of, {version: _info(timeline, as_of) for version, timeline in lines.items()}
    )


def _info(timeline: Timeline, as_of: dt.date) -> StageInfo:
    reached = [step for step in timeline.steps if step.date <= as_of]
    following = timeline.steps[len(reached)] if len(reached) < len(timeline.steps) else None
    rule = reached[-1].rule if reached else "not yet in prerelease"
    return StageInfo(
        stage=reached[-1].stage if reached else Stage.UNKNOWN,
        since=reached[-1].date if reached else None,
        next_stage=following.stage if following else None,
        next_date=following.date if following else None,
        rule=rule + timeline.kept_on(as_of),
        uncertain=timeline.uncertain(as_of),
        blocked=timeline.blocked,
    )
