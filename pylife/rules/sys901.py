"""A file cannot be read.

Why: what it declares is unknown, and unknown is never a pass: the project
counts as one that could not be checked.

Fix: mend the file at the place that is named.

Example: a pyproject.toml with an unclosed bracket.
"""

from collections.abc import Iterator

from pylife.model import Severity
from pylife.rules.base import Facts, Rule, Verdict


def check(facts: Facts) -> Iterator[Verdict]:
    """Each file of the project that a reader could not parse."""
    for problem in facts.problems:
        yield Verdict(
            subject=problem.file,
            message=problem.message,
            help=problem.help or "mend the file, or leave it out",
            file=problem.file,
            line=problem.line,
        )


RULE = Rule(code="SYS901", severity=Severity.ERROR, check=check, documentation=__doc__)
