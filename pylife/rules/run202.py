"""The runtime Python ends soon.

Why: moving a runtime takes an image, a rebuild and a roll-out; the policy's
warning time is what it leaves for that.

Fix: move the runtime to the newest supported Python before the date.

Example: `FROM python:3.10-slim` in August 2026.
"""

import datetime as dt
from collections.abc import Iterator

from pylife.calendar import Dated
from pylife.model import Phase, Severity, Stage
from pylife.policy import StageInfo
from pylife.rules.base import Facts, Rule, Verdict
from pylife.rules.runtime import advice, move, of_system, verb


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
            system = of_system(facts, item, python)
            date, what = _first(facts, info, release.eol, system)
            severity = window.severity(date) if date is not None else None
            if severity is not None:
                yield Verdict(
                    subject=f"{item.file} {item.site} {python}",
                    message=f"{verb(facts, item)} {python}, which {what}"
                    + (f"; {system}" if system else ""),
                    help=f"{advice(facts, item)}, before then",
                    at=item,
                    severity=min(severity, Severity.WARNING, key=lambda one: one.rank)
                    if system
                    else severity,
                    effective=str(date),
                    changes=move(facts, item),
                    unsafe=True,
                )


def _first(
    facts: Facts, info: StageInfo, eol: Dated | None, system: str
) -> tuple[dt.date | None, str]:
    """What comes first, the end of life or the policy's drop: its day, and in words."""
    whose = "CPython's own" if system else "its"
    dates = []
    if eol is not None:
        on = "in" if eol.month else "on"
        dates.append((eol.last, f"reaches {whose} end of life {on} {eol}"))
    if info.next_stage is Stage.DROPPED and info.next_date is not None:
        policy = facts.window.policy.name
        said = f"is dropped by the policy {policy!r} on {info.next_date}"
        dates.append((info.next_date, said))
    return min(dates, default=(None, ""))


RULE = Rule(
    code="RUN202",
    severity=Severity.WARNING,
    check=check,
    documentation=__doc__,
    fixes=("unsafe",),
)
