"""`pylife upgrade`: plan, apply, prove or open upgrades, and tell where they stand."""

import datetime as dt
from pathlib import Path

import click

from pylife.cli import options, private, upgrade_open, upgrade_text
from pylife.cli.upgrade_common import forge as forge_option
from pylife.cli.upgrade_common import now, print_json, print_lines
from pylife.cli.upgrade_common import upgrading as upgrading_of
from pylife.errors import ExitCode, PylifeError, UsageError
from pylife.syntax.edits import place_of, replace_file
from pylife.upgrade.entry import resting
from pylife.workflow import forge, upgrading
from pylife.workflow.campaign import Campaigned, Wish
from pylife.workflow.forge import Chosen
from pylife.workflow.read import Scan
from pylife.workflow.upgrading import Upgrading


@click.group("upgrade")
def command() -> None:
    """Plan, apply, prove or open the upgrades that bring projects into their policy's window."""


def _looked(
    what: Upgrading, as_of: dt.date, forge_name: str | None, *, offline: bool
) -> tuple[Campaigned, str]:
    """Where all stands, asked of the forge where it can be; nothing is changed."""
    chosen = _readable(what.scan, what.state, forge_name, offline=offline)
    wish = Wish(as_of=as_of, now=now(), dry_run=True, look_closer=True)
    return upgrading.run(what, chosen, wish), chosen.name


def _readable(scanned: Scan, state: Path, name: str | None, *, offline: bool) -> Chosen:
    """The forge; where it cannot be asked, the local one, which a line on stderr says."""
    why = "not asked, since this is offline"
    chosen: Chosen | None = None
    try:
        if name == "local" or not offline:
            return forge.choose(scanned, state, name, private.environment())
        chosen = forge.choose(scanned, state, "local", private.environment())
    except UsageError as error:
        if name is not None:
            raise
        why = str(error)
        chosen = forge.choose(scanned, state, "local", private.environment())
    if forge.named(scanned) == "github" or name == "github":
        click.echo(f"pylife: what is open on github is not known: {why}", err=True)
    return chosen


@command.command("plan")
@options.paths()
@options.as_of()
@options.policy()
@click.option("--diff", is_flag=True, help="Print the edits as one unified diff.")
@forge_option()
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text")
@options.state()
@options.common()
def plan(
    *, paths: tuple[Path, ...], as_of: dt.date, policy_name: str | None, diff: bool,
    forge_name: str | None, format_name: str, state_path: Path | None, quiet: bool,  # noqa: ARG001
    verbose: bool, color: str, offline: bool,  # noqa: ARG001
) -> int:  # fmt: skip
    """Show what would change, in which order and why, and what a person must do; touch nothing."""
    what = upgrading_of(paths, as_of, policy_name, state_path, offline=offline)
    found, name = _looked(what, as_of, forge_name, offline=offline)
    if format_name == "json":
        print_json(found.document(as_of, name))
    elif diff:
        for proposal in found.proposals:
            click.echo(proposal.diff, nl=False)
    else:
        print_lines(upgrade_text.plan(found))
    return ExitCode.OK


@command.command("status")
@options.paths()
@options.as_of()
@options.policy()
@forge_option()
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text")
@options.state()
@options.common()
def status(
    *, paths: tuple[Path, ...], as_of: dt.date, policy_name: str | None, forge_name: str | None,
    format_name: str, state_path: Path | None, quiet: bool, verbose: bool, color: str,  # noqa: ARG001
    offline: bool,
) -> int:  # fmt: skip
    """Tell where each project stands, why, and what to do about it; touch nothing."""
    what = upgrading_of(paths, as_of, policy_name, state_path, offline=offline)
    found, name = _looked(what, as_of, forge_name, offline=offline)
    if format_name == "json":
        print_json(found.document(as_of, name, brief=True))
    else:
        print_lines(upgrade_text.status(found))
    return ExitCode.OK


@command.command("apply")
@options.paths()
@options.as_of()
@options.policy()
@click.option("--project", "projects", multiple=True, metavar="NAME", help="Only this project.")
@options.state()
@options.common()
def apply(
    *, paths: tuple[Path, ...], as_of: dt.date, policy_name: str | None,
    projects: tuple[str, ...], state_path: Path | None, quiet: bool, verbose: bool,  # noqa: ARG001
    color: str, offline: bool,  # noqa: ARG001
) -> int:  # fmt: skip
    """Edit the files at PATH as planned, each atomically."""
    what = upgrading_of(paths, as_of, policy_name, state_path, offline=offline)
    ready = what.prepared()
    plans = ready.plans
    upgrading.require(ready, projects)
    for planned in plans:
        if projects and planned.project.name not in projects:
            continue
        settings = ready.settings[planned.project.name]
        # Who names a project means it, whatever the campaign waits for.
        rests = settings.opt_out or (None if projects else resting(settings, as_of))
        if rests is not None and not planned.empty:
            click.echo(f"{planned.project.name}: left alone: {rests}", err=True)
            continue
        for name, data in sorted({**planned.contents, **planned.modernised}.items()):
            _edit(place_of(planned.folder, name), data)
            if not quiet:
                click.echo(f"edited {planned.project.path}/{name}")
        for line in planned.needs_person:
            click.echo(f"{planned.project.name}: a person: {line}", err=True)
    return ExitCode.OK


def _edit(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, data)
    except OSError as error:
        raise PylifeError(f"cannot be written: {error.strerror}", path=str(path)) from None


for _sub in upgrade_open.COMMANDS:
    command.add_command(_sub)
