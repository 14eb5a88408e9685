"""`pylife source` as a document: schema `pylife/source/1`."""

from collections.abc import Iterable
from typing import Any

from pylife import __version__
from pylife.model import Scope
from pylife.source import results
from pylife.source.ignores import Ignore
from pylife.source.results import Deciding, FileResult, Use, Verdict, Version, concerns
from pylife.source.scanner import versions
from pylife.workflow.read import shown_path
from pylife.workflow.source import ProjectSource

SCHEMA = "pylife/source/1"


def document(projects: Iterable[ProjectSource], looked_at: int) -> dict[str, Any]:
    """What was found in the projects, as far as it concerns the Pythons `looked_at`."""
    return {
        "schema": SCHEMA,
        "tool": f"pylife {__version__}",
        "pythons": versions.names(looked_at),
        "projects": [_project(project, looked_at) for project in projects],
    }


def _project(project: ProjectSource, looked_at: int) -> dict[str, Any]:
    newest = versions.versions(looked_at)[-1]
    whole = project.verdict(looked_at)
    scopes = sorted({file.scope for file in project.files}, key=list(Scope).index)
    return {
        "name": project.member.project.name,
        "path": project.member.project.path,
        "error": project.member.project.error,
        "files": len(project.files),
        "runs_on": versions.names(whole.runs_on),
        "scopes": [
            {
                "scope": scope.value,
                "files": sum(file.scope is scope for file in project.files),
                **_verdict(project, project.verdict(looked_at, scope)),
            }
            for scope in scopes
        ],
        "packages": [
            {
                "name": package.name,
                "path": shown_path(project.member, package.path),
                "files": len(files),
                **_verdict(project, results.judged(files, looked_at)),
            }
            for package, files in project.packages().items()
        ],
        "uses": [
            _use(project, file, use, looked_at)
            for file in project.files
            for use in file.uses
            if concerns(use, looked_at, newest)
        ],
        "unparsed": [
            {"file": _file(project, file), "reason": file.found.unparsed}
            for file in project.files
            if file.found.unparsed
        ],
        "ignores": [
            _ignore(project, file, item) for file in project.files for item in file.found.ignores
        ],
    }


def _verdict(project: ProjectSource, found: Verdict) -> dict[str, Any]:
    pythons = versions.names(found.runs_on)
    return {
        "runs_on": pythons,
        "least": pythons[0] if pythons else None,
        "greatest": pythons[-1] if pythons else None,
        "needed_by": [_deciding(project, item) for item in found.lower],
        "broken_by": [_deciding(project, item) for item in found.upper],
    }


def _deciding(project: ProjectSource, item: Deciding) -> dict[str, Any]:
    file = shown_path(project.member, item.path)
    return {"file": file, "line": item.use.line, "column": item.use.column, "what": item.use.what}


def _use(project: ProjectSource, file: FileResult, use: Use, looked_at: int) -> dict[str, Any]:
    return {
        "file": _file(project, file),
        "line": use.line,
        "column": use.column,
        "what": use.what,
        "kind": use.kind,
        "fails_on": versions.names(use.fails_on & looked_at),
        "added": _shown(use.added),
        "removed": _shown(use.removed),
        "deprecated": _shown(use.deprecated),
        "removal": _shown(use.removal),
        "instead": use.instead or None,
        "note": use.note or None,
        "scope": file.scope.value,
        "ignored": file.ignored(use) or None,
    }


def _ignore(project: ProjectSource, file: FileResult, item: Ignore) -> dict[str, Any]:
    return {
        "file": _file(project, file),
        "line": item.line,
        "column": item.column,
        "codes": list(item.codes),
        "reason": item.reason or None,
        "wrong": item.wrong or None,
    }


def _file(project: ProjectSource, file: FileResult) -> str:
    return shown_path(project.member, file.path)


def _shown(version: Version | None) -> str | None:
    return None if version is None else f"{version[0]}.{version[1]}"
