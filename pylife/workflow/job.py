"""The main job's steps, what is to be done in them, and who is told of it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from pylife import matrix
from pylife.workflow.elsewhere import Cluster
from pylife.workflow.wanted import EVERYTHING, Wanted


class Step(StrEnum):
    """The steps, in their order."""

    READ = "read"
    RESOLVE = "resolve"
    RUN = "run"
    PROPOSE = "propose"
    PUBLISH = "publish"


class Watcher(Protocol):
    """Who is told how it goes; calls may come from several threads, never two at once."""

    def step(self, step: Step) -> None:
        """The step begins."""

    def cell(self, event: matrix.Event) -> None:
        """A cell begins or ends."""

    def part(self, done: int, total: int) -> None:
        """So many of so many parts of the step are done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is to be done: `roots` are the fleets' folders, `state` where results go.

    `only` are the steps to do, `wanted` narrows the matrix,
    `jobs` is how many cells run at a time; 0 is what cores and free memory allow.
    """

    roots: Sequence[Path]
    state: Path
    as_of: dt.date
    policy_name: str | None = None
    fetch: bool = True
    jobs: int = 1
    wanted: Wanted = EVERYTHING
    site: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    """What may say where packages come from, and has the forge's credentials; nothing else is
    taken from it."""
    now: dt.datetime | None = None
    """The present instant; the beginning of the day `as_of` unless given."""
    store: str | None = field(default=None, repr=False)
    """Where the evidence is: a file, a folder or a URL, which may have a password; in `state`
    unless given."""
    forge: str | None = None
    """Where proposals go, `local` or `github`; where pylife.toml says, unless given."""
    prove: bool = False
    """Whether the trees are tested as upgrades will make them, and proposed by what that shows."""
    cluster: Cluster | None = None
    """Where cells are run; on this machine unless given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The documents that are there after the job, and the site's first page if it was made."""

    read: dict[str, Any] | None
    resolve: dict[str, Any] | None
    run: dict[str, Any] | None
    propose: dict[str, Any] | None
    page: Path | None
