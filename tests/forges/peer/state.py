"""What the peer knows: users, repositories, issues and pull requests, checks, tokens."""

import fnmatch
from dataclasses import dataclass, field
from typing import Literal

from tests.forges.peer.bare import Bare

Role = Literal["none", "read", "triage", "write", "maintain", "admin"]
ROLES: tuple[Role, ...] = ("none", "read", "triage", "write", "maintain", "admin")


@dataclass
class User:
    """Someone with an account; `gone` once it was deleted."""

    id: int
    login: str
    kind: str = "User"
    gone: bool = False

    @property
    def email(self) -> str:
        """By which commits are known to be theirs."""
        return f"{self.id}+{self.login}@users.noreply.peer.example"


@dataclass
class Token:
    """Who may do what: `classic` by scopes; `fine-grained` and `app` by permissions.

    `repositories` are the full names that it is for; None for all of its owner's.
    """

    text: str
    user: User
    kind: Literal["classic", "fine-grained", "app"] = "classic"
    scopes: tuple[str, ...] = ()
    permissions: dict[str, str] = field(default_factory=dict)
    repositories: frozenset[str] | None = None
    expires: float | None = None

    def may_edit_workflows(self) -> bool:
        """Whether files below `.github/workflows` may be written with it."""
        if self.kind == "classic":
            return "workflow" in self.scopes
        return self.permissions.get("workflows") == "write"

    def may(self, area: str, level: str) -> bool:
        """Whether it is for `area` (contents, issues, pull_requests, …) at `level`."""
        if self.kind == "classic":
            return "repo" in self.scopes
        held = self.permissions.get(area, "")
        return held in ({"read", "write", "admin"} if level == "read" else {"write", "admin"})


@dataclass
class Label:
    """A label of a repository."""

    id: int
    name: str
    color: str = "ededed"
    description: str | None = None


@dataclass
class Comment:
    """A comment of an issue or pull request."""

    id: int
    user: User
    body: str
    created: float
    updated: float


@dataclass
class Review:
    """A review of a pull request."""

    id: int
    user: User
    state: str
    body: str
    commit: str
    submitted: float


@dataclass
class Pull:
    """What a pull request is beside an issue. `head` and `base` are branches."""

    head: str
    head_repository: "Hosted"
    base: str
    head_sha: str
    base_sha: str
    draft: bool = False
    merged: float | None = None
    merged_by: User | None = None
    merge_commit: str | None = None
    maintainer_can_modify: bool = False
    reviewers: list[User] = field(default_factory=list)
    teams: list[str] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)


@dataclass
class Issue:
    """An issue; a pull request where `pull` is set."""

    id: int
    number: int
    user: User
    title: str
    body: str | None
    created: float
    updated: float
    state: Literal["open", "closed"] = "open"
    closed: float | None = None
    closed_by: User | None = None
    state_reason: str | None = None
    locked: bool = False
    labels: list[Label] = field(default_factory=list)
    assignees: list[User] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    pull: Pull | None = None


@dataclass
class Check:
    """A check run of a commit; `conclusion` is None until it is `completed`."""

    id: int
    sha: str
    name: str
    status: str
    conclusion: str | None
    started: float
    completed: float | None


@dataclass
class Status:
    """A commit status, the older kind of check."""

    id: int
    sha: str
    context: str
    state: str
    description: str
    created: float


@dataclass
class Rule:
    """What is protected on the branches that match `pattern`."""

    pattern: str
    updates: bool = True
    creations: bool = False
    deletions: bool = True
    bypass: frozenset[str] = frozenset()

    def holds(self, branch: str, login: str) -> bool:
        """Whether it binds `login` on `branch`."""
        return login not in self.bypass and fnmatch.fnmatchcase(branch, self.pattern)


@dataclass
class Hosted:
    """A repository of `owner`: its git repository and all that GitHub keeps beside."""

    id: int
    owner: User
    name: str
    git: Bare
    default: str
    created: float
    pushed: float
    private: bool = False
    archived: bool = False
    gone: bool = False
    """Deleted: pull requests from it remain."""
    issues_enabled: bool = True
    description: str | None = None
    parent: "Hosted | None" = None
    roles: dict[str, Role] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    """Old names of branches, and what they are called now."""
    issues: dict[int, Issue] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    next_number: int = 1

    @property
    def full_name(self) -> str:
        """`owner/name`."""
        return f"{self.owner.login}/{self.name}"

    @property
    def empty(self) -> bool:
        """Whether nothing was ever pushed."""
        return not self.git.refs

    def role(self, login: str) -> Role:
        """What `login` may do here."""
        if login == self.owner.login:
            return "admin"
        return self.roles.get(login, "none" if self.private else "read")

    def at_least(self, login: str, role: Role) -> bool:
        """Whether `login` may do what `role` may."""
        return ROLES.index(self.role(login)) >= ROLES.index(role)

    def pulls(self) -> list[Issue]:
        """The pull requests, oldest first."""
        return [issue for issue in self.issues.values() if issue.pull is not None]

    def number(self) -> int:
        """The next number of an issue or pull request."""
        self.next_number += 1
        return self.next_number - 1


@dataclass
class App:
    """A GitHub App: its public key (PEM) and what it is installed on."""

    id: int
    slug: str
    owner: User
    user: User
    key: bytes
    installations: dict[int, "Installation"] = field(default_factory=dict)


@dataclass
class Installation:
    """An App's installation on an account; `repositories` None for all of them."""

    id: int
    app: App
    account: User
    permissions: dict[str, str]
    repositories: frozenset[str] | None = None
    suspended: float | None = None
