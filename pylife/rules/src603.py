"""The code uses what a coming Python removes.

Why: once that Python is adopted, the code fails there, and the change has to be made under
pressure of time. It is only told where the removal has been announced, or has been made in a
Python that is still a preview or that is not declared yet.

Fix: use what takes its place, which is there already.

Example: `ast.Str`, deprecated since 3.8 and removed in 3.14, on a day when 3.13 is the newest.
"""

import datetime as dt
from collections.abc import Iterator

from pylife.model import PythonVersion, Severity
from pylife.rules.base import Facts, NotEvaluated, Rule, Verdict
from pylife.rules.source_basis import SEVERITIES, Basis, Spot, basis, subject, verdicts
from pylife.rules.src601 import late, missing
from pylife.rules.src602 import ways
from pylife.source.facts import Use

CODE = "SRC603"


def check(facts: Facts) -> Iterator[Verdict | NotEvaluated]:
    """What is used that a Python to come has lost, or is announced to lose."""
    known = basis(facts)
    if isinstance(known, NotEvaluated):
        yield known
    else:
        yield from verdicts(known, CODE, spots(known))


def spots(known: Basis) -> Iterator[Spot]:
    """Each place, ignored or not."""
    for use in known.source.uses:
        if late(use, missing(known, use, known.judged)):
            continue  # it fails today: SRC602
        going = _going(known, use)
        if going is None:
            continue
        since = f" is deprecated since {use.deprecated}" if use.deprecated else ""
        to_go = "removed in" if use.removed == going else "to go in"
        day = _release(known, going)
        yield Spot(
            at=use.at,
            subject=subject(use.what, use.at),
            message=f"{use.what}{since}{',' if since else ' is'} {to_go} {going}"
            + (f" ({day})" if day else ""),
            help=ways(use, frozenset({going})),
            severity=_severity(known, use, going, day),
            effective=str(day) if day else None,
        )


def _going(known: Basis, use: Use) -> PythonVersion | None:
    """The next Python that takes it away; None where none of the calendar does."""
    newest = max(known.judged, default=min(known.declared))
    lost = late(use, missing(known, use, frozenset(p for p in use.fails_on if p > newest)))
    if lost:
        return min(lost)
    going = use.removal
    if going is None or going <= newest or going not in known.facts.calendar.releases:
        return None
    # Behind a guard it is not reached where it goes.
    last = going if going in known.source.scanned else max(known.source.scanned)
    return going if last in use.reached and last not in use.fails_on else None


def _release(known: Basis, python: PythonVersion) -> dt.date | None:
    release = known.facts.calendar.releases.get(python)
    day = release.release.first if release is not None and release.release is not None else None
    return day if day is not None and day > known.facts.window.as_of else None


def _severity(known: Basis, use: Use, going: PythonVersion, day: dt.date | None) -> Severity:
    """A warning once the policy warns of what happens on that day; never as bad as a failure.

    A Python that is not declared has to be asked for first.
    """
    near = going in known.declared and (day is None or known.facts.window.severity(day) is not None)
    wanted = Severity.WARNING if near else Severity.INFO
    return min(wanted, SEVERITIES[use.at.scope], key=lambda severity: severity.rank)


RULE = Rule(code=CODE, severity=Severity.INFO, check=check, documentation=__doc__)
