"""A tool's target is above the floor.

Why: a formatter that is told a newer Python than the floor rewrites code into
what the floor does not have, and a type checker accepts it. A target below the
floor is harmless. Pythons that the policy has dropped do not count.

Fix: set the target to the floor, or remove it where the tool reads requires-python.

Example: ruff's `target-version = "py310"` beside `requires-python = ">=3.9"`.
"""

from collections.abc import Iterator

from pylife.model import Role, SetPython, Severity, Target
from pylife.rules.base import Facts, NotEvaluated, Rule, Verdict

_FOR_SOME_FILES = frozenset({"ruff-per-file-target", "pyright-environment-target"})


def check(facts: Facts) -> Iterator[Verdict | NotEvaluated]:
    """Each tool whose least target is newer than the least Python of the range."""
    # What a tool is told for some files only, such as tests, is newer on purpose.
    targets = [item for item in facts.of(Role.TARGETS) if item.site not in _FOR_SOME_FILES]
    if not targets or facts.supports is None:
        return
    if facts.covered is None:
        yield facts.unknown_range()
        return
    if not facts.touched or not facts.has_floor:
        return
    # A floor below the window is to be raised (RNG002): no target is asked to go down there.
    floor = max([min(facts.touched), *filter(None, [facts.window.floor])])
    for file, site, group in sorted({(item.file, item.site, item.group) for item in targets}):
        listed = [
            item for item in targets if (item.file, item.site, item.group) == (file, site, group)
        ]
        named = [(python, item) for item in listed for python in item.versions or ()]
        if not named:
            continue
        python, item = min(named, key=lambda pair: pair[0])
        if python > floor:
            target = Target(file=file, site=site, group=group)
            yield Verdict(
                subject=f"{file} {site} {group}",
                message=f"{site} names {python}, above the floor {floor} of {facts.supports.raw!r}",
                help=f"set it to {floor}",
                at=item,
                changes=(SetPython(target, floor),) if len(named) == 1 else (),
            )


RULE = Rule(
    code="DRF103",
    severity=Severity.WARNING,
    check=check,
    documentation=__doc__,
    fixes=("safe",),
)
