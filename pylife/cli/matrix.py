"""`pylife matrix`: list or run the test cells."""

import datetime as dt
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from pylife import __version__
from pylife.cli import EXIT_CODES, executor, matrix_store, matrix_worker, options, progress
from pylife.cli.nightly import exit_code, parse_python, summary
from pylife.errors import ExitCode, NothingCheckedError, combine
from pylife.matrix import CellPlan
from pylife.workflow import run as run_step
from pylife.workflow.nightly import Job, Step, nightly
from pylife.workflow.read import scan
from pylife.workflow.state import locked
from pylife.workflow.wanted import VARIABLE, Wanted

_NO_CELL = "no project has a cell by that name and under these Pythons"
_SEE = "`pylife matrix list` shows them all"


@click.group("matrix")
def command() -> None:
    """List or run the test cells: each project's sessions under each Python of its window."""


for _sub in (*matrix_store.COMMANDS, *matrix_worker.COMMANDS):
    command.add_command(_sub)


def _narrowing() -> options.Decorator:
    """`--project`, `--python`, `--session`, `--interpreters`, `--allow-downloads`."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in (
            click.option("--project", "projects", multiple=True, metavar="NAME",
                         help="Only this project's cells."),
            click.option("--python", "pythons", multiple=True, metavar="X.Y",
                         help="Only this Python."),
            click.option("--session", "sessions", multiple=True, metavar="SESSION",
                         help="Only cells whose session `matrix list` calls so."),
            click.option("--interpreters", "folders", multiple=True, metavar="DIR",
                         type=click.Path(path_type=Path),
                         help=f"Look for interpreters here first; also {VARIABLE}, separated as"
                         " PATH is."),
            click.option("--allow-downloads", "download", is_flag=True,
                         help="Download Pythons that are missing, with uv, into the state folder."),
        ):  # fmt: skip
            function = option(function)
        return function

    return decorate


def _wanted(
    *, projects: tuple[str, ...], pythons: tuple[str, ...], sessions: tuple[str, ...],
    folders: tuple[Path, ...], download: bool,
) -> Wanted:  # fmt: skip
    return Wanted(projects, tuple(map(parse_python, pythons)), sessions, folders, download)


@command.command("list", epilog=EXIT_CODES)
@options.paths()
@options.as_of()
@options.policy()
@_narrowing()
@click.option(
    "--format", "format_name", type=click.Choice(["text", "json", "github", "gitlab"]),
    default="text", help="For people, or as JSON; matrices of GitHub Actions; a GitLab pipeline.",
)  # fmt: skip
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write here.")
@options.state()
@options.common()
def list_(
    *, paths: tuple[Path, ...], as_of: dt.date, policy_name: str | None, format_name: str,
    output: Path | None, state_path: Path | None, quiet: bool, verbose: bool, color: str,  # noqa: ARG001
    offline: bool, **narrowing: Any,
) -> int:  # fmt: skip
    """List the cells and where each comes from. Asks each noxfile or tox, which executes them.

    Exits with 3 where no cell can be run (by a job, for github and gitlab), and with 4
    where a project's sessions cannot be known.
    """
    roots = options.roots(paths)
    state = options.state_of(roots, state_path)
    if offline:
        os.environ["UV_OFFLINE"] = "1"
    scanned = scan(
        roots, as_of=as_of, policy_name=policy_name, cache=state / "repositories", fetch=not offline
    )
    with locked(state):
        cells = run_step.listed(scanned, state=state, jobs=0, wanted=_wanted(**narrowing))
    if not cells:
        raise NothingCheckedError(_NO_CELL, help=_SEE)
    options.write(_rendered(cells, format_name, as_of), output)
    return _list_code(cells, format_name)


def _rendered(cells: Sequence[CellPlan], format_name: str, as_of: dt.date) -> str:
    """The list in that format."""
    from pylife.matrix import gitlab_jobs, listings

    match format_name:
        case "json":
            document = listings.document(cells, as_of.isoformat())
        case "github":
            document = listings.github(cells)
        case "gitlab":
            return gitlab_jobs.render(cells, __version__)
        case _:
            return "\n".join([*listings.text(cells), f"{len(cells)} cells"]) + "\n"
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _list_code(cells: Sequence[CellPlan], format_name: str) -> int:
    from pylife.matrix import listings

    found = [ExitCode.OK]
    if format_name in {"github", "gitlab"}:
        some = bool(listings.jobs(cells)[0])
    else:
        some = any(cell.decided is None for cell in cells)
    if not some:
        found.append(ExitCode.NOTHING)
        click.echo("none of these cells can be run", err=True)
    unknown = {cell.project.name for cell in cells if cell.unknown}
    if unknown:
        found.append(ExitCode.INCOMPLETE)
        names = ", ".join(sorted(unknown))
        click.echo(f"what there is to run is not known of {names}", err=True)
    return combine(found)


@command.command("run", epilog=EXIT_CODES)
@options.paths()
@options.as_of()
@options.policy()
@_narrowing()
@click.option("--jobs", type=click.IntRange(1), help="Cells at a time (default: by cores, memory).")
@executor.options()
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text")
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write here.")
@options.state()
@options.store()
@options.common()
def run(
    *, paths: tuple[Path, ...], as_of: dt.date, policy_name: str | None,
    jobs: int | None, executor_name: str, scheduler: str | None, wait: int, format_name: str,
    output: Path | None, state_path: Path | None, where: str | None, quiet: bool,
    verbose: bool, color: str, offline: bool, **narrowing: Any,  # noqa: ARG001
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
        wanted=_wanted(**narrowing),
        store=where,
        cluster=executor.cluster(executor_name, scheduler, wait),
    )
    with options.interruptible(), progress.watcher(quiet=quiet, color=color) as watcher:
        done = nightly(job, [Step.RUN], watcher)
    assert done.run is not None  # noqa: S101 - the step was done
    if not done.run["cells"]:
        raise NothingCheckedError(_NO_CELL, help=_SEE)
    if format_name == "json":
        options.write(json.dumps(done.run, indent=2, ensure_ascii=False) + "\n", output)
    elif not quiet:
        options.write("\n".join(summary(done)) + "\n", output)
    return exit_code(done, "error")
