"""The documents that steps exchange and the site shows: plain JSON data with a schema name."""

import json
from pathlib import Path
from typing import Any

from pylife import calendar, declarations, platforms, rules
from pylife.calendar import Calendar, Release
from pylife.declarations.authority import supports
from pylife.errors import StateError
from pylife.formats import CheckReport
from pylife.formats.json import finding
from pylife.formats.json import suppression as suppression_document
from pylife.model import Finding, Role, Severity, Waiver
from pylife.policy import Window
from pylife.policy import words as policy_words
from pylife.rules.base import WaiverUse
from pylife.syntax.edits import replace_file
from pylife.upgrade.waves import waves
from pylife.workflow import required, source_evidence
from pylife.workflow.contract import declaration_document, stage_document
from pylife.workflow.inventory import conditions, conditions_document
from pylife.workflow.read import Read, Scan, requires, shown_path
from pylife.workflow.report import TOOL, settle
from pylife.workflow.waivers import Waivers, suppression

READ_SCHEMA = "pylife/read/1"


def save(path: Path, document: dict[str, Any]) -> None:
    """Write `document` to `path`, atomically."""
    replace_file(path, (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode())


def open_document(path: Path, schema: str) -> dict[str, Any] | None:
    """The document at `path`, or None where there is none.

    Raises StateError where it is not of `schema`, for example of another version.
    """
    try:
        document = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise StateError(f"cannot be read: {error}", path=str(path)) from None
    found = document.get("schema") if isinstance(document, dict) else None
    if found != schema:
        raise StateError(
            f"is {found!r}, not {schema!r}", path=str(path), help="run the step before it again"
        )
    return document  # type: ignore[no-any-return] # checked above


def read_document(scan: Scan) -> dict[str, Any]:
    """The read step's result: fleet, calendar, policies, projects with findings, rules."""
    settled = settle(scan)
    checked = settled.report
    statuses = checked.statuses
    members = [read.member for read in scan.reads]
    edges = requires(scan)
    layer = waves(edges)
    return {
        "schema": READ_SCHEMA,
        "as_of": scan.as_of.isoformat(),
        "tool": TOOL,
        "fleet": {"name": scan.fleet.name, "projects": len(members)},
        "calendar": _calendar(scan),
        "data": {"platforms": platforms.load().snapshot.isoformat()},
        "policies": {name: _policy(window) for name, window in sorted(scan.windows.items())},
        "projects": [
            {
                **_project(read, checked, settled.waivers),
                "requires": list(edges[read.member.project.name]),
                "wave": layer[read.member.project.name],
            }
            for read in scan.reads
        ],
        "rules": [_rule(rule) for rule in rules.RULES.values()],
        "findings": [_finding(item) for item in checked.findings if item.code in rules.FLEET_RULES],
        "not_evaluated": [
            {"code": code, "reason": why}
            for _, code, why in checked.not_evaluated
            if code in rules.FLEET_RULES
        ],
        "waivers": [_waiver(use) for use in settled.waivers.uses()],
        "summary": {
            "projects": len(members),
            "excluded": statuses["excluded"],
            "errors": statuses["error"],
            "incomplete": statuses["incomplete"],
            "unreadable": checked.unreadable,
            "not_evaluated": len(checked.not_evaluated),
            "findings": {
                severity.value: checked.count(severity) for severity in reversed(Severity)
            },
            "suppressed": sum(1 for item in checked.findings if item.suppressed),
        },
    }


def _conditions(read: Read) -> dict[str, Any] | None:
    """How many markers and guards there are; None for a member that was not looked at."""
    member = read.member
    if read.judgement is None or member.folder is None:
        return None
    aside = declarations.asides(member.folder, member.files).declarations
    return conditions_document(conditions(read.declarations, aside))


def _end_of_life(read: Read) -> dict[str, Any] | None:
    """Until when what it stands on is maintained; None for what is not deployed."""
    if not read.is_there or not read.member.project.kind.is_application:
        return None
    from pylife.rules.endings import Lifetime, document

    found = Lifetime(read.endings, read.unknown_endings, read.looked_up)
    return document(found, lambda file: shown_path(read.member, file))


def _project(read: Read, checked: CheckReport, waivers: Waivers) -> dict[str, Any]:
    project = read.member.project
    deciding = supports(read.declarations)
    return {
        "name": project.name,
        "path": project.path,
        "kind": project.kind.value,
        "tier": project.tier,
        "owner": project.owner,
        "policy": read.policy,
        "excluded": project.excluded,
        "error": project.error,
        "supports": None
        if deciding is None or deciding.versions is None
        else {
            "raw": deciding.raw,
            "versions": [str(version) for version in deciding.versions],
            "partial": [str(version) for version in deciding.partial],
        },
        "end_of_life": _end_of_life(read),
        "supports_unreadable": deciding.unreadable if deciding else None,
        "declarations": [
            declaration_document(item, shown_path(read.member, item.file))
            for item in read.declarations
        ],
        "conditions": _conditions(read),
        "problems": [
            {
                "file": shown_path(read.member, problem.file),
                "line": problem.line,
                "column": problem.column,
                "message": problem.message,
                "help": problem.help,
            }
            for problem in read.problems
        ],
        "findings": [
            _finding(item)
            for item in checked.findings
            if item.project == project.name and item.code not in rules.FLEET_RULES
        ],
        "waived": _held(waivers.project(read)),
        "cells_waived": _held(waivers.cells(read)),
        "not_evaluated": [
            {"code": code, "reason": why}
            for name, code, why in checked.not_evaluated
            if name == project.name and code not in rules.FLEET_RULES
        ],
        "source": source_evidence.document(read),
        "requirements": required.document(read),
        "runs_on": sorted(
            {
                str(version)
                for item in read.declarations
                if item.role is Role.RUNS_ON
                for version in item.versions or ()
            }
        ),
    }


def _finding(item: Finding) -> dict[str, Any]:
    return {**finding(item), "title": rules.RULES[item.code].title}


def _held(waiver: Waiver | None) -> dict[str, Any] | None:
    return None if waiver is None else suppression_document(suppression(waiver))


def _waiver(use: WaiverUse) -> dict[str, Any]:
    waiver = use.waiver
    return {
        "rule": waiver.rule,
        "project": waiver.project,
        "subject": waiver.subject,
        "owner": waiver.owner,
        "reason": waiver.reason,
        "until": waiver.until.isoformat(),
        "file": waiver.file,
        "line": waiver.line,
        "used": use.used,
        "refused": list(use.refused),
    }


def _calendar(scan: Scan) -> dict[str, Any]:
    known: Calendar = calendar.load()
    return {
        "snapshot": known.snapshot.isoformat(),
        "releases": {
            str(version): _release(release, scan) for version, release in known.releases.items()
        },
    }


def _release(release: Release, scan: Scan) -> dict[str, Any]:
    dates = {event: release.date(event) for event in calendar.EVENTS}
    return {
        **{event: str(date) if date else None for event, date in dates.items()},
        "phase": release.phase(scan.as_of).value,
        "expected": [event for event, date in dates.items() if date and date.expected],
        "sources": {event: date.source for event, date in dates.items() if date},
    }


def _policy(window: Window) -> dict[str, Any]:
    return {
        "name": window.policy.name,
        "scope": window.policy.scope or None,
        "title": window.policy.title,
        "description": window.policy.description,
        "source": window.policy.source,
        "digest": policy_words.digest(window.policy),
        "words": list(policy_words.sentences(window.policy)),
        "pythons": {str(version): stage_document(info) for version, info in window.stages.items()},
    }


def _rule(rule: rules.Documented) -> dict[str, Any]:
    return {
        "code": rule.code,
        "title": rule.title,
        "why": rule.section("Why"),
        "fix": rule.section("Fix"),
        "example": rule.section("Example"),
        "severity": rule.severity.value,
        "by_verdicts": rule.by_verdicts,
    }
