"""What every format is given: the outcome of a check as plain data."""

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple, Protocol

from pylife.model import Finding, Project, Severity

Status = Literal["checked", "incomplete", "excluded", "error"]
"""What became of a project: judged; judged but for files that could not be read;
left out by configuration; not to be had."""


class Described(Protocol):
    """What formats tell of a rule; a rule of `pylife.rules` is one."""

    @property
    def code(self) -> str:
        """Such as `RNG002`."""

    @property
    def severity(self) -> Severity:
        """Its usual severity."""

    @property
    def title(self) -> str:
        """One line."""

    def section(self, name: str) -> str:
        """The paragraph `Why`, `Fix` or `Example` of its documentation; empty if there is none."""


class Row(NamedTuple):
    """One project of the report."""

    project: Project
    policy: str
    status: Status
    reason: str = ""
    declarations: int = 0
    unreadable: int = 0
    """How many of the declarations could not be understood without running code."""
    asked: tuple[str, ...] = ()
    """The codes of the rules by which the project was judged."""


class CheckReport(NamedTuple):
    """The outcome of a check; findings' files are relative to the root that was given.

    `findings` holds those that count, those that are suppressed and those that are
    `upcoming`. `not_evaluated` holds (project, code, reason). `lines` are source lines by
    (file, line), without their end, for the findings that have a place. `color`,
    `verbose`, `quiet`, `width` (columns of the terminal) and `seconds` (how long it took)
    matter to the text format alone.
    """

    as_of: str
    tool: str
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]
    not_evaluated: tuple[tuple[str, str, str], ...]
    fleet: str = ""
    lines: Mapping[tuple[str, int], str] = MappingProxyType({})
    horizon: str | None = None
    """Up to which ISO date upcoming findings were looked for."""
    color: bool = False
    verbose: bool = False
    quiet: bool = False
    width: int = 100
    seconds: float | None = None
    rules: tuple[Described, ...] = ()
    """The rules there are, for the formats that describe them."""
    prefix: str = ""
    """Path from the repository's root to the root that was given, such as `libs/`; for the
    formats that forges read."""

    @property
    def counted(self) -> tuple[Finding, ...]:
        """The findings that count today: neither suppressed nor upcoming."""
        return tuple(item for item in self.findings if not item.suppressed and not item.upcoming)

    def count(self, severity: Severity) -> int:
        """How many findings that count have `severity`."""
        return sum(1 for item in self.counted if item.severity is severity)

    @property
    def statuses(self) -> Counter[str]:
        """How many projects have which status."""
        return Counter(row.status for row in self.rows)

    @property
    def unreadable(self) -> int:
        """How many declarations could not be understood without running code."""
        return sum(row.unreadable for row in self.rows)
