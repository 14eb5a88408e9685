"""A required Python is not supported.

Why: the policy asks every library to support this Python today, or to adopt it
by a date, and the range leaves it out: teams on that Python cannot install it.

Fix: widen the range, after the tests pass there.

Example: `requires-python = ">=3.12"` or `!=3.13.*` while 3.11 and 3.13 are in
the window.
"""

from collections.abc import Iterator

from pylife.model import Severity, Stage
from pylife.rules.base import Facts, NotEvaluated, Rule, Verdict
from pylife.rules.caps import capped_away


def check(facts: Facts) -> Iterator[Verdict | NotEvaluated]:
    """Each Python of the window that the range leaves out, but for those above a cap (RNG004)."""
    supports, window = facts.supports, facts.window
    if supports is None or not facts.is_library:
        return
    if facts.covered is None:
        yield NotEvaluated(f"{supports.site} is unreadable: {supports.unreadable}")
        return
    capped = capped_away(facts)
    for python in window.at(Stage.SUPPORTED, Stage.ADOPTING):
        if python in facts.covered or python in capped:
            continue
        info = window.stages[python]
        partly = "covers only a part of" if python in facts.touched else "leaves out"
        adopting = info.stage is Stage.ADOPTING
        since = info.next_date if adopting else info.since
        yield Verdict(
            subject=f"python {python}",
            message=f"{supports.raw!r} {partly} {python}, which the policy"
            f" {window.policy.name!r} {'asks for from' if adopting else 'has asked for since'}"
            f" {since}",
            help=f"let the range cover all of {python}",
            at=supports,
            severity=Severity.WARNING if adopting else None,
            effective=str(since) if since else None,
        )


RULE = Rule(code="RNG003", severity=Severity.ERROR, check=check, documentation=__doc__)
