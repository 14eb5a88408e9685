"""What the tests of formats are given: reports of the real workflow, and one with everything.

    python -m tests.formats.formats_samples

writes the snapshots of the report with everything: look at the difference as at code.
"""

import datetime as dt
from pathlib import Path

from pylife import rules
from pylife.formats import FORMATS, CheckReport, Row, renderer
from pylife.model import (
    AddPython,
    Finding,
    Kind,
    Project,
    PythonVersion,
    Severity,
    Span,
    Suppression,
    SuppressionKind,
    Target,
)
from pylife.workflow import read
from pylife.workflow import report as reporting

DAY = dt.date(2026, 11, 21)
GOLDEN = Path(__file__).parent / "golden"
ENDINGS = {"text": "txt", "sarif": "sarif", "github": "log", "markdown": "md", "junit": "xml"}
ENDINGS |= {"json": "json", "gitlab": "gitlab.json", "csv": "csv"}

TREE = {
    "pylife.toml": '[fleet]\nname = "platform"\npolicy = "upstream"\n[[project]]\npath = "*"\n',
    "client/pyproject.toml": (
        '[project]\nname = "client"\nrequires-python = ">=3.9,<3.14"  # até ao fim\n'
    ),
    "wide/setup.cfg": "[metadata]\nname = wide\n[options]\npython_requires=>=3.8\n",
    "wide/Dockerfile": "FROM python:3.9-slim AS bäse\n",
    "broken/pyproject.toml": "[project\n",
    "a b#%/pyproject.toml": '[project]\nname = "odd"\nrequires-python = ">=3.9"\n',
    "none/pyproject.toml": '[project]\nname = "none"\n',
    "dynamic/setup.py": "from setuptools import setup\nsetup(name='dynamic', python_requires=f())\n",
    "good/pyproject.toml": '[project]\nname = "good"\nrequires-python = ">=3.11"\n',
}


def tree(root: Path) -> Path:
    """A small fleet on disk."""
    for name, content in TREE.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return root


def checked(root: Path, policy: str | None = None) -> CheckReport:
    """What a check of `root` says, with the source lines and the rules."""
    scan = read.scan([root], as_of=DAY, policy_name=policy, cache=root / ".pylife")
    report = reporting.report(scan)
    return report._replace(
        lines=lines(root, report.findings),
        rules=tuple(rules.RULES.values()),
        rows=tuple(row._replace(asked=tuple(rules.PROJECT_RULES)) for row in report.rows),
    )


def lines(root: Path, findings: tuple[Finding, ...]) -> dict[tuple[str, int], str]:
    """The source lines of the findings that have a place."""
    found: dict[tuple[str, int], str] = {}
    for item in findings:
        if item.file and item.line and (root / item.file).is_file():
            text = (root / item.file).read_text(encoding="utf-8", errors="replace")
            rows = text.split("\n")
            if item.line <= len(rows):
                found[item.file, item.line] = rows[item.line - 1].rstrip("\r")
    return found


def everything() -> CheckReport:
    """A report with every kind of row and finding, written by hand so that no rule changes it."""
    ended = finding(
        "RNG002", "client", "floor 3.9", "'>=3.9,<3.14' covers 3.9, which 'platform' has dropped",
        "raise the floor to >=3.11", ("client/pyproject.toml", 3, 20, 11),
        effective="2025-10-31", changes=CHANGES,
    )  # fmt: skip
    cap = ended._replace(
        code="RNG004", subject="cap", message="the cap in '>=3.9,<3.14' keeps out 3.14 and 3.15",
        help="remove the cap, after the tests pass there", unsafe=True,
    )  # fmt: skip
    later = ended._replace(
        upcoming=True, effective="2027-04-30", changes=(), subject="floor 3.11",
        message="'>=3.9,<3.14' covers 3.11, which 'platform' drops then",
    )  # fmt: skip
    astral = finding(
        "RUN201",
        "odd",
        "runtime",
        "runs on 𝟛.9: over",
        "move to 3.14",
        ("a b#%/n:o,tes.md", 7, 5, 7),
    )
    unsaid = finding("DRF101", "odd", "classifiers", "=1+1", "add\x1b[31m them | `x` <b> @all #1")
    own = finding(
        "POL401", "platform", "waiver RNG002 nw-*", "the waiver of RNG002 took away nothing",
        "remove it", ("pylife.toml", 9, None, None), severity=Severity.WARNING,
    )  # fmt: skip
    found = (
        later._replace(effective="2027-01-31", code="RUN202"), ended, cap, later,
        ended._replace(message="the same subject twice", line=2, column=None, span=None),
        ended._replace(suppressed=BASELINE, subject="old"), astral,
        unsaid._replace(severity=Severity.WARNING), astral._replace(suppressed=WAIVED, code="RUN203"),
        ended._replace(suppressed=COMMENT, subject="guard", code="SRC606", effective=None),
        own, own._replace(code="POL402", subject="data", severity=Severity.INFO, file=None, line=None),
    )  # fmt: skip
    return CheckReport(
        as_of="2026-11-21",
        tool="pylife 1.2.3",
        rows=(
            row("client", "client", declarations=3, asked=("RNG002", "RNG004", "RNG005")),
            row("odd", "a b#%", kind=Kind.SERVICE, status="incomplete", declarations=2, unreadable=1,
                reason="a b#%/setup.py: not valid Python"),
            row("gone", "gone", status="error", reason="no such folder: @all\n::error::x"),
            row("old", "archive/old", status="excluded", reason="archived in 2024"),
            row("good", ".", declarations=1, asked=("RNG002",)),
        ),
        findings=found,
        not_evaluated=(("odd", "RNG002", "setup.py cannot be read"),),
        fleet="platform",
        lines={
            ("client/pyproject.toml", 3): 'requires-python = ">=3.9,<3.14"  # até ao fim',
            ("a b#%/n:o,tes.md", 7): "\t漢字𝟛.9\u0301 and on \x07",
            ("pylife.toml", 9): "[[waiver]]",
        },
        horizon="2027-05-21",
    )  # fmt: skip


CHANGES = (AddPython(Target("pyproject.toml", "requires-python"), PythonVersion(3, 11)),)
WAIVED = Suppression(
    SuppressionKind.WAIVER, "the last customer moves in March", "team-ml", dt.date(2027, 3, 31)
)
COMMENT = Suppression(SuppressionKind.COMMENT, "a plugin | reads it")
BASELINE = Suppression(SuppressionKind.BASELINE, "3 of RNG002 were there when it was written")

At = tuple[str, int, int | None, int | None]


def finding(
    code: str, project: str, subject: str, message: str, help_: str, at: At | None = None,
    *, severity: Severity = Severity.ERROR, effective: str | None = None,
    changes: tuple[AddPython, ...] = (),
) -> Finding:  # fmt: skip
    """A finding at file, line, column and length in bytes."""
    file, line, column, length = at or (None, None, None, None)
    return Finding(
        code, severity, project, subject, message, help_, file, line, column, effective, changes,
        span=Span(100, 100 + length) if length else None,
    )  # fmt: skip


def row(name: str, path: str, *, kind: Kind = Kind.LIBRARY, **values: object) -> Row:
    """One project."""
    plain = Row(Project(name, path, kind), "platform", "checked")
    return plain._replace(**values)  # type: ignore[arg-type] # names of the record's own fields


def snapshots() -> dict[str, str]:
    """The text of every snapshot, by file name."""
    report = everything()
    found = {f"check.{ENDINGS[name]}": renderer(name)(report) for name in FORMATS}
    text = renderer("text")
    found["check.narrow.txt"] = text(report._replace(width=60, verbose=True, seconds=0.1234))
    found["check.quiet.txt"] = text(report._replace(quiet=True))
    found["check.color.txt"] = text(report._replace(color=True)).replace("\x1b", "␛")
    return found


if __name__ == "__main__":
    for file_name, content in snapshots().items():
        (GOLDEN / file_name).write_bytes(content.encode())
