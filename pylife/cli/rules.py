"""`pylife rules`: list the rules."""

import json
from itertools import groupby

import click

from pylife import rules
from pylife.cli import options


@click.command("rules")
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text")
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto",
    help="Colour the output (default: on a terminal).",
)  # fmt: skip
def command(*, format_name: str, color: str) -> int:
    """List every rule with its code and usual severity, family by family."""
    if format_name == "json":
        listed = [_document(rule) for rule in rules.RULES.values()]
        click.echo(json.dumps({"schema": "pylife/rules/1", "rules": listed}, indent=2))
        return 0
    lines: list[str] = []
    for family, members in groupby(rules.RULES.values(), key=lambda rule: rule.family):
        title = f"{family}: {rules.FAMILIES[family]}"
        lines += ["", click.style(title, bold=True)]
        lines += [f"  {rule.code}  {rule.severity:8} {rule.title}" for rule in members]
    click.echo("\n".join(lines[1:]), color=options.colored(color))
    return 0


def _document(rule: rules.Documented) -> dict[str, object]:
    return {
        "code": rule.code,
        "family": rule.family,
        "severity": rule.severity.value,
        "judged-by": rule.judged_by,
        "fixes": list(rule.fixes),
        "title": rule.title,
        "why": rule.section("Why"),
        "fix": rule.section("Fix"),
        "example": rule.section("Example"),
    }
