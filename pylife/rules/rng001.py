"""No floor is declared.

Why: without a least Python in requires-python, pip offers the package to every
Python there is, dead ones included, where it then fails in the user's hands.

Fix: declare the least Python that the policy's window still holds.

Example: `dependencies = [...]` with no `requires-python` beside it.
"""

from collections.abc import Iterator

from pylife.model import Severity
from pylife.rules.base import Facts, NotEvaluated, Rule, Verdict


def check(facts: Facts) -> Iterator[Verdict | NotEvaluated]:
    """A package without a range, or with one that has no lower bound."""
    supports = facts.supports
    floor = facts.window.floor
    if supports is None:
        if facts.broken_metadata is not None:
            yield NotEvaluated(f"{facts.broken_metadata} cannot be read")
        elif facts.metadata_file is not None and facts.is_library:
            yield Verdict(
                subject="floor",
                message="no requires-python: pip installs this on every Python there is",
                help=f'declare requires-python = ">={floor}"',
                file=facts.metadata_file,
                line=1,
            )
    elif supports.versions is None:
        yield facts.unknown_range()
    elif not facts.has_floor:
        yield Verdict(
            subject="floor",
            message=f"{supports.raw!r} has no least Python",
            help=f"begin the range with >={floor}",
            at=supports,
        )


RULE = Rule(code="RNG001", severity=Severity.ERROR, check=check, documentation=__doc__)
