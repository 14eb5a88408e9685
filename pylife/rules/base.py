"""What every rule is made of: facts in, verdicts out; no clock, no disk, no network."""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sized
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple

from pylife.calendar import Calendar
from pylife.declarations.authority import is_pin, supports
from pylife.model import (
    Change,
    Declaration,
    Ending,
    Finding,
    Kind,
    Problem,
    Project,
    PythonVersion,
    Role,
    Severity,
    Stage,
    Suppression,
    SuppressionKind,
    Waiver,
)
from pylife.policy import Window
from pylife.source.facts import SourceFacts

if TYPE_CHECKING:  # most checks know of no verdicts, and need not load what they are made of
    from pylife.dependencies.stored import Stored

METADATA_FILES = ("pyproject.toml", "setup.cfg", "setup.py")
"""Where a package declares its range, the most modern first."""


class Parent(NamedTuple):
    """A member of the fleet that a project requires at run time.

    `pythons` are the feature releases on which it is required (all that are known, unless
    a marker says otherwise). `covered` are those on which it can be installed; None where
    its range is absent or, as `unreadable` says, unreadable.
    """

    name: str
    pythons: frozenset[PythonVersion]
    covered: frozenset[PythonVersion] | None
    raw: str = ""
    unreadable: str | None = None


class _Facts(NamedTuple):
    project: Project
    declarations: tuple[Declaration, ...]
    problems: tuple[Problem, ...]
    window: Window
    calendar: Calendar
    metadata_file: str | None = None
    """The file in which a range would be declared; None for what is no package."""
    tested_at: str | None = None
    """For a project without tests of its own: a file above it that declares some."""
    parents: tuple[Parent, ...] = ()
    """The members of the fleet that it requires at run time."""
    requirements: tuple[tuple[str, str], ...] = ()
    """What it requires at run time, as (name, specifier); read where the policy asks for it."""
    fleet_known: bool = True
    """Whether the fleet is known, so that no `parents` means that it requires none of it."""
    endings: tuple[Ending, ...] = ()
    """When what it stands on loses its maintenance, the earliest first."""
    unknown_endings: tuple[str, ...] = ()
    """Why there may be an earlier one."""
    offered: Mapping[tuple[str, int], frozenset[PythonVersion]] = MappingProxyType({})
    """By file and line: the Pythons that the platform there offers, where that is known."""
    source: SourceFacts | None = None
    """What its source needs of Python; None where it was not scanned."""
    dependencies: "Stored | None" = None
    """What `pylife deps` last said of what it requires; None where it never did."""


class Facts(_Facts):
    """All that the rules know of one project."""

    # No `__slots__`: what is computed from the facts is kept beside them.

    @cached_property
    def supports(self) -> Declaration | None:
        """The range that decides where the project may be installed; None where none is given."""
        return supports(self.declarations)

    @property
    def has_floor(self) -> bool:
        """Whether the range, where there is one that can be read, has a lower bound."""
        found = self.supports
        return (
            found is not None
            and found.specifier is not None
            and not found.specifier.contains("0", prereleases=True)
        )

    @property
    def broken_metadata(self) -> str | None:
        """A metadata file that cannot be read: what it declares is unknown, not absent."""
        broken = {problem.file for problem in self.problems}
        return next((name for name in METADATA_FILES if name in broken), None)

    @cached_property
    def covered(self) -> frozenset[PythonVersion] | None:
        """The Pythons that the range covers fully; None where it is absent or unreadable."""
        found = self.supports
        return None if found is None or found.versions is None else frozenset(found.versions)

    def unknown_range(self) -> "NotEvaluated":
        """Why a rule that needs the range cannot be evaluated."""
        found = self.supports
        assert found is not None  # noqa: S101 - asked only where there is one
        place = f"{found.file}:{found.line}"
        return NotEvaluated(f"{place}: {found.site} is unreadable: {found.unreadable}")

    @cached_property
    def touched(self) -> frozenset[PythonVersion]:
        """The Pythons that the range covers fully or partly."""
        found = self.supports
        return frozenset((*(found.versions or ()), *found.partial)) if found else frozenset()

    def covered_at(self, *stages: Stage) -> frozenset[PythonVersion]:
        """The Pythons at `stages` of the window that the range covers fully."""
        return (self.covered or frozenset()).intersection(self.window.at(*stages))

    @property
    def is_library(self) -> bool:
        """Whether it is installed on many Pythons, rather than deployed with one."""
        return self.project.kind is Kind.LIBRARY

    @property
    def is_package(self) -> bool:
        """Whether it is a library that is built and installed, rather than a mere folder."""
        return self.is_library and self.metadata_file is not None

    @cached_property
    def runtimes(self) -> tuple[Declaration, ...]:
        """What names the Python that something runs on, environments' pins included.

        Not what names none, or is read otherwise than it is meant.
        """
        return tuple(
            item
            for item in self.declarations
            if (item.role is Role.RUNS_ON or is_pin(item)) and strange(item) is None
        )

    def of(self, role: Role) -> tuple[Declaration, ...]:
        """The declarations of `role`, in file order."""
        return tuple(item for item in self.declarations if item.role is role)


class WaiverUse(NamedTuple):
    """A waiver, and how many findings and cells it took away today."""

    waiver: Waiver
    used: int
    refused: tuple[str, ...] = ()
    """The drops that it cannot waive any more, such as `3.9 since 2026-06-30`."""


class FleetFacts(NamedTuple):
    """All that the rules on the fleet as a whole know; their findings carry its `name`."""

    name: str
    as_of: dt.date
    calendar_of: dt.date
    """The day of the release calendar's data."""
    waivers: tuple[WaiverUse, ...] = ()
    windows: tuple[Window, ...] = ()
    snapshots: tuple[tuple[str, dt.date], ...] = ()
    """The data that verdicts rest on, such as ("AWS Lambda", 2026-11-21), with its day."""


class Verdict(NamedTuple):
    """What a rule says of one subject; becomes a `Finding`.

    `subject` tells this verdict from others of the same rule and project: it is
    part of the fingerprint, so it names no line and no number of days.
    """

    subject: str
    message: str
    help: str
    at: Declaration | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None
    severity: Severity | None = None
    effective: str | None = None
    changes: tuple[Change, ...] = ()
    unsafe: bool = False
    """Whether the changes claim or deploy what only a test run can prove."""
    pythons: tuple[PythonVersion, ...] = ()
    """Of a verdict that a Python is past its end: which; see `Finding.pythons`."""
    ignored: str = ""
    """Why a comment on the line says that it is right as it is; empty where none does."""


class NotEvaluated(NamedTuple):
    """A rule that could not be evaluated, with the reason: never the same as passed."""

    reason: str


Check = Callable[[Facts], Iterator[Verdict | NotEvaluated]]
FleetCheck = Callable[[FleetFacts], Iterator[Verdict | NotEvaluated]]
Fix = Literal["safe", "unsafe"]
"""What `--fix` makes: by itself, or only with `--unsafe-fixes`."""


class Documented:
    """What all rules have: a code, a usual severity, and documentation.

    The documentation is the docstring of the rule's module: the first line is
    the title; the paragraphs that begin with `Why:`, `Fix:` and `Example:` are
    what `pylife explain` and the rule pages show. `fixes` says which kinds of fix some
    of its findings have.
    """

    judged_by: ClassVar[str] = ""
    """`project`, or `fleet`."""
    by_verdicts: bool = False
    """Whether it rests on the verdicts of `pylife deps`, without which it can say nothing."""

    def __init__(
        self, *, code: str, severity: Severity, documentation: str, fixes: tuple[Fix, ...] = ()
    ) -> None:
        self.code = code
        self.severity = severity
        self.documentation = documentation
        self.fixes = fixes

    @property
    def family(self) -> str:
        """The letters of the code."""
        return self.code.rstrip("0123456789")

    @property
    def title(self) -> str:
        """The first line of the documentation, without its full stop."""
        return self.documentation.strip().splitlines()[0].rstrip(".")

    def section(self, name: str) -> str:
        """The paragraph `name` ("Why", "Fix" or "Example"), on one line; empty if there is none."""
        match = re.search(rf"^{name}:\s*(.+?)(?=\n\s*\n|\Z)", self.documentation, re.M | re.S)
        text = re.sub(r"\s+", " ", match[1]).strip() if match else ""
        return text[:1].upper() + text[1:]


class Rule(Documented):
    """A rule that is judged for each project."""

    judged_by: ClassVar[str] = "project"

    def __init__(
        self,
        *,
        code: str,
        severity: Severity,
        check: Check,
        documentation: str,
        fixes: tuple[Fix, ...] = (),
        by_verdicts: bool = False,
    ) -> None:
        super().__init__(code=code, severity=severity, documentation=documentation, fixes=fixes)
        self.check = check
        self.by_verdicts = by_verdicts


class FleetRule(Documented):
    """A rule that is judged once for the fleet as a whole."""

    judged_by: ClassVar[str] = "fleet"

    def __init__(
        self,
        *,
        code: str,
        severity: Severity,
        check: FleetCheck,
        documentation: str,
        fixes: tuple[Fix, ...] = (),
    ) -> None:
        super().__init__(code=code, severity=severity, documentation=documentation, fixes=fixes)
        self.check = check


def finding(rule: Documented, project: str, verdict: Verdict) -> Finding:
    """The finding that `verdict` of `rule` makes for `project` (or for the fleet of that name)."""
    at = verdict.at
    return Finding(
        code=rule.code,
        severity=verdict.severity or rule.severity,
        project=project,
        subject=verdict.subject,
        message=verdict.message,
        help=verdict.help,
        file=at.file if at else verdict.file,
        line=at.line if at else verdict.line,
        column=at.column if at else verdict.column,
        effective=verdict.effective,
        changes=verdict.changes,
        unsafe=verdict.unsafe,
        span=at.span if at else None,
        pythons=verdict.pythons,
        suppressed=Suppression(SuppressionKind.COMMENT, verdict.ignored)
        if verdict.ignored
        else None,
    )


def strange(item: Declaration) -> Verdict | None:
    """The verdict on a place whose Python is none, or is read otherwise than it is meant."""
    if item.misread:
        what, help_ = f"note {item.file} {item.group} {item.raw}", "put it in quotes"
    elif item.note.startswith("no Python "):
        what, help_ = f"unknown {item.file} {item.group} {item.raw}", "name a Python that exists"
    else:
        return None
    return Verdict(subject=what, message=f"{item.raw}: {item.note}", help=help_, at=item)


def is_behind(facts: Facts, python: PythonVersion) -> bool:
    """Whether `python` is older than all that the range covers, or that the policy holds."""
    floor = min(facts.touched, default=None)
    oldest = facts.window.floor
    plain = python.plain
    return bool((floor and plain < floor) or (oldest and plain < oldest))


def are(versions: Sized) -> str:
    """`is` for one, `are` for several."""
    return "is" if len(versions) == 1 else "are"


def listing(versions: object) -> str:
    """`3.10, 3.11 and 3.12`."""
    words = [str(version) for version in versions]  # type: ignore[attr-defined] # any iterable
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
