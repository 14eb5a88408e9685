"""The sets of dependencies that were judged, for the cells that install them."""

from collections.abc import Mapping
from pathlib import Path

from pylife.dependencies.index import targets
from pylife.dependencies.stored import Stored
from pylife.fleet import Fleet, Member, identity
from pylife.matrix.resolved import Resolved
from pylife.model import PythonVersion

Sets = Mapping[PythonVersion, Resolved]


def sets(fleet: Fleet, state: Path, environment: Mapping[str, str]) -> dict[str, Sets]:
    """By a member's path: for each Python the set that the step resolve chose last.

    Only where it installs on this platform, and the project requires today what it did then.
    Libraries of the fleet are in no set: they are built from their sources.
    """
    from pylife.workflow.dependencies.recall import Recall

    platform = targets.host()
    if platform is None:
        return {}
    own = frozenset(name for member in fleet.members for name in _names(member))
    known = Recall(state, environment).of(fleet)
    return {path: _sets(stored, platform, own) for path, stored in known.items() if stored.current}


def _names(member: Member) -> tuple[str, ...]:
    """What the fleet calls it, and what its files say, where that is another name."""
    said = identity.name(member.folder, member.files) if member.folder is not None else None
    return (member.project.name,) if said is None else (member.project.name, said)


def _sets(stored: Stored, platform: str, own: frozenset[str]) -> Sets:
    return {
        python: Resolved(
            picks=tuple(
                sorted((name, version) for name, version in chosen.items() if name not in own)
            ),
            made=stored.made.isoformat(),
            platform=platform,
        )
        for python, verdict in stored.pythons.items()
        if (chosen := _here(verdict.sets, platform)) is not None
    }


def _here(sets: Mapping[str, Mapping[str, str]], platform: str) -> Mapping[str, str] | None:
    """The set for this platform, else for the one of which it is a newer kind."""
    names = (name for name in sets if platform == name or platform.startswith(f"{name}-"))
    best = max(names, key=len, default=None)
    return None if best is None else sets[best]
