"""The first step: read a fleet's declarations and judge them. Executes nothing of any project."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pylife import __version__, calendar, declarations, policy
from pylife.fleet import Fleet, Member, load_all
from pylife.formats import CheckReport, Row
from pylife.formats.base import Status
from pylife.model import Declaration, Finding, Kind, Problem
from pylife.policy import Window
from pylife.rules import METADATA_FILES, Facts, Judgement, judge

TOOL = f"pylife {__version__}"


class Read(NamedTuple):
    """One member of the fleet with what was read of it and what the rules say.

    `judgement` is None for a member that is excluded or could not be had.
    """

    member: Member
    window: Window
    declarations: tuple[Declaration, ...] = ()
    problems: tuple[Problem, ...] = ()
    judgement: Judgement | None = None

    @property
    def status(self) -> Status:
        """What became of it."""
        if self.member.project.excluded is not None:
            return "excluded"
        if self.member.project.error is not None:
            return "error"
        return "incomplete" if self.problems else "checked"


class Scan(NamedTuple):
    """What was read of a fleet on a day."""

    fleet: Fleet
    as_of: dt.date
    reads: tuple[Read, ...]
    windows: dict[str, Window]
    """By the policy's name as configured."""


def scan(
    roots: Sequence[Path],
    *,
    as_of: dt.date,
    policy_name: str | None,
    cache: Path,
    fetch: bool = False,
) -> Scan:
    """Read and judge the fleets of `roots` on the day `as_of`.

    `policy_name` overrides what `pylife.toml` says. `cache` holds fetched
    repositories; only with `fetch` is the network used. Raises UsageError,
    ConfigError or NothingCheckedError; what is wrong with one project is in its
    `Read`.
    """
    fleet = load_all(roots, cache=cache, fetch=fetch)
    windows: dict[str, Window] = {}
    reads = []
    for member in fleet.members:
        name = policy_name or member.project.policy or policy.load.DEFAULT
        base = Path() if policy_name else member.root
        # Two roots may each have a policy file of the same name.
        key = name if len(roots) == 1 or policy_name or "/" not in name else f"{base}/{name}"
        if key not in windows:
            windows[key] = policy.window(policy.find(name, base), calendar.load(), as_of)
        reads.append(_read(member, windows[key]))
    return Scan(fleet=fleet, as_of=as_of, reads=tuple(reads), windows=windows)


def _read(member: Member, window: Window) -> Read:
    project = member.project
    if project.excluded is not None or project.error is not None or member.folder is None:
        return Read(member=member, window=window)
    reading = declarations.read(member.folder, member.files)
    facts = Facts(
        project=project,
        declarations=reading.declarations,
        problems=reading.problems,
        window=window,
        calendar=calendar.load(),
        metadata_file=_metadata_file(member),
    )
    judgement = judge(facts)
    return Read(
        member=member,
        window=window,
        declarations=reading.declarations,
        problems=reading.problems,
        judgement=judgement._replace(
            findings=tuple(_editable(item, reading.declarations) for item in judgement.findings),
        ),
    )


def _editable(item: Finding, found: Sequence[Declaration]) -> Finding:
    """The finding without changes that only a person can make."""
    sites = {(declaration.file, declaration.site) for declaration in found}
    kept = tuple(
        change
        for change in item.changes
        if (change.at.file, change.at.site) in sites
        and declarations.has_editor(change.at.file, change.at.site)
    )
    return item if len(kept) == len(item.changes) else item._replace(changes=())


def _metadata_file(member: Member) -> str | None:
    if member.project.kind is not Kind.LIBRARY:
        return None
    return next((name for name in METADATA_FILES if name in member.files), None)


def shown_path(member: Member, file: str) -> str:
    """`file` of `member` from the root that pylife was given."""
    return file if member.project.path == "." else f"{member.project.path}/{file}"


def selected(code: str, select: Sequence[str], ignore: Sequence[str]) -> bool:
    """Whether the rule `code` is asked for; the longest prefix that matches decides, as in ruff."""
    chosen = max((len(item) for item in select if code.startswith(item)), default=-1)
    ignored = max((len(item) for item in ignore if code.startswith(item)), default=-1)
    return (
        (not select or chosen >= 0) and ignored <= chosen
        if ignored >= 0
        else not select or chosen >= 0
    )


def report(scan: Scan, *, select: Sequence[str] = (), ignore: Sequence[str] = ()) -> CheckReport:
    """The scan as what a format takes."""
    findings: list[Finding] = []
    not_evaluated: list[tuple[str, str, str]] = []
    for read in scan.reads:
        if read.judgement is None:
            continue
        name = read.member.project.name
        findings += [
            item._replace(file=shown_path(read.member, item.file) if item.file else None)
            for item in read.judgement.findings
        ]
        not_evaluated += [(name, code, why) for code, why in read.judgement.not_evaluated]
    kept = tuple(item for item in findings if selected(item.code, select, ignore))
    return CheckReport(
        as_of=scan.as_of.isoformat(),
        tool=TOOL,
        rows=tuple(_row(read) for read in scan.reads),
        findings=kept,
        not_evaluated=tuple(row for row in not_evaluated if selected(row[1], select, ignore)),
    )


def _row(read: Read) -> Row:
    project = read.member.project
    reason = project.excluded or project.error or ""
    if read.problems:
        reason = "; ".join(f"{problem.file}: {problem.message}" for problem in read.problems)
    return Row(
        project=project,
        policy=read.window.policy.name,
        status=read.status,
        reason=reason,
        declarations=len(read.declarations),
        unreadable=sum(1 for item in read.declarations if item.unreadable is not None),
    )
