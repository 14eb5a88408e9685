"""What a resolver would choose is ancient, withdrawn, or made for another Python.

Why: where no newer release loads, resolvers go back silently, for years if they must; what they
then install was never tried on that Python, and often fails when it is imported.

Fix: raise the floor of that requirement to a release that is made for that Python, with a marker
where older Pythons need an older one; `pylife deps` proposes floors.

Example: a release of 2019, chosen on 3.14 because its wheel says `py3-none-any`.
"""

from collections.abc import Iterator

from pylife.model import PythonVersion, Severity
from pylife.rules.base import Facts, NotEvaluated, Rule, Verdict, listing

_WRONG = ("ancient", "yanked", "upper-bound")


def check(facts: Facts) -> Iterator[Verdict | NotEvaluated]:
    """Each release that the audit of the last verdicts speaks against, on declared Pythons."""
    if facts.dependencies is None:
        return
    from pylife.rules.dependency_basis import Basis, basis

    known = basis(facts)
    if not isinstance(known, Basis):
        return  # DEP411 says why
    found: dict[tuple[str, str, str], list[PythonVersion]] = {}
    notes: dict[tuple[str, str, str], str] = {}
    for python, said in known.verdicts:
        for pick in said.picks:
            flag = next((flag for flag in _WRONG if flag in pick.flags), None)
            if flag is not None:
                key = (pick.package, pick.version, flag)
                found.setdefault(key, []).append(python)
                notes.setdefault(key, pick.note)
    for (package, version, flag), pythons in found.items():
        note = notes[package, version, flag]
        yield Verdict(
            subject=f"{package} {flag}",
            message=f"on {listing(pythons)} a resolver takes {package} {version}, which is {flag}"
            f"{f': {note}' if note else ''}; {known.age}",
            help=f"raise the floor of {package}: `pylife deps` proposes one",
            file=facts.metadata_file,
        )


RULE = Rule(
    code="DEP413", severity=Severity.WARNING, check=check, documentation=__doc__, by_verdicts=True
)
