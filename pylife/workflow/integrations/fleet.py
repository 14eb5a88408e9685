"""A first `pylife.toml`: the projects that are found, and the policy to begin with."""

from pathlib import Path

from pylife import policy
from pylife.errors import NothingCheckedError
from pylife.fleet.discover import discover
from pylife.fleet.load import CONFIG
from pylife.model import Kind
from pylife.workflow.integrations.base import Plan, Planned, there


def plan(root: Path, policy_name: str) -> Plan:
    """The file; raises NothingCheckedError where there is no file to look at.

    ConfigError where there is no such policy.
    """
    policy.find(policy_name, root)
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
    return Plan(
        (Planned(CONFIG, there(root, CONFIG), tomlkit.dumps(document).encode()),),
        ("pylife check, to see what it finds",),
    )
