"""The first step: read a fleet's declarations and judge them. Executes nothing of any project."""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pylife import __version__, calendar, declarations, policy
from pylife.declarations.base import NOTHING_AROUND, Around
from pylife.errors import ConfigError, NothingCheckedError, UnreadableError
from pylife.fleet import Fleet, Member, load_all
from pylife.fleet.graph import internal
from pylife.formats import CheckReport, Row
from pylife.formats.base import Status
from pylife.model import Declaration, Finding, Kind, Problem, Role
from pylife.policy import Window
from pylife.rules import METADATA_FILES, Facts, Judgement, judge
from pylife.syntax import text
from pylife.workflow.images import Images

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
    tested_at: str | None = None
    around: Around = NOTHING_AROUND
    """What its files may depend on, to read them again."""
    bases: tuple[str, ...] = ()
    """The members that build the images on which it runs."""

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
    reads: list[Read] = []
    known = Images(fleet)
    for member in fleet.members:
        name = policy_name or member.project.policy or policy.load.DEFAULT
        base = Path() if policy_name else member.root
        # Two roots may each have a policy file of the same name.
        key = name if len(roots) == 1 or policy_name or "/" not in name else f"{base}/{name}"
        if key not in windows:
            windows[key] = _window(policy.find(name, base), as_of)
        reads.append(_read(member, windows[key], reads, known))
    return Scan(fleet=fleet, as_of=as_of, reads=tuple(reads), windows=windows)


def _window(found: policy.Policy, as_of: dt.date) -> Window:
    if policy.backwards(found, calendar.load()):
        raise ConfigError(
            "the policy drops each Python before it asks for it",
            path=found.source,
            help="let stages.drop come after stages.adopt",
        )
    window = policy.window(found, calendar.load(), as_of)
    if not window.wanted:
        raise NothingCheckedError(
            f"on {as_of} the policy {found.name!r} has no Python in its window, so that nothing"
            " can be judged",
            help=f"the calendar knows dates from {calendar.known()[0]} to {calendar.known()[-1]}",
        )
    return window


def _read(member: Member, window: Window, before: Sequence[Read], known: Images) -> Read:
    project = member.project
    if project.excluded is not None or project.error is not None or member.folder is None:
        return Read(member=member, window=window)
    around = known.around(member)
    reading = declarations.read(member.folder, member.files, around)
    return Read(
        member=member,
        window=window,
        around=around,
        bases=known.bases(member),
        declarations=reading.declarations,
        problems=reading.problems,
        judgement=judged(
            member, window, reading.declarations, reading.problems, _tested_at(member, before)
        ),
        tested_at=_tested_at(member, before),
    )


def judged(
    member: Member,
    window: Window,
    found: Sequence[Declaration],
    problems: Sequence[Problem],
    tested_at: str | None,
    contents: Mapping[str, bytes] | None = None,
) -> Judgement:
    """What the rules say of `member` with the declarations `found`.

    `contents` are files that are not, or not yet, as on disk.
    """
    judgement = judge(
        Facts(
            project=member.project,
            declarations=tuple(found),
            problems=tuple(problems),
            window=window,
            calendar=calendar.load(),
            metadata_file=_metadata_file(member),
            tested_at=tested_at,
        )
    )
    return judgement._replace(
        findings=tuple(_honest(member, item, contents or {}) for item in judgement.findings)
    )


def _honest(member: Member, item: Finding, contents: Mapping[str, bytes]) -> Finding:
    """The finding without its changes where one of them is left to people."""
    if not item.changes or member.folder is None:
        return item
    try:
        files = {change.at.file for change in item.changes}
        sources = {
            path: text.Source(path, contents[path])
            if path in contents
            else text.read(member.folder, path)
            for path in files
        }
    except UnreadableError:
        return item._replace(changes=())
    if all(declarations.can_edit(sources[c.at.file], c) for c in item.changes):
        return item
    return item._replace(changes=())


def _tested_at(member: Member, before: Sequence[Read]) -> str | None:
    """A file of a project above `member` that declares tests: members come before what is below."""
    for read in before:
        above = read.member.project.path
        if above == "." or member.project.path.startswith(above + "/"):
            for item in read.declarations:
                if item.role is Role.TESTS:
                    return shown_path(read.member, item.file)
    return None


def _metadata_file(member: Member) -> str | None:
    """Where a range would be declared; a setup.cfg without a name may leave all to setup.py."""
    if member.project.kind is not Kind.LIBRARY:
        return None
    if not member.named and "setup.py" not in member.files:
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


def requires(scan: Scan) -> dict[str, tuple[str, ...]]:
    """The internal graph: for each member, by name, the others that it requires or is built on."""
    edges = internal(read.member for read in scan.reads)
    for read in scan.reads:
        name = read.member.project.name
        edges[name] = tuple(sorted({*edges[name], *read.bases}))
    return edges


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
