"""A file cannot be parsed by a declared Python.

Why: nothing in it runs, and nothing in it could be looked at: what it needs is not known. That
is never a pass.

Fix: mend the syntax. What is no Python, such as a template, should not be named `.py`, or be
left out of the project.

Example: `print "done"` in a package that declares `>=3.9`.
"""

from collections.abc import Iterator

from pylife.model import Scope, Severity
from pylife.rules.base import Facts, NotEvaluated, Rule, Verdict, listing
from pylife.rules.source_basis import SEVERITIES, Basis, Spot, basis, span, subject, verdicts

CODE = "SRC604"


def check(facts: Facts) -> Iterator[Verdict | NotEvaluated]:
    """Each file that is no Python; where only a newer Python might read it, that is not known."""
    known = basis(facts)
    if isinstance(known, NotEvaluated):
        yield known
        return
    parser = known.source.parser
    if _older(known):
        yield from verdicts(known, CODE, spots(known))
    elif known.source.unparsed:
        files = listing(item.at.file for item in known.source.unparsed)
        yield NotEvaluated(f"Python {parser}, the newest that was found, cannot parse {files}")


def spots(known: Basis) -> Iterator[Spot]:
    """Each file, ignored or not."""
    if not _older(known):
        return
    parser = known.source.parser
    newer = span(python for python in known.judged if python > parser)
    asked = f"; {newer} could not be asked" if newer else ""
    for item in known.source.unparsed:
        yield Spot(
            at=item.at,
            subject=subject("unparsed", item.at),
            message=item.reason + asked,
            help="mend the syntax, or leave the file out of the project if it is no Python",
            severity=SEVERITIES[Scope.PACKAGE if item.at.scope is Scope.PACKAGE else Scope.TESTS],
        )


def _older(known: Basis) -> bool:
    """Whether a declared Python is no newer than what parsed: then that one cannot either."""
    return min(known.judged, default=known.source.parser) <= known.source.parser


RULE = Rule(code=CODE, severity=Severity.ERROR, check=check, documentation=__doc__)
