"""The runtime Python is past its end.

Why: a Python that is past its end of life, or that the policy has dropped, gets
no security fixes, and it is what this project is deployed with.

Fix: move the runtime to the newest supported Python that its platform offers. A model is
trained anew or validated there: no edit makes what it was trained under true.

Example: `FROM python:3.9-slim` after 2025-10-31.
"""

from collections.abc import Iterator

from pylife.declarations.authority import INHERITED
from pylife.model import Phase, Role, Severity, Stage
from pylife.policy import StageInfo
from pylife.rules.base import Facts, NotEvaluated, Rule, Verdict
from pylife.rules.runtime import advice, beside, move, of_system, verb


def check(facts: Facts) -> Iterator[Verdict | NotEvaluated]:
    """Each runtime declaration whose Python is dropped, or past CPython's end of life."""
    window = facts.window
    for item in facts.of(Role.RUNS_ON):
        if item.unreadable is not None and not item.invalid and not item.without_effect:
            yield NotEvaluated(f"{item.file}:{item.line}: {item.site}: {item.unreadable}")
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
            system = of_system(facts, item, python)
            whose = "CPython's own" if system else "its"
            why = f"{whose} end of life was {eol}" if dead else f"dropped on {info.since}"
            dropped = info.stage is Stage.DROPPED
            listed = len(beside(facts, item)) > 1  # where a layer may be used, not where it is
            # The note ends in its own source, which -v and JSON have.
            source = f" ({item.note.partition(' (')[0]})" if item.site == INHERITED else ""
            yield Verdict(
                subject=f"{item.file} {item.site} {python}",
                message=f"{verb(facts, item)} {python}{source}: {why}"
                + (f"; {system}" if system else "" if dropped else _allowed(info)),
                help=f"remove {python}" if listed else advice(facts, item),
                at=item,
                # A package is not deployed with it: its people develop on it.
                severity=Severity.ERROR
                if dropped and not listed and not system and not facts.is_package
                else Severity.WARNING,
                effective=str(release.eol.last) if dead and release.eol else str(info.since),
                changes=move(facts, item),
                unsafe=True,
                pythons=(python.plain,),
            )


def _allowed(info: StageInfo) -> str:
    if info.next_stage is not Stage.DROPPED or info.next_date is None:
        return "; the policy gives no date for dropping it"
    return f"; the policy allows it until {info.next_date}"


RULE = Rule(
    code="RUN201",
    severity=Severity.ERROR,
    check=check,
    documentation=__doc__,
    fixes=("unsafe",),
)
