"""What the members of a fleet require, read of their files."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pylife.fleet import Fleet, Member
from pylife.workflow.dependencies import inputs as reading
from pylife.workflow.dependencies.inputs.project import settings_of
from pylife.workflow.dependencies.inputs.records import Inputs
from pylife.workflow.dependencies.inputs.uv_settings import Settings


class Owned(NamedTuple):
    """A member with what it requires."""

    member: Member
    inputs: Inputs


def inputs_of(
    fleet: Fleet, environment: Mapping[str, str], only: Collection[str] | None = None
) -> tuple[Owned, ...]:
    """What each member that is there, and is not excluded, requires; of the paths `only`."""
    roots = [
        (member.folder.resolve(), settings)
        for member in fleet.members
        if member.folder is not None
        and (settings := settings_of(member.folder, member.files)) is not None
    ]
    found = []
    for member in fleet.members:
        if member.folder is None or member.project.excluded or member.project.error:
            continue
        if only is not None and member.project.path not in only:
            continue
        found.append(
            Owned(
                member,
                reading.read(
                    member.folder,
                    member.files,
                    limit=member.root if member.folder.is_relative_to(member.root) else None,
                    environment=environment,
                    workspace=_workspace(member.folder, roots),
                ),
            )
        )
    return tuple(found)


def _workspace(folder: Path, roots: Sequence[tuple[Path, Settings]]) -> Settings | None:
    """The settings of the innermost workspace around `folder`."""
    if not roots:
        return None
    resolved = folder.resolve()
    above = [(root, said) for root, said in roots if resolved.is_relative_to(root)]
    return max(above, key=lambda pair: len(pair[0].parts))[1] if above else None


def requires_digest(item: Owned) -> str:
    """A digest of all that a project says that it requires: the same wherever it is read."""
    import hashlib

    inputs = item.inputs
    said = (
        [
            (group.key, sorted(line.text for line in group.lines), sorted(group.constraints),
             group.unknown, group.local)
            for group in inputs.groups
        ],
        inputs.constraints, inputs.overrides, inputs.prereleases, inputs.pinned, inputs.problems,
    )  # fmt: skip
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]
