"""`pylife upgrade`: plan, apply or open upgrades."""

import contextlib
import dataclasses
import datetime as dt
import json
from pathlib import Path

import click

from pylife import upgrade
from pylife.cli import options
from pylife.errors import ExitCode
from pylife.forges.local import LocalForge
from pylife.model import Cell, MigrationState, Repository
from pylife.syntax.edits import replace_file
from pylife.workflow import documents
from pylife.workflow import propose as propose_step
from pylife.workflow.read import Scan, scan
from pylife.workflow.source_facts import Look
from pylife.workflow.state import locked


@click.group("upgrade")
def command() -> None:
    """Plan, apply or open the upgrades that bring projects into their policy's window."""


def _scan(
    paths: tuple[Path, ...], as_of: dt.date, policy_name: str | None, state_path: Path | None
) -> tuple[Scan, Path]:
    roots = options.roots(paths)
    state = options.state_of(roots, state_path)
    return scan(roots, as_of=as_of, policy_name=policy_name, cache=state / "repositories"), state


def _evidence(scanned: Scan, state: Path) -> list[Cell]:
    """What the last run in the state folder saw of the trees as they are."""
    run = documents.open_document(state / "results" / "run.json", "pylife/matrix-run/1")
    return propose_step.evidence(scanned, run, state)


def _as_it_stands(proposal: upgrade.Proposal, forge: LocalForge) -> upgrade.Proposal:
    """The planned proposal, or that it is open already."""
    pull = forge.find(Repository(proposal.project), proposal.branch) if proposal.branch else None
    if pull is None or pull.state != "open":
        return proposal
    return dataclasses.replace(proposal, state=MigrationState.IN_PR)


@command.command("plan")
@options.paths()
@options.as_of()
@options.policy()
@click.option("--diff", is_flag=True, help="Print the edits as one unified diff.")
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text")
@options.state()
@options.common()
def plan(
    *, paths: tuple[Path, ...], as_of: dt.date, policy_name: str | None, diff: bool,
    format_name: str, state_path: Path | None, quiet: bool, verbose: bool, color: str,  # noqa: ARG001
    offline: bool,  # noqa: ARG001
) -> int:  # fmt: skip
    """Show what would change, in which order, and what a person must do; touch nothing."""
    scanned, state = _scan(paths, as_of, policy_name, state_path)
    cells = _evidence(scanned, state)
    forge = LocalForge(state)
    proposals = [
        _as_it_stands(proposal, forge)
        for proposal in propose_step.propose(
            scanned, forge, cells=cells, dry_run=True, look=Look(state).of
        )
    ]
    if format_name == "json":
        document = upgrade.to_document(proposals, as_of)
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
        return 0
    for proposal in proposals:
        if diff:
            click.echo(proposal.diff, nl=False)
            continue
        click.echo(f"wave {proposal.wave}  {proposal.project}: {proposal.state}"
                   + (f", {proposal.title}" if proposal.title else "")
                   + (f" ({proposal.reason})" if proposal.reason else ""))  # fmt: skip
        for line in proposal.needs_person:
            click.echo(f"          a person: {line}")
    return 0


@command.command("apply")
@options.paths()
@options.as_of()
@options.policy()
@options.state()
@options.common()
def apply(
    *, paths: tuple[Path, ...], as_of: dt.date, policy_name: str | None, state_path: Path | None,
    quiet: bool, verbose: bool, color: str, offline: bool,  # noqa: ARG001
) -> int:  # fmt: skip
    """Edit the files at PATH as planned, each atomically."""
    scanned, state = _scan(paths, as_of, policy_name, state_path)
    left = 0
    for planned in propose_step.plans(scanned, _evidence(scanned, state)):
        for name, data in sorted({**planned.contents, **planned.modernised}.items()):
            replace_file(planned.folder / name, data)
            if not quiet:
                click.echo(f"edited {planned.project.path}/{name}")
        for line in planned.needs_person:
            left += 1
            click.echo(f"{planned.project.name}: a person: {line}", err=True)
    return ExitCode.OK


@command.command("open")
@options.paths()
@options.as_of()
@options.policy()
@click.option("--dry-run", is_flag=True, help="Propose nothing; say what would be.")
@options.state()
@options.common()
def open_(
    *, paths: tuple[Path, ...], as_of: dt.date, policy_name: str | None, dry_run: bool,
    state_path: Path | None, quiet: bool, verbose: bool, color: str, offline: bool,  # noqa: ARG001
) -> int:  # fmt: skip
    """Open or refresh proposals: branches of bare repositories in the state folder."""
    scanned, state = _scan(paths, as_of, policy_name, state_path)
    cells = _evidence(scanned, state)
    with contextlib.nullcontext() if dry_run else locked(state):
        proposals = propose_step.propose(
            scanned, LocalForge(state), cells=cells, dry_run=dry_run, look=Look(state).of
        )
    for proposal in proposals:
        if not quiet or proposal.state == "error":
            outcome = proposal.outcome or "dry run"
            click.echo(f"wave {proposal.wave}  {proposal.project}: {proposal.state}, {outcome}"
                       + (f", {proposal.branch}" if proposal.branch else ""))  # fmt: skip
    failed = any(proposal.state == "error" for proposal in proposals)
    return ExitCode.INCOMPLETE if failed else ExitCode.OK
