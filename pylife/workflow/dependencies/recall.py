"""Finds again what was last said of projects: for `pylife check`, which loads nothing more."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pylife.dependencies.stored import Stored, stored
from pylife.fleet import Fleet, Member
from pylife.workflow.dependencies.gathering import inputs_of, requires_digest
from pylife.workflow.dependencies.store import said


def place(member: Member, state: Path) -> str:
    """How a project is named in the store: by where it is, seen from the state folder."""
    folder = os.path.realpath(member.folder or Path())
    return os.path.relpath(folder, os.path.realpath(state)).replace(os.sep, "/")


class Recall(NamedTuple):
    """Finds what was said of a fleet: in the store of `state`, else in what was published.

    `published` is by the project's name. Nothing is judged, and nothing is asked of an index.
    """

    state: Path
    environment: Mapping[str, str]
    published: Mapping[str, Mapping[str, Any]] = {}

    def of(self, fleet: Fleet) -> dict[str, Stored]:
        """What is known of each member, by its path."""
        members = [one for one in fleet.members if one.folder is not None]
        places = {place(member, self.state): member for member in members}
        kept = said(self.state, places)
        told: dict[str, Mapping[str, Any]] = {
            member.project.path: kept[key] for key, member in places.items() if key in kept
        }
        for member in members:
            if member.project.name in self.published:
                told.setdefault(member.project.path, self.published[member.project.name])
        if not told:
            return {}
        found = {}
        for item in inputs_of(fleet, self.environment, told):
            path = item.member.project.path
            try:
                found[path] = stored(told[path], requires=requires_digest(item))
            except (LookupError, TypeError, AttributeError, ValueError):
                continue  # of another version: as if it were not there
        return found
