"""The outcome of a check as what a format takes: which findings count, and for how much."""

import datetime as dt
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from pylife import __version__, calendar, rules
from pylife.errors import UnreadableError
from pylife.fleet.settings import Settings
from pylife.formats import CheckReport, Row
from pylife.model import Finding, Kind, Project, Waiver
from pylife.rules import Judgement
from pylife.rules.base import FleetFacts
from pylife.syntax import text
from pylife.workflow.records import Read, Scan, shown_path
from pylife.workflow.waivers import Waivers

TOOL = f"pylife {__version__}"


class Settled(NamedTuple):
    """A report, and the waivers with what they took away."""

    report: CheckReport
    waivers: Waivers


def report(
    scan: Scan, *, select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()
) -> CheckReport:
    """The scan as what a format takes; `select` and `ignore` are the command line's."""
    return settle(scan, select=select, ignore=ignore).report


def settle(scan: Scan, *, select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()) -> Settled:
    """The scan with settings and waivers applied, and the rules on the fleet judged."""
    waivers = Waivers(scan.waivers, scan.as_of)
    findings: list[Finding] = []
    not_evaluated: list[tuple[str, str, str]] = []
    for read in scan.reads:
        if read.status in {"error", "incomplete"}:
            waivers.project(read)
        if read.judgement is not None:
            settings = settings_of(scan, read, select, ignore)
            project = read.member.project
            # Waived first, so that a waiver of a rule that nobody asked for is no unused one.
            judgement = read.judgement._replace(
                findings=tuple(
                    waivers.waive(item, read.window, read.waivers)
                    for item in read.judgement.findings
                )
            )
            findings += _kept(read, judgement, settings)
            not_evaluated += [
                (project.name, code, why)
                for code, why in read.judgement.not_evaluated
                if settings.wants(code, project, None)
            ]
    wide = _of_fleet(scan, waivers, select, ignore)
    findings += wide.findings
    not_evaluated += [(scan.fleet.name, code, why) for code, why in wide.not_evaluated]
    made = CheckReport(
        as_of=scan.as_of.isoformat(),
        tool=TOOL,
        rows=tuple(_row(read, settings_of(scan, read, select, ignore)) for read in scan.reads),
        findings=tuple(findings),
        not_evaluated=tuple(not_evaluated),
        fleet=scan.fleet.name,
    )
    return Settled(made, waivers)


def settings_of(
    scan: Scan, read: Read, select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()
) -> Settings:
    """The settings under which `read` is judged."""
    return scan.fleet.config(read.member).settings.narrowed(select, ignore)


def with_lines(scan: Scan, found: CheckReport) -> CheckReport:
    """The report with the source lines of its findings, for the formats that show them."""
    folders = {read.member.project.name: read.member for read in scan.reads}
    lines: dict[tuple[str, int], str] = {}
    texts: dict[str, list[str]] = {}
    for item in found.findings:
        member = folders.get(item.project)
        if item.file is None or item.line is None or member is None or member.folder is None:
            continue
        if item.file not in texts:
            prefix = shown_path(member, "")
            try:
                source = text.read(member.folder, item.file.removeprefix(prefix))
                texts[item.file] = source.text.split("\n")
            except UnreadableError:
                texts[item.file] = []
        if item.line <= len(texts[item.file]):
            lines[item.file, item.line] = texts[item.file][item.line - 1].rstrip("\r")
    return found._replace(lines=lines)


def _kept(read: Read, judgement: Judgement, settings: Settings) -> Iterator[Finding]:
    """The findings that the settings keep, with their severities and files from the root."""
    project = read.member.project
    for item in judgement.findings:
        file = shown_path(read.member, item.file) if item.file else None
        if settings.wants(item.code, project, file):
            usual = rules.RULES[item.code].severity
            severity = settings.severity_of(item.code, project, item.severity, usual)
            yield item._replace(severity=severity, file=file)


def _of_fleet(
    scan: Scan, waivers: Waivers, select: tuple[str, ...], ignore: tuple[str, ...]
) -> Judgement:
    """What the rules say of the fleet as a whole: waivers that ran out or that nobody needs."""
    first = scan.fleet.configs[0].settings if scan.fleet.configs else Settings()
    settings = first.narrowed(select, ignore)
    whole = Project(name=scan.fleet.name, path=".", kind=Kind.WORKSPACE)
    judgement = rules.judge_fleet(
        FleetFacts(
            name=scan.fleet.name,
            as_of=scan.as_of,
            waivers=tuple(
                use
                for use in waivers.uses()
                if use.used or use.refused or _is_judged(scan, use.waiver)
            ),
            calendar_of=calendar.load().snapshot,
            windows=tuple(scan.windows.values()),
            snapshots=_looked_up(scan),
        )
    )
    return Judgement(
        findings=tuple(
            item._replace(
                severity=settings.severity_of(
                    item.code, whole, item.severity, rules.RULES[item.code].severity
                )
            )
            for item in judgement.findings
            if settings.wants(item.code, whole, item.file)
        ),
        not_evaluated=tuple(
            (code, why)
            for code, why in judgement.not_evaluated
            if settings.wants(code, whole, None)
        ),
    )


def _is_judged(scan: Scan, waiver: Waiver) -> bool:
    """Whether it can be known here if somebody needs the waiver.

    Not of an organisation's waiver for projects that are not here, nor where a rule that it
    is for could not be evaluated, or a project that it is for could not be read.
    """
    concerned = [
        read for read in scan.reads if fnmatchcase(read.member.project.name, waiver.project)
    ]
    if not concerned:
        return _is_ours(scan, waiver)
    if not _is_ours(scan, waiver) and any(sign in waiver.project for sign in "*?["):
        return False
    return all(
        read.status == "checked"
        and read.judgement is not None
        and not any(code.startswith(waiver.rule) for code, _ in read.judgement.not_evaluated)
        for read in concerned
    )


def _is_ours(scan: Scan, waiver: Waiver) -> bool:
    """Whether the file of the waiver is of what is looked at, and not from elsewhere."""
    if ".." in Path(waiver.file).parts or scan.facts_of is not None:
        return any(config.shown == waiver.file for config in scan.fleet.configs)
    roots = [Path(), *(config.root for config in scan.fleet.configs)]
    return any((root / waiver.file).is_file() for root in roots)


def _looked_up(scan: Scan) -> tuple[tuple[str, dt.date], ...]:
    """The data on platforms that was used, each with the earliest day on which it was looked up."""
    days: dict[str, dt.date] = {}
    if scan.facts_of is not None:
        days["the fleet's facts"] = scan.facts_of
    for read in scan.reads:
        for title, day in read.looked_up:
            days[title] = min(day, days.get(title, day))
    return tuple(sorted(days.items()))


def _row(read: Read, settings: Settings) -> Row:
    project = read.member.project
    reason = project.excluded or project.error or ""
    if read.problems:
        reason = "; ".join(f"{problem.file}: {problem.message}" for problem in read.problems)
    judged_by = read.window.policy
    return Row(
        project=project,
        policy=f"{judged_by.name} ({judged_by.scope})" if judged_by.scope else judged_by.name,
        status=read.status,
        reason=reason,
        declarations=len(read.declarations),
        unreadable=sum(1 for item in read.declarations if item.unreadable is not None),
        asked=tuple(code for code in rules.PROJECT_RULES if settings.wants(code, project, None))
        if read.judgement
        else (),
    )
