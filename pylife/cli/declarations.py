"""`pylife declarations`: list every declaration of a Python version."""

import json
from pathlib import Path
from typing import Any

import click

from pylife import calendar, declarations
from pylife.cli import options
from pylife.errors import ExitCode
from pylife.fleet import Member, load_all
from pylife.model import Declaration
from pylife.workflow.contract import declaration_document
from pylife.workflow.read import shown_path

SCHEMA = "pylife/declarations/1"


@click.command("declarations")
@options.paths()
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text")
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write here.")
@options.state()
@options.common()
def command(
    *, paths: tuple[Path, ...], format_name: str, output: Path | None, state_path: Path | None,
    quiet: bool, verbose: bool, color: str, offline: bool,  # noqa: ARG001
) -> int:  # fmt: skip
    """List each place in the projects at PATH that declares Python versions.

    Executes nothing. What cannot be known without running code is listed as
    unreadable, with the reason. With -v, also the folders that were left out.
    """
    roots = options.roots(paths)
    cache = options.state_of(roots, state_path) / "repositories"
    fleet = load_all(roots, cache=cache, fetch=False)
    readings = [
        (member, declarations.read(member.folder, member.files))
        for member in fleet.members
        if member.folder is not None and member.project.excluded is None
    ]
    if format_name == "json":
        projects = [_document(member, reading) for member, reading in readings]
        document = {"schema": SCHEMA, "projects": projects}
        options.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n", output)
    else:
        lines = [line for row in readings for line in _text(*row, verbose=verbose)]
        if verbose:
            lines += [f"left out: {skip.path} ({skip.reason})" for skip in fleet.skipped]
        found = sum(len(reading.declarations) for _, reading in readings)
        unreadable = sum(1 for _, r in readings for item in r.declarations if item.unreadable)
        lines.append(
            f"{found} declarations in {len(readings)} project{'' if len(readings) == 1 else 's'}"
            + (f"; {unreadable} unreadable" if unreadable else "")
        )
        options.write("\n".join(lines) + "\n", output)
    if not readings:
        return ExitCode.NOTHING
    missing = any(member.project.error for member in fleet.members)
    return ExitCode.INCOMPLETE if missing or any(r.problems for _, r in readings) else ExitCode.OK


def _document(member: Member, reading: declarations.Reading) -> dict[str, Any]:
    project = member.project
    return {
        "name": project.name,
        "path": project.path,
        "kind": project.kind.value,
        "declarations": [
            declaration_document(item, shown_path(member, item.file))
            for item in reading.declarations
        ],
        "problems": [
            {
                "file": shown_path(member, problem.file),
                "line": problem.line,
                "column": problem.column,
                "message": problem.message,
                "help": problem.help or None,
            }
            for problem in reading.problems
        ],
    }


def _text(member: Member, reading: declarations.Reading, *, verbose: bool) -> list[str]:
    if not reading.declarations and not reading.problems:
        return [f"{member.project.name}: says nothing about Python versions", ""]
    lines = [f"{member.project.name} ({member.project.kind})"]
    for item in reading.declarations:
        place = f"{shown_path(member, item.file)}:{item.line}:{item.column}"
        note = f"  # {item.note}" if item.note and verbose else ""
        lines.append(
            f"  {place}  {item.role} {item.site} {_one_line(item.raw)} -> {_meaning(item)}{note}"
        )
    for problem in reading.problems:
        place = ":".join(str(part) for part in (problem.file, problem.line) if part is not None)
        lines.append(f"  {place}  cannot be read: {problem.message}")
    return [*lines, ""]


def _one_line(raw: str) -> str:
    shown = repr(raw)
    return shown if len(shown) <= 80 else shown[:77] + "..."


def _meaning(item: Declaration) -> str:
    if item.unreadable is not None:
        return f"unreadable: {item.unreadable}"
    versions = [str(version) for version in item.versions or ()]
    if item.specifier is not None and versions and versions[-1] == str(calendar.known()[-1]):
        versions = [versions[0], "and later"] if len(versions) > 1 else versions
    partial = [f"{version} (a part)" for version in item.partial]
    return ", ".join(versions + partial) or "none"
