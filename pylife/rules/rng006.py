"""A clause speaks of one patch release only.

Why: in a range, `3.13` is the version 3.13.0. So `!=3.13` leaves out 3.13.0 and takes
3.13.1, `<=3.13` takes 3.13.0 and leaves out 3.13.1, `>3.8` takes 3.8.1, and `==3.12` (in
Poetry a bare `3.12`) takes 3.12.0 alone: hardly ever what was meant.

Fix: write `!=3.13.*`, `<3.14`, `>=3.9` or `==3.12.*`. A patch release that is really meant
is written out, as in `!=3.9.7`.

Example: `requires-python = ">=3.10,<=3.13"`, which no installer accepts on 3.13.1.
"""

from collections.abc import Iterator

from pylife.model import Role, Severity
from pylife.rules.base import Facts, Rule, Verdict
from pylife.rules.traps import traps


def check(facts: Facts) -> Iterator[Verdict]:
    """Each clause of a range that people wrote which covers a feature release partly."""
    for item in facts.of(Role.SUPPORTS):
        for trap in traps(item):
            yield Verdict(
                subject=f"{item.file} {item.site} {trap.clause}",
                message=f"{trap.clause!r} {trap.does}",
                help=trap.instead,
                at=item,
            )


RULE = Rule(code="RNG006", severity=Severity.WARNING, check=check, documentation=__doc__)
