"""What the tests of the GitHub forge share: a proposal, a forge for each night, what stands there."""

import datetime as dt
from pathlib import Path
from typing import Any, NamedTuple

from pylife.forges.base import EMAIL, NAME
from pylife.forges.credentials import Secret, Token
from pylife.forges.github import GitHubForge
from pylife.forges.github_pace import Pace
from pylife.model import Outcome, Proposed, PullRequest, Repository
from tests.forges.peer import Hosted, Issue, Peer, Pull

BRANCH = "pylife/python-3.15"
WHERE = Repository("library", "acme/library")
PROJECT = b'[project]\nname = "library"\nrequires-python = ">=3.10"\n'
CHANGED = b'[project]\nname = "library"\nrequires-python = ">=3.11"\n'
WORKFLOW = ".github/workflows/ci.yml"
FILES: dict[str, str | bytes] = {
    "pyproject.toml": PROJECT,
    WORKFLOW: "on: push\n",
    "src/library.py": "",
}


class Campaign:
    """One project of a campaign, night after night, each with a forge that knows nothing yet."""

    def __init__(
        self, peer: Peer, folder: Path, files: Any = FILES, *, name: str = "library"
    ) -> None:
        self.peer = peer
        self.folder = folder
        self.there = peer.repository("acme", name, files)
        self.where = Repository("library", f"acme/{name}")
        self.forge = self.night()
        for login in ("dana", "eve"):
            peer.person(login).invite(self.there, login)

    def night(self, **options: Any) -> GitHubForge:
        """A fresh forge, whose waits let the peer's clock go on."""
        pace = Pace(clock=self.peer.clock, sleep=self.peer.clock.advance)
        token = Token(Secret(self.peer.token), "$TOKEN")
        settings: dict[str, Any] = {
            "url": self.peer.url,
            "pace": pace,
            "timeout": (5, 5),
            **options,
        }
        self.forge = GitHubForge(token, **settings)
        return self.forge

    def wish(self, **changes: Any) -> Proposed:
        """The proposal; `changes` are fields that differ."""
        fields: dict[str, Any] = {
            "project": "library",
            "folder": str(self.folder),
            "branch": BRANCH,
            "title": "Support Python 3.11 to 3.15",
            "body": "Why, and until when.",
            "message": "Support Python 3.11 to 3.15\n",
            "contents": {"pyproject.toml": CHANGED},
            "as_of": dt.date(2026, 11, 21),
            "repository": self.where,
            "before": {"pyproject.toml": PROJECT},
            "labels": ("python",),
            "reviewers": ("dana",),
        }
        return Proposed(**(fields | changes))

    def run(self, **changes: Any) -> tuple[PullRequest, Outcome]:
        """What one night does for the project; `peer.requests` then holds its requests alone."""
        self.peer.requests.clear()
        return self.night().open_or_update(self.wish(**changes))

    # What stands there

    @property
    def issue(self) -> Issue:
        """The one pull request from the branch."""
        (found,) = [one for one in self.there.pulls() if one.pull and one.pull.head == BRANCH]
        return found

    @property
    def pull(self) -> Pull:
        """Its branches and reviews."""
        assert self.issue.pull is not None
        return self.issue.pull

    @property
    def number(self) -> int:
        """Its number."""
        return self.issue.number

    @property
    def head(self) -> str | None:
        """The commit of the branch."""
        return self.there.git.head(BRANCH)

    def file(self, path: str = "pyproject.toml", ref: str = BRANCH) -> bytes | None:
        """A file on the branch."""
        return self.peer.read(self.there, ref, path)

    def labels(self) -> list[str]:
        """The names of its labels."""
        return [label.name for label in self.issue.labels]

    def comments(self) -> list[str]:
        """What the bot said there."""
        return [one.body for one in self.issue.comments if one.user is self.peer.bot]

    def is_one_commit(self, base: str = "main") -> bool:
        """Whether the branch is one commit of pylife's on the head of `base`."""
        commit = self.there.git.show(self.head or "")
        if commit is None or commit.parents != (self.there.git.head(base),):
            return False
        who = {commit.author[:2], commit.committer[:2]}
        return who == {(NAME, EMAIL)}


class Standing(NamedTuple):
    """What must never be twice."""

    pulls: list[tuple[str, str, str]]
    """Branch, state and title."""
    issues: list[tuple[str, str]]
    """Title and state of those that are no pull requests."""
    comments: list[str]
    branches: list[str]
    labels: list[list[str]]


def standing(there: Hosted) -> Standing:
    """What stands in a repository."""
    issues = list(there.issues.values())
    return Standing(
        [(one.pull.head, one.state, one.title) for one in issues if one.pull is not None],
        [(one.title, one.state) for one in issues if one.pull is None],
        [comment.body for one in issues for comment in one.comments],
        sorted(name for name in there.git.refs if name.startswith("refs/heads/")),
        [[label.name for label in one.labels] for one in issues],
    )
