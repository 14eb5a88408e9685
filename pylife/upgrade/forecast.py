"""When a campaign will be over, as far as what was seen so far can tell.

What a pull request takes from its opening to its merge is read from those that were merged, in
this campaign and in earlier ones. What is left is a chain of such times: a project can only be
merged after those that come before it. The first day of the range takes for each the time that
one in four beat, the last day the time that nine in ten did. Nothing is said of what nobody
knows: without enough merges there is no date, and what waits for a person or a blocker without a
date is named instead of being counted.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from pylife.model import MigrationState, PullRequest, PythonVersion
from pylife.upgrade.waves import waves
from pylife.upgrade.words import count, some

LEAST = 3
"""Merges without which nothing is said."""
_QUICK, _SLOW = 0.25, 0.9
_DONE = frozenset({MigrationState.VERIFIED, MigrationState.MERGED, MigrationState.EXCLUDED})
_FLOWS = frozenset(
    {MigrationState.IN_PR, MigrationState.AWAITING_PR, MigrationState.AWAITING_PARENTS}
)
"""What gets there by itself, as far as anything does; the others wait for somebody."""


Asks = Literal["support", "run on", "drop"]


class Due(NamedTuple):
    """What a policy asks for from a day on, such as to support 3.12."""

    day: dt.date
    asks: Asks
    python: PythonVersion

    def __str__(self) -> str:
        return f"{self.asks} {self.python}"


class Left(NamedTuple):
    """A project that is not done: `after` are those that have to be done before it.

    `opened` is when its pull request was opened, if it is open; `not_before` a day before
    which it cannot move (a snooze, a freeze, a blocker's date); `due` the first that its policy
    asks for of what it lacks. A floor that rises later is one by itself.
    """

    name: str
    state: MigrationState
    after: tuple[str, ...] = ()
    opened: dt.datetime | None = None
    not_before: dt.date | None = None
    due: Due | None = None


class Forecast(NamedTuple):
    """When all that moves by itself is merged: `first` to `last`; None where nobody knows.

    `left` counts the upgrades that are not done, whether or not they have a pull request.
    `setters` are the projects that set the last day; `stuck` those that no date is known of, each
    with the state that says why. `due` is what the policy asks for first of what is left, by
    project: all of one day. `in_time` says whether all is merged by then, None where that cannot
    be said.
    """

    first: dt.date | None
    last: dt.date | None
    basis: str
    left: int
    setters: tuple[str, ...] = ()
    stuck: tuple[tuple[str, str], ...] = ()
    due: tuple[tuple[str, Due], ...] = ()
    in_time: bool | None = None

    @property
    def deadline(self) -> dt.date | None:
        """The earliest day that the policy sets for what is left."""
        return self.due[0][1].day if self.due else None


def merge_times(pulls: Iterable[PullRequest]) -> list[float]:
    """How many days each merged pull request took, sorted, where both ends are known."""
    return sorted(
        (pull.ended - pull.created).total_seconds() / 86400
        for pull in pulls
        if pull.state == "merged" and pull.created and pull.ended and pull.ended >= pull.created
    )


def forecast(left: Sequence[Left], times: Sequence[float], as_of: dt.date) -> Forecast:
    """The forecast for what is `left`, from how many days merges took (`merge_times`)."""
    open_ones = [one for one in left if one.state not in _DONE]
    if not open_ones:
        return Forecast(as_of, as_of, "nothing is left to move", 0, in_time=True)
    due = _due(open_ones)
    deadline = due[0][1].day if due else None
    stuck = _stuck(open_ones)
    names = tuple((one.name, one.state.value) for one in open_ones if one.name in stuck)
    moving = [one for one in open_ones if one.name not in stuck]
    if len(times) < LEAST:
        seen = count(len(times), "merge") if times else "no merge"
        basis = f"{seen} seen so far; a forecast needs {LEAST}"
        late = deadline is not None and deadline <= as_of
        return Forecast(
            None, None, basis, len(open_ones), stuck=names, due=due,
            in_time=False if late else None,
        )  # fmt: skip
    quick, slow = _quantile(times, _QUICK), _quantile(times, _SLOW)
    early, late_ = _ends(moving, quick, as_of), _ends(moving, slow, as_of)
    first = max(early.values(), default=None)
    last = max(late_.values(), default=None)
    basis = (
        f"{count(len(times), 'merge')} seen took {_days(quick)} (one in four was quicker) to"
        f" {_days(slow)} (one in ten was slower)"
    )
    return Forecast(
        first=first,
        last=last,
        basis=basis,
        left=len(open_ones),
        setters=_setters(moving, late_, last),
        stuck=names,
        due=due,
        in_time=_in_time(deadline, first, last, stuck=bool(names), as_of=as_of),
    )


def words(found: Forecast) -> list[str]:
    """The forecast as lines for people."""
    if not found.left:
        return ["Nothing is left to move."]
    lines = []
    if found.first is None or found.last is None:
        lines.append(f"When it will be over is not known: {found.basis}.")
    elif found.first == found.last:
        lines.append(f"It will be over on {found.last}: {found.basis}.")
    else:
        lines.append(f"It will be over between {found.first} and {found.last}: {found.basis}.")
    if found.setters:
        lines.append(f"The last day is set by {some(found.setters)}.")
    if found.stuck:
        named = [f"{name} ({state})" for name, state in found.stuck]
        lines.append(f"No date is known of {some(named)}: somebody has to act.")
    if found.deadline is not None:
        said = {
            True: "in time",
            False: "not in time",
            None: "whether that is in time is not known",
        }[found.in_time]
        whom = some([f"{name} to {due}" for name, due in found.due])
        lines.append(f"The first day that the policy sets is {found.deadline}, for {whom}: {said}.")
    return lines


def _due(open_ones: Sequence[Left]) -> tuple[tuple[str, Due], ...]:
    """What is due first, and of whom; empty where the policy sets no day."""
    found = [(one.name, one.due) for one in open_ones if one.due is not None]
    first = min((due.day for _, due in found), default=None)
    return tuple((name, due) for name, due in found if due.day == first)


def _stuck(open_ones: Sequence[Left]) -> set[str]:
    """Those that wait for somebody, and those that wait for them."""
    stuck = {one.name for one in open_ones if one.state not in _FLOWS}
    while True:
        more = {one.name for one in open_ones if set(one.after) & stuck} - stuck
        if not more:
            return stuck
        stuck |= more


def _ends(moving: Sequence[Left], days: float, as_of: dt.date) -> dict[str, dt.date]:
    """By project, the day on which it is merged where each merge takes `days`."""
    by_name = {one.name: one for one in moving}
    layer = waves({one.name: one.after for one in moving})
    found: dict[str, dt.date] = {}
    for name in sorted(by_name, key=lambda name: (layer[name], name)):
        one = by_name[name]
        # Who moves together, in one layer, waits for nobody in the circle.
        before = [found[n] for n in one.after if n in found and layer[n] < layer[name]]
        start = max([as_of, *before, *filter(None, [one.not_before])])
        taken = days
        if one.opened is not None and not before:
            taken = max(0.0, taken - (as_of - one.opened.date()).days)
        found[name] = start + dt.timedelta(days=round(taken))
    return found


def _setters(
    moving: Sequence[Left], ends: Mapping[str, dt.date], last: dt.date | None
) -> tuple[str, ...]:
    """The chain that ends on the last day, the first of it first."""
    by_name = {one.name: one for one in moving}
    tops = sorted(name for name, day in ends.items() if day == last)
    if not tops:
        return ()
    chain = [tops[0]]
    while True:
        below = [n for n in by_name[chain[-1]].after if n in ends and n not in chain]
        if not below:
            return tuple(reversed(chain))
        chain.append(max(sorted(below), key=lambda n: ends[n]))


def _in_time(
    deadline: dt.date | None,
    first: dt.date | None,
    last: dt.date | None,
    *,
    stuck: bool,
    as_of: dt.date,
) -> bool | None:
    if deadline is None:
        return None
    if deadline <= as_of or (first is not None and first > deadline):
        return False
    return True if not stuck and last is not None and last <= deadline else None


def _quantile(times: Sequence[float], share: float) -> float:
    """The time that `share` of `times` (sorted) did not exceed, between two of them by lines."""
    place = share * (len(times) - 1)
    below = int(place)
    above = min(below + 1, len(times) - 1)
    return times[below] + (times[above] - times[below]) * (place - below)


def _days(days: float) -> str:
    whole = round(days)
    return count(whole, "day") if whole else "less than a day"
