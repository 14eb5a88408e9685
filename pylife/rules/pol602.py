"""A waiver is not used.

Why: what it waives does not occur: it was mended, or the waiver has a name wrong. Left in
place, it hides the next finding that happens to match.

Fix: remove it, or mend its rule, project or subject.

Example: a waiver of RUN201 for `nw-servng` (a project of that name does not exist).
"""

from collections.abc import Iterator

from pylife.model import Severity
from pylife.rules.base import FleetFacts, FleetRule, NotEvaluated, Verdict
from pylife.rules.waivers import ALL, CELLS, named, verdict


def check(facts: FleetFacts) -> Iterator[Verdict | NotEvaluated]:
    """Each waiver that holds today and took nothing away."""
    for use in facts.waivers:
        waiver = use.waiver
        if use.used or use.refused or waiver.until < facts.as_of:
            continue
        if waiver.rule in {ALL, CELLS}:
            # A check runs no cells: whether some fail is not known.
            yield NotEvaluated(f"{waiver.file}: whether {named(waiver)} is used by a run of tests")
            continue
        yield verdict(
            waiver,
            f"{named(waiver)} takes nothing away: no finding matches it",
            "remove it, or mend the rule, the project or the subject that it names",
        )


RULE = FleetRule(code="POL602", severity=Severity.WARNING, check=check, documentation=__doc__)
