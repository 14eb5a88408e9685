"""`pylife matrix`: list or run the test cells."""

import datetime as dt
import json
import os
from pathlib import Path

import click

from pylife.cli import matrix_store, options, progress
from pylife.cli.nightly import exit_code, parse_python, summary
from pylife.errors import NothingCheckedError
from pylife.workflow import run as run_step
from pylife.workflow.nightly import Job, Step, nightly
from pylife.workflow.read import scan
from pylife.workflow.state import locked

LIST_SCHEMA = "pylife/matrix-list/1"


@click.group("matrix")
def command() -> None:
    """List or run the test cells: each project's sessions under each Python of its window."""


for _sub in matrix_store.COMMANDS:
    command.add_command(_sub)


@command.command("list")
@options.paths()
@options.as_of()
@options.policy()
@click.option("--python", "pythons", multiple=True, metavar="X.Y", help="Only this Python.")
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text")
@options.state()
@options.common()
def list_(
    *, paths: tuple[Path, ...], as_of: dt.date, policy_name: str | None, pythons: tuple[str, ...],
    format_name: str, state_path: Path | None, quiet: bool, verbose: bool, color: str,  # noqa: ARG001
    offline: bool,  # noqa: ARG001
) -> int:  # fmt: skip
    """List the cells and where each comes from. Asks each noxfile, which executes it."""
    roots = options.roots(paths)
    state = options.state_of(roots, state_path)
    scanned = scan(roots, as_of=as_of, policy_name=policy_name, cache=state / "repositories")
    only = tuple(map(parse_python, pythons))
    with locked(state):
        cells = run_step.listed(scanned, state=state, jobs=0, only=only)
    if not cells:
        raise NothingCheckedError("no project has a cell under these Pythons")
    if format_name == "json":
        rows = [
            {
                "project": cell.project.name,
                "python": str(cell.python),
                "session": cell.session,
                "origin": cell.origin.value,
                "allowed_to_fail": cell.allowed_to_fail,
                "status": cell.decided[0].value if cell.decided else None,
                "reason": cell.decided[1] if cell.decided else None,
            }
            for cell in cells
        ]
        document = {"schema": LIST_SCHEMA, "as_of": as_of.isoformat(), "cells": rows}
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
        return 0
    for cell in cells:
        decided = f"  {cell.decided[0]}: {cell.decided[1]}" if cell.decided else ""
        click.echo(
            f"{cell.project.name:24} {cell.python!s:6} {cell.session:20} {cell.origin}{decided}"
        )
    click.echo(f"{len(cells)} cells")
    return 0


@command.command("run")
@options.paths()
@options.as_of()
@options.policy()
@click.option("--python", "pythons", multiple=True, metavar="X.Y", help="Only this Python.")
@click.option("--jobs", type=click.IntRange(1), help="Cells at a time (default: by cores, memory).")
@click.option("--executor", type=click.Choice(["local"]), default="local", help="Where cells run.")
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text")
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write here.")
@options.state()
@options.store()
@options.common()
def run(
    *, paths: tuple[Path, ...], as_of: dt.date, policy_name: str | None, pythons: tuple[str, ...],
    jobs: int | None, executor: str, format_name: str, output: Path | None,  # noqa: ARG001
    state_path: Path | None, where: str | None, quiet: bool, verbose: bool,  # noqa: ARG001
    color: str, offline: bool,
) -> int:  # fmt: skip
    """Run the cells that are not known yet. EXECUTES the projects' code, in copies."""
    roots = options.roots(paths)
    if offline:
        os.environ["UV_OFFLINE"] = "1"
    job = Job(
        roots=roots,
        state=options.state_of(roots, state_path),
        as_of=as_of,
        policy_name=policy_name,
        fetch=not offline,
        jobs=jobs or 0,
        pythons=tuple(map(parse_python, pythons)),
        store=where,
    )
    with options.interruptible(), progress.watcher(quiet=quiet, color=color) as watcher:
        done = nightly(job, [Step.RUN], watcher)
    assert done.run is not None  # noqa: S101 - the step was done
    if not done.run["cells"]:
        raise NothingCheckedError("no project has a cell under these Pythons")
    if format_name == "json":
        options.write(json.dumps(done.run, indent=2, ensure_ascii=False) + "\n", output)
    elif not quiet:
        options.write("\n".join(summary(done)) + "\n", output)
    return exit_code(done, "error")
