"""Tests run on a Python that is dropped.

Why: a test on a Python that the policy has dropped costs time in every run, and keeps
syntax and dependencies back for nobody. Where the project has a range, DRF102 and RNG002
say so; this rule speaks where no range does.

Fix: stop testing there.

Example: a workflow at the root of a repository of many projects that runs 3.8 to 3.13.
"""

from collections.abc import Iterator, Sequence

from pylife.model import Declaration, DropPython, PythonVersion, Role, Severity, Stage, Target
from pylife.rules.base import Facts, Rule, Verdict, are, listing, strange


def check(facts: Facts) -> Iterator[Verdict]:
    """Each list of tests with a dropped Python, in a project without a range that can be read."""
    if facts.covered is not None:
        return
    places: dict[Target, list[Declaration]] = {}
    for item in facts.of(Role.TESTS):
        # What pre-commit's hooks run with tests nothing of the project.
        if not item.site.startswith("pre-commit-"):
            at = Target(file=item.file, site=item.site, group=item.group)
            places.setdefault(at, []).append(item)
    for target, listed in places.items():
        yield from _place(facts, target, listed)


def _place(facts: Facts, target: Target, listed: Sequence[Declaration]) -> Iterator[Verdict]:
    yield from filter(None, map(strange, listed))
    plain = [item for item in listed if strange(item) is None]
    named = {python for item in plain for python in item.effective}
    dropped = sorted(
        python for python in named if facts.window.stage(python.plain) is Stage.DROPPED
    )
    if not dropped:
        return
    first = facts.window.stages[dropped[0].plain]
    yield Verdict(
        subject=f"{target.file} {target.site} {target.group}".rstrip(),
        message=f"{listing(dropped)} {are(dropped)} tested, which the policy"
        f" {facts.window.policy.name!r} has dropped ({dropped[0]} on {first.since})",
        help=f"stop testing {listing(dropped)}",
        at=next(item for item in plain if set(item.effective) & set(dropped)),
        effective=str(first.since),
        # Emptying a list would test nothing at all: that is for people to decide.
        changes=_changes(target, dropped) if set(dropped) < named else (),
        pythons=tuple(dropped),
    )


def _changes(target: Target, dropped: Sequence[PythonVersion]) -> tuple[DropPython, ...]:
    return tuple(DropPython(target, python) for python in dropped)


RULE = Rule(
    code="TST301",
    severity=Severity.WARNING,
    check=check,
    documentation=__doc__,
    fixes=("safe",),
)
