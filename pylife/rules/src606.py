"""A backport or a guard is dead.

Why: since the floor was raised, nothing needs it: it is installed, resolved, read and
maintained for nobody.

Fix: remove it: the requirement, the fallback, or the branch that is never taken. Taking the
branch that is left is an unsafe fix, and touches nothing else: comments, strings and what is
kept stay byte for byte. What has no plain place to be cut at is left to people, with the reason.

Example: `tomli; python_version < "3.11"`, or `if sys.version_info >= (3, 8):`, in a package
that declares `>=3.11`.
"""

import re
from collections.abc import Iterator

from pylife.model import (
    Change,
    DropFallback,
    PythonVersion,
    RemoveRequirement,
    Scope,
    Severity,
    TakeBranch,
    Target,
)
from pylife.rules.base import Facts, NotEvaluated, Rule, Verdict
from pylife.rules.source_basis import Basis, Spot, basis, subject, verdicts
from pylife.source import backports
from pylife.source.backports import Backport
from pylife.source.facts import Guard, Import, Place, Pythons, Requirement

CODE = "SRC606"
_SHOWN = 60
_HAS = re.compile(r"(?:not )?hasattr\([^()]*\)")
_ASKS = re.compile(r"[<>=]|\bin\b|\bPY\d")
_WORD = re.compile(r"\b[^\W\d]\w*")
# fmt: off
_WORDS = frozenset([
    "sys", "version_info", "hexversion", "major", "minor", "micro", "six", "PY2", "PY3", "PY34",
    "and", "or", "not", "in", "tuple", "final",
])
# fmt: on
"""Of what a condition on the running Python alone consists."""
_NUMBERS = re.compile(r"\b3\s*[,.]\s*(\d+)")


def check(facts: Facts) -> Iterator[Verdict | NotEvaluated]:
    """Requirements, imports and guards that no declared Python needs."""
    known = basis(facts)
    if isinstance(known, NotEvaluated):
        yield known
    else:
        yield from verdicts(known, CODE, spots(known))


def spots(known: Basis) -> Iterator[Spot]:
    """Each place, ignored or not."""
    for line in known.source.requirements:
        yield from _requirement(known, line)
    # Of a Python that is older than the scan knows it cannot say what is reached there.
    if known.all_known:
        yield from _imports(known)
        yield from _guards(known)


def _requirement(known: Basis, line: Requirement) -> Iterator[Spot]:
    found = backports.of_distribution(line.name)
    if line.marker and known.declared and not line.pythons & known.declared:
        why = f"is never installed; {known.says}"
        yield _spot(line, f"{line.raw!r} {why}", "remove it", removable=True)
    elif found is not None and known.all_known and line.use != "else":
        yield from _backport(known, line, found)


def _backport(known: Basis, line: Requirement, found: Backport) -> Iterator[Spot]:
    """A backport whose marker holds, but which nothing needs where it is installed."""
    imports = [item for item in known.source.imports if _is(found, item)]
    if not known.declared:
        return
    floor = min(known.declared)
    if not imports:
        # An extra is often for what somebody else does, such as running tests.
        if found.since <= floor and line.use == "run":
            yield _spot(
                line,
                f"{line.name} is imported nowhere, and {found.standard} is in the standard"
                f" library of every declared Python (since {found.since})",
                "remove it",
                removable=True,
            )
        return
    reached = [item for item in imports if item.reached & known.declared]
    since = [found.until(item.names) for item in reached]
    known_since = [python for python in since if python is not None]
    if len(known_since) < len(since) or max(known_since, default=floor) > floor:
        return
    if not reached:
        yield _spot(line, f"{line.name} is imported on no declared Python", "remove both")
        return
    yield _spot(
        line,
        f"{line.name} is needed on no declared Python: {_standard(found, reached)}",
        f"import from {found.standard} instead, and remove the requirement",
    )


def _is(found: Backport, item: Import) -> bool:
    return any(
        one.distribution == found.distribution
        for one in backports.of_import(item.module, item.names)
    )


def _standard(found: Backport, reached: list[Import]) -> str:
    names = sorted({name for item in reached for name in item.names})
    if not found.names or not names:
        return f"{found.standard} has it since {found.since}"
    shown = ", ".join(names[:3]) + (" and more" if len(names) > 3 else "")
    return f"the standard library has {shown}"


def _spot(line: Requirement, message: str, help_: str, *, removable: bool = False) -> Spot:
    changes: tuple[Change, ...] = ()
    if removable and line.group is not None:
        target = Target(file=line.file, site="requirement", group=line.group)
        changes = (RemoveRequirement(target, line.raw),)
    return Spot(
        at=Place(line.file, Scope.PACKAGE, line.line or 1, line.column),
        subject=f"requirement {line.file} {line.raw}",
        message=message,
        help=help_,
        severity=Severity.INFO,
        changes=changes,
    )


def _imports(known: Basis) -> Iterator[Spot]:
    """Imports of backports in branches that no declared Python takes."""
    ignored = _ignored(known)
    for item in known.source.imports:
        found = backports.of_import(item.module, item.names)
        if found and item.reached and not item.reached & known.declared:
            same = [
                other
                for other in known.source.imports
                if (other.at.file, other.module) == (item.at.file, item.module)
                and not other.reached & known.declared
            ]
            target = Target(item.at.file, "import", item.module)
            kept = any((other.at.file, other.at.line) in ignored for other in same)
            yield Spot(
                at=item.at,
                subject=subject(f"import {found[0].module}", item.at),
                message=f"the import of {found[0].module} is reached on no declared Python;"
                f" {known.says}",
                help=f"keep what is done where {found[0].standard} is there, alone",
                severity=Severity.INFO,
                changes=() if kept else (DropFallback(target, len(same)),),
                unsafe=True,
            )


def _guards(known: Basis) -> Iterator[Spot]:
    newest = max(known.source.scanned)
    declared = known.declared & known.source.scanned
    places: dict[tuple[str, str], list[Guard]] = {}
    for item in known.source.guards:
        places.setdefault((item.at.file, item.text), []).append(item)
    for item in known.source.guards:
        always, never = not item.false & declared, not item.true & declared
        if always is not never and _speaks(item, newest):
            same = places[item.at.file, item.text]
            alike = not any(other.false if always else other.true for other in _of(same, declared))
            held = any((other.at.file, other.at.line) in _ignored(known) for other in same)
            target = Target(item.at.file, "guard", item.text)
            change = TakeBranch(target, always, len(same))
            changes = (change,) if alike and not held else ()
            yield _guard(known, item, changes, always=always)


def _of(guards: list[Guard], declared: Pythons) -> Iterator[Guard]:
    """The guards, as far as the Pythons `declared` are concerned."""
    for item in guards:
        yield item._replace(true=item.true & declared, false=item.false & declared)


def _ignored(known: Basis) -> set[tuple[str, int]]:
    """The files and lines of which somebody has said that they stay."""
    return {
        (item.at.file, item.at.line)
        for item in known.source.ignores
        if item.comment.speaks_of(CODE)
    }


def _speaks(item: Guard, newest: PythonVersion) -> bool:
    """Whether a condition asks for nothing but the running Python, and for none to come.

    Where something else is asked too, a reader may mean that; what every Python has, such as
    `os.geteuid`, is asked for because of platforms.
    """
    if _HAS.fullmatch(item.text):
        return bool(item.true and item.false)
    asks = _ASKS.search(item.text) is not None and not set(_WORD.findall(item.text)) - _WORDS
    return asks and all(int(minor) <= newest.minor for minor in _NUMBERS.findall(item.text))


def _guard(known: Basis, item: Guard, changes: tuple[Change, ...], *, always: bool) -> Spot:
    text = " ".join(item.text.split())
    shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
    return Spot(
        at=item.at,
        subject=subject(f"guard {text}", item.at),
        message=f"`{shown}` is {'always' if always else 'never'} true; {known.says}",
        help=f"keep {'its body, without the condition' if always else 'what is done otherwise'}",
        severity=Severity.INFO,
        changes=changes,
        unsafe=True,
    )


RULE = Rule(
    code=CODE,
    severity=Severity.INFO,
    check=check,
    documentation=__doc__,
    fixes=("safe", "unsafe"),
)
