"""Test matrices disagree with requires-python.

Why: a Python that is supported and tested nowhere is a promise without proof; a
Python that is tested and not supported is work without use.

Fix: let the matrix name the Pythons of the window that the range covers.

Example: `requires-python = ">=3.10"`, and a workflow that runs 3.9 to 3.12.
"""

from collections.abc import Iterator

from pylife.model import Declaration, DropPython, Role, Severity, Stage, Target
from pylife.rules.base import Facts, NotEvaluated, Rule, Verdict, are, is_behind, listing, strange


def check(facts: Facts) -> Iterator[Verdict | NotEvaluated]:
    """Pythons tested outside the range, and required ones that no test declaration names."""
    # What pre-commit's hooks run with is no proof of the project, and need not be in its range.
    tests = [item for item in facts.of(Role.TESTS) if not item.site.startswith("pre-commit-")]
    if facts.supports is None:
        return
    if not tests:
        if facts.tested_at is not None and facts.is_library:
            yield NotEvaluated(f"it is tested by what {facts.tested_at} declares for many projects")
        return
    if facts.covered is None:
        yield facts.unknown_range()
        return
    raw = facts.supports.raw
    seen = set()
    for item in tests:
        named = set(item.effective)
        # A free-threaded build is a build of its release: Requires-Python knows no builds.
        outside = sorted(python for python in named if python.plain not in facts.touched)
        place = (item.file, item.site, item.group, tuple(outside))
        if not outside or place in seen:
            continue
        seen.add(place)
        target = Target(file=item.file, site=item.site, group=item.group)
        odd = strange(item)
        if odd is not None:
            # What is meant is another Python: to stop testing this one would be wrong.
            yield odd
            continue
        # Of what the policy asks for, RNG003 and RNG004 say that the range lacks it; and to
        # try a Python before it is promised is how one learns whether it works.
        useless = [python for python in outside if is_behind(facts, python)]
        if not useless:
            continue
        yield Verdict(
            subject=f"outside {item.file} {item.group} {listing(useless)}",
            message=f"{listing(useless)} {are(useless)} tested, but {raw!r} leaves"
            f" {'it' if len(useless) == 1 else 'them'} out",
            help=f"stop testing {listing(useless)}",
            at=item,
            changes=()
            if _all_outside(facts, item)
            else tuple(DropPython(target, python) for python in useless),
        )
    if not facts.is_library:
        return  # an application is tested where it runs
    unreadable = next((item for item in tests if item.unreadable and not item.without_effect), None)
    missing = sorted(
        facts.covered_at(Stage.SUPPORTED) - {v for item in tests for v in item.effective}
    )
    if missing and unreadable is not None:
        yield NotEvaluated(
            f"whether {listing(missing)} is tested: {unreadable.file}:{unreadable.line}"
            f" is unreadable: {unreadable.unreadable}"
        )
    elif missing and any(item.effective for item in tests):
        yield Verdict(
            subject="missing",
            message=f"{raw!r} covers {listing(missing)}, which no test matrix names",
            help=f"test on {listing(missing)}",
            at=next(item for item in tests if item.effective),
        )


def _all_outside(facts: Facts, item: Declaration) -> bool:
    """Whether the whole list of `item` is outside: emptying it would test nothing at all."""
    place = (item.file, item.site, item.group)
    listed = [v for other in facts.of(Role.TESTS) for v in other.effective
              if (other.file, other.site, other.group) == place]  # fmt: skip
    return all(python.plain not in facts.touched for python in listed)


RULE = Rule(
    code="DRF102",
    severity=Severity.WARNING,
    check=check,
    documentation=__doc__,
    fixes=("safe",),
)
