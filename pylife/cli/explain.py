"""`pylife explain CODE`: what a rule means, why, and how to make it pass."""

import difflib
import shutil
import textwrap
from collections.abc import Iterator

import click

from pylife import rules
from pylife.cli import options
from pylife.errors import UsageError

_WIDEST = 88
"""Longer lines are hard to read, however wide the terminal is."""
_SETTINGS = (
    "In pylife.toml, `[check]` turns a rule off (`ignore`), or sets its `severity`; for some files"
    " `[check.per-file-ignores]` does, for some projects a `[[check.scope]]`. One finding is put"
    " off until a day with a `[[waiver]]`."
)


@click.command("explain")
@click.argument("code")
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto",
    help="Colour the output (default: on a terminal).",
)  # fmt: skip
def command(*, code: str, color: str) -> int:
    """Explain the rule CODE, or list the rules of a family such as RNG."""
    wanted = code.upper()
    rule = rules.RULES.get(wanted)
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    family = [item for item in rules.RULES.values() if item.code.startswith(wanted)]
    if rule is None and not (wanted and family):
        near = difflib.get_close_matches(wanted, [*rules.RULES, *rules.FAMILIES], n=1)
        hint = f"did you mean {near[0]}?" if near else "`pylife rules` lists them"
        raise UsageError(f"no rule {code!r}", help=hint)
    lines = _family(family, wanted) if rule is None else _rule(rule, width)
    click.echo("\n".join(lines), color=options.colored(color))
    return 0


def _rule(rule: rules.Documented, width: int) -> Iterator[str]:
    """A rule's documentation, what `--fix` does about it, and where it can be set."""
    of = " of the fleet as a whole" if rule.judged_by == "fleet" else ""
    yield click.style(f"{rule.code}: {rule.title}", bold=True)
    yield f"{rule.severity}{of}; {rules.FAMILIES[rule.family]}"
    sections = [(name, rule.section(name)) for name in ("Why", "Fix", "Example")]
    for name, text in (*sections, ("By itself", rules.how_fixed(rule)), ("Settings", _SETTINGS)):
        yield ""
        yield click.style(name, bold=True)
        yield from textwrap.wrap(
            text, width, initial_indent="  ", subsequent_indent="  ",
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip


def _family(family: list[rules.Documented], beginning: str) -> Iterator[str]:
    """The rules of a family, a line each."""
    if beginning in rules.FAMILIES:
        yield click.style(f"{beginning}: {rules.FAMILIES[beginning]}", bold=True)
        yield ""
    for rule in family:
        yield f"{rule.code}  {rule.severity:8} {rule.title}"
    yield ""
    yield "`pylife explain CODE` explains one of them."
