"""`pylife init`: write a first pylife.toml for what is found."""

from pathlib import Path

import click

from pylife.cli import options
from pylife.errors import NothingCheckedError, UsageError
from pylife.fleet.discover import discover
from pylife.fleet.load import CONFIG
from pylife.model import Kind


@click.command("init")
@options.paths()
@click.option("--policy", "policy_name", default="upstream", help="The policy to begin with.")
def command(*, paths: tuple[Path, ...], policy_name: str) -> int:
    """Write a pylife.toml that lists the projects found at PATH."""
    root = options.one_root(paths)
    if (root / CONFIG).exists():
        raise UsageError(f"{root / CONFIG} is there already", help="edit it, or move it away")
    tree = discover(root)
    if not any(found.files for found in tree.projects):
        raise NothingCheckedError(f"{root} holds no file to look at")
    import tomlkit

    document = tomlkit.document()
    document.add(tomlkit.comment("The fleet as pylife sees it; `pylife check` says what it finds."))
    fleet = tomlkit.table()
    fleet.update({"name": root.resolve().name, "policy": policy_name})
    document["fleet"] = fleet
    projects = tomlkit.aot()
    for found in tree.projects:
        table = tomlkit.table()
        table.update({"path": found.path})
        if found.kind is not Kind.LIBRARY:
            table["kind"] = found.kind.value
        projects.append(table)
    document["project"] = projects
    options.write(tomlkit.dumps(document), root / CONFIG)
    count = f"{len(projects)} project" + ("" if len(projects) == 1 else "s")
    click.echo(f"wrote {root / CONFIG}: {count}, policy {policy_name}")
    return 0
