"""A backport is imported without being required.

Why: on the older Pythons the import fails, unless something else happens to install it. A
fallback such as `except ImportError: import tomli as tomllib` is right only together with the
requirement.

Fix: require it, with the marker of the Pythons that need it.

Example: `import tomli as tomllib` where `tomllib` is missing, with 3.10 declared and no `tomli;
python_version < "3.11"` in the dependencies.
"""

from collections.abc import Iterator

from pylife.model import Scope, Severity
from pylife.rules.base import Facts, NotEvaluated, Rule, Verdict
from pylife.rules.source_basis import Basis, Spot, basis, span, subject, verdicts
from pylife.source import backports
from pylife.source.backports import Backport
from pylife.source.facts import Import, Pythons, Requirement

CODE = "SRC605"


def check(facts: Facts) -> Iterator[Verdict | NotEvaluated]:
    """Each backport that is imported on a Python on which nothing requires it."""
    known = basis(facts)
    if isinstance(known, NotEvaluated):
        yield known
        return
    found = list(spots(known))
    unknown = known.source.requirements_unknown
    if unknown and found:
        yield NotEvaluated(f"whether backports are required: {unknown}")
        return
    yield from verdicts(known, CODE, found)


def spots(known: Basis) -> Iterator[Spot]:
    """Each place, ignored or not."""
    for item in known.source.imports:
        found = backports.of_import(item.module, item.names)
        # One that may fail is there for whoever has it.
        if not found or item.guarded:
            continue
        names = {backport.distribution for backport in found}
        if known.facts.project.name in names:
            continue
        lines = [line for line in known.source.requirements if _counts(line, item, names)]
        lacking = item.reached & known.judged - {
            python for line in lines for python in line.pythons
        }
        if lacking:
            yield Spot(
                at=item.at,
                subject=subject(found[0].module, item.at),
                message=_message(found[0], lines, lacking),
                help=_help(found[0], lacking),
                severity=Severity.WARNING if item.at.scope is Scope.PACKAGE else Severity.INFO,
            )


def _counts(line: Requirement, item: Import, names: set[str]) -> bool:
    """Whether the requirement brings it; what tests and builds require does not come along."""
    return line.name in names and (line.use != "else" or item.at.scope is not Scope.PACKAGE)


def _message(found: Backport, lines: list[Requirement], lacking: Pythons) -> str:
    on = f"{found.module} is imported on {span(lacking)}"
    if lines:
        return f"{on}, where {lines[0].raw!r} does not require it"
    return f"{on}, and {found.distribution} is not required"


def _help(found: Backport, lacking: Pythons) -> str:
    name = found.distribution
    if found.ahead or max(lacking) >= found.since:
        return f"require {name}"
    return f'require {name}; python_version < "{found.since}", where {found.standard} is not there'


RULE = Rule(code=CODE, severity=Severity.WARNING, check=check, documentation=__doc__)
