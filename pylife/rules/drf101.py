"""Classifiers disagree with requires-python.

Why: the index and its users read the classifiers, pip reads requires-python.
Where they differ, one of them is wrong, and it is requires-python that decides.

Fix: let the classifiers name the Pythons of the window that the range covers.

Example: classifiers up to 3.12 beside `>=3.10` when 3.13 and 3.14 are supported.
"""

from collections.abc import Iterator, Sequence

from pylife.model import (
    AddPython,
    Change,
    Declaration,
    DropPython,
    PythonVersion,
    Role,
    Severity,
    Stage,
    Target,
)
from pylife.rules.base import Facts, NotEvaluated, Rule, Verdict, is_behind, listing


def check(facts: Facts) -> Iterator[Verdict | NotEvaluated]:
    """Pythons that are advertised but not covered, and covered but not advertised."""
    classifiers = [item for item in facts.of(Role.ADVERTISES) if item.site == "classifier"]
    if not classifiers or facts.supports is None:
        return
    if facts.covered is None:
        yield facts.unknown_range()
        return
    unreadable = next((item for item in classifiers if item.unreadable), None)
    if unreadable is not None:
        yield NotEvaluated(f"classifiers are unreadable: {unreadable.unreadable}")
        return
    for file, group in sorted({(item.file, item.group) for item in classifiers}):
        listed = [item for item in classifiers if (item.file, item.group) == (file, group)]
        yield from _compare(facts, listed, Target(file=file, site="classifier", group=group))


def _compare(facts: Facts, listed: Sequence[Declaration], target: Target) -> Iterator[Verdict]:
    raw = facts.supports.raw if facts.supports else ""
    named = {python for item in listed for python in item.versions or ()}
    outside = sorted(python for python in named if python.plain not in facts.touched)
    ahead = [python for python in outside if not is_behind(facts, python)]
    if ahead:
        yield Verdict(
            subject=f"ahead {target.file}",
            message=f"classifiers name {listing(ahead)}, which {raw!r} leaves out",
            help=f"widen the range, after the tests pass there, or remove the"
            f" classifiers of {listing(ahead)}",
            at=next(item for item in listed if set(item.versions or ()) & set(ahead)),
        )
    outside = [python for python in outside if python not in ahead]
    if outside:
        yield Verdict(
            subject=f"outside {target.file}",
            message=f"classifiers name {listing(outside)}, which {raw!r} leaves out",
            help=f"remove the classifiers of {listing(outside)}",
            at=next(item for item in listed if set(item.versions or ()) & set(outside)),
            changes=_changes(DropPython, target, outside),
        )
    missing = sorted(facts.covered_at(Stage.SUPPORTED) - named)
    if missing and facts.is_library:
        yield Verdict(
            subject=f"missing {target.file}",
            message=f"{raw!r} covers {listing(missing)}, which no classifier names",
            help=f"add the classifiers of {listing(missing)}, after the tests pass there",
            unsafe=True,
            at=listed[-1],
            changes=_changes(AddPython, target, missing),
        )


def _changes(
    kind: type[AddPython] | type[DropPython], target: Target, pythons: Sequence[PythonVersion]
) -> tuple[Change, ...]:
    return tuple(kind(target, python) for python in pythons)


RULE = Rule(
    code="DRF101",
    severity=Severity.WARNING,
    check=check,
    documentation=__doc__,
    fixes=("safe", "unsafe"),
)
