"""The runtime Python ends soon.

Why: moving a runtime takes an image, a rebuild and a roll-out; the policy's
warning time is what it leaves for that.

Fix: move the runtime to the newest supported Python before the date.

Example: `FROM python:3.10-slim` in August 2026.
"""

from collections.abc import Iterator

from pylife.model import Phase, Severity, Stage
from pylife.rules.base import Facts, Rule, Verdict
from pylife.rules.runtime import advice, move


def check(facts: Facts) -> Iterator[Verdict]:
    """Each runtime whose Python reaches its end of life or is dropped within the warning time."""
    window = facts.window
    for item in facts.runtimes:
        for python in item.effective:
            info = window.stages.get(python.plain)
            release = facts.calendar.releases.get(python.plain)
            if info is None or release is None or info.stage is Stage.DROPPED:
                continue
            if release.phase(window.as_of) is Phase.END_OF_LIFE:
                continue  # RUN201 speaks of that
            dates = [(release.eol.last, "reaches its end of life")] if release.eol else []
            if info.next_stage is Stage.DROPPED and info.next_date is not None:
                dates.append((info.next_date, f"is dropped by the policy {window.policy.name!r}"))
            date, what = min(dates, default=(None, ""))
            severity = window.severity(date) if date is not None else None
            if severity is not None:
                yield Verdict(
                    subject=f"{item.file} {item.site} {python}",
                    message=f"runs on {python}, which {what} on {date}",
                    help=f"{advice(facts, item)}, before then",
                    at=item,
                    severity=severity,
                    effective=str(date),
                    changes=move(facts, item),
                    unsafe=True,
                )


RULE = Rule(
    code="RUN202",
    severity=Severity.WARNING,
    check=check,
    documentation=__doc__,
    fixes=("unsafe",),
)
