"""When a policy's stages change from a day on, and which of these dates may still move."""

import datetime as dt
from functools import lru_cache
from typing import NamedTuple

from pylife import calendar
from pylife.calendar import Calendar, Dated, Release
from pylife.model import PythonVersion, Stage
from pylife.policy import Policy, Window
from pylife.policy.offsets import Offset
from pylife.policy.timeline import Timeline, timelines


class Change(NamedTuple):
    """A Python enters a stage: on `last`, or from `first` on where only the month is known.

    `expected` says that the date follows from one that may still move; `warned` is
    the day from which the policy warns of it.
    """

    python: PythonVersion
    stage: Stage
    first: dt.date
    last: dt.date
    expected: bool
    rule: str
    warned: dt.date | None = None


class Line(NamedTuple):
    """What a policy says of each Python: where it stands on the day, and what follows.

    `changes` are the present stages with the days on which they began, and all later ones;
    `blocked` is from when the drop of a Python can no longer be waived.
    """

    window: Window
    changes: dict[tuple[PythonVersion, Stage], Change]
    blocked: dict[PythonVersion, dt.date]

    def change(self, python: PythonVersion, stage: Stage) -> Change | None:
        """When `python` enters, or entered the present, `stage`.

        None where it never does, and of a stage that is behind it.
        """
        return self.changes.get((python, stage))


def line(window: Window) -> Line:
    """Follow the policy of `window` from its day on.

    Which dates depend on what is only expected is seen by comparing with a world in which what
    is expected of CPython and of the project's own releases comes a year later.
    """
    real = timelines(window.policy, calendar.load())
    other = timelines(_with_own(window.policy), _moved())
    changes = {}
    for python, life in real.items():
        moved = {step.stage: step.date for step in other[python].steps}
        for step in life.steps[_behind(life, window.as_of) :]:
            changes[python, step.stage] = Change(
                python=python,
                stage=step.stage,
                first=step.first,
                last=step.date,
                expected=moved.get(step.stage) != step.date,
                rule=step.rule.removeprefix(f"{step.stage}: "),
                warned=warned(window.policy, step.date),
            )
    blocked = {python: life.blocked for python, life in real.items() if life.blocked}
    return Line(window, changes, blocked)


def warned(policy: Policy, day: dt.date) -> dt.date | None:
    """From when the policy warns of what happens on `day`, by the earliest of its steps."""
    before = [Offset(-step.before.months, -step.before.days) for step in policy.warnings]
    return min((offset.after(day) for offset in before), default=None)


def _behind(life: Timeline, day: dt.date) -> int:
    """How many stages are over on `day`."""
    return max(sum(step.date <= day for step in life.steps) - 1, 0)


@lru_cache(maxsize=1)
def _moved() -> Calendar:
    """The calendar in which all that is expected comes a year later."""
    known = calendar.load()
    return known._replace(
        releases={
            version: Release(version, *(_later(item.date(event)) for event in calendar.EVENTS))
            for version, item in known.releases.items()
        }
    )


def _with_own(policy: Policy) -> Policy:
    """The policy whose own releases, as far as they are expected, come a year later."""
    if policy.own is None:
        return policy
    releases = (
        item._replace(date=_later(item.date) or item.date, lts=_later(item.lts))
        for item in policy.own.releases
    )
    return policy._replace(own=policy.own._replace(releases=tuple(releases)))


def _later(date: Dated | None) -> Dated | None:
    if date is None or not date.expected:
        return date
    year = dt.timedelta(days=365)
    return date._replace(first=date.first + year, last=date.last + year)
