"""The life of each Python under a policy: its stages in order, each with its first day.

Nothing here depends on a day of looking at it. A stage whose next one begins on the same day or
earlier is passed over, so that stages never go backwards. A date that is known to the month counts
from the month's last day.
"""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from pylife.calendar import Calendar, Dated, Release
from pylife.model import PythonVersion, Stage
from pylife.policy.anchors import Later, When, dated, of_python, resolve
from pylife.policy.moments import Moment
from pylife.policy.records import STAGES, Policy


class Step(NamedTuple):
    """A stage, the day on which it begins (`date`, `first` at the earliest), and the rule."""

    stage: Stage
    date: dt.date
    rule: str
    first: dt.date
    doubt: str = ""


class Timeline(NamedTuple):
    """What becomes of one Python, in order; from `blocked` on its drop cannot be waived.

    `candidates` are the stages before some are passed over. `waiting` are those whose date
    is not known, though they can come from a day on. `kept` is the time for which the Python
    stays only for being among the newest ones, and the words for that.
    """

    steps: tuple[Step, ...]
    candidates: tuple[Step, ...] = ()
    waiting: tuple[tuple[Stage, Later], ...] = ()
    kept: tuple[dt.date, dt.date | None, str] | None = None
    blocked: dt.date | None = None

    @property
    def dated(self) -> set[Stage]:
        """The stages that have a date, whether or not they are passed over."""
        return {step.stage for step in self.candidates}

    def stage(self, day: dt.date) -> Stage:
        """The stage on `day`."""
        return next((s.stage for s in reversed(self.steps) if s.date <= day), Stage.UNKNOWN)

    def kept_on(self, day: dt.date) -> str:
        """The words that follow the rule while the Python is kept only for being new."""
        if self.kept is None:
            return ""
        first, end, words = self.kept
        return f"; {words}" if first <= day and (end is None or day < end) else ""

    def uncertain(self, day: dt.date) -> str:
        """Why the stage on `day` depends on a date that is not known exactly; empty if not."""
        stage = self.stage(day)
        for waiting, later in reversed(self.waiting):
            if later.since <= day and _ORDER[waiting] > _ORDER[stage]:
                return f"{_NAMES[waiting]}: {later.why}"
        unclear = [step for step in self.candidates if step.first <= day < step.date]
        early = _passed([step._replace(date=step.first) for step in self.candidates])
        if not unclear or Timeline(early).stage(day) is stage:
            return ""
        return f"{_NAMES[unclear[-1].stage]}: {unclear[-1].doubt}"


_ORDER = {stage: place for place, stage in enumerate(Stage)}
_NAMES = {
    Stage.PREVIEW: "preview",
    Stage.ADOPTING: "release",
    Stage.SUPPORTED: "adopt",
    Stage.DEPRECATED: "deprecate",
    Stage.DROPPED: "drop",
}


_Date = When | Later | None
_Planned = tuple[_Date, str, bool]
"""A stage's date by its own moment, the words of its rule, and whether it is an override."""
_Plan = dict[str, _Planned]

_last: list[tuple[Policy, Calendar, dict[PythonVersion, Timeline]]] = []


def timelines(policy: Policy, calendar: Calendar) -> dict[PythonVersion, Timeline]:
    """The life of every Python of `calendar` under `policy`, oldest Python first."""
    # What is asked for on another day, or for its sense, is asked for right after.
    if _last and _last[0][0] is policy and _last[0][1] is calendar:
        return _last[0][2]
    moments = [(name, moment, str(moment)) for name in STAGES if (moment := getattr(policy, name))]
    plans = {
        version: _plan(policy, release, moments) for version, release in calendar.releases.items()
    }
    found = {
        version: _timeline(policy, plan, [plans[other] for other in plans if other > version])
        for version, plan in plans.items()
    }
    _last[:] = [(policy, calendar, found)]
    return found


def _plan(policy: Policy, release: Release, moments: list[tuple[str, Moment, str]]) -> _Plan:
    """The stages of one Python, before those of other Pythons are looked at."""
    look_up = of_python(release, policy.own)
    plan: _Plan = dict.fromkeys(STAGES, (None, "", False))
    plan["preview"] = (_known(release.beta1, "beta 1"), "beta 1", False)
    plan["release"] = (_known(release.release, "release"), "release", False)
    for name, moment, words in moments:
        plan[name] = (resolve(moment, look_up, policy.own), words, False)
    for override in policy.overrides:
        if override.python == release.version:
            for name, date in override.dates:
                rule = f"fixed: {override.reason}"
                plan[name] = (_known(date, "the fixed date"), rule, True)
    plan["adopt"] = _once_released(plan["adopt"], plan["release"][0])
    return plan


def _once_released(planned: _Planned, release: _Date) -> _Planned:
    """`planned`, but not before the release: nobody can support what is not there."""
    own, rule, fixed = planned
    if fixed or own is None:
        return planned
    when = _not_before(own, release)
    return (when, rule if when == own else f"{rule}, not before the release", False)


def _timeline(policy: Policy, plan: _Plan, newer: Sequence[_Plan]) -> Timeline:
    deprecate, drop, kept = plan["deprecate"], plan["drop"], None
    if policy.window is not None and not drop[2]:
        place = _nth([other["adopt"][0] for other in newer], policy.window)
        drop = (place, f"not {_newest(policy.window)}", False)
    if policy.keep_newest:
        until = _nth([other["release"][0] for other in newer], policy.keep_newest)
        words = _newest(policy.keep_newest)
        kept = _kept((deprecate, drop), until, words)
        deprecate, drop = _stays(deprecate, until, words), _stays(drop, until, words)
    candidates: list[Step] = []
    waiting: list[tuple[Stage, Later]] = []
    for stage, (when, rule, _) in (
        (Stage.PREVIEW, plan["preview"]),
        (Stage.ADOPTING, plan["release"]),
        (Stage.SUPPORTED, plan["adopt"]),
        (Stage.DEPRECATED, deprecate),
        (Stage.DROPPED, drop),
    ):
        if isinstance(when, When):
            candidates.append(
                Step(stage, when.last, f"{stage.value}: {rule}", when.first, when.doubt)
            )
        elif when is not None:
            waiting.append((stage, when))
    block = plan["block"][0]
    blocked = _not_before(block, drop[0]) if block and drop[0] else None
    return Timeline(
        steps=_passed(candidates),
        candidates=tuple(candidates),
        waiting=tuple(waiting),
        kept=kept,
        blocked=blocked.last if isinstance(blocked, When) else None,
    )


def _passed(candidates: Sequence[Step]) -> tuple[Step, ...]:
    """The stages in order, without those whose next one begins on the same day or earlier."""
    steps: list[Step] = []
    for step in candidates:
        while steps and steps[-1].date >= step.date:
            steps.pop()
        steps.append(step)
    return tuple(steps)


def _newest(number: int) -> str:
    return "the newest" if number == 1 else f"among the newest {number}"


def _nth(dates: Sequence[When | Later | None], number: int) -> When | None:
    """When `number` of `dates` have come; None where that is not known."""
    known = [date for date in dates if isinstance(date, When)]
    if len(known) < number:
        return None
    first = sorted(date.first for date in known)[number - 1]
    last = sorted(date.last for date in known)[number - 1]
    doubts = dict.fromkeys(date.doubt for date in known if date.doubt and date.last >= first)
    return When(first, last, "; ".join(doubts) if first != last else "")


def _stays(planned: _Planned, until: When | None, words: str) -> _Planned:
    """`planned`, but not while the Python is among the newest ones; None: no end is known."""
    own, rule, fixed = planned
    if fixed or own is None:
        return planned
    when = _not_before(own, until)
    return (when, f"no longer {words}" if when == until and when != own else rule, False)


def _kept(
    planned: Sequence[_Planned], until: When | None, words: str
) -> tuple[dt.date, dt.date | None, str] | None:
    own = [when.last for when, _, fixed in planned if isinstance(when, When) and not fixed]
    return (min(own), until.last if until else None, words) if own else None


def _not_before(when: When | Later | None, floor: When | Later | None) -> When | Later | None:
    """The later of both; None where either is not known."""
    if when is None or floor is None:
        return None
    if isinstance(when, When) and isinstance(floor, When):
        first, last = max(when.first, floor.first), max(when.last, floor.last)
        if (first, last) in ((when.first, when.last), (floor.first, floor.last)):
            return when if (first, last) == (when.first, when.last) else floor
        return When(first, last, when.doubt or floor.doubt)
    latest = [item if isinstance(item, Later) else Later(item.last, "") for item in (when, floor)]
    return max(latest)._replace(why="; ".join(item.why for item in latest if item.why))


def _known(date: Dated | None, what: str) -> When | None:
    return None if date is None else dated(date, what)
