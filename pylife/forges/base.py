"""What every forge does, so that a proposal need not know where it goes.

The rules are those of the strictest bots: a pull request is found again by its
branch; its commits are made anew on the base's head, never appended; nothing is
written that is so already; a branch that people committed to is left to them;
one that people closed is never opened again by itself.
"""

import hashlib
from typing import Protocol

from pylife.model import Outcome, Proposed, PullRequest

NAME = "pylife"
EMAIL = "pylife@localhost"
"""Who commits; a commit by anyone else makes a branch theirs."""


class Forge(Protocol):
    """A place that holds pull requests."""

    def find(self, project: str, branch: str) -> PullRequest | None:
        """The pull request of `branch`, in whatever state; None where there never was one.

        Raises PylifeError where the forge cannot be asked.
        """

    def open_or_update(self, proposed: Proposed) -> tuple[PullRequest, Outcome]:
        """Make the pull request be as `proposed`, and say what that took.

        The outcome is created, updated, unchanged, declined (people closed it)
        or edited-by-people (the branch is theirs; nothing was written). Raises
        PylifeError where the forge cannot do it.
        """


def digest(body: str) -> str:
    """What a body is compared by: its SHA-256, whatever line endings a forge gives it."""
    return hashlib.sha256(body.replace("\r\n", "\n").strip().encode()).hexdigest()
