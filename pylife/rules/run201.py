"""The runtime Python is past its end.

Why: a Python that is past its end of life, or that the policy has dropped, gets
no security fixes, and it is what this project is deployed with.

Fix: move the runtime to the newest supported Python; a model is retrained or
re-validated there.

Example: `FROM python:3.9-slim` after 2025-10-31.
"""

from collections.abc import Iterator

from pylife.model import Phase, Role, Severity, Stage
from pylife.rules.base import Facts, Rule, Verdict
from pylife.rules.runtime import advice, move


def check(facts: Facts) -> Iterator[Verdict]:
    """Each runtime declaration whose Python is dropped, or past CPython's end of life."""
    window = facts.window
    for item in facts.of(Role.RUNS_ON):
        for python in item.effective:
            info = window.stages.get(python.plain)
            release = facts.calendar.releases.get(python.plain)
            if info is None or release is None:
                continue
            dead = release.phase(window.as_of) is Phase.END_OF_LIFE
            if info.stage is not Stage.DROPPED and not dead:
                continue
            eol = str(release.eol) if release.eol else None
            why = f"its end of life was {eol}" if dead else f"dropped on {info.since}"
            dropped = info.stage is Stage.DROPPED
            yield Verdict(
                subject=f"{item.file} {item.site} {python}",
                message=f"runs on {python}: {why}"
                + ("" if dropped else f"; the policy allows it until {info.next_date}"),
                help=advice(facts, item),
                at=item,
                severity=Severity.ERROR if dropped else Severity.WARNING,
                effective=str(release.eol.last) if dead and release.eol else str(info.since),
                changes=move(facts, item),
                unsafe=True,
            )


RULE = Rule(code="RUN201", severity=Severity.ERROR, check=check, documentation=__doc__)
