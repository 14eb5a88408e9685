"""A declared Python on which what is required does not install.

Why: the range lets the project be installed there, and then its dependencies are not: the
installation fails, or builds from source for an hour and fails then.

Fix: require a release that has wheels for that Python, relax the cap that keeps it away, or, as
long as there is none, leave that Python out of the range.

Example: `PyYAML<6` in a package that declares `>=3.9`, where no such release has a wheel for 3.14.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pylife.model import PythonVersion, Severity
from pylife.rules.base import Facts, NotEvaluated, Rule, Verdict, listing

if TYPE_CHECKING:
    from pylife.dependencies.stored import StoredBlocker


def check(facts: Facts) -> Iterator[Verdict | NotEvaluated]:
    """Each package that stands in the way on declared Pythons, by the last verdicts."""
    if facts.dependencies is None:
        return
    from pylife.dependencies.stored import StoredBlocker
    from pylife.rules.dependency_basis import basis, severity

    known = basis(facts)
    if known is None or isinstance(known, NotEvaluated):
        if known is not None:
            yield known
        return
    found: dict[tuple[str, str], dict[PythonVersion, StoredBlocker]] = {}
    for python, said in known.verdicts:
        if said.verdict == "unknown":
            yield NotEvaluated(f"for {python}: {said.reason}")
        elif said.verdict == "blocked":
            for blocker in said.blockers or (StoredBlocker("", (), "conflict"),):
                found.setdefault((blocker.package, blocker.reason), {})[python] = blocker
    for (package, reason), by_python in found.items():
        blocker = next(iter(by_python.values()))
        through = " > ".join(blocker.chain)
        what = f"{package or 'what is required'} is in the way ({reason})"
        if len(blocker.chain) > 1:
            what += f", through {through}"
        yield Verdict(
            subject=f"{package or 'requirements'} {reason}",
            message=f"does not install on {listing(by_python)}, which it declares: {what};"
            f" {known.age}",
            help=_help(blocker),
            file=blocker.file or facts.metadata_file,
            line=blocker.line,
            severity=severity(facts, by_python),
        )


def _help(blocker: "StoredBlocker") -> str:
    if blocker.reason == "absent-version":
        return f"no index has it: correct the requirement, or the index of {blocker.package}"
    if blocker.reason == "conflict":
        return "requirements exclude each other: see `pylife deps`"
    if blocker.own_cap is not None:
        until = f": {blocker.package} {blocker.loads_from} loads" if blocker.loads_from else ""
        return f"relax {blocker.own_cap}{until}"
    if blocker.loads_from is not None:
        return f"{blocker.package} {blocker.loads_from} is the first that loads: see `pylife deps`"
    return "leave that Python out of the range until it is released for it; see `pylife deps`"


RULE = Rule(
    code="DEP411", severity=Severity.ERROR, check=check, documentation=__doc__, by_verdicts=True
)
