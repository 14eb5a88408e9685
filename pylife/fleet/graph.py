"""The internal dependency graph: which members of the fleet require which."""

from collections.abc import Iterable

from pylife.fleet import identity
from pylife.fleet.load import Member


def internal(members: Iterable[Member]) -> dict[str, tuple[str, ...]]:
    """For each member, by name, the other members that it requires at run time, sorted."""
    listed = list(members)
    names = {member.project.name for member in listed}
    return {
        member.project.name: tuple(
            name
            for name in (identity.requires(member.folder, member.files) if member.folder else ())
            if name in names and name != member.project.name
        )
        for member in listed
    }
