"""What every format is given: the outcome of a check as plain data."""

from collections import Counter
from typing import Literal, NamedTuple

from pylife.model import Finding, Project, Severity

Status = Literal["checked", "incomplete", "excluded", "error"]
"""What became of a project: judged; judged but for files that could not be read;
left out by configuration; not to be had."""


class Row(NamedTuple):
    """One project of the report."""

    project: Project
    policy: str
    status: Status
    reason: str = ""
    declarations: int = 0
    unreadable: int = 0
    """How many of the declarations could not be understood without running code."""


class CheckReport(NamedTuple):
    """The outcome of a check; findings' files are relative to the root that was given.

    `not_evaluated` holds (project, code, reason). `color` and `verbose` matter to
    the text format alone.
    """

    as_of: str
    tool: str
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]
    not_evaluated: tuple[tuple[str, str, str], ...]
    color: bool = False
    verbose: bool = False

    def count(self, severity: Severity) -> int:
        """How many unsuppressed findings have `severity`."""
        return sum(1 for item in self.findings if item.severity is severity and not item.suppressed)

    @property
    def statuses(self) -> Counter[str]:
        """How many projects have which status."""
        return Counter(row.status for row in self.rows)

    @property
    def unreadable(self) -> int:
        """How many declarations could not be understood without running code."""
        return sum(row.unreadable for row in self.rows)
