"""The data on platforms is old.

Why: platforms move their dates, mostly to later ones, and new releases come; what follows
from old data may be wrong.

Fix: upgrade pylife, which ships newer data.

Example: a function on AWS Lambda, judged two years after its dates were looked up.
"""

import datetime as dt
from collections.abc import Iterator

from pylife.model import Severity
from pylife.rules.base import FleetFacts, FleetRule, Verdict, listing


def check(facts: FleetFacts) -> Iterator[Verdict]:
    """The age of the data that was used against the limit of the strictest policy."""
    limits = [
        (window.policy.stale_after.after(day), title, day, window.policy)
        for window in facts.windows
        for title, day in facts.snapshots
    ]
    stale = sorted((limit, title, day) for limit, title, day, _ in limits if limit < facts.as_of)
    if not stale:
        return
    first = stale[0]
    policy = next(found for *row, found in limits if tuple(row) == first)
    titles = sorted({title for _, title, _ in stale})
    yield Verdict(
        subject="platforms",
        message=f"{listing(titles)}: looked up on {first[2]}, longer ago than"
        f" the policy {policy.name!r} allows ({policy.stale_after.text})",
        help="upgrade pylife, fetch the facts again, or move --as-of",
        effective=(first[0] + dt.timedelta(days=1)).isoformat(),
    )


RULE = FleetRule(code="SYS903", severity=Severity.WARNING, check=check, documentation=__doc__)
