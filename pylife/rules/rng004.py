"""An upper cap keeps a Python of the window out.

Why: a cap on Python is a guess about releases that nobody had seen. Resolvers
answer it by going back to an old release without the cap, and every new Python
needs a release of every library first.

Fix: remove the cap; exclude a Python that is known to break by name.

Example: `requires-python = ">=3.10,<3.14"`, or Poetry's `python = "~3.12"`.
"""

from collections.abc import Iterator

from pylife.model import PythonVersion, RemoveCap, Severity, Stage, Target
from pylife.rules.base import Facts, NotEvaluated, Rule, Verdict, listing
from pylife.rules.caps import capped_away


def check(facts: Facts) -> Iterator[Verdict | NotEvaluated]:
    """A cap below a Python that the policy asks for, now or by a date."""
    supports, window = facts.supports, facts.window
    if supports is None or not facts.is_library:
        return
    if facts.covered is None:
        yield facts.unknown_range()
        return
    capped = sorted(capped_away(facts))
    if not capped:
        return
    required = [python for python in capped if window.stage(python) is Stage.SUPPORTED]
    asked = [
        f"{python} ({'since' if required else 'from'} {_date(facts, python)})"
        for python in required or capped
    ]
    effective = _date(facts, (required or capped)[0])
    yield Verdict(
        subject="cap",
        message=f"the cap in {supports.raw!r} keeps out {listing(asked)}, which the policy"
        f" {window.policy.name!r} asks for",
        help="remove the cap, after the tests pass there",
        at=supports,
        severity=None if required else Severity.WARNING,
        effective=effective,
        unsafe=True,
        changes=(RemoveCap(Target(file=supports.file, site=supports.site, group=supports.group)),),
    )


def _date(facts: Facts, python: PythonVersion) -> str:
    """The day from which the policy asks for `python`."""
    info = facts.window.stages[python]
    return str(info.since if info.stage is Stage.SUPPORTED else info.next_date)


RULE = Rule(
    code="RNG004",
    severity=Severity.ERROR,
    check=check,
    documentation=__doc__,
    fixes=("unsafe",),
)
