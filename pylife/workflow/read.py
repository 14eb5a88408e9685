"""The first step: read a fleet's declarations and judge them. Executes nothing of any project."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from pylife import calendar, declarations, platforms
from pylife.errors import UnreadableError
from pylife.fleet import Fleet, Member, load_all
from pylife.fleet.graph import internal
from pylife.model import Declaration, Finding, Kind, Role, SourceChange, Waiver
from pylife.policy import Window
from pylife.rules import METADATA_FILES, Facts, Judgement, judge
from pylife.source.facts import SourceFacts
from pylife.syntax import text
from pylife.workflow.configured import validate
from pylife.workflow.facts import Facts as Published
from pylife.workflow.facts import find as find_facts
from pylife.workflow.images import Images
from pylife.workflow.records import Read, Scan, shown_path
from pylife.workflow.relate import relate
from pylife.workflow.waivers import configured
from pylife.workflow.windows import Windows

if TYPE_CHECKING:
    from pylife.dependencies.stored import Stored

Recalled: TypeAlias = "Callable[[Fleet, Published | None], Mapping[str, Stored]]"
"""Gives what was last said of the members' dependencies, by their paths."""

__all__ = [
    "Read", "Recalled", "Scan", "judged", "requires", "scan", "shown_path", "with_dependencies",
]  # fmt: skip


def scan(
    roots: Sequence[Path],
    *,
    as_of: dt.date,
    policy_name: str | None,
    cache: Path,
    fetch: bool = False,
    facts: str | None = None,
    offline: bool = True,
    source: Callable[[Fleet], Mapping[str, SourceFacts]] | None = None,
    dependencies: "Recalled | None" = None,
) -> Scan:
    """Read and judge the fleets of `roots` on the day `as_of`.

    `policy_name` overrides what `pylife.toml` says. `cache` holds fetched
    repositories; only with `fetch` is the network used for them. `facts` names what a
    nightly job has published of the whole fleet: a file, or unless `offline` a URL. `source`
    looks at the members' source and gives what it needs by their paths; without it, the
    rules on source are not evaluated. `dependencies` gives likewise what was last said of
    what they require. Raises UsageError, ConfigError or NothingCheckedError;
    what is wrong with one project is in its `Read`.
    """
    fleet = load_all(roots, cache=cache, fetch=fetch)
    published = find_facts(fleet, facts, offline=offline)
    platforms.supply(published.platforms if published is not None else None)
    if published is not None:
        fleet = published.told(fleet)
    windows = Windows(as_of, several=len(roots) > 1, policy_name=policy_name, published=published)
    images = Images(fleet)
    reads: list[Read] = []
    for member in fleet.members:
        name, window = windows.of(member)
        reads.append(_ended(fleet, _read(member, name, window, reads, images)))
    reads = _inherited(reads)
    if source is not None:
        scanned = source(fleet)
        reads = [read._replace(source=scanned.get(read.member.project.path)) for read in reads]
    if dependencies is not None:
        reads = _recalled(reads, dependencies(fleet, published))
    related = _with_waivers(
        fleet, relate(fleet, reads, published.ranges if published else None), published
    )
    waivers = _all_waivers(fleet, related, windows.all.values())
    validate(fleet, waivers)
    return Scan(
        fleet=fleet,
        as_of=as_of,
        reads=tuple(read._replace(judgement=judged(read)) for read in related),
        windows=windows.all,
        facts_of=published.as_of if published else None,
        waivers=waivers,
    )


def with_dependencies(found: Scan, dependencies: "Recalled") -> Scan:
    """`found` judged anew with what `dependencies` says now."""
    reads = _recalled(found.reads, dependencies(found.fleet, None))
    return found._replace(
        reads=tuple(read._replace(judgement=judged(read)) for read in reads),
    )


def _recalled(reads: Sequence[Read], told: "Mapping[str, Stored]") -> list[Read]:
    return [read._replace(dependencies=told.get(read.member.project.path)) for read in reads]


def _read(member: Member, name: str, window: Window, before: Sequence[Read], known: Images) -> Read:
    read = Read(member=member, window=window, policy=name)
    if not read.is_there or member.folder is None:
        return read
    around = known.around(member)
    reading = declarations.read(member.folder, member.files, around)
    return read._replace(
        around=around,
        bases=known.bases(member),
        declarations=reading.declarations,
        problems=reading.problems,
        tested_at=_tested_at(member, before),
    )


def _ended(fleet: Fleet, read: Read) -> Read:
    """`read` with the ends of what it stands on, where it is something that is deployed."""
    if not read.is_there or not read.member.project.kind.is_application:
        return read
    from pylife.workflow import endings  # a fleet of libraries needs none of it

    found = endings.of(read.member, read.declarations, read.around, fleet)
    return read._replace(
        endings=found.endings,
        unknown_endings=found.unknown,
        offered=found.offered,
        looked_up=found.looked_up,
    )


def _inherited(reads: Sequence[Read]) -> list[Read]:
    """`reads` with what they stand on through the images of others, where there are any."""
    if not any(read.bases for read in reads):
        return list(reads)
    from pylife.workflow import endings

    return list(endings.inherited(reads))


def judged(
    read: Read,
    window: Window | None = None,
    found: Sequence[Declaration] | None = None,
    contents: Mapping[str, bytes] | None = None,
) -> Judgement | None:
    """What the rules say of `read`; None for a member that is not there.

    `window` is another day's, `found` what is declared once files are changed, and
    `contents` those files, which are not, or not yet, as on disk.
    """
    if not read.is_there:
        return None
    member = read.member
    judgement = judge(
        Facts(
            project=member.project,
            declarations=tuple(read.declarations if found is None else found),
            problems=read.problems,
            window=window or read.window,
            calendar=calendar.load(),
            metadata_file=_metadata_file(member),
            tested_at=read.tested_at,
            requirements=read.requirements,
            parents=read.parents or (),
            fleet_known=read.parents is not None,
            endings=read.endings,
            unknown_endings=read.unknown_endings,
            offered=read.offered,
            source=read.source,
            dependencies=read.dependencies,
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
    refusals = {c: declarations.why_not(sources[c.at.file], c) for c in item.changes}
    if not any(refusals.values()):
        return item
    why = next((w for c, w in refusals.items() if w and isinstance(c, SourceChange)), None)
    return item._replace(changes=(), help=f"{item.help}; no edit: {why}" if why else item.help)


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


def requires(scan: Scan) -> dict[str, tuple[str, ...]]:
    """The internal graph: for each member, by name, the others that it requires or is built on."""
    edges = internal(read.member for read in scan.reads)
    for read in scan.reads:
        name = read.member.project.name
        edges[name] = tuple(sorted({*edges[name], *read.bases}))
    return edges


def _with_waivers(
    fleet: Fleet, reads: Sequence[Read], published: Published | None
) -> tuple[Read, ...]:
    """The reads, each with the waivers of its pylife.toml, of its policy, and of the facts."""
    of_config = {config.root: configured(config) for config in fleet.configs}
    return tuple(
        read._replace(
            waivers=(
                *of_config.get(read.member.root, ()),
                *read.window.policy.waivers,
                *(published.waivers(read.member.project.name) if published else ()),
            )
        )
        for read in reads
    )


def _all_waivers(
    fleet: Fleet, reads: Iterable[Read], windows: Iterable[Window]
) -> tuple[Waiver, ...]:
    """Those that speak of no member included."""
    found = [waiver for config in fleet.configs for waiver in configured(config)]
    found += [waiver for window in windows for waiver in window.policy.waivers]
    found += [waiver for read in reads for waiver in read.waivers]
    return tuple(dict.fromkeys(found))
