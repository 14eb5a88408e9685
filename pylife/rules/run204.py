"""The platform refuses, or will refuse, to deploy it.

Why: some platforms give up a runtime in two steps. First it gets no more updates; later no
function that uses it can be created or changed. From then on not even a fix of the project's
own code can be deployed.

Fix: move to a newer runtime while the old one can still be deployed, so that there is a way
back.

Example: `runtime: python3.9` on AWS Lambda, whose updates are blocked from 2027-03-03.
"""

from collections.abc import Iterator

from pylife.model import Severity
from pylife.rules.base import Facts, Rule, Verdict
from pylife.rules.ending_words import at, blocks, due, event, past, when


def check(facts: Facts) -> Iterator[Verdict]:
    """Each runtime that its platform blocks, today or within the warning time."""
    window = facts.window
    for ending in facts.endings:
        severity = due(window, ending) if blocks(ending) else None
        if severity is None:
            continue
        what = ending.name.removesuffix(f" ({event(ending)})")
        over = past(window, ending)
        yield Verdict(
            subject=what,
            message=f"{what}: {event(ending)} {'since' if over else 'from'} {when(ending)},"
            f" when not even a fix can be deployed",
            help=f"move to a runtime after {what}" + ("" if over else " before then"),
            at=at(ending, facts.declarations),
            file=ending.file,
            line=ending.line,
            severity=severity,
            effective=ending.last.isoformat(),
        )


RULE = Rule(code="RUN204", severity=Severity.ERROR, check=check, documentation=__doc__)
