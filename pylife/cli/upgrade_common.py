"""What the commands of `pylife upgrade` share."""

import datetime as dt
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from pylife.cli import options
from pylife.workflow import documents
from pylife.workflow.means import Means
from pylife.workflow.read import scan
from pylife.workflow.source_facts import Look
from pylife.workflow.upgrading import Upgrading

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def upgrading(
    paths: tuple[Path, ...], as_of: dt.date, policy_name: str | None, state_path: Path | None,
    *, offline: bool,
) -> Upgrading:  # fmt: skip
    """The fleet at `paths`, with what the last run in its state folder saw."""
    roots = options.roots(paths)
    state = options.state_of(roots, state_path)
    scanned = scan(roots, as_of=as_of, policy_name=policy_name, cache=state / "repositories")
    means = Means(
        state=state, environment=os.environ, now=now(), as_of=as_of, offline=offline,
        policy_name=policy_name,
    )  # fmt: skip
    return Upgrading(
        scan=scanned, state=state, run=_run(state), look=Look(state).of, more=means.options()
    )


def _run(state: Path) -> dict[str, Any] | None:
    """What the last run in the state folder saw."""
    return documents.open_document(state / "results" / "run.json", "pylife/matrix-run/1")


def forge() -> Decorator:
    """`--forge`: overrides the configuration."""
    return click.option(
        "--forge", "forge_name", type=click.Choice(["local", "github"]),
        help="Where proposals go (default: as pylife.toml says, else local).",
    )  # fmt: skip


def now() -> dt.datetime:
    """The present instant in UTC."""
    return dt.datetime.now(tz=dt.UTC)


def print_json(document: dict[str, Any]) -> None:
    """Print a document."""
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))


def print_lines(lines: Iterator[str]) -> None:
    """Print lines."""
    for line in lines:
        click.echo(line)
