"""What became of each project in a run of the campaign."""

from dataclasses import dataclass
from typing import NamedTuple

from pylife.model import MigrationState, Outcome, Proving


class Shown(NamedTuple):
    """What the tests of the upgraded tree came to, as it is told."""

    verdict: Proving
    reason: str = ""
    pythons: tuple[str, ...] = ()
    upon: tuple[str, ...] = ()
    tree: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Where a project stands in the upgrade, and what was done for it.

    `outcome` is None where nothing was to be done yet (a dry run). `branch`,
    `title`, `body` and `diff` are empty where no file changes; `base` and
    `commit` are None where no commit was made. `reason` says why in words, `todo` what
    somebody has to do about it, and `why` why the project is in its wave. `where` is the pull
    request's address, or its page's path in the state folder.
    """

    project: str
    wave: int
    state: MigrationState
    outcome: Outcome | None
    branch: str = ""
    base: str | None = None
    commit: str | None = None
    title: str = ""
    body: str = ""
    diff: str = ""
    files: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()
    """The Pythons that the project gains, a new runtime among them."""
    drops: tuple[str, ...] = ()
    floor: str = ""
    """The oldest Python that is required then; empty where no floor is set."""
    needs_person: tuple[str, ...] = ()
    reason: str = ""
    where: str = ""
    todo: str = ""
    why: str = ""
    floor_wave: int | None = None
    """The wave in which the floor rises, where that comes later than what is proposed now."""
    number: int | None = None
    """The pull request's, where the forge numbers them."""
    draft: bool = False
    parents: tuple[str, ...] = ()
    """The projects that come first."""
    proof: Shown | None = None
    missing: tuple[str, ...] = ()
    """What pylife may not do in the repository that the change needs, a line each."""
