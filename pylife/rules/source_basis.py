"""What the rules on source share: the Pythons to judge by, ignore comments, one finding a thing."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pylife.model import Change, Declaration, PythonVersion, Scope, Severity, Stage
from pylife.rules.base import Facts, NotEvaluated, Verdict
from pylife.source.facts import Place, Pythons, SourceFacts

_AHEAD = frozenset({Stage.UNKNOWN, Stage.PREVIEW})
_NONE: Pythons = frozenset()


class Basis(NamedTuple):
    """What the source of one project is judged by.

    `declared` are all Pythons on which it says to run; `judged` those of them that the scan
    speaks of and that are out, `ahead` those that are still to come. `says` is how it says so:
    `declares >=3.9`.
    """

    facts: Facts
    source: SourceFacts
    declared: Pythons
    judged: Pythons
    ahead: Pythons
    says: str
    deployed: bool
    """Whether it runs on the Pythons of its runtimes, rather than on those of a range."""

    @property
    def all_known(self) -> bool:
        """Whether no declared Python is older than what the scan speaks of."""
        return not self.declared or min(self.declared) >= min(self.source.scanned)


class Spot(NamedTuple):
    """What a rule says of one place; all of one `subject` become one finding, at the first."""

    at: Place
    subject: str
    message: str
    help: str
    severity: Severity | None = None
    effective: str | None = None
    changes: tuple[Change, ...] = ()
    unsafe: bool = False


SEVERITIES = {
    Scope.PACKAGE: Severity.ERROR,
    Scope.TESTS: Severity.WARNING,
    Scope.TOOLS: Severity.INFO,
    Scope.DOCS: Severity.INFO,
}
"""How much it matters that code of a scope does not run on a declared Python."""


def basis(facts: Facts) -> Basis | NotEvaluated:
    """What the source of the project is judged by, or why it cannot be."""
    source = facts.source
    if source is None:
        return NotEvaluated("the source was not scanned")
    found = _by_declarations(facts, source)
    if source.files or not isinstance(found, NotEvaluated):
        return found
    # Without a Python file there is nothing to be judged, by whatever.
    return Basis(facts, source, _NONE, _NONE, _NONE, says="", deployed=False)


def _by_declarations(facts: Facts, source: SourceFacts) -> Basis | NotEvaluated:
    runtimes = [item for item in facts.runtimes if item.versions]
    if runtimes and not facts.is_library:
        return _made(facts, source, _named(runtimes), deployed=True)
    if facts.supports is not None:
        if facts.covered is None:
            return facts.unknown_range()
        return _made(facts, source, facts.touched, deployed=False)
    if runtimes:
        return _made(facts, source, _named(runtimes), deployed=True)
    return NotEvaluated("no Python is declared by which the source could be judged")


def _named(runtimes: Iterable[Declaration]) -> Pythons:
    return frozenset(python.plain for item in runtimes for python in item.versions or ())


def _made(
    facts: Facts, source: SourceFacts, declared: Pythons, *, deployed: bool
) -> Basis | NotEvaluated:
    known = declared & source.scanned if source.files else _NONE
    if source.files and not known:
        return NotEvaluated("of the declared Pythons none is known to the scan")
    # What somebody deploys with is there, whatever the policy says of it.
    ahead = frozenset(
        python for python in known if not deployed and facts.window.stage(python) in _AHEAD
    )
    if deployed or facts.supports is None:
        says = f"runs on {span(declared)}"
    else:
        says = f"declares {facts.supports.raw}"
    return Basis(facts, source, declared, known - ahead, ahead, says, deployed)


def span(pythons: Iterable[PythonVersion]) -> str:
    """`3.9`, `3.9 and 3.10`, `3.9 to 3.12`, or `3.9 and 3.12`: in few words."""
    listed = sorted(pythons)
    runs: list[list[PythonVersion]] = []
    for python in listed:
        if runs and runs[-1][-1].next == python:
            runs[-1].append(python)
        else:
            runs.append([python])
    words: list[str] = []
    for run in runs:
        words += [f"{run[0]} to {run[-1]}"] if len(run) > 2 else [str(python) for python in run]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def verdicts(known: Basis, code: str, spots: Iterable[Spot]) -> Iterator[Verdict]:
    """The findings of the rule `code`; what an ignore comment speaks of is one of its own."""
    ignored = {
        (item.at.file, item.at.line): item.comment.reason
        for item in known.source.ignores
        if item.comment.speaks_of(code)
    }
    groups: dict[tuple[str, str], list[Spot]] = {}
    for spot in spots:
        reason = ignored.get((spot.at.file, spot.at.line), "")
        groups.setdefault((spot.subject, reason), []).append(spot)
    for (subject, reason), found in groups.items():
        first = min(found, key=lambda spot: (spot.at.line, spot.at.column))
        more = len({spot.at for spot in found}) - 1
        yield Verdict(
            subject=subject,
            message=first.message + (f" ({_more(more)} in this file)" if more else ""),
            help=first.help,
            file=first.at.file,
            line=first.at.line,
            column=first.at.column,
            severity=first.severity,
            effective=first.effective,
            changes=() if reason else first.changes,
            unsafe=first.unsafe,
            ignored=reason,
        )


def _more(count: int) -> str:
    return "and once more" if count == 1 else f"and {count} times more"


def subject(what: str, at: Place) -> str:
    """What tells a finding from others: the thing, its file and scope, and no line."""
    return f"{what} {at.file} {at.scope}"
