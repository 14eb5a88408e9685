"""`pylife matrix worker` and `pylife matrix resources`: a machine as a Dask worker."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pylife.cli import options
from pylife.cli.executor import ADDRESS
from pylife.errors import ExitCode, NothingCheckedError, ToolError, UsageError


def _shape() -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--slots`, `--memory` and `--interpreters`."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in (
            click.option(
                "--slots", type=click.IntRange(1), help="Cells at a time (default: the cores).",
            ),
            click.option(
                "--memory", type=click.IntRange(1), metavar="MIB",
                help="Memory that cells may need together (default: what is free).",
            ),
            click.option(
                "--interpreters", "folders", multiple=True, metavar="DIR",
                type=click.Path(path_type=Path), help="Look for Pythons here too.",
            ),
        ):  # fmt: skip
            function = option(function)
        return function

    return decorate


def _declared(
    slots: int | None, memory: int | None, folders: tuple[Path, ...]
) -> tuple[int, dict[str, int]]:
    from pylife.matrix import interpreters
    from pylife.matrix.executors import dask_worker

    found = interpreters.find(folders)
    if not found:
        raise NothingCheckedError("no Python was found on this machine, so it can run no cell")
    return dask_worker.here(found, slots=slots or 0, memory=memory or 0)


@click.command("resources")
@_shape()
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text")
def resources(
    *, slots: int | None, memory: int | None, folders: tuple[Path, ...], format_name: str
) -> int:
    """Print what this machine declares: dask worker --resources "$(pylife matrix resources)"."""
    from pylife.matrix.executors import dask_worker

    _, declared = _declared(slots, memory, folders)
    text = json.dumps(declared) if format_name == "json" else dask_worker.line(declared)
    click.echo(text)
    return ExitCode.OK


@click.command("worker")
@click.argument("address", required=False, envvar=ADDRESS)
@click.argument("more", nargs=-1, type=click.UNPROCESSED)
@_shape()
@click.option(
    "--state", "state_path", metavar="DIR", type=click.Path(path_type=Path),
    help="Keep here what arrives, and uv's cache (default: among temporary files).",
)  # fmt: skip
def worker(
    *, address: str | None, more: tuple[str, ...], slots: int | None, memory: int | None,
    folders: tuple[Path, ...], state_path: Path | None,
) -> int:  # fmt: skip
    """Run cells for the Dask scheduler at ADDRESS, until this is ended.

    EXECUTES the projects' code. Begins anew when the scheduler does, and ends
    what a killed worker left. MORE, after --, is given to `dask worker` as it is.
    """
    if not address:
        raise UsageError("where is the scheduler?", help=f"give its address, or set {ADDRESS}")
    try:
        from pylife.matrix.executors import dask_entry, dask_here, dask_worker
    except ModuleNotFoundError as error:
        raise ToolError(
            f"a worker needs {error.name}, which is not installed",
            help="pip install 'python-lifecycle[nightly,dask]'",
        ) from None
    del dask_entry  # it needs distributed, and so tells whether that is here
    threads, declared = _declared(slots, memory, folders)
    command = dask_worker.command(address, threads, declared, more)
    stop = threading.Event()
    with options.interruptible():
        try:
            dask_worker.serve(command, state_path or dask_here.root(), folders, stop)
        except KeyboardInterrupt:
            stop.set()
    return ExitCode.OK


COMMANDS = (resources, worker)
