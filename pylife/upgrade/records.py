"""What a plan of one project holds."""

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pylife.model import Change, Obstacle, Project, PythonVersion
from pylife.upgrade.held import Held
from pylife.upgrade.locks import Stale
from pylife.upgrade.summary import Row


class Bump(NamedTuple):
    """A requirement whose floor has to rise, as it is written and as it should be.

    `after` are several where Pythons need different floors, each with its marker. `file` and
    `line` are where it stands, `pythons` those that need it.
    """

    file: str
    line: int | None
    before: str
    after: tuple[str, ...]
    why: str
    pythons: tuple[PythonVersion, ...] = ()


class Refreshed(NamedTuple):
    """A lock or a compiled file that was made anew, and what made it, in words."""

    file: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectPlan:
    """What an upgrade does to one project; `contents` is empty where it does nothing.

    `adds` and `drops` are what the project gains and loses, `floor` the new
    least Python and `runtime` the new runtime, where these change. `branch` is
    where a proposal goes: the same for all plans of one window. `idle` says why
    nothing is asked of a project that was not looked at.
    """

    project: Project
    folder: Path
    policy: str
    as_of: dt.date
    branch: str
    changes: tuple[Change, ...] = ()
    contents: dict[str, bytes] = field(default_factory=dict)
    before: dict[str, bytes] = field(default_factory=dict)
    """What the files of `contents` held when they were read; a new one is not in it."""
    rows: tuple[Row, ...] = ()
    adds: tuple[PythonVersion, ...] = ()
    drops: tuple[PythonVersion, ...] = ()
    floor: PythonVersion | None = None
    runtime: PythonVersion | None = None
    diff: str = ""
    reasons: tuple[str, ...] = ()
    failing: tuple[PythonVersion, ...] = ()
    """Pythons that the policy asks for today and that do not work yet."""
    held: tuple[Held, ...] = ()
    """What keeps the project from Pythons that the policy asks for or lets it adopt."""
    unsure: tuple[str, ...] = ()
    """What nobody knows of the Pythons that are added: not resolved, not scanned."""
    required: tuple[PythonVersion, ...] = ()
    """Pythons that the policy supports today."""
    needs_person: tuple[str, ...] = ()
    idle: str = ""
    bumps: tuple[Bump, ...] = ()
    """Requirements whose floors rise with this change, since an added Python needs it."""
    stale: tuple[Stale, ...] = ()
    """What tools have to make anew with this change; the line of each is in `needs_person`."""
    lock_for: PythonVersion | None = None
    """The Python for which a compiled file of the project is made."""
    refreshed: tuple[Refreshed, ...] = ()
    """Locks and compiled files that were made anew; their contents are in `contents`."""
    dead: tuple[str, ...] = ()
    """What means nothing any more once the floor is `floor`, as lines."""
    dead_diff: str = ""
    """The edit of as much of that as can be edited."""
    follow_up: bool = False
    """Whether that edit is proposed by itself once this one is merged."""
    cleanup: PythonVersion | None = None
    """Of a follow-up, which only removes what is dead: the oldest Python that is declared."""
    modernised: dict[str, bytes] = field(default_factory=dict)
    """What a second commit changes: the code as ruff would have it for the new floor."""
    modernised_by: str = ""
    """What made that, in words; empty where the policy does not ask for it."""
    remarks: tuple[str, ...] = ()
    """What the policy asks for, and could not be done here."""
    awaits: tuple[str, ...] = ()
    """The projects whose images have to move before this one runs on a newer Python."""
    page: str = ""
    """What people are told of a project that is not edited (a model), as Markdown."""

    @property
    def empty(self) -> bool:
        """Whether no file changes."""
        return not self.contents

    @property
    def obstacles(self) -> frozenset[Obstacle]:
        """What stands in the way of the Pythons that are `failing`; empty where none is."""
        return frozenset(item.kind for item in self.held if item.python in self.failing)
