"""`pylife explain CODE`: what a rule means, why, and how to make it pass."""

import difflib

import click

from pylife import rules
from pylife.errors import UsageError


@click.command("explain")
@click.argument("code")
def command(*, code: str) -> int:
    """Explain the rule CODE."""
    rule = rules.RULES.get(code.upper())
    if rule is None:
        near = difflib.get_close_matches(code.upper(), rules.RULES, n=1)
        hint = f"did you mean {near[0]}?" if near else "`pylife rules` lists them"
        raise UsageError(f"no rule {code!r}", help=hint)
    click.echo(f"{rule.code} ({rule.severity})\n\n{rule.documentation.strip()}")
    return 0
