"""What does not fail today and will: the findings of every later day on which something changes."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from pylife import calendar, policy
from pylife.formats import CheckReport
from pylife.model import Finding, Severity, SuppressionKind
from pylife.policy.offsets import Offset
from pylife.workflow.read import judged
from pylife.workflow.records import Read, Scan
from pylife.workflow.report import report

_DAY = Offset(days=1)


def upcoming(
    scan: Scan,
    today: CheckReport,
    until: dt.date,
    *,
    at_least: Severity,
    select: tuple[str, ...] = (),
    ignore: tuple[str, ...] = (),
) -> tuple[Finding, ...]:
    """The findings that begin to hold, or become as grave as `at_least`, by `until`.

    Each comes once, with the day from which on it holds as `effective`. What counts is
    judged on each day anew, so that a waiver that runs out is seen as well.
    """
    worst = _worst(item for item in today.findings if _known(item))
    found: list[Finding] = []
    day = scan.as_of
    while (following := _next(scan, day, at_least)) is not None and following <= until:
        day = following
        then = report(_on(scan, day), select=select, ignore=ignore).counted
        for item in then:
            rank = worst.get((item.project, item.fingerprint), -1)
            if item.severity.rank >= at_least.rank and item.severity.rank > rank:
                found.append(item._replace(upcoming=True, effective=day.isoformat(), changes=()))
        for key, rank in _worst(then).items():
            worst[key] = max(rank, worst.get(key, -1))
    return tuple(found)


def _known(item: Finding) -> bool:
    """Whether it holds today; a waiver hides it for a while only, the baseline for good."""
    held = item.suppressed
    return held is None or held.kind is SuppressionKind.BASELINE


def _worst(findings: Iterable[Finding]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for item in findings:
        key = (item.project, item.fingerprint)
        found[key] = max(found.get(key, -1), item.severity.rank)
    return found


def _on(scan: Scan, day: dt.date) -> Scan:
    """The scan as it would be on another day, if nothing is changed."""
    windows = {
        name: policy.window(window.policy, calendar.load(), day)
        for name, window in scan.windows.items()
    }
    return scan._replace(
        as_of=day,
        windows=windows,
        reads=tuple(_later(read, windows[read.policy]) for read in scan.reads),
    )


def _later(read: Read, window: policy.Window) -> Read:
    return read._replace(window=window, judgement=judged(read, window))


def _next(scan: Scan, day: dt.date, at_least: Severity) -> dt.date | None:
    """The first day after `day` on which a verdict can change."""
    return min((date for date in _dates(scan, day, at_least) if date > day), default=None)


def _dates(scan: Scan, day: dt.date, at_least: Severity) -> Iterator[dt.date]:
    """Days on which a verdict can change, as far as they can be told on `day`."""
    for window in scan.windows.values():
        steps = _steps(window, at_least)
        yield from _of_window(window, day, steps)
        yield window.policy.stale_after.after(calendar.load().snapshot) + dt.timedelta(days=1)
        for release in calendar.load().releases.values():
            if release.eol is not None:
                yield release.eol.last
                yield from _warned(release.eol.last, steps)
    for read in scan.reads:
        steps = _steps(read.window, at_least)
        for ending in read.endings:
            yield ending.last
            yield _DAY.after(ending.last)
            yield from _warned(ending.last, steps)
        for _, looked_up in read.looked_up:
            yield read.window.policy.stale_after.after(looked_up) + dt.timedelta(days=1)
    for waiver in scan.waivers:
        yield _DAY.after(waiver.until)


def _of_window(window: policy.Window, day: dt.date, steps: Sequence[Offset]) -> Iterator[dt.date]:
    for info in policy.window(window.policy, calendar.load(), day).stages.values():
        if info.next_date is not None:
            yield info.next_date
            yield from _warned(info.next_date, steps)
        if info.blocked is not None:
            yield info.blocked
    for floor in policy.dependency_floors(window.policy, day).values():
        if floor.next_date is not None:
            yield floor.next_date


def _steps(window: policy.Window, at_least: Severity) -> list[Offset]:
    """How long before a date findings of at least that severity begin."""
    return [step.before for step in window.policy.warnings if step.severity.rank >= at_least.rank]


def _warned(date: dt.date, steps: Iterable[Offset]) -> Iterator[dt.date]:
    """The days around those on which a warning of what happens on `date` begins.

    Months are of different lengths, so that a step forward from a day and one back from the
    date may miss each other by up to three days.
    """
    for step in steps:
        back = step._replace(months=-step.months, days=-step.days).after(date)
        for days in range(-3, 4):
            yield back + dt.timedelta(days=days)
