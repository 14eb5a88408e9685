"""What the first step makes: each member with what was read of it and what the rules say."""

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from pylife.declarations.base import NOTHING_AROUND, Around
from pylife.fleet import Fleet, Member
from pylife.formats.base import Status
from pylife.model import Declaration, Ending, Problem, PythonVersion, Waiver
from pylife.policy import Window
from pylife.rules import Judgement
from pylife.rules.base import Parent
from pylife.source.facts import SourceFacts

if TYPE_CHECKING:
    from pylife.dependencies.stored import Stored


class Read(NamedTuple):
    """One member of the fleet with what was read of it and what the rules say.

    `judgement` is None for a member that is excluded or could not be had.
    """

    member: Member
    window: Window
    policy: str
    """The policy's name as configured, with the scopes that apply."""
    declarations: tuple[Declaration, ...] = ()
    problems: tuple[Problem, ...] = ()
    judgement: Judgement | None = None
    tested_at: str | None = None
    requirements: tuple[tuple[str, str], ...] = ()
    """What it requires at run time, as (name, specifier), where that was read."""
    parents: tuple[Parent, ...] | None = None
    """The members of the fleet that it requires; None where the fleet is not known."""
    endings: tuple[Ending, ...] = ()
    """When what it stands on loses its maintenance, the earliest first."""
    unknown_endings: tuple[str, ...] = ()
    """Why there may be an earlier one."""
    offered: Mapping[tuple[str, int], frozenset[PythonVersion]] = MappingProxyType({})
    """By file and line: the Pythons that the platform there offers, where that is known."""
    looked_up: tuple[tuple[str, dt.date], ...] = ()
    """The data on platforms that was used, with the day on which it was looked up."""
    source: SourceFacts | None = None
    """What its source needs of Python; None where it was not scanned."""
    dependencies: "Stored | None" = None
    """What `pylife deps` last said of what it requires; None where it never did."""
    around: Around = NOTHING_AROUND
    """What its files may depend on, to read them again."""
    bases: tuple[str, ...] = ()
    """The members that build the images on which it runs."""
    waivers: tuple[Waiver, ...] = ()
    """What may be waived of it: by its pylife.toml and by its policy."""

    @property
    def status(self) -> Status:
        """What became of it."""
        if self.member.project.excluded is not None:
            return "excluded"
        if self.member.project.error is not None:
            return "error"
        return "incomplete" if self.problems else "checked"

    @property
    def is_there(self) -> bool:
        """Whether it was looked at: not excluded, and to be had."""
        return self.status in {"checked", "incomplete"}


class Scan(NamedTuple):
    """What was read of a fleet on a day."""

    fleet: Fleet
    as_of: dt.date
    reads: tuple[Read, ...]
    windows: dict[str, Window]
    """By the policy's name as configured, with the scopes that apply."""
    waivers: tuple[Waiver, ...] = ()
    """All that there are, whether they speak of any member or not."""
    facts_of: dt.date | None = None
    """The day of the facts of a nightly job that say what else there is in the fleet."""


def shown_path(member: Member, file: str) -> str:
    """`file` of `member` from the root that pylife was given."""
    return file if member.project.path == "." else f"{member.project.path}/{file}"
