"""A waiver asks for what the policy no longer grants.

Why: a policy may say from which day on the drop of a Python can no longer be waived
(`stages.block`). From then on the finding counts, whatever the waiver says.

Fix: move off that Python; only the policy's owner can grant more time, with an
`[[override]]` in the policy.

Example: a waiver of RUN201 until 2027-03-31, while the policy blocks 3.9 from 2026-12-01.
"""

from collections.abc import Iterator

from pylife.model import Severity
from pylife.rules.base import FleetFacts, FleetRule, Verdict, listing
from pylife.rules.waivers import named, verdict


def check(facts: FleetFacts) -> Iterator[Verdict]:
    """Each waiver that was refused something."""
    for use in facts.waivers:
        waiver = use.waiver
        if use.refused and waiver.until >= facts.as_of:
            yield verdict(
                waiver,
                f"{named(waiver)} does not hold for {listing(use.refused)}: the policy lets nobody"
                " waive that any more",
                "move off that Python, and remove the waiver",
            )


RULE = FleetRule(code="POL604", severity=Severity.ERROR, check=check, documentation=__doc__)
