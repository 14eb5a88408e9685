"""A waiver has ended.

Why: a waiver is a promise to be done by a day. Past that day it takes nothing away, its
findings count again, and it misleads whoever reads it.

Fix: do what was put off, and remove the waiver; or let its owner agree on another day.

Example: `until = 2026-09-30` on 2026-11-21.
"""

import datetime as dt
from collections.abc import Iterator

from pylife.model import Severity
from pylife.rules.base import FleetFacts, FleetRule, Verdict
from pylife.rules.waivers import named, verdict


def check(facts: FleetFacts) -> Iterator[Verdict]:
    """Each waiver whose last day is past."""
    for use in facts.waivers:
        waiver = use.waiver
        if waiver.until < facts.as_of:
            yield verdict(
                waiver,
                f"{named(waiver)} ended on {waiver.until}: it takes nothing away any more",
                f"remove it, or let {waiver.owner} agree on another day",
                effective=(waiver.until + dt.timedelta(days=1)).isoformat(),
            )


RULE = FleetRule(code="POL601", severity=Severity.WARNING, check=check, documentation=__doc__)
