"""What does not fail today and will: the findings of every later day on which something changes."""

import datetime as dt
from collections.abc import Iterator, Sequence

from pylife import calendar, policy
from pylife.formats import CheckReport
from pylife.model import Finding, Severity
from pylife.workflow.read import judged
from pylife.workflow.records import Read, Scan
from pylife.workflow.report import report


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
    worst = _worst(today.counted)
    found: list[Finding] = []
    day = scan.as_of
    while (following := _next(scan, day)) is not None and following <= until:
        day = following
        for item in report(_on(scan, day), select=select, ignore=ignore).counted:
            rank = worst.get((item.project, item.fingerprint), -1)
            if item.severity.rank >= at_least.rank and item.severity.rank > rank:
                found.append(item._replace(upcoming=True, effective=day.isoformat(), changes=()))
            worst[item.project, item.fingerprint] = max(rank, item.severity.rank)
    return tuple(found)


def _worst(findings: Sequence[Finding]) -> dict[tuple[str, str], int]:
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


def _next(scan: Scan, day: dt.date) -> dt.date | None:
    """The first day after `day` on which a verdict can change."""
    return min((date for date in _dates(scan, day) if date > day), default=None)


def _dates(scan: Scan, day: dt.date) -> Iterator[dt.date]:
    for window in scan.windows.values():
        for info in policy.window(window.policy, calendar.load(), day).stages.values():
            if info.next_date is not None:
                yield info.next_date
        stale = window.policy.stale_after.after(calendar.load().snapshot)
        yield stale + dt.timedelta(days=1)
    for read in scan.reads:
        for ending in read.endings:
            yield ending.last + dt.timedelta(days=1)
    for waiver in scan.waivers:
        yield waiver.until + dt.timedelta(days=1)
    for release in calendar.load().releases.values():
        if release.eol is not None:
            yield release.eol.last
