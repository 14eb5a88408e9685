"""The floor is below the window.

Why: the range still covers a Python that the policy has dropped, so it is
promised to people, tested by nobody, and holds back dependencies and syntax.

Fix: raise the floor to the oldest Python of the window.

Example: `requires-python = ">=3.8"` when 3.8 and 3.9 have been dropped.
"""

from collections.abc import Iterator

from pylife.model import PythonVersion, SetFloor, Severity, Stage, Target
from pylife.rules.base import Facts, NotEvaluated, Rule, Verdict, listing


def check(facts: Facts) -> Iterator[Verdict | NotEvaluated]:
    """Dropped Pythons that the range covers, and those that go within the warning time."""
    supports, window = facts.supports, facts.window
    if supports is None:
        return  # RNG001 speaks of that
    if supports.versions is None:
        yield facts.unknown_range()
        return
    if not facts.has_floor or window.floor is None:
        return  # RNG001 speaks of a range without a floor
    target = Target(file=supports.file, site=supports.site, group=supports.group)
    dropped = sorted(facts.touched.intersection(window.at(Stage.DROPPED)))
    if dropped:
        first = window.stages[dropped[0]]
        yield Verdict(
            subject="floor",
            message=f"{supports.raw!r} covers {listing(dropped)}, which the policy"
            f" {window.policy.name!r} has dropped ({dropped[0]} on {first.since}:"
            f" {first.rule.removeprefix('dropped: ')})",
            help=f"raise the floor to >={window.floor}"
            + ("" if max(facts.touched) >= window.floor else ", and remove the cap below it"),
            at=supports,
            effective=str(first.since),
            # Without a Python above the floor there is nothing left to install on.
            changes=(SetFloor(target, window.floor),) if max(facts.touched) >= window.floor else (),
            # A runtime below the new floor could no longer install the project.
            unsafe=any(
                python.plain < window.floor for item in facts.runtimes for python in item.effective
            ),
            pythons=tuple(dropped),
        )
        return
    oldest = min(facts.touched, default=None)
    if oldest is not None:
        yield from _soon(facts, oldest)


def _soon(facts: Facts, oldest: PythonVersion) -> Iterator[Verdict]:
    info = facts.window.stages.get(oldest)
    if info is None or info.next_stage is not Stage.DROPPED or info.next_date is None:
        return
    severity = facts.window.severity(info.next_date)
    if severity is not None:
        yield Verdict(
            subject="floor",
            message=f"the policy {facts.window.policy.name!r} drops {oldest} on {info.next_date}",
            help=f"plan to raise the floor above {oldest}",
            at=facts.supports,
            severity=severity,
            effective=str(info.next_date),
        )


RULE = Rule(
    code="RNG002",
    severity=Severity.ERROR,
    check=check,
    documentation=__doc__,
    fixes=("safe", "unsafe"),
)
