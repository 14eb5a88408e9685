"""The verdicts on dependencies are old, or on other requirements.

Why: what installs is decided by indexes that change daily: a verdict of last month says little of
today, and one on other requirements nothing.

Fix: run `pylife deps`, or let a nightly job do so and give its facts to the check.

Example: a requirement was added in this branch, and the stored verdicts know nothing of it.
"""

from collections.abc import Iterator

from pylife.model import Severity
from pylife.rules.base import Facts, NotEvaluated, Rule, Verdict


def check(facts: Facts) -> Iterator[Verdict | NotEvaluated]:
    """Whether the last verdicts still speak of what is required today."""
    stored = facts.dependencies
    if stored is None:
        return
    from pylife.rules.dependency_basis import OLD_DAYS

    days = stored.age(facts.window.as_of)
    if not stored.current:
        message = f"what is required has changed since its verdicts of {stored.made}"
    elif days > OLD_DAYS:
        message = f"the verdicts on its dependencies are {days} days old"
    else:
        return
    yield Verdict(
        subject="verdicts",
        message=message,
        help="run `pylife deps`",
        file=facts.metadata_file,
        effective=stored.made.isoformat(),
    )


RULE = Rule(
    code="DEP415", severity=Severity.INFO, check=check, documentation=__doc__, by_verdicts=True
)
