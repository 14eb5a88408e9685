"""What is known about one project on one Python, and how strongly a page may say so.

One pure function. Green (`Tone.PASS`) is only for tests that ran, all passed, on
a Python that the project does not refuse; whatever is not known looks unknown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pylife.dependencies.records import Verdict
from pylife.model import CellStatus, Rung, SourceState
from pylife.site.declared import Declared, declaration, runs_on_versions
from pylife.site.dependency_view import dependency_lines, dependency_verdict
from pylife.site.documents import Doc, is_checked
from pylife.site.shapes import shape
from pylife.site.source_view import source_lines, source_state

__all__ = ["Declared", "Evidence", "Tone", "declaration", "evidence", "runs_on_versions"]


class Tone(StrEnum):
    """How evidence is drawn: a shape and a colour, always beside words."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    ODD = "odd"
    """Tests pass, but something contradicts or is missing."""
    FAIL = "fail"
    BLOCK = "block"
    OPEN = "open"
    """Asked, and not known."""
    SAID = "said"
    """Declared, and nothing more."""
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The evidence about one (project, Python)."""

    python: str
    declared: Declared
    runs_on: bool
    """Whether a declaration says that it is deployed with this Python."""
    status: CellStatus | None
    """What its sessions come to; None where nothing was run."""
    complete: bool
    """Whether every session ended with this status."""
    tone: Tone
    label: str
    """A word or two, for a cell."""
    contradiction: str
    """Where what is declared and what is shown disagree, a sentence; else empty."""
    reason: str
    """Of the session that decides."""
    rung: Rung | None
    """The highest rung of the ladder that these documents show without a gap below."""
    source: SourceState = SourceState.UNKNOWN
    """What the scan of the source says."""
    source_lines: tuple[str, ...] = ()
    """Where and why the source fails, or why that is not known."""
    dependencies: Verdict = Verdict.UNKNOWN
    """Whether what it requires installs."""
    dependency_lines: tuple[str, ...] = ()
    """Who is in the way, or why that is not known."""
    day: str = ""
    """When the session that decides was run, the oldest of several; empty: not known."""

    @property
    def claims(self) -> bool:
        """Whether the project says that it works there, or is deployed there."""
        return self.declared.claims or self.runs_on

    @property
    def icon(self) -> str:
        """Its symbol in `reports/icons.html`."""
        return shape(self.tone, self.status, contradicts=bool(self.contradiction))


_TONES: dict[CellStatus, tuple[Tone, str]] = {
    CellStatus.PASSED: (Tone.PASS, "tested"),
    CellStatus.FAILED: (Tone.FAIL, "fails"),
    CellStatus.BLOCKED: (Tone.BLOCK, "blocked"),
    CellStatus.FLAKY: (Tone.OPEN, "flaky"),
    CellStatus.FAILS_ON_BASELINE: (Tone.OPEN, "baseline fails too"),
    CellStatus.TIMEOUT: (Tone.OPEN, "timed out"),
    CellStatus.INFRASTRUCTURE: (Tone.OPEN, "infrastructure"),
    CellStatus.MISSING_INTERPRETER: (Tone.OPEN, "no interpreter"),
    CellStatus.NEEDS: (Tone.OPEN, "needs more"),
    CellStatus.NO_TESTS: (Tone.OPEN, "no tests"),
    CellStatus.NOT_VALIDATED: (Tone.OPEN, "not validated"),
    CellStatus.SKIPPED: (Tone.OPEN, "skipped"),
}
# Which session decides where several ran: a bad end outweighs a pass; an unknown
# one only takes the pass's completeness away.
_BAD = (
    CellStatus.FAILED,
    CellStatus.BLOCKED,
    CellStatus.FLAKY,
    CellStatus.FAILS_ON_BASELINE,
    CellStatus.TIMEOUT,
)
_UNKNOWN = (
    CellStatus.INFRASTRUCTURE,
    CellStatus.MISSING_INTERPRETER,
    CellStatus.NEEDS,
    CellStatus.NO_TESTS,
    CellStatus.NOT_VALIDATED,
    CellStatus.SKIPPED,
    CellStatus.NOT_RUN,
)
_ORDER = (*_BAD, CellStatus.PASSED, *_UNKNOWN)
# An environment was built for these to end as they did.
_INSTALLED = {
    CellStatus.PASSED,
    CellStatus.FAILED,
    CellStatus.FLAKY,
    CellStatus.FAILS_ON_BASELINE,
    CellStatus.NO_TESTS,
    CellStatus.NOT_VALIDATED,
}


def evidence(project: Doc, python: str, cells: Sequence[Doc]) -> Evidence:
    """What is known about `project` on `python`.

    `cells` are the matrix cells of this project and Python (none where tests were
    not run). A project that was not looked at yields nothing but that.
    """
    if not is_checked(project):
        return _unchecked(project, python)
    declared, runs_on = declaration(project, python), python in runs_on_versions(project)
    status, complete, reason, day = _combined(cells)
    source = source_state(project, python)
    verdict = dependency_verdict(project, python)
    tone, label = _shown(declared, status, complete=complete, runs_on=runs_on)
    if status is None:
        tone, label = _with_source(declared, source, tone, label)
        tone, label = _with_dependencies(declared, source, verdict, tone, label)
    elif tone is Tone.PASS and source is SourceState.FAILS:
        tone, label = Tone.ODD, "passes, source does not"
    elif tone is Tone.PASS and verdict is Verdict.BLOCKED:
        # With the fleet's own trees beside it: who installs it from the index has not these.
        tone, label = Tone.ODD, "passes, does not install"
    return Evidence(
        python=python,
        declared=declared,
        runs_on=runs_on,
        status=status,
        complete=complete,
        tone=tone,
        label=label,
        contradiction=_contradiction(declared, status, runs_on=runs_on)
        or _source_contradiction(declared, status, source)
        or _dependency_contradiction(declared, status, verdict),
        reason=reason,
        rung=_rung(declared, source, verdict, status, complete=complete),
        source=source,
        source_lines=tuple(source_lines(project, python)),
        dependencies=verdict,
        dependency_lines=tuple(dependency_lines(project, python)),
        day=day,
    )


def _combined(cells: Sequence[Doc]) -> tuple[CellStatus | None, bool, str, str]:
    """The status that the sessions come to, whether all agree, the reason to show, and the day."""
    ranked = sorted(
        (_ORDER.index(CellStatus(c["status"])), c["session"], c["reason"]) for c in cells
    )
    if not ranked:
        return None, True, "", ""
    best = _ORDER[ranked[0][0]]
    complete = all(rank == ranked[0][0] for rank, _, _ in ranked)
    deciding = [item for item in ranked if item[2]] if best is CellStatus.PASSED else ranked
    reason = deciding[0][2] if deciding else ""
    if best is CellStatus.NOT_RUN:
        return None, complete, reason, ""
    # Of several that decide together the oldest counts, and one of unknown age makes it unknown.
    day = min(c.get("as_of") or "" for c in cells if c["status"] == best)
    return best, complete, reason, day


def _shown(
    declared: Declared, status: CellStatus | None, *, complete: bool, runs_on: bool
) -> tuple[Tone, str]:
    if status is None:
        return _untested(declared, runs_on=runs_on)
    tone, label = _TONES[status]
    if status is CellStatus.PASSED:
        if declared is Declared.NO:
            return Tone.ODD, "passes, not declared"
        if not complete:
            return Tone.ODD, "passes in part"
        if declared is Declared.PARTLY:
            return Tone.ODD, "passes, declared in part"
    if status is CellStatus.FAILED and declared.claims:
        return tone, "fails, yet declared"
    return tone, label


def _untested(declared: Declared, *, runs_on: bool) -> tuple[Tone, str]:
    match declared:
        case Declared.YES | Declared.PARTLY:
            return Tone.SAID, declared.value
        case Declared.RUNS_ON:
            return Tone.SAID, "runs on it"
        case Declared.NO:
            return (
                (Tone.ODD, "runs on it, not declared") if runs_on else (Tone.NONE, declared.value)
            )
        case Declared.ABSENT | Declared.UNREADABLE:
            return Tone.OPEN, declared.value


def _contradiction(declared: Declared, status: CellStatus | None, *, runs_on: bool) -> str:
    if status is CellStatus.PASSED and declared is Declared.NO:
        return "tests pass, not declared"
    if status is CellStatus.FAILED and declared.claims:
        return "declared, but tests fail"
    if status is CellStatus.BLOCKED and declared.claims:
        return "declared, but its dependencies do not install"
    if runs_on and declared is Declared.NO:
        return "deployed with it, not declared"
    return ""


def _with_source(
    declared: Declared, source: SourceState, tone: Tone, label: str
) -> tuple[Tone, str]:
    """How a cell looks where nothing was run: never green, whatever the source says."""
    if declared.claims and source is SourceState.FAILS:
        return Tone.FAIL, "source fails, yet declared"
    if declared in {Declared.YES, Declared.RUNS_ON} and tone is Tone.SAID:
        return tone, "source clean" if source is SourceState.CLEAN else label
    return tone, label


def _source_contradiction(
    declared: Declared, status: CellStatus | None, source: SourceState
) -> str:
    if source is not SourceState.FAILS:
        return ""
    if status is CellStatus.PASSED:
        return "tests pass, but the source uses what is not there"
    return "declared, but the source uses what is not there" if declared.claims else ""


def _with_dependencies(
    declared: Declared, source: SourceState, verdict: Verdict, tone: Tone, label: str
) -> tuple[Tone, str]:
    """How a cell looks where nothing was run: a verdict may make it blocked, and never green."""
    if not declared.claims or tone is Tone.FAIL:
        return tone, label
    if verdict is Verdict.BLOCKED:
        return Tone.BLOCK, "blocked, yet declared"
    if verdict is Verdict.INSTALLS and source is SourceState.CLEAN and tone is Tone.SAID:
        return tone, "resolves"
    return tone, label


def _dependency_contradiction(
    declared: Declared, status: CellStatus | None, verdict: Verdict
) -> str:
    if verdict is not Verdict.BLOCKED:
        return ""
    if status is CellStatus.PASSED:
        return "tests pass here, but what it requires does not install from the index"
    if status in _INSTALLED or not declared.claims:
        return ""
    return "declared, but its dependencies do not install"


def _rung(
    declared: Declared,
    source: SourceState,
    verdict: Verdict,
    status: CellStatus | None,
    *,
    complete: bool,
) -> Rung | None:
    """What is not known of the source breaks nothing that was shown by running it."""
    if not declared.claims:
        return None
    if source is SourceState.FAILS:
        return Rung.DECLARED
    whole = complete and declared is not Declared.PARTLY and verdict is not Verdict.BLOCKED
    if status is CellStatus.PASSED and whole:
        return Rung.TESTED
    if status in _INSTALLED:
        return Rung.INSTALLS
    if source is not SourceState.CLEAN:
        return Rung.DECLARED
    return Rung.RESOLVES if verdict is Verdict.INSTALLS else Rung.SOURCE_CLEAN


def _unchecked(project: Doc, python: str) -> Evidence:
    return Evidence(
        python=python,
        declared=Declared.UNREADABLE,
        runs_on=False,
        status=None,
        complete=True,
        tone=Tone.NONE if project.get("excluded") else Tone.OPEN,
        label="excluded" if project.get("excluded") else "not checked",
        contradiction="",
        reason=project.get("excluded") or project.get("error") or "",
        rung=None,
    )
