"""The support window: for each Python its stage on a day, the next date, and the rule."""

import datetime as dt
from typing import NamedTuple

from pylife.calendar import Calendar, Dated, Release
from pylife.model import PythonVersion, Stage
from pylife.policy.load import Moment, Policy
from pylife.policy.offsets import rounded

_WANTED = frozenset({Stage.ADOPTING, Stage.SUPPORTED, Stage.DEPRECATED})


class StageInfo(NamedTuple):
    """Where a policy stands with one Python on a day.

    `since` is the day on which the stage began, `next_stage` and `next_date`
    what comes and when (None where no date is known). `rule` is the part of the
    policy that set the stage. `uncertain` says where the verdict depends on a
    date that is known only to the month.
    """

    stage: Stage
    since: dt.date | None
    next_stage: Stage | None
    next_date: dt.date | None
    rule: str
    uncertain: str = ""


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
    """Whether the policy drops every Python before it asks for it: its window is always empty."""
    dates = [
        (_when(policy.adopt, release), _when(policy.drop, release))
        for release in calendar.releases.values()
    ]
    return all(drop <= adopt for adopt, drop in dates if adopt and drop)


def window(policy: Policy, calendar: Calendar, as_of: dt.date) -> Window:
    """The support window that `policy` gives on the day `as_of`."""
    released = [
        version
        for version, release in calendar.releases.items()
        if release.release is not None and release.release.last <= as_of
    ]
    # What is not released yet is newer than the newest, so it is kept as well.
    newest = set(released[-policy.keep_newest :]) if policy.keep_newest else set()
    kept = newest | (set(calendar.releases) - set(released)) if policy.keep_newest else set()
    stages = {
        version: _stage(policy, release, as_of, kept=version in kept)
        for version, release in calendar.releases.items()
    }
    return Window(policy=policy, as_of=as_of, stages=stages)


def _stage(policy: Policy, release: Release, as_of: dt.date, *, kept: bool) -> StageInfo:
    steps = _steps(policy, release)
    if kept:
        steps = [step for step in steps if step[0] not in {Stage.DEPRECATED, Stage.DROPPED}]
    reached = [step for step in steps if step[1] <= as_of]
    upcoming = [step for step in steps if step[1] > as_of]
    stage, since, rule = reached[-1] if reached else (Stage.UNKNOWN, None, "not yet in prerelease")
    following = upcoming[0] if upcoming else None
    if kept:
        rule += f"; among the newest {policy.keep_newest}"
    return StageInfo(
        stage=stage,
        since=since,
        next_stage=following[0] if following else None,
        next_date=following[1] if following else None,
        rule=rule,
        uncertain=_uncertain(policy, release, as_of),
    )


def _steps(policy: Policy, release: Release) -> list[tuple[Stage, dt.date, str]]:
    """Each stage that has a date, in order, with the day on which it begins and its rule.

    A stage whose next one begins on the same day or earlier is passed over, so
    that stages never go backwards.
    """
    steps: list[tuple[Stage, dt.date, str]] = []
    for stage, date, rule in (
        (Stage.PREVIEW, _last(release.beta1), "preview: beta 1"),
        (Stage.ADOPTING, _last(release.release), "adopting: release"),
        (Stage.SUPPORTED, _when(policy.adopt, release), f"supported: {policy.adopt}"),
        (Stage.DEPRECATED, _when(policy.deprecate, release), f"deprecated: {policy.deprecate}"),
        (Stage.DROPPED, _when(policy.drop, release), f"dropped: {policy.drop}"),
    ):
        if date is not None:
            while steps and steps[-1][1] >= date:
                steps.pop()
            steps.append((stage, date, rule))
    return steps


def _when(moment: Moment, release: Release) -> dt.date | None:
    return _moved(moment, _last(release.date(moment.event)))


def _moved(moment: Moment, day: dt.date | None) -> dt.date | None:
    return None if day is None else rounded(moment.offset.after(day), moment.rounding)


def _last(date: Dated | None) -> dt.date | None:
    """The last day that a date can mean: where a month is all we know, its end."""
    return date.last if date else None


def _uncertain(policy: Policy, release: Release, as_of: dt.date) -> str:
    """Whether another day of a date known to the month would give another stage today."""
    for name, moment in (("deprecate", policy.deprecate), ("drop", policy.drop)):
        date = release.date(moment.event)
        if date is None or not date.month:
            continue
        early, late = _moved(moment, date.first), _moved(moment, date.last)
        if early is not None and late is not None and early <= as_of < late:
            return f"{name}: {moment.event} is known to the month only ({date}, {date.source})"
    return ""
