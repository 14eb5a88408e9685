"""One date of an organisation's calendar, and the words for it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pylife.calendar import month_end
from pylife.model import DateKind, Kind, PythonVersion
from pylife.rules.base import listing


class Entry(NamedTuple):
    """One date of a project, or (where `project` is None) of a policy.

    `first` and `last` differ where only the month is known; what counts is `last`.
    `expected` says that it follows from a date that may still move. `overdue`: what was to
    be done by then is not done on the day of the scan. `subject` tells it from others of the
    same project and kind, and holds no date. `text` and `help` are for people; `rule` is the
    part of the policy, or the source, that sets the date. `warned` is the day from which the
    policy warns. `file` (from the root that pylife was given) and `line` are the place that
    makes it the project's concern.
    """

    first: dt.date
    last: dt.date
    kind: DateKind
    policy: str
    subject: str
    text: str
    help: str = ""
    rule: str = ""
    detail: str = ""
    """What makes it the project's concern, in words; part of `text`."""
    expected: bool = False
    overdue: bool = False
    python: PythonVersion | None = None
    warned: dt.date | None = None
    project: str | None = None
    project_kind: Kind | None = None
    tier: int | None = None
    owner: str | None = None
    file: str | None = None
    line: int | None = None

    @property
    def exact(self) -> bool:
        """Whether the day is known."""
        return self.first == self.last

    @property
    def shown(self) -> str:
        """The date as it is known: `2027-01-31`, `2026-10` or `2026-10-08 to 2026-11-07`."""
        return shown(self.first, self.last)

    @property
    def is_month(self) -> bool:
        """Whether it is some day of one month."""
        return len(self.shown) == len("2026-10")

    @property
    def by(self) -> str:
        """The date as words after "by": `2027-01-31`, `the end of 2026-10 (day not known)`."""
        if self.exact:
            return self.shown
        end = f"the end of {self.shown}" if self.is_month else str(self.last)
        return f"{end} (day not known)"

    @property
    def about(self) -> str:
        """Whom it concerns: the project, or the policy."""
        return self.project or f"policy {self.policy}"

    @property
    def uid(self) -> str:
        """The same on every day, on every machine, and wherever the date has moved to."""
        import hashlib

        text = "\0".join((self.project or "", self.kind, self.subject))
        return f"{hashlib.sha256(text.encode()).hexdigest()[:32]}@pylife"


def shown(first: dt.date, last: dt.date) -> str:
    """A date as it is known: a day, a month, or the days between which it lies."""
    if first == last:
        return last.isoformat()
    if first.day == 1 and last == month_end(first):
        return f"{last:%Y-%m}"
    return f"{first} to {last}"


_WORDS = {
    DateKind.PREVIEW: "{} {enters} prerelease",
    DateKind.ADOPTING: "{} {is} released: adopt {it}",
    DateKind.SUPPORTED: "{} must be supported",
    DateKind.DEPRECATED: "{} {is} deprecated",
    DateKind.DROPPED: "{} {is} dropped",
    DateKind.BLOCKED: "the drop of {} can no longer be waived",
    DateKind.FLOOR: "raise the floor above {newest}",
    DateKind.RANGE: "support {}",
    DateKind.TESTS: "test on {}",
    DateKind.RUNTIME_EOL: "end of life of the runtime {}",
    DateKind.RUNTIME_DROPPED: "move off the runtime {}",
}


def words(kind: DateKind, pythons: Sequence[PythonVersion], detail: str = "") -> str:
    """What is to be done, or happens, for `pythons` (sorted, at least one).

    `detail` goes in parentheses. Not for the kinds that speak of no Python.
    """
    one = len(pythons) == 1
    text = _WORDS[kind].format(
        listing(pythons),
        newest=pythons[-1],
        enters="enters" if one else "enter",
        **{"is": "is" if one else "are", "it": "it" if one else "them"},
    )
    return f"{text} ({detail})" if detail else text


def order(entry: Entry) -> tuple[object, ...]:
    """The key by which entries are sorted: what is overdue first, then by date and project."""
    return (
        not entry.overdue,
        entry.last,
        entry.first,
        entry.project is not None,
        entry.project or entry.policy,
        entry.kind.rank,
        entry.python or (),
        entry.subject,
    )


def together(entries: Iterable[Entry]) -> str:
    """The words for entries of one kind, each Python named once, with their common detail."""
    listed = list(entries)
    pythons = sorted({entry.python for entry in listed if entry.python is not None})
    if len(pythons) < 2:
        return listed[0].text
    details = list(dict.fromkeys(entry.detail for entry in listed if entry.detail))
    return words(listed[0].kind, pythons, "; ".join(details))
