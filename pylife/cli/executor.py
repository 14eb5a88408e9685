"""The options that say where cells are run."""

from collections.abc import Callable
from typing import Any

import click

from pylife.errors import UsageError
from pylife.workflow.elsewhere import Cluster

ADDRESS = "DASK_SCHEDULER_ADDRESS"
"""The environment variable by which Dask itself is told of a scheduler."""
_LEAST = 1


def options() -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--executor`, `--scheduler` and `--wait`."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in (
            click.option(
                "--executor", "executor_name", type=click.Choice(["local", "dask"]),
                default="local",
                help="Where cells run: here, or on the workers of a Dask scheduler.",
            ),
            click.option(
                "--scheduler", metavar="ADDRESS", envvar=ADDRESS,
                help=f"The Dask scheduler, or its scheduler file; also {ADDRESS} in the"
                " environment.",
            ),
            click.option(
                "--wait", type=click.IntRange(_LEAST), default=60, metavar="SECONDS",
                help="Wait so long for a Dask worker that has a Python (default: 60).",
            ),
        ):  # fmt: skip
            function = option(function)
        return function

    return decorate


def cluster(executor: str, scheduler: str | None, wait: int) -> Cluster | None:
    """The cluster to run on; None for this machine. Raises UsageError."""
    if executor == "local":
        context = click.get_current_context()
        said = context.get_parameter_source("scheduler")
        if scheduler and said is click.core.ParameterSource.COMMANDLINE:
            raise UsageError("--scheduler is for --executor dask")
        return None
    if not scheduler:
        raise UsageError(
            "--executor dask needs a scheduler",
            help=f"give --scheduler tcp://HOST:8786, or set {ADDRESS}",
        )
    return Cluster(scheduler, float(wait))
