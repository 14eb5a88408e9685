"""An ignore comment does nothing.

Why: it was written for a finding that is not there any more, so that it hides the next one; or
it is not written as it has to be, and hides nothing.

Fix: remove it, or write `# pylife: ignore[CODE] reason`, with the rule's code, on the line of
the finding.

Example: `import tomllib  # pylife: ignore[SRC601] only on 3.11` after the floor was raised to
3.11.
"""

from collections.abc import Iterator

from pylife.model import Severity
from pylife.rules import src601, src602, src603, src604, src605, src606
from pylife.rules.base import Facts, NotEvaluated, Rule, Verdict
from pylife.rules.source_basis import Basis, Spot, basis, subject, verdicts
from pylife.source.facts import Ignored

CODE = "SRC607"
_RULES = (src601, src602, src603, src604, src605, src606)


def check(facts: Facts) -> Iterator[Verdict | NotEvaluated]:
    """Each comment that ignores nothing."""
    known = basis(facts)
    if isinstance(known, NotEvaluated):
        yield known
    else:
        yield from verdicts(known, CODE, spots(known))


def spots(known: Basis) -> Iterator[Spot]:
    """Each place; what is ignored here is ignored by naming this rule."""
    if not known.source.ignores:
        return
    needed = {
        (spot.at.file, spot.at.line, rule.CODE) for rule in _RULES for spot in rule.spots(known)
    }
    for item in known.source.ignores:
        comment = item.comment
        if comment.wrong:
            yield _spot(item, "malformed", f"the ignore comment {comment.wrong}", "mend it")
            continue
        codes = [rule.CODE for rule in _RULES if comment.speaks_of(rule.CODE)]
        if not codes and not comment.speaks_of(CODE):
            names = ", ".join(comment.codes)
            yield _spot(
                item, names, f"{names}: not a rule on lines of source", "use a waiver, or remove it"
            )
        elif codes and not any((item.at.file, item.at.line, code) in needed for code in codes):
            names = ", ".join(comment.codes)
            yield _spot(item, names, f"nothing on this line is ignored by {names}", "remove it")


def _spot(item: Ignored, what: str, message: str, help_: str) -> Spot:
    return Spot(
        at=item.at,
        subject=subject(f"ignore {what}", item.at),
        message=message,
        help=help_,
    )


RULE = Rule(code=CODE, severity=Severity.WARNING, check=check, documentation=__doc__)
