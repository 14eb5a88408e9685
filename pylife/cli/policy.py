"""`pylife policy`: show a policy and the support window that it gives."""

import datetime as dt
import json
from pathlib import Path

import click

from pylife import calendar, policy
from pylife.cli import options
from pylife.workflow.contract import stage_document

SCHEMA = "pylife/policy-show/1"


@click.group("policy")
def command() -> None:
    """Show policies and the support windows that they give."""


@command.command("list")
def list_() -> int:
    """List the presets."""
    for name in policy.names():
        click.echo(f"{name:16}{policy.find(name, Path()).title}")
    return 0


@command.command("show")
@click.argument("name", metavar="PRESET|FILE")
@options.as_of()
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text")
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write here.")
def show(*, name: str, as_of: dt.date, format_name: str, output: Path | None) -> int:
    """Show the stage of each Python under a policy on a day, with the rule and the next date."""
    found = policy.window(policy.find(name, Path()), calendar.load(), as_of)
    if format_name == "json":
        document = {
            "schema": SCHEMA,
            "as_of": as_of.isoformat(),
            "policy": found.policy.name,
            "title": found.policy.title,
            "pythons": {str(v): stage_document(info) for v, info in found.stages.items()},
        }
        options.write(json.dumps(document, indent=2) + "\n", output)
        return 0
    lines = [f"{found.policy.title} ({found.policy.name}), as of {as_of}"]
    if found.policy.description:
        lines += [*found.policy.description.splitlines(), ""]
    for version, info in found.stages.items():
        following = f"{info.next_stage} {info.next_date}" if info.next_stage else "-"
        since = info.since or "-"
        lines.append(
            f"{version!s:6}{info.stage:12}since {since!s:12}next {following:24}{info.rule}"
        )
        if info.uncertain:
            lines.append(f"{'':6}uncertain: {info.uncertain}")
    options.write("\n".join(lines) + "\n", output)
    return 0
