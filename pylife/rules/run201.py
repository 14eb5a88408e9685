"""The runtime Python is past its end.

Why: a Python that is past its end of life, or that the policy has dropped, gets
no security fixes, and it is what this project is deployed with.

Fix: move the runtime to the newest supported Python; a model is retrained or
re-validated there.

Example: `FROM python:3.9-slim` after 2025-10-31.
"""

from collections.abc import Iterator

from pylife.declarations.authority import INHERITED
from pylife.model import Phase, Severity, Stage
from pylife.rules.base import Facts, Rule, Verdict
from pylife.rules.runtime import advice, beside, move


def check(facts: Facts) -> Iterator[Verdict]:
    """Each runtime declaration whose Python is dropped, or past CPython's end of life."""
    window = facts.window
    for item in facts.runtimes:
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
            listed = len(beside(facts, item)) > 1  # where a layer may be used, not where it is
            says = f"lists {python}" if listed else f"runs on {python}"
            source = f" ({item.note})" if item.site == INHERITED else ""
            yield Verdict(
                subject=f"{item.file} {item.site} {python}",
                message=f"{says}{source}: {why}"
                + ("" if dropped else f"; the policy allows it until {info.next_date}"),
                help=f"remove {python}" if listed else advice(facts, item),
                at=item,
                severity=Severity.ERROR if dropped and not listed else Severity.WARNING,
                effective=str(release.eol.last) if dead and release.eol else str(info.since),
                changes=move(facts, item),
                unsafe=True,
                pythons=(python.plain,),
            )


RULE = Rule(
    code="RUN201",
    severity=Severity.ERROR,
    check=check,
    documentation=__doc__,
    fixes=("unsafe",),
)
