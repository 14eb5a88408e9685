"""`--format sarif`: SARIF 2.1.0, for code scanning.

What is decided here:

- Paths are relative to `%SRCROOT%`, the repository's root. What speaks of no file stands at
  `pylife.toml`, since code scanning takes no result without a place.
- Columns count UTF-16 code units, SARIF's default (`columnKind` says so).
- Fingerprints are of rule, project and subject. They are given as `primaryLocationLineHash` too,
  the one key that GitHub compares, so that an alert survives when its line moves.
- A suppressed finding stays, with its suppression. An upcoming one is a note, whatever its
  severity will be, with `properties.effective`: it is to be seen, and breaks nothing today.
- What could not be read or evaluated is a notification of the run, never silence.
- GitHub refuses more than 25,000 results a run (and shows 5,000), so the worst come first and
  the rest is left out, with a notification that counts it.
"""

from typing import Any
from urllib.parse import quote

from pylife.formats.base import CheckReport, Described
from pylife.formats.json import dumps
from pylife.formats.shared import extent, fingerprints, fix_option, message, shown_file
from pylife.model import Finding, Severity, SuppressionKind

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
MOST_RESULTS = 25_000
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_NOTIFICATIONS = {
    "project-unavailable": "A project could not be had, so that it was not judged.",
    "project-incomplete": "Files of a project could not be read; the others were judged.",
    "not-evaluated": "A rule could not be evaluated, which is not a pass.",
    "results-left-out": "There are more findings than one run may hold.",
}


def render(report: CheckReport) -> str:
    """The report as a SARIF log of one run; the same report gives the same bytes."""
    return dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report)]})


def _run(report: CheckReport) -> dict[str, Any]:
    descriptors = _rules(report)
    places = {item["id"]: index for index, item in enumerate(descriptors)}
    marks = fingerprints(report)
    order = sorted(range(len(report.findings)), key=lambda at: _urgency(report.findings[at]))
    kept, left = order[:MOST_RESULTS], order[MOST_RESULTS:]
    name, _, version = report.tool.partition(" ")
    return {
        "tool": {
            "driver": {
                "name": name,
                "version": version,
                "rules": descriptors,
                "notifications": [
                    {"id": key, "shortDescription": {"text": text}}
                    for key, text in _NOTIFICATIONS.items()
                ],
            }
        },
        "automationDetails": {"id": f"pylife/check/{report.as_of}"},
        "columnKind": "utf16CodeUnits",
        "originalUriBaseIds": {
            "%SRCROOT%": {"description": {"text": "The root of the repository."}}
        },
        "invocations": [
            {
                "executionSuccessful": not any(
                    row.status in {"error", "incomplete"} for row in report.rows
                ),
                "toolExecutionNotifications": _notifications(report, places, len(left)),
            }
        ],
        "results": [
            _result(report, report.findings[at], marks[at], places[report.findings[at].code])
            for at in kept
        ],
        "properties": {
            "asOf": report.as_of,
            **({"fleet": report.fleet} if report.fleet else {}),
            **({"horizon": report.horizon} if report.horizon else {}),
        },
    }


def _urgency(item: Finding) -> tuple[bool, bool, int]:
    """What counts before what will, before what is suppressed; the worst first."""
    return (item.suppressed is not None, item.upcoming, -item.severity.rank)


def _rules(report: CheckReport) -> list[dict[str, Any]]:
    """The rules there are, and codes of findings that none of them describes."""
    found = {rule.code: _rule(rule) for rule in report.rules}
    for item in report.findings:
        found.setdefault(item.code, {"id": item.code})
    return list(found.values())


def _rule(rule: Described) -> dict[str, Any]:
    parts = [(name, rule.section(name)) for name in ("Why", "Fix", "Example")]
    return {
        "id": rule.code,
        "name": _pascal(rule.title),
        "shortDescription": {"text": f"{rule.title}."},
        "fullDescription": {"text": rule.section("Why") or f"{rule.title}."},
        "help": {
            "text": "\n".join(f"{name}: {text}" for name, text in parts if text) or rule.title,
            "markdown": "\n\n".join(f"**{name}.** {text}" for name, text in parts if text)
            or rule.title,
        },
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": ["python", "lifecycle"], "precision": "very-high"},
    }


def _pascal(title: str) -> str:
    """`ASupportedPythonIsNeverTested`: an identifier for people."""
    words = "".join(char if char.isalnum() else " " for char in title).split()
    return "".join(word[:1].upper() + word[1:] for word in words)[:255]


def _result(report: CheckReport, item: Finding, mark: str, index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": item.code,
        "ruleIndex": index,
        "level": "note" if item.upcoming else _LEVELS[item.severity],
        "message": {"text": f"{message(item)}\nhelp: {item.help}"},
        "locations": [_location(report, item)],
        "partialFingerprints": {"primaryLocationLineHash": mark, "pylifeFinding/v1": mark},
        "properties": {
            "project": item.project,
            "severity": item.severity.value,
            "upcoming": item.upcoming,
            **({"effective": item.effective} if item.effective else {}),
            **({"fix": fix_option(item)} if item.fixable else {}),
        },
    }
    if item.suppressed:
        result["suppressions"] = [
            {
                "kind": "inSource"
                if item.suppressed.kind is SuppressionKind.COMMENT
                else "external",
                "status": "accepted",
                "justification": str(item.suppressed),
                "properties": {
                    "kind": item.suppressed.kind.value,
                    **({"owner": item.suppressed.owner} if item.suppressed.owner else {}),
                    **(
                        {"until": item.suppressed.until.isoformat()}
                        if item.suppressed.until
                        else {}
                    ),
                },
            }
        ]
    return result


def _location(report: CheckReport, item: Finding) -> dict[str, Any]:
    # A file name's bytes are what is encoded, also where they are no UTF-8.
    uri = quote(shown_file(report, item), safe="/", errors="surrogateescape")
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"}}
    # Code scanning shows only what has a line; a finding on a whole file stands at its first.
    physical["region"] = {"startLine": 1} if item.line is None else _region(report, item, item.line)
    return {
        "physicalLocation": physical,
        "logicalLocations": [{"name": item.project, "kind": "project"}],
    }


def _region(report: CheckReport, item: Finding, line: int) -> dict[str, Any]:
    """The line; and the columns where the line is known, since UTF-16 counts need its text."""
    found = extent(report, item)
    if found is None:
        return {"startLine": line}
    start = _utf16(found.text[: found.start]) + 1
    region = {"startLine": line, "startColumn": start}
    if found.end > found.start:
        region["endColumn"] = start + _utf16(found.text[found.start : found.end])
    return region


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _notifications(report: CheckReport, places: dict[str, int], left: int) -> list[dict[str, Any]]:
    found = [
        _notification("project-unavailable", "error", f"{row.project.name}: {row.reason}")
        if row.status == "error"
        else _notification("project-incomplete", "warning", f"{row.project.name}: {row.reason}")
        for row in report.rows
        if row.status in {"error", "incomplete"}
    ]
    for project, code, reason in report.not_evaluated:
        rule = {"id": code, **({"index": places[code]} if code in places else {})}
        found.append(
            _notification("not-evaluated", "note", f"{project}: {code}: {reason}")
            | {"associatedRule": rule}
        )
    if left:
        words = f"{left} of {len(report.findings)} findings are left out, the least urgent"
        found.append(_notification("results-left-out", "warning", words))
    return found


def _notification(key: str, level: str, text: str) -> dict[str, Any]:
    index = list(_NOTIFICATIONS).index(key)
    return {
        "descriptor": {"id": key, "index": index},
        "level": level,
        "message": {"text": text},
    }
