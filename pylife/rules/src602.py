"""The code uses what a declared Python no longer has.

Why: it is installed there, and fails: an open range such as `>=3.9` takes in every Python to
come, with all that they have lost.

Fix: use what took its place; or use it only where it is still there; or require what brings
it back, such as `standard-cgi; python_version >= "3.13"`.

Example: `import cgi`, removed in 3.13, in a package that declares `>=3.9`.
"""

from collections.abc import Iterator

from pylife.model import PythonVersion, Severity
from pylife.rules.base import Facts, NotEvaluated, Rule, Verdict
from pylife.rules.source_basis import SEVERITIES, Basis, Spot, basis, span, subject, verdicts
from pylife.rules.src601 import late, missing, packages, thing, without
from pylife.source import backports
from pylife.source.facts import Pythons, Use

CODE = "SRC602"


def check(facts: Facts) -> Iterator[Verdict | NotEvaluated]:
    """What is used that a newer Python on which the code is to run has lost."""
    known = basis(facts)
    if isinstance(known, NotEvaluated):
        yield known
    else:
        yield from verdicts(known, CODE, spots(known))


def spots(known: Basis) -> Iterator[Spot]:
    """Each place, ignored or not."""
    found = []
    for use in known.source.uses:
        gone = late(use, missing(known, use, known.judged))
        if gone:
            found.append((use, gone))
    whole = packages(use for use, _ in found)
    for use, gone in found:
        note = f" ({use.note})" if use.note else ""
        where = f"runs on {span(gone)}" if known.deployed else f"declared up to {max(gone)}"
        yield Spot(
            at=use.at,
            subject=subject(thing(use, whole), use.at),
            message=f"uses {use.what}, removed in {use.removed}{note}; {where}",
            help=ways(use, gone),
            severity=SEVERITIES[use.at.scope],
        )


def ways(use: Use, gone: Pythons) -> str:
    """What to do about something that is not there, or soon will not be."""
    found = [use.instead] if use.instead else []
    if use.kind == "module":
        back = sorted(
            (python, name)
            for name in backports.providers(use.what)
            if (python := _returns(name)) is not None and python <= min(gone)
        )
        if back:
            python, name = back[0]
            found.append(f'require {name}; python_version >= "{python}"')
    found.append(without(use) if found else "do without it, or guard it")
    return ", or ".join(found)


def _returns(distribution: str) -> PythonVersion | None:
    item = backports.load().returned.get(distribution)
    return None if item is None else item.gone


RULE = Rule(code=CODE, severity=Severity.ERROR, check=check, documentation=__doc__)
