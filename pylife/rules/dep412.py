"""On a declared Python a dependency is there as source alone.

Why: whoever installs it there must build it: with a compiler and headers where it is compiled,
and by running its build in any case.

Fix: require a release that has a wheel for that Python, ask its authors for one, or provide
wheels on an index of your own.

Example: `pycurl` on the newest Python, weeks after its release.
"""

from collections.abc import Iterator

from pylife.model import PythonVersion, Severity
from pylife.rules.base import Facts, NotEvaluated, Rule, Verdict, listing


def check(facts: Facts) -> Iterator[Verdict | NotEvaluated]:
    """Each package that would have to be built on declared Pythons, by the last verdicts."""
    if facts.dependencies is None:
        return
    from pylife.rules.dependency_basis import Basis, basis

    known = basis(facts)
    if not isinstance(known, Basis):
        return  # DEP411 says why
    found: dict[str, list[PythonVersion]] = {}
    for python, said in known.verdicts:
        if said.verdict == "sdist-only":
            names = {blocker.package for blocker in said.blockers}
            names |= {pick.package for pick in said.picks if "sdist-only" in pick.flags}
            for name in sorted(names) or [""]:
                found.setdefault(name, []).append(python)
    for name, pythons in found.items():
        yield Verdict(
            subject=name or "requirements",
            message=f"{name or 'something'} has no wheel for {listing(pythons)}, which the project"
            f" declares: it would be built from source; {known.age}",
            help="require a release that has a wheel, or keep one on an index of your own",
            file=facts.metadata_file,
        )


RULE = Rule(
    code="DEP412", severity=Severity.WARNING, check=check, documentation=__doc__, by_verdicts=True
)
