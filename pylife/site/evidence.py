"""What is known about one project on one Python, and how strongly a page may say so.

One pure function. Green (`Tone.PASS`) is only for tests that ran, all passed, on
a Python that the project does not refuse; whatever is not known looks unknown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pylife.model import CellStatus, Role, Rung
from pylife.site.documents import Doc, is_checked


class Declared(StrEnum):
    """What a project itself says about a Python; `ABSENT` and `UNREADABLE` are not `NO`."""

    YES = "declared"
    PARTLY = "declared in part"
    RUNS_ON = "runs on it"
    """It declares no range, and is deployed with this Python."""
    NO = "not declared"
    ABSENT = "not stated"
    UNREADABLE = "unreadable"

    @property
    def claims(self) -> bool:
        """Whether somebody may count on this Python because of what is declared."""
        return self in {Declared.YES, Declared.PARTLY, Declared.RUNS_ON}


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
}


def evidence(project: Doc, python: str, cells: Sequence[Doc]) -> Evidence:
    """What is known about `project` on `python`.

    `cells` are the matrix cells of this project and Python (none where tests were
    not run). A project that was not looked at yields nothing but that.
    """
    if not is_checked(project):
        return _unchecked(project, python)
    declared, runs_on = declaration(project, python), python in runs_on_versions(project)
    status, complete, reason = _combined(cells)
    tone, label = _shown(declared, status, complete=complete, runs_on=runs_on)
    return Evidence(
        python=python,
        declared=declared,
        runs_on=runs_on,
        status=status,
        complete=complete,
        tone=tone,
        label=label,
        contradiction=_contradiction(declared, status, runs_on=runs_on),
        reason=reason,
        rung=_rung(declared, status, complete=complete),
    )


def declaration(project: Doc, python: str) -> Declared:
    """What the project says about `python`: its range first, then what it is deployed with."""
    supports = project.get("supports")
    if supports is not None:
        if python in supports["versions"]:
            return Declared.YES
        return Declared.PARTLY if python in supports["partial"] else Declared.NO
    if project.get("supports_unreadable"):
        return Declared.UNREADABLE
    runtimes = [d for d in project["declarations"] if d["role"] == Role.RUNS_ON]
    if python in runs_on_versions(project):
        return Declared.RUNS_ON
    if any(d.get("unreadable") for d in runtimes):
        return Declared.UNREADABLE
    return Declared.NO if runtimes else Declared.ABSENT


def runs_on_versions(project: Doc) -> frozenset[str]:
    """The Pythons that its deployment files name (a range, such as Lambda's, names none)."""
    return frozenset(
        version
        for d in project["declarations"]
        if d["role"] == Role.RUNS_ON and d.get("specifier") is None
        for version in (() if d.get("without_effect") else d.get("versions") or ())
    )


def _combined(cells: Sequence[Doc]) -> tuple[CellStatus | None, bool, str]:
    """The status that the sessions come to, whether all agree, and the reason to show."""
    ranked = sorted(
        (_ORDER.index(CellStatus(c["status"])), c["session"], c["reason"]) for c in cells
    )
    if not ranked:
        return None, True, ""
    best = _ORDER[ranked[0][0]]
    complete = all(rank == ranked[0][0] for rank, _, _ in ranked)
    deciding = [item for item in ranked if item[2]] if best is CellStatus.PASSED else ranked
    reason = deciding[0][2] if deciding else ""
    return (None if best is CellStatus.NOT_RUN else best), complete, reason


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


def _rung(declared: Declared, status: CellStatus | None, *, complete: bool) -> Rung | None:
    if not declared.claims:
        return None
    if status is CellStatus.PASSED and complete and declared is not Declared.PARTLY:
        return Rung.TESTED
    return Rung.INSTALLS if status in _INSTALLED else Rung.DECLARED


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
