"""What every forge does, so that a proposal need not know where it goes.

The rules are those of the strictest bots: a pull request is found again by its
branch; its commits are made anew on the base's head, never appended; nothing is
written that is so already; a branch that people committed to is left to them;
one that people closed is never opened again by itself.
"""

import hashlib
import re
from collections.abc import Sequence
from typing import Protocol

from pylife.errors import ToolError
from pylife.model import Outcome, Proposed, PullRequest, Repository

NAME = "pylife"
EMAIL = "pylife@localhost"
"""Who commits; a commit by anyone else makes a branch theirs."""
UNKNOWN = "unknown: "
"""How a line of `Forge.missing` begins that is no refusal: the forge cannot say beforehand."""

_BRANCH = re.compile(r"[a-z0-9][a-z0-9-]*([./][a-z0-9][a-z0-9-]*)*")


class Forge(Protocol):
    """A place that holds pull requests.

    Losing the answer of any request and asking again makes no second pull request, comment or
    branch. Raises PylifeError where the forge cannot be asked; RateLimitedError where it says
    that it was asked too much.
    """

    def find(self, repository: Repository, branch: str) -> PullRequest | None:
        """The pull request of `branch`, in whatever state; None where there never was one."""

    def pulls(self, repository: Repository) -> list[PullRequest]:
        """All pull requests that pylife ever opened for the project, newest first."""

    def open_or_update(self, proposed: Proposed) -> tuple[PullRequest, Outcome]:
        """Make the pull request be as `proposed`, and say what that took.

        The outcome is created, updated, unchanged, declined (people closed it)
        or edited-by-people (the branch is theirs; nothing was written).
        """

    def retire(self, repository: Repository, pull: PullRequest, reason: str) -> Outcome:
        """Put away what is no longer wanted, and say why there.

        Closed with its branch deleted where only pylife committed to it (updated); marked as
        abandoned and left open where people did (edited-by-people); nothing where it is not
        open any more (nothing-to-do).
        """

    def missing(self, repository: Repository, paths: Sequence[str]) -> list[str]:
        """What pylife may not do there that a change of `paths` needs, a line each; for people.

        A line that begins with `UNKNOWN` says that it cannot be known before it is tried.
        """

    def dashboard(self, repository: Repository, topic: str, title: str, body: str) -> str:
        """Make the issue (or page) of `topic` be as given; returns its address."""


def digest(body: str) -> str:
    """What a body is compared by: its SHA-256, whatever line endings a forge gives it."""
    return hashlib.sha256(body.replace("\r\n", "\n").strip().encode()).hexdigest()


def check_branch(branch: str) -> None:
    """Raise ToolError unless `branch` is a name that every forge and every URL takes."""
    if _BRANCH.fullmatch(branch) is None or branch.endswith(".lock") or ".lock/" in branch:
        raise ToolError(f"{branch!r} is no branch name that every forge takes")


def signed(message: str, identity: tuple[str, str]) -> str:
    """The commit message with the trailer by which `identity` (name, address) signs it off."""
    text = message.rstrip()
    trailer = "Signed-off-by: {} <{}>".format(*identity)
    last = text.splitlines()[-1] if text else ""
    gap = "\n" if re.match(r"[A-Z][A-Za-z-]+: ", last) and "\n" in text else "\n\n"
    return f"{text}{gap}{trailer}\n"
