"""pip and uv would not do the same on a declared Python.

Why: what developers try with one is not what users get with the other: one of them refuses, or
takes another release.

Fix: what the finding says; often it is a floor, or a cap in a dependency's requires-python that
only one of them heeds.

Example: a dependency that declares `<3.13`, which uv installs on 3.13 and pip does not.
"""

from collections.abc import Iterator

from pylife.model import PythonVersion, Severity
from pylife.rules.base import Facts, NotEvaluated, Rule, Verdict, listing


def check(facts: Facts) -> Iterator[Verdict | NotEvaluated]:
    """Each disagreement that the last verdicts tell of, on declared Pythons."""
    if facts.dependencies is None:
        return
    from pylife.rules.dependency_basis import Basis, basis

    known = basis(facts)
    if not isinstance(known, Basis):
        return  # DEP411 says why
    found: dict[str, list[PythonVersion]] = {}
    for python, said in known.verdicts:
        for text in said.disagreements:
            found.setdefault(text, []).append(python)
    for text, pythons in found.items():
        yield Verdict(
            subject=text,
            message=f"on {listing(pythons)} pip and uv differ: {text}; {known.age}",
            help="install with the one that your users have, and see `pylife deps`",
            file=facts.metadata_file,
        )


RULE = Rule(
    code="DEP414", severity=Severity.INFO, check=check, documentation=__doc__, by_verdicts=True
)
