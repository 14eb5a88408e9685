"""The dates of moments: looked up in the calendar and in other data, moved, rounded, bound.

Every date is a pair of its first and its last possible day, which differ where a
source knows the month only; offsets, rounding, binding, earliest and latest all keep the order
of days, so that they apply to both ends alike.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import NamedTuple, cast

from pylife.calendar import Dated, Event, Release
from pylife.policy.moments import Anchored, Binding, Combined, Fixed, Moment, words
from pylife.policy.offsets import Offset, Rounding, rounded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pylife.policy.parts import Own


class When(NamedTuple):
    """A date: some day from `first` to `last`; `doubt` says why it is not one day."""

    first: dt.date
    last: dt.date
    doubt: str = ""


class Later(NamedTuple):
    """A date that is not known, but not before `since`; `why` says what it waits for."""

    since: dt.date
    why: str


Lookup = Callable[[str], Dated | None]
"""From an anchor to its date; None where it has none."""


def of_python(release: Release, own: "Own | None") -> Lookup:
    """The dates of the anchors for one Python. Other data is read only when it is named."""

    def look_up(anchor: str) -> Dated | None:
        family, _, rest = anchor.partition(".")
        name, _, event = rest.rpartition(".")
        match family:
            case "python":
                return release.date(cast("Event", rest))
            case "own":
                return next(
                    (
                        item.date
                        for item in (own.releases if own else ())
                        if release.version in item.adds
                    ),
                    None,
                )
            case "dependency":
                from pylife import releases

                package = releases.find(name)
                return package.first_for(release.version) if package else None
            case _:
                from pylife import platforms

                row = platforms.dates(name, release.version)
                return cast("Dated | None", getattr(row, event)) if row else None

    return look_up


def resolve(moment: Moment, look_up: Lookup, own: "Own | None") -> When | Later | None:
    """When `moment` is; None where what it is anchored on has no date (yet)."""
    match moment:
        case Fixed(date):
            return dated(date, "a fixed date")
        case Anchored(anchor, offset, rounding, at):
            found = look_up(anchor)
            if found is None:
                return None
            return _moved(dated(found, words(anchor)), offset, rounding, at, own)
        case Combined(how, of, offset, rounding, at):
            parts = [resolve(part, look_up, own) for part in of]
            when = _earliest(parts) if how == "earliest" else _latest(parts)
            return _moved(when, offset, rounding, at, own) if isinstance(when, When) else when


def dated(date: Dated, what: str) -> When:
    """`date` of an event in words, which says so where only the month is known."""
    doubt = f"{what} is known to the month only ({date}, {date.source})" if date.month else ""
    return When(date.first, date.last, doubt)


def _moved(
    when: When,
    offset: Offset,
    rounding: Rounding | None,
    at: Binding | None,
    own: "Own | None",
) -> When | Later:
    first = rounded(offset.after(when.first), rounding)
    last = rounded(offset.after(when.last), rounding)
    if at is not None:
        from pylife.policy import own as own_releases

        bound = own_releases.bind(at, (first, last), own)
        if isinstance(bound, Later):
            return bound
        first, last = bound
    return When(first, last, when.doubt if first != last else "")


def _earliest(parts: Sequence[When | Later | None]) -> When | Later | None:
    """The earliest of those that are known: what has no date yet does not hold it up."""
    known = [part for part in parts if isinstance(part, When)]
    if known:
        return _span(min(known).first, min(part.last for part in known), known)
    return min((part for part in parts if isinstance(part, Later)), default=None)


def _latest(parts: Sequence[When | Later | None]) -> When | Later | None:
    """The latest of all: without a date while one of them has none."""
    if None in parts:
        return None
    waiting = [part for part in parts if isinstance(part, Later)]
    if waiting:
        return max(waiting)
    known = [part for part in parts if isinstance(part, When)]
    return _span(max(part.first for part in known), max(part.last for part in known), known)


def _span(first: dt.date, last: dt.date, parts: Sequence[When]) -> When:
    doubts = dict.fromkeys(part.doubt for part in parts if part.doubt and part.first < last)
    return When(first, last, "; ".join(doubts) if first != last else "")
