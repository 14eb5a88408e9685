"""The organisation's own dates: what a fleet's policies ask for, when, and of which project.

`entries` is what the command `calendar`, its feed and the site show. It is a pure function
of what was read: no clock, no disk, no network.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from pylife.model import DateKind, PythonVersion, Stage, Waiver
from pylife.rules.base import listing
from pylife.workflow.dates.entry import Entry, order, words
from pylife.workflow.dates.project import Dates
from pylife.workflow.dates.timeline import Change, Line, warned
from pylife.workflow.dates.timeline import line as follow
from pylife.workflow.read import Read, Scan

__all__ = ["DateKind", "Entry", "chosen", "entries", "unknown"]

_NAMED = 3
"""So many projects are named; of more, only their number is told."""
_STAGES = {
    Stage.PREVIEW: DateKind.PREVIEW,
    Stage.ADOPTING: DateKind.ADOPTING,
    Stage.SUPPORTED: DateKind.SUPPORTED,
    Stage.DEPRECATED: DateKind.DEPRECATED,
    Stage.DROPPED: DateKind.DROPPED,
}


def entries(scan: Scan, until: dt.date) -> tuple[Entry, ...]:
    """The dates of the fleet from the day of `scan` up to and including `until`, sorted.

    For each policy that judges a member that was looked at, the days on which a Python changes
    its stage; for each such member, what those days mean for it, and when what it stands on
    ends (`Read.endings`); and the ends of the waivers. What was to be done earlier and is not
    comes first, as overdue.
    """
    reads = [read for read in scan.reads if read.is_there]
    lines: dict[str, Line] = {}
    for read in reads:
        if read.policy not in lines:
            lines[read.policy] = follow(read.window)
    found = [entry for read in reads for entry in Dates(read, lines[read.policy], until).all()]
    found += _policies(reads, lines, until)
    found += _waivers(reads, scan.waivers, scan.as_of, until)
    return tuple(sorted(found, key=order))


def chosen(
    scan: Scan, *, owner: str | None = None, kind: str | None = None, project: str | None = None
) -> Scan:
    """The scan with those members only that match; `owner` and `project` may be patterns."""

    def wanted(read: Read) -> bool:
        is_ = read.member.project
        return (
            (owner is None or fnmatchcase(is_.owner or "", owner))
            and (kind is None or is_.kind == kind)
            and (project is None or fnmatchcase(is_.name, project))
        )

    return scan._replace(reads=tuple(read for read in scan.reads if wanted(read)))


def unknown(read: Read) -> tuple[str, ...]:
    """Why dates of a member may be missing: what could not be read, or is not declared."""
    if not read.is_there:
        return (read.member.project.error,) if read.member.project.error else ()
    broken = tuple(f"{item.file} cannot be read: {item.message}" for item in read.problems)
    return (*broken, *Dates(read, Line(read.window, {}, {}), read.window.as_of).unknown())


class _Key(NamedTuple):
    """What is one date of a policy, for whichever of its projects."""

    policy: str
    kind: DateKind
    python: PythonVersion
    first: dt.date
    last: dt.date


def _policies(reads: Sequence[Read], lines: dict[str, Line], until: dt.date) -> Iterator[Entry]:
    """Each policy's changes of stage; where scopes make them differ, with whom they are for."""
    judged = Counter(read.window.policy.name for read in reads)
    members: dict[_Key, list[str]] = {}
    changes: dict[_Key, Change] = {}
    for read in reads:
        policy = read.window.policy.name
        for kind, change in _changes(lines[read.policy], until):
            key = _Key(policy, kind, change.python, change.first, change.last)
            members.setdefault(key, []).append(read.member.project.name)
            changes.setdefault(key, change)
    for key, change in changes.items():
        names, some = sorted(members[key]), ""
        if len(names) < judged[key.policy]:
            some = f"for {listing(names) if len(names) <= _NAMED else f'{len(names)} projects'}"
        yield Entry(
            first=key.first,
            last=key.last,
            kind=key.kind,
            policy=key.policy,
            subject=f"{key.policy} {key.python}" + (f" {names[0]}" if some else ""),
            text=words(key.kind, [key.python], some),
            detail=some,
            rule=change.rule,
            expected=change.expected,
            python=key.python,
            warned=change.warned,
        )


def _changes(line: Line, until: dt.date) -> Iterator[tuple[DateKind, Change]]:
    """What changes from the day of the window on."""
    as_of = line.window.as_of
    for change in line.changes.values():
        if as_of <= change.last <= until:
            yield _STAGES[change.stage], change
    for python, day in line.blocked.items():
        drop = line.change(python, Stage.DROPPED)
        if drop is not None and as_of <= day <= until:
            yield (
                DateKind.BLOCKED,
                drop._replace(
                    first=day, last=day, rule="block", warned=warned(line.window.policy, day)
                ),
            )


def _waivers(
    reads: Sequence[Read], waivers: Sequence[Waiver], as_of: dt.date, until: dt.date
) -> Iterator[Entry]:
    """The last day of each waiver for a member that was looked at, once where it was renewed."""
    latest = {
        (waiver.rule, waiver.project, waiver.subject): waiver
        for waiver in sorted(waivers, key=lambda waiver: waiver.until)
    }
    for waiver in latest.values():
        named = [read for read in reads if fnmatchcase(read.member.project.name, waiver.project)]
        if not named or waiver.until > until:
            continue
        what = "all findings" if waiver.rule == "*" else waiver.rule
        about = "" if waiver.subject == "*" else f" on {waiver.subject!r}"
        ended = waiver.until < as_of
        whom = waiver.project if len(named) > 1 else named[0].member.project.name
        yield Entry(
            first=waiver.until,
            last=waiver.until,
            kind=DateKind.WAIVER,
            policy=named[0].window.policy.name,
            subject=f"{waiver.rule} {waiver.project} {waiver.subject}",
            text=f"the waiver of {what}{about} for {whom} {'ran' if ended else 'runs'} out"
            f" ({waiver.owner}: {waiver.reason})",
            help="do what is waived, or ask for more time",
            rule=f"{waiver.file}:{waiver.line}" if waiver.line else waiver.file,
            overdue=ended,
            warned=warned(named[0].window.policy, waiver.until),
            owner=waiver.owner,
            project=named[0].member.project.name if len(named) == 1 else None,
        )
