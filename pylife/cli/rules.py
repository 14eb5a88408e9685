"""`pylife rules`: list the rules."""

import json

import click

from pylife import rules


@click.command("rules")
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text")
def command(*, format_name: str) -> int:
    """List every rule with its code and usual severity."""
    if format_name == "json":
        listed = [
            {"code": rule.code, "severity": rule.severity.value, "title": rule.title}
            for rule in rules.RULES.values()
        ]
        click.echo(json.dumps({"schema": "pylife/rules/1", "rules": listed}, indent=2))
        return 0
    for rule in rules.RULES.values():
        click.echo(f"{rule.code}  {rule.severity:8} {rule.title}")
    return 0
