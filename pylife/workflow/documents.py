"""The documents that steps exchange and the site shows: plain JSON data with a schema name."""

import json
from pathlib import Path
from typing import Any

from pylife import calendar, declarations, rules
from pylife.calendar import Calendar, Release
from pylife.declarations.authority import supports
from pylife.errors import StateError
from pylife.formats.json import finding
from pylife.model import Role
from pylife.policy import Window
from pylife.syntax.edits import replace_file
from pylife.upgrade.waves import waves
from pylife.workflow.contract import declaration_document, stage_document
from pylife.workflow.inventory import conditions, conditions_document
from pylife.workflow.read import TOOL, Read, Scan, report, requires, shown_path

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
    checked = report(scan)
    statuses = checked.statuses
    members = [read.member for read in scan.reads]
    edges = requires(scan)
    layer = waves(edges)
    names = {id(window): name for name, window in scan.windows.items()}
    return {
        "schema": READ_SCHEMA,
        "as_of": scan.as_of.isoformat(),
        "tool": TOOL,
        "fleet": {"name": scan.fleet.name, "projects": len(members)},
        "calendar": _calendar(scan),
        "policies": {name: _policy(window) for name, window in sorted(scan.windows.items())},
        "projects": [
            {
                **_project(read, policy=names[id(read.window)]),
                "requires": list(edges[read.member.project.name]),
                "wave": layer[read.member.project.name],
            }
            for read in scan.reads
        ],
        "rules": [_rule(rule) for rule in rules.RULES.values()],
        "summary": {
            "projects": len(members),
            "excluded": statuses["excluded"],
            "errors": statuses["error"],
            "incomplete": statuses["incomplete"],
            "unreadable": checked.unreadable,
            "not_evaluated": len(checked.not_evaluated),
            "findings": {
                severity: sum(1 for item in checked.findings if item.severity == severity)
                for severity in ("error", "warning", "info")
            },
        },
    }


def _conditions(read: Read) -> dict[str, Any] | None:
    """How many markers and guards there are; None for a member that was not looked at."""
    member = read.member
    if read.judgement is None or member.folder is None:
        return None
    aside = declarations.asides(member.folder, member.files).declarations
    return conditions_document(conditions(read.declarations, aside))


def _project(read: Read, *, policy: str) -> dict[str, Any]:
    project = read.member.project
    deciding = supports(read.declarations)
    found = read.judgement.findings if read.judgement else ()
    return {
        "name": project.name,
        "path": project.path,
        "kind": project.kind.value,
        "tier": project.tier,
        "owner": project.owner,
        "policy": policy,
        "excluded": project.excluded,
        "error": project.error,
        "supports": None
        if deciding is None or deciding.versions is None
        else {
            "raw": deciding.raw,
            "versions": [str(version) for version in deciding.versions],
            "partial": [str(version) for version in deciding.partial],
        },
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
            {
                **finding(item),
                "file": shown_path(read.member, item.file) if item.file else None,
                "title": rules.RULES[item.code].title,
            }
            for item in found
        ],
        "not_evaluated": [
            {"code": code, "reason": why}
            for code, why in (read.judgement.not_evaluated if read.judgement else ())
        ],
        "runs_on": sorted(
            {
                str(version)
                for item in read.declarations
                if item.role is Role.RUNS_ON
                for version in item.versions or ()
            }
        ),
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
        "title": window.policy.title,
        "description": window.policy.description,
        "source": window.policy.source,
        "pythons": {str(version): stage_document(info) for version, info in window.stages.items()},
    }


def _rule(rule: rules.Rule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "title": rule.title,
        "why": rule.section("Why"),
        "fix": rule.section("Fix"),
        "example": rule.section("Example"),
        "severity": rule.severity.value,
    }
