"""One project's page: its window with the evidence, its findings, its upgrade."""

from collections.abc import Mapping
from dataclasses import dataclass

from pylife.model import CellStatus, Severity
from pylife.site import windows
from pylife.site.base import Site
from pylife.site.chart import Chart, chart
from pylife.site.declarations_view import RoleTable, conditions_words, declaration_tables
from pylife.site.declared import unread_range
from pylife.site.documents import Doc, Documents, is_checked
from pylife.site.evidence import Evidence, Tone
from pylife.site.findings_view import FindingView, finding_views
from pylife.site.fleet_view import findings_words, severities
from pylife.site.lifetime_view import Lifetime, lifetime
from pylife.site.shapes import shape
from pylife.site.slugs import anchor, rule_slug
from pylife.site.text import count, spread, words
from pylife.site.unjudged import unjudged
from pylife.site.upgrade_view import ProposalView, proposal_view


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """One session that was run, or should have been."""

    session: str
    status: str
    tone: str
    icon: str
    day: str
    """When it was run; empty where that is not known."""
    reason: str
    counts: str
    seconds: str
    cached: bool
    log: str
    """Link from the site's root, or empty."""
    failure: str
    """What the first failure said; empty where nothing failed."""
    hints: tuple[str, ...]
    """Known changes of Python that the failures show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonRow:
    """One Python of the project's support window."""

    anchor: str
    stage: windows.StageView
    evidence: Evidence
    sessions: tuple[SessionView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectPage:
    """Everything on the page of one project."""

    project: Doc
    slug: str
    checked: bool
    summary: tuple[tuple[str, str, str], ...]
    """Tone, words and Pythons: what holds where."""
    found: str
    pythons: tuple[PythonRow, ...]
    tables: tuple[RoleTable, ...]
    unread_range: str
    """A file that may say where it may be installed and cannot be read; else empty."""
    conditions: str
    findings: tuple[FindingView, ...]
    suppressed: tuple[FindingView, ...]
    unjudged: tuple[tuple[str, str, tuple[str, ...]], ...]
    """Rules that could not be evaluated: code, the file name of its page (empty: none), why."""
    proposal: ProposalView | None
    timeline: Chart
    """The Pythons of its window, newest on top."""
    lifetime: Lifetime | None
    """Of an application: until when what it stands on is maintained."""


_SESSION_TONES = {
    CellStatus.PASSED: Tone.PASS,
    CellStatus.FAILED: Tone.FAIL,
    CellStatus.BLOCKED: Tone.BLOCK,
}


def project_page(site: Site, project: Doc) -> ProjectPage:
    """The view of `project`."""
    documents = site.documents
    window = documents.window(project)
    rows = []
    for python in windows.project_pythons(documents, project) if is_checked(project) else ():
        cells = site.cells(project).get(python, ())
        rows.append(
            PythonRow(
                anchor=anchor(f"py-{python}"),
                stage=windows.stage_view(window.get(python)),
                evidence=site.evidence(project, python),
                sessions=tuple(_session(cell, site.logs) for cell in cells),
            )
        )
    findings = finding_views(documents, project["findings"])
    found = severities(project)
    proposal = documents.proposals.get(project["name"])
    return ProjectPage(
        project=project,
        slug=documents.slug(project),
        checked=is_checked(project),
        summary=_summary([row.evidence for row in rows]),
        found=findings_words(
            *(found[s] for s in (Severity.ERROR, Severity.WARNING, Severity.INFO))
        ),
        pythons=tuple(rows),
        tables=declaration_tables(project),
        unread_range=unread_range(project),
        conditions=conditions_words(project),
        findings=tuple(f for f in findings if not f.suppressed),
        suppressed=tuple(f for f in findings if f.suppressed),
        unjudged=tuple(
            (code, rule_slug(code) if code in documents.rules else "", reasons)
            for code, reasons in unjudged(documents, project).items()
        ),
        proposal=proposal_view(documents, proposal) if proposal else None,
        timeline=_timeline(site, [row.evidence.python for row in rows], window),
        lifetime=lifetime(documents, project),
    )


def _timeline(site: Site, pythons: list[str], window: Doc) -> Chart:
    releases = site.documents.read["calendar"]["releases"]
    chosen = {python: releases[python] for python in pythons if python in releases}
    return chart(chosen, window, site.as_of)


def project_document(documents: Documents, page: ProjectPage) -> Doc:
    """The page's content for programs: the step's own documents, and the evidence."""
    project = page.project
    return {
        "schema": "pylife/site-project/1",
        "as_of": documents.read["as_of"],
        "tests_run": documents.run is not None,
        "upgrades_proposed": documents.upgrade is not None,
        "project": project,
        "evidence": [
            {
                "python": row.evidence.python,
                "stage": row.stage.stage,
                "declared": row.evidence.declared.value,
                "runs_on": row.evidence.runs_on,
                "status": row.evidence.status and row.evidence.status.value,
                "complete": row.evidence.complete,
                "rung": row.evidence.rung and row.evidence.rung.value,
                "source": row.evidence.source.value,
                "source_lines": list(row.evidence.source_lines),
                "dependencies": row.evidence.dependencies.value,
                "dependency_lines": list(row.evidence.dependency_lines),
                "contradiction": row.evidence.contradiction or None,
                "reason": row.evidence.reason,
                "tested_on": row.evidence.day or None,
            }
            for row in page.pythons
        ],
        "cells": list(documents.cells.get(project["name"], ())),
        "proposal": documents.proposals.get(project["name"]),
    }


def _session(cell: Doc, logs: Mapping[str, str]) -> SessionView:
    status = CellStatus(cell["status"])
    counts = cell.get("counts") or {}
    seconds = cell.get("seconds")
    tone = _SESSION_TONES.get(status, Tone.OPEN).value
    return SessionView(
        session=cell["session"],
        status=words(status),
        tone=tone,
        icon=shape(tone, status),
        day=cell.get("as_of") or "",
        reason=cell.get("reason") or "",
        counts=", ".join(f"{number} {word}" for word, number in sorted(counts.items())),
        seconds="" if seconds is None else f"{seconds:.1f} s",
        cached=bool(cell.get("cached")),
        log=logs.get(cell.get("log") or "", ""),
        failure=cell.get("failure") or "",
        hints=tuple(cell.get("hints") or ()),
    )


def _summary(cells: list[Evidence]) -> tuple[tuple[str, str, str], ...]:
    """Which Pythons share a label, in the order of the tones: `tested 3.10 to 3.14`."""
    groups: dict[tuple[Tone, str], list[str]] = {}
    for cell in cells:
        groups.setdefault((cell.tone, cell.label), []).append(cell.python)
    order = list(Tone)
    ordered = sorted(groups, key=lambda group: (order.index(group[0]), group[1]))
    return tuple((tone.value, label, spread(groups[tone, label])) for tone, label in ordered)


def wave_words(project: Doc) -> str:
    """Where the project stands in the order of upgrades; empty of one that nobody read."""
    if not is_checked(project):
        return ""
    needs = count(len(project["requires"]), "internal dependency", "internal dependencies")
    return f"wave {project.get('wave') or 0}, {needs}"
