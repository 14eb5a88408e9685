"""A declaration is not valid.

Why: no build backend and no installer accepts it, so it says nothing to them,
whatever it says to people.

Fix: write a version specifier such as `>=3.11`, as a string.

Example: `requires-python = 3.9` without quotes, or `requires-python = "3.9+"`.
"""

from collections.abc import Iterator

from pylife.model import Severity
from pylife.rules.base import Facts, Rule, Verdict


def check(facts: Facts) -> Iterator[Verdict]:
    """Each declaration that is unreadable because it is wrong."""
    for item in facts.declarations:
        if item.invalid:
            yield Verdict(
                subject=f"{item.file} {item.site} {item.group}".rstrip(),
                message=f"{item.site} is not valid: {item.unreadable}",
                help='write what the tools accept, such as requires-python = ">=3.11"',
                at=item,
            )


RULE = Rule(code="RNG005", severity=Severity.ERROR, check=check, documentation=__doc__)
