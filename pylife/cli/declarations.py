"""`pylife declarations`: list every declaration of a Python version."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from pylife import calendar
from pylife.cli import options
from pylife.declarations import Reading, Runs
from pylife.errors import ExitCode
from pylife.fleet import Fleet, Member, load_all
from pylife.model import Declaration
from pylife.workflow.contract import declaration_document
from pylife.workflow.inventory import (
    Conditions,
    Entry,
    conditions,
    conditions_document,
    inventory,
)
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
    unreadable, with the reason. With -v, also what is only said aside (badges and
    prose, environment markers, sys.version_info guards), the notes, and the
    folders that were left out.
    """
    roots = options.roots(paths)
    cache = options.state_of(roots, state_path) / "repositories"
    fleet = load_all(roots, cache=cache, fetch=False)
    entries = list(inventory(fleet))
    if format_name == "json":
        projects = [_document(entry, verbose=verbose) for entry in entries]
        document: dict[str, Any] = {"schema": SCHEMA, "projects": projects}
        if verbose:
            document["left_out"] = [skip._asdict() for skip in fleet.skipped]
        options.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n", output)
    else:
        lines = [line for entry in entries for line in _text(entry, verbose=verbose)]
        if verbose:
            lines += _left_out(fleet)
        options.write("\n".join([*lines, _total(entries)]) + "\n", output)
    if not entries:
        return ExitCode.NOTHING
    missing = any(member.project.error for member in fleet.members)
    broken = any(entry.reading.problems for entry in entries)
    return ExitCode.INCOMPLETE if missing or broken else ExitCode.OK


def _left_out(fleet: Fleet) -> list[str]:
    """The folders that were not looked into, by which rule, and how to have them read."""
    lines = [f"left out: {skip.path} ({skip.reason})" for skip in fleet.skipped]
    if lines:
        lines.append(
            "Folders are left out by their names; name one in pylife.toml to have it read."
        )
        lines.append("")
    return lines


def _total(entries: list[Entry]) -> str:
    found = [item for entry in entries for item in entry.reading.declarations]
    unreadable = sum(1 for item in found if item.unreadable)
    idle = sum(1 for item in found if item.without_effect)
    return (
        f"{_count(len(found), 'declaration')} in {_count(len(entries), 'project')}"
        + (f"; {unreadable} unreadable" if unreadable else "")
        + (f"; {idle} without effect" if idle else "")
    )


def _count(number: int, word: str) -> str:
    return f"{number} {word}" + ("" if number == 1 else "s")


def _document(entry: Entry, *, verbose: bool) -> dict[str, Any]:
    member, reading = entry.member, entry.reading
    document: dict[str, Any] = {
        "name": member.project.name,
        "path": member.project.path,
        "kind": member.project.kind.value,
        "declarations": _listed(member, reading),
        "jobs": [_job(member, file, run) for file, run in entry.tested],
        "conditions": conditions_document(_counted(entry)),
        "problems": _problems(member, reading),
    }
    if verbose:
        document["asides"] = _listed(member, entry.asides)
        document["aside_problems"] = _problems(member, entry.asides)
    return document


def _job(member: Member, file: str, run: Runs) -> dict[str, Any]:
    pythons = None if run.pythons is None else [str(python) for python in sorted(run.pythons)]
    return {
        "file": shown_path(member, file),
        "job": run.job,
        "versions": pythons,
        "reason": run.reason or None,
    }


def _listed(member: Member, reading: Reading) -> list[dict[str, Any]]:
    return [
        declaration_document(item, shown_path(member, item.file)) for item in reading.declarations
    ]


def _problems(member: Member, reading: Reading) -> list[dict[str, Any]]:
    return [
        {
            "file": shown_path(member, problem.file),
            "line": problem.line,
            "column": problem.column,
            "message": problem.message,
            "help": problem.help or None,
        }
        for problem in reading.problems
    ]


def _text(entry: Entry, *, verbose: bool) -> Iterator[str]:
    member, reading = entry.member, entry.reading
    if not reading.declarations and not reading.problems:
        yield f"{member.project.name}: says nothing about Python versions"
    else:
        yield f"{member.project.name} ({member.project.kind})"
    for item in reading.declarations:
        yield _line(member, item, verbose=verbose)
    for problem in reading.problems:
        place = ":".join(str(part) for part in (problem.file, problem.line) if part is not None)
        yield f"  {place}  cannot be read: {problem.message}"
    counted = _counted(entry)
    if counted.markers or counted.guards:
        yield "  " + _conditions(counted)
    if verbose:
        for file, run in entry.tested:
            yield _runs(member, file, run)
        for item in entry.asides.declarations:
            yield _line(member, item, verbose=verbose)
    yield ""


def _counted(entry: Entry) -> Conditions:
    return conditions(entry.reading.declarations, entry.asides.declarations)


def _runs(member: Member, file: str, run: Runs) -> str:
    place = f"  {shown_path(member, file)}  job {run.job}"
    if run.pythons is None:
        return f"{place} runs on what is not known: {run.reason}"
    pythons = ", ".join(map(str, sorted(run.pythons))) or "no Python"
    return f"{place} runs on {pythons}" + (f" ({run.reason})" if run.reason else "")


def _conditions(counted: Conditions) -> str:
    said = (
        f"{_count(counted.markers, 'environment marker')} and"
        f" {_count(counted.guards, 'sys.version_info guard')}"
    )
    if counted.dead is None:
        return f"{said}; which are dead is not known without a range"
    return f"{said}; {len(counted.dead) or 'none'} dead in its range"


def _line(member: Member, item: Declaration, *, verbose: bool) -> str:
    place = f"{shown_path(member, item.file)}:{item.line}:{item.column}"
    note = f"  # {item.note}" if item.note and verbose else ""
    idle = f" (without effect: {item.without_effect})" if item.without_effect else ""
    meaning = f"{_meaning(item)}{idle}{note}"
    return f"  {place}  {item.role} {item.site} {_one_line(item.raw)} -> {meaning}"


def _one_line(raw: str) -> str:
    shown = repr(raw)
    return shown if len(shown) <= 80 else shown[:77] + "..."


def _meaning(item: Declaration) -> str:
    if item.unreadable is not None:
        return f"unreadable: {item.unreadable}"
    versions = [str(version) for version in item.versions or ()]
    known = calendar.known()
    if item.specifier is not None and len(versions) > 1:
        if versions[-1] == str(known[-1]):
            versions = [versions[0], "and later"]
        elif versions[0] == str(known[0]):
            versions = [versions[-1], "and earlier"]
    partial = [f"{version} (a part)" for version in item.partial]
    return ", ".join(versions + partial) or "none"
