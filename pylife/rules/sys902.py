"""The release calendar is old.

Why: dates move and Pythons are added; a verdict by an old calendar may be wrong.

Fix: upgrade pylife, which ships a newer calendar.

Example: `--as-of` two years after the calendar's snapshot.
"""

import datetime as dt
from collections.abc import Iterator

from pylife.model import Severity
from pylife.rules.base import FleetFacts, FleetRule, Verdict


def check(facts: FleetFacts) -> Iterator[Verdict]:
    """The age of the calendar against the limit of the strictest policy."""
    limits = [(w.policy.stale_after.after(facts.calendar_of), w.policy) for w in facts.windows]
    limit, policy = min(limits, key=lambda pair: pair[0], default=(facts.as_of, None))
    if policy is not None and facts.as_of > limit:
        yield Verdict(
            subject="calendar",
            message=f"the release calendar is of {facts.calendar_of}, older than the policy"
            f" {policy.name!r} allows ({policy.stale_after.text})",
            help="upgrade pylife, or move --as-of",
            effective=(limit + dt.timedelta(days=1)).isoformat(),
        )


RULE = FleetRule(code="SYS902", severity=Severity.WARNING, check=check, documentation=__doc__)
