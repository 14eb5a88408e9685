"""The one line that counts everything; for people, in several formats."""

from collections.abc import Iterator

from pylife.formats.base import CheckReport
from pylife.formats.shared import count, suppressed, upcoming
from pylife.model import Severity, SuppressionKind

_SUPPRESSED = {
    SuppressionKind.WAIVER: "waived",
    SuppressionKind.BASELINE: "in the baseline",
    SuppressionKind.COMMENT: "ignored by comments",
}


def summary(report: CheckReport) -> str:
    """What was looked at and found, with the day and, where it is known, the time it took."""
    day = f"as of {report.as_of}"
    if report.seconds is not None:
        day += f", in {report.seconds:.2f}s"
    return f"{'; '.join(_parts(report))} ({day})"


def _parts(report: CheckReport) -> Iterator[str]:
    statuses = report.statuses
    yield f"{count(statuses['checked'] + statuses['incomplete'], 'project')} checked"
    yield _findings(report)
    taken, coming = suppressed(report.findings), len(upcoming(report.findings))
    if taken:
        kinds = (
            (sum(1 for item in taken if item.suppressed and item.suppressed.kind is kind), words)
            for kind, words in _SUPPRESSED.items()
        )
        yield f"{len(taken)} suppressed ({', '.join(f'{n} {words}' for n, words in kinds if n)})"
    if report.horizon is not None:
        yield f"{coming or 'nothing'} upcoming until {report.horizon}"
    elif coming:
        yield f"{coming} upcoming"
    for status, words in (
        ("incomplete", "could not be read in full"),
        ("error", "could not be had"),
        ("excluded", "excluded"),
    ):
        if statuses[status]:
            yield f"{statuses[status]} {words}"
    if report.unreadable:
        yield f"{count(report.unreadable, 'declaration')} unreadable"
    if report.not_evaluated:
        yield f"{count(len(report.not_evaluated), 'verdict')} not evaluated"


def _findings(report: CheckReport) -> str:
    counted = report.counted
    if not counted:
        return "no finding"
    by = ", ".join(
        count(number, severity.value)
        for severity in reversed(Severity)
        if (number := report.count(severity))
    )
    safe = sum(1 for item in counted if item.fixable and not item.unsafe)
    unsafe = sum(1 for item in counted if item.fixable and item.unsafe)
    fixes = [f"{safe} fixable with --fix"] if safe else []
    if unsafe:
        fixes.append(f"{unsafe}{' more' if safe else ' fixable'} with --unsafe-fixes")
    return ", ".join([f"{count(len(counted), 'finding')} ({by})", *fixes])
