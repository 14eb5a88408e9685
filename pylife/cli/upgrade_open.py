"""`pylife upgrade prove` and `open`: what tests upgrades, and what opens pull requests."""

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from pylife.cli import executor, options, private, upgrade_text
from pylife.cli.upgrade_common import forge as forge_option
from pylife.cli.upgrade_common import now, print_lines
from pylife.cli.upgrade_common import upgrading as upgrading_of
from pylife.errors import ExitCode, UsageError
from pylife.workflow import documents, forge, upgrading
from pylife.workflow.campaign import Wish
from pylife.workflow.state import locked
from pylife.workflow.upgrading import Upgrading


@click.command("prove")
@options.paths()
@options.as_of()
@options.policy()
@click.option("--project", "projects", multiple=True, metavar="NAME", help="Only this project.")
@click.option("--jobs", type=click.IntRange(1), help="Cells at a time (default: by cores, memory).")
@executor.options()
@options.state()
@options.store()
@options.common()
def prove(
    *, paths: tuple[Path, ...], as_of: dt.date, policy_name: str | None,
    projects: tuple[str, ...], jobs: int | None, executor_name: str, scheduler: str | None,
    wait: int, state_path: Path | None, where: str | None,
    quiet: bool, verbose: bool, color: str, offline: bool,  # noqa: ARG001
) -> int:  # fmt: skip
    """Run the tests of the trees as upgrades will make them. EXECUTES the projects' code.

    The nightly job does so in its step run. Give this to a job that holds no credentials;
    `upgrade open` then knows the outcome by the very change.
    """
    from pylife.cli import progress
    from pylife.workflow import proof

    if offline:
        os.environ["UV_OFFLINE"] = "1"
    what = upgrading_of(paths, as_of, policy_name, state_path, offline=offline)
    with (
        locked(what.state),
        options.interruptible(),
        progress.watcher(quiet=quiet, color=color) as watcher,
    ):
        setting = proof.Setting(
            state=what.state, jobs=jobs or 0, where=where, progress=watcher.cell,
            cluster=executor.cluster(executor_name, scheduler, wait),
        )  # fmt: skip
        ready = what.prepared(server=forge.named(what.scan) != "local")
        upgrading.require(ready, projects)
        rows = upgrading.prove(what, ready, setting, list(projects) or None)
        _keep(what, rows)
    asked = {name: row for name, row in rows.items() if not projects or name in projects}
    if not quiet:
        print_lines(upgrade_text.proofs(asked))
    bad = any(row["verdict"] in {"failed", "blocked"} for row in asked.values())
    return ExitCode.FINDINGS if bad else ExitCode.OK


def _keep(what: Upgrading, rows: dict[str, Any]) -> None:
    """Write the proofs into the run step's document, or into one of their own."""
    run = what.run or {
        "schema": "pylife/matrix-run/1",
        "as_of": what.scan.as_of.isoformat(),
        "interpreters": {},
        "cells": [],
        "imported": [],
        "trees": {},
    }
    documents.save(what.state / "results" / "run.json", {**run, upgrading.PROOFS: rows})


@click.command("open")
@options.paths()
@options.as_of()
@options.policy()
@forge_option()
@click.option("--limit", type=click.IntRange(0), metavar="N", help="Open N at most in this run.")
@click.option("--project", "projects", multiple=True, metavar="NAME", help="Only this project.")
@click.option(
    "--force", "forced", multiple=True, metavar="NAME=REASON",
    help="Propose this project whatever its tests say, as a draft that says so.",
)  # fmt: skip
@click.option("--no-proof", is_flag=True, help="Run no tests; what no test has shown is a draft.")
@click.option("--dry-run", is_flag=True, help="Change nothing; print what would be done.")
@options.state()
@options.store()
@options.common()
def open_(
    *, paths: tuple[Path, ...], as_of: dt.date, policy_name: str | None, forge_name: str | None,
    limit: int | None, projects: tuple[str, ...], forced: tuple[str, ...], no_proof: bool,
    dry_run: bool, state_path: Path | None, where: str | None, quiet: bool, verbose: bool,  # noqa: ARG001
    color: str, offline: bool,  # noqa: ARG001
) -> int:  # fmt: skip
    """Open or refresh pull requests, dependencies first, each tested before it opens.

    EXECUTES the projects' code unless --no-proof or --dry-run is given, or tests have shown all
    that is planned already; never where that code could read the forge's credentials.
    """
    from pylife.workflow import proof

    what = upgrading_of(paths, as_of, policy_name, state_path, offline=offline)
    chosen = forge.choose(what.scan, what.state, forge_name, private.environment())
    wish = Wish(as_of=as_of, now=now(), limit=limit, only=projects, forced=dict(_forced(forced)))
    proving = None
    if not (no_proof or dry_run):
        if offline:
            os.environ["UV_OFFLINE"] = "1"
        proving = proof.Setting(state=what.state, where=where)
    if dry_run:
        chosen = forge.rehearsed(chosen, click.echo)
        found = upgrading.run(what, chosen, wish)
    else:
        with locked(what.state), options.interruptible():
            found = upgrading.run(what, chosen, wish, proving=proving)
    if no_proof and not quiet:
        click.echo("no test was run (--no-proof): what none has shown before is a draft", err=True)
    print_lines(upgrade_text.opened(found, quiet=quiet))
    failed = any(proposal.state == "error" for proposal in found.proposals)
    return ExitCode.INCOMPLETE if failed else ExitCode.OK


def _forced(given: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for text in given:
        name, found, reason = text.partition("=")
        if not found or not name.strip() or not reason.strip():
            raise UsageError(
                f"--force {text!r} gives no reason", help="say why: --force NAME=REASON"
            )
        yield name.strip(), reason.strip()


COMMANDS = (prove, open_)
