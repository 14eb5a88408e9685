"""The release calendar is old.

Why: dates move and Pythons are added; a verdict by an old calendar may be wrong.

Fix: upgrade pylife, which ships a newer calendar.

Example: `--as-of` two years after the calendar's snapshot.
"""

from collections.abc import Iterator

from pylife.model import Severity
from pylife.rules.base import Facts, Rule, Verdict


def check(facts: Facts) -> Iterator[Verdict]:
    """The age of the calendar against the policy's limit."""
    policy, snapshot = facts.window.policy, facts.calendar.snapshot
    limit = policy.stale_after.after(snapshot)
    if facts.window.as_of > limit:
        yield Verdict(
            subject="calendar",
            message=f"the release calendar is of {snapshot}, older than the policy"
            f" {policy.name!r} allows ({policy.stale_after.text})",
            help="upgrade pylife, or move --as-of",
            effective=limit.isoformat(),
        )


RULE = Rule(code="SYS902", severity=Severity.WARNING, check=check, documentation=__doc__)
