"""A dependency in the fleet is narrower than this project.

Why: a project is installable only where all that it requires is. Where it promises a Python
that another project of the fleet leaves out, installing fails there, or goes back to an old
release of that dependency without anybody noticing.

Fix: let the dependency cover that Python first, or take the Python out of this project's
range. A requirement that is not needed on that Python can say so with a marker.

Example: `requires-python = ">=3.11"` and `dependencies = ["nw-core"]`, while nw-core says
`>=3.12`.
"""

from collections.abc import Iterator, Sequence

from pylife.model import Declaration, PythonVersion, Severity, Stage
from pylife.rules.base import Facts, NotEvaluated, Parent, Rule, Verdict, listing
from pylife.rules.runtime import past


def check(facts: Facts) -> Iterator[Verdict | NotEvaluated]:
    """Each requirement in the fleet that leaves out a Python of the window needed here."""
    if not facts.fleet_known and (facts.supports is not None or facts.runtimes):
        yield NotEvaluated("which of its requirements are projects of the fleet is not known here")
        return
    for parent in facts.parents:
        if parent.unreadable is not None:
            yield NotEvaluated(f"where {parent.name} can be installed: {parent.unreadable}")
        elif parent.covered is not None:
            yield from _narrower(facts, parent, parent.covered)


def _narrower(
    facts: Facts, parent: Parent, covered: frozenset[PythonVersion]
) -> Iterator[Verdict | NotEvaluated]:
    if facts.project.kind.is_application and facts.runtimes:
        lacking = [
            (python, item)
            for python, item in _runtimes(facts)
            if python in parent.pythons and python not in covered
        ]
        if lacking:
            yield _deployed(parent, sorted({python for python, _ in lacking}), lacking[0][1])
        return
    if facts.supports is None:
        return  # RNG001 speaks of that
    if facts.covered is None:
        yield facts.unknown_range()
        return
    wanted = facts.covered.intersection(facts.window.wanted)
    outside = sorted(wanted.intersection(parent.pythons) - covered)
    # An application that names no runtime needs one Python, whichever it is.
    if outside and (facts.is_library or wanted == set(outside)):
        yield _promised(facts, parent, facts.supports, outside)


def _runtimes(facts: Facts) -> list[tuple[PythonVersion, Declaration]]:
    """What an application runs on, but for Pythons of which RUN201 and RUN205 speak."""
    return [
        (python.plain, item)
        for item in facts.runtimes
        for python in item.effective
        if python.plain in facts.window.wanted and not past(facts, python)
    ]


def _deployed(parent: Parent, outside: Sequence[PythonVersion], at: Declaration) -> Verdict:
    return Verdict(
        subject=parent.name,
        message=f"runs on {listing(outside)} and requires {parent.name}, whose range"
        f" {parent.raw!r} leaves {_it(outside)} out",
        help=f"let {parent.name} cover {listing(outside)} first, or run on a Python that it covers",
        at=at,
    )


def _promised(
    facts: Facts, parent: Parent, supports: Declaration, outside: Sequence[PythonVersion]
) -> Verdict:
    stages = {facts.window.stage(python) for python in outside}
    return Verdict(
        subject=parent.name,
        message=f"{supports.raw!r} covers {listing(outside)}, and it requires {parent.name}, whose"
        f" range {parent.raw!r} leaves {_it(outside)} out",
        help=f"let {parent.name} cover {listing(outside)} first, or leave"
        f" {_it(outside)} out here too",
        at=supports,
        severity=Severity.WARNING if stages <= {Stage.ADOPTING} else None,
    )


def _it(pythons: Sequence[PythonVersion]) -> str:
    return "it" if len(pythons) == 1 else "them"


RULE = Rule(code="FLT501", severity=Severity.ERROR, check=check, documentation=__doc__)
