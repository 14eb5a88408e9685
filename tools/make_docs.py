"""Make the pages of `docs/` that the code says: declarations, rules, commands, schemas.

    python tools/make_docs.py [--check]

The page of declarations takes its sites from the fixtures: what a
reader is shown to find. `--check` writes nothing and exits 1 where a page differs
from what the code says.
"""

import argparse
import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import presets_page

from pylife import cli, resources, rules
from pylife.declarations import around
from pylife.declarations.recent import parsed
from pylife.declarations.registry import CLAIMS, Claim, claims, reader
from pylife.errors import UnreadableError

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
FIXTURES = ROOT / "tests" / "declarations" / "fixtures"


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
    yield "declarations.md", declaration_page()
    yield "rules.md", rule_page()
    yield "presets.md", presets_page.page()
    yield "commands.md", command_page()
    for path in sorted(resources.data("").glob("*.schema.json")):
        yield f"schemas/{path.name}", path.read_text(encoding="utf-8")


def declaration_page() -> str:
    """All readers with the sites that their fixtures show, and which of them can be edited."""
    lines = [
        "# Declarations",
        "",
        "Where pylife finds Python versions, and what it can edit. Made by `tools/make_docs.py`",
        "from the readers and `tests/declarations/fixtures`, which shows what each one reads.",
        "",
        "| read from | role | kind of place | edited |",
        "|---|---|---|---|",
    ]
    for claim in sorted(CLAIMS, key=lambda claim: reader(claim.module).title.lower()):
        lines += list(_reader_rows(claim))
    return "\n".join(lines) + "\n"


def _reader_rows(claim: Claim) -> Iterator[str]:
    found = reader(claim.module)
    sites = set()
    for case in (FIXTURES / claim.module.replace(".", "/")).iterdir():
        for file in sorted(case.rglob("*")) if case.is_dir() else ():
            path = file.relative_to(case).as_posix()
            if file.is_file() and claim in claims(path, aside=claim.aside):
                with contextlib.suppress(UnreadableError):
                    read = parsed(path, file.read_bytes()).declarations(found, around(case))
                    sites |= {(item.role, item.site) for item in read}
    title = f"{found.title} (aside)" if claim.aside else found.title
    for role, site in sorted(sites):
        edited = "yes" if site in found.editors else "by people"
        yield f"| {title.replace('|', chr(92) + '|')} | {role} | `{site}` | {edited} |"


def rule_page() -> str:
    """All rules with their advice, family by family; a rule's anchor is its code: `#rng001`."""
    lines = [
        "# Rules",
        "",
        "Made from the rules' own documentation by `tools/make_docs.py`; `pylife explain CODE`",
        "shows the same.",
        "",
        "| code | severity | `--fix` | |",
        "|---|---|---|---|",
    ]
    for rule in rules.RULES.values():
        link = f"[{rule.code}](#{rule.code.lower()})"
        lines.append(f"| {link} | {rule.severity} | {' and '.join(rule.fixes)} | {rule.title} |")
    lines.append("")
    for family, title in rules.FAMILIES.items():
        lines += [f"## {family}: {title}", ""]
        for rule in rules.RULES.values():
            if rule.family == family:
                lines += _rule(rule)
    return "\n".join(lines).rstrip() + "\n"


def _rule(rule: rules.Documented) -> Iterator[str]:
    of = ", judged once for the fleet" if rule.judged_by == "fleet" else ""
    yield from (f"### {rule.code}", "", f"**{rule.title}.** Usual severity: {rule.severity}{of}.")
    for name in ("Why", "Fix", "Example"):
        yield from ("", f"**{name}.** {rule.section(name)}")
    yield from ("", rules.how_fixed(rule), "")


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
