"""A required Python is not supported.

Why: the policy asks every library to support this Python today, or to adopt it
by a date, and the range leaves it out: teams on that Python cannot install it.

Fix: widen the range, after the tests pass there.

Example: `requires-python = ">=3.12"` or `!=3.13.*` while 3.11 and 3.13 are in
the window.
"""

from collections.abc import Iterator

from pylife.model import Declaration, PythonVersion, Severity, Stage
from pylife.rules.base import Facts, NotEvaluated, Rule, Verdict
from pylife.rules.caps import capped_away
from pylife.rules.traps import traps


def check(facts: Facts) -> Iterator[Verdict | NotEvaluated]:
    """Each Python of the window that the range leaves out for no reason with a rule of its own."""
    supports, window = facts.supports, facts.window
    if supports is None or not facts.is_library:
        return
    if facts.covered is None:
        yield facts.unknown_range()
        return
    # Of a cap RNG004 speaks, of a clause such as `!=3.13` RNG006.
    elsewhere = capped_away(facts).union(trap.python for trap in traps(supports))
    for python in window.at(Stage.SUPPORTED, Stage.ADOPTING):
        if python in facts.covered or python in elsewhere:
            continue
        yield _verdict(facts, supports, python)


def _verdict(facts: Facts, supports: Declaration, python: PythonVersion) -> Verdict:
    window = facts.window
    info = window.stages[python]
    adopting = info.stage is Stage.ADOPTING
    since = info.next_date if adopting else info.since
    asked = f"{'asks for from' if adopting else 'has asked for since'} {since}"
    if python in facts.touched:
        # One broken patch release is rightly left out; people should know all the same.
        return Verdict(
            subject=f"python {python}",
            message=f"{supports.raw!r} covers only a part of {python}, which the policy"
            f" {window.policy.name!r} {asked}",
            help=f"see whether all of {python} can be covered by now",
            at=supports,
            severity=Severity.INFO,
            effective=str(since) if since else None,
        )
    return Verdict(
        subject=f"python {python}",
        message=f"{supports.raw!r} leaves out {python}, which the policy"
        f" {window.policy.name!r} {asked}",
        help=f"let the range cover {python}, after the tests pass there",
        at=supports,
        severity=Severity.WARNING if adopting else None,
        effective=str(since) if since else None,
    )


RULE = Rule(code="RNG003", severity=Severity.ERROR, check=check, documentation=__doc__)
