"""Make the pages of `docs/` that the code says: rules, commands, schemas.

    python tools/make_docs.py [--check]

`--check` writes nothing and exits 1 where a page differs from what the code says.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from pylife import cli, resources, rules

DOCS = Path(__file__).resolve().parent.parent / "docs"


def main() -> int:
    """Write or check the pages; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    differ = []
    for name, text in pages():
        path = DOCS / name
        if check:
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                differ.append(name)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    for name in differ:
        print(f"docs/{name} is not what the code says: run python tools/make_docs.py")
    return 1 if differ else 0


def pages() -> Iterator[tuple[str, str]]:
    """Each page's name and text."""
    yield "rules.md", rule_page()
    yield "commands.md", command_page()
    for path in sorted(resources.data("").glob("*.schema.json")):
        yield f"schemas/{path.name}", path.read_text(encoding="utf-8")


def rule_page() -> str:
    """All rules with their advice."""
    lines = ["# Rules", "", "Made from the rules' own documentation by `tools/make_docs.py`.", ""]
    for rule in rules.RULES.values():
        lines += [f"## {rule.code}: {rule.title}", "", f"Usual severity: {rule.severity}.", ""]
        for name in ("Why", "Fix", "Example"):
            lines += [f"**{name}.** {rule.section(name)}", ""]
    return "\n".join(lines).rstrip() + "\n"


def command_page() -> str:
    """The help of every command."""
    lines = ["# Commands", "", "Made from `--help` by `tools/make_docs.py`.", ""]
    context = click.Context(cli.main, info_name="pylife", max_content_width=100, terminal_width=100)
    lines += ["```text", cli.main.get_help(context), "```", ""]
    for name in cli.main.list_commands(context):
        command = cli.main.get_command(context, name)
        assert command is not None
        lines += list(_help(command, context, name))
    return "\n".join(lines).rstrip() + "\n"


def _help(command: click.Command, parent: click.Context, name: str) -> Iterator[str]:
    context = click.Context(
        command, parent=parent, info_name=name, max_content_width=100, terminal_width=100
    )
    yield from (f"## {context.command_path}", "", "```text", command.get_help(context), "```", "")
    if isinstance(command, click.Group):
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            assert found is not None
            yield from _help(found, context, child)


if __name__ == "__main__":
    sys.exit(main())
