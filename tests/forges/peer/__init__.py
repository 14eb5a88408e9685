"""A GitHub to test against: stateful, on loopback, over real bare git repositories.

    with Peer(tmp_path) as peer:
        library = peer.repository("acme", "library", {"pyproject.toml": "..."})
        forge = ...  # a client of the API at peer.url with peer.token
        dana = peer.person("dana")
        dana.push(library, "a-branch", {"file": "text"})
    # leaving it stops the server, and fails where a message was not as GitHub describes it

What there is:

- `peer.url` is the server. The API is at its root (as on api.github.com), and below `/api/v3`
  (as on an Enterprise server: `github3.GitHubEnterprise(peer.url)`); addresses in answers have
  the prefix that was asked with. `git clone peer.url/owner/name.git` works too.
- `peer.token` is a classic token with the scopes `repo` and `workflow` of the user `pylife-bot`,
  who may write to every repository. `peer.issue_token` makes others: with fewer scopes, for
  another user, fine-grained with permissions. `peer.install_app` makes a GitHub App.
- `peer.repository(owner, name, files)` makes a repository; `files=None` leaves it empty. What it
  returns is a `state.Hosted`: `issues` (also pull requests, by number), `labels`, `checks`, and
  `git` with `refs` and `show`. `peer.read(repository, branch, path)` gives a file's bytes.
- `peer.person(login)` acts as people do: see `people.Person`.
- `peer.faults.append(Fault(method="POST", path=r"/pulls$", status=502, after=True))` makes things
  go wrong: see `faults`. `Fault(nth=4, breakage="drop", after=True)` loses the fourth answer.
- `peer.requests` are the requests that came in, `peer.counts()` how many of which operation;
  `peer.limits` counts them against GitHub's limits (`exceeded`), and refuses with
  `limits.enforced = True`. The clock is the argument `clock`: `Clock(start)` stands still for
  tests to `advance`.
- Every request and every answer is held against GitHub's own description (`openapi/`); what does
  not fit is in `peer.violations`, and leaving the `with` fails. `peer.validate = False` and
  `peer.latency = 0.02` are for measurements.

Not as on GitHub: everything happens at once (`mergeable` is known immediately), and only what a
client that proposes changes needs is served; asking anything else is a violation.
"""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.forges.peer import graphql
from tests.forges.peer.clock import Clock
from tests.forges.peer.faults import Fault, primary, secondary
from tests.forges.peer.hub import Hub
from tests.forges.peer.limits import Limits
from tests.forges.peer.people import Person
from tests.forges.peer.server import Seen, Server
from tests.forges.peer.state import (
    App,
    Check,
    Comment,
    Hosted,
    Installation,
    Issue,
    Pull,
    Role,
    Rule,
    Token,
)

__all__ = [
    "App",
    "Check",
    "Clock",
    "Comment",
    "Fault",
    "Hosted",
    "Installation",
    "Issue",
    "Peer",
    "Person",
    "Pull",
    "Role",
    "Rule",
    "Seen",
    "Token",
    "primary",
    "secondary",
]

BOT = "pylife-bot"
_TOKEN = "ghp_canaryCanaryCanaryCanaryCanaryCana"


class Peer:
    """The server and its state below `folder`; a context manager that ends and judges it."""

    def __init__(self, folder: Path, *, clock: Clock | None = None, validate: bool = True) -> None:
        self.clock = clock or Clock()
        self.hub = Hub(folder / "hosted", self.clock)
        self.limits = Limits(self.clock)
        self.server = Server(self.hub, self.limits)
        self.server.validate = validate
        self.url = self.server.url
        self.bot = self.hub.user(BOT)
        self.token = self.issue_token(BOT, _TOKEN).text

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.server.close()
        if kind is None:
            self.judge()

    def judge(self) -> None:
        """Fail where a message was not as GitHub describes it."""
        assert not self.violations, "\n".join(["not as described:", *self.violations])

    # What happened

    @property
    def requests(self) -> list[Seen]:
        """The requests that came in, oldest first; may be cleared."""
        return self.server.requests

    @property
    def violations(self) -> list[str]:
        """What was not as GitHub describes it; a test that means to may clear it."""
        return self.server.violations

    @property
    def faults(self) -> list[Fault]:
        """What is to go wrong; the first that strikes counts."""
        return self.server.faults

    @property
    def validate(self) -> bool:
        """Whether messages are held against the description."""
        return self.server.validate

    @validate.setter
    def validate(self, wanted: bool) -> None:
        self.server.validate = wanted

    @property
    def latency(self) -> float:
        """Seconds that each request takes at least."""
        return self.server.latency

    @latency.setter
    def latency(self, seconds: float) -> None:
        self.server.latency = seconds

    def counts(self) -> Counter[str]:
        """How often each operation was asked: `POST /repos/{owner}/{repo}/pulls`."""
        return Counter(f"{seen.method} {seen.template or seen.path}" for seen in self.requests)

    def wrote(self) -> list[str]:
        """The requests that change something, in order."""
        return [
            f"{seen.method} {seen.path}"
            for seen in self.requests
            if seen.method not in {"GET", "HEAD"}
            and not (seen.path.endswith("/graphql") and graphql.reads(seen.body))
        ]

    # What there is

    def repository(
        self,
        owner: str,
        name: str,
        files: Mapping[str, str | bytes] | None,
        *,
        default: str = "main",
        private: bool = False,
        role: Role = "write",
    ) -> Hosted:
        """A repository of the organisation `owner` in which the bot has `role`."""
        return self.hub.create(
            owner, name, files, default=default, private=private, roles={BOT: role}
        )

    def read(self, what: Hosted, ref: str, path: str) -> bytes | None:
        """A file at a branch or commit; None where there is none."""
        sha = what.git.head(ref) or ref
        entry = what.git.find(sha, path)
        found = what.git.read(entry.sha) if entry else None
        return found[1] if found else None

    def person(self, login: str) -> Person:
        """Someone, who gets an account."""
        return Person(self.hub, self.hub.user(login))

    def team(self, organisation: str, slug: str) -> None:
        """A team of an organisation."""
        self.hub.teams.setdefault(organisation.lower(), set()).add(slug)

    def delete_user(self, login: str) -> None:
        """Delete an account: what it wrote stays, by nobody."""
        self.hub.user(login).gone = True

    def protect(
        self, what: Hosted, pattern: str, *, creations: bool = False, bypass: tuple[str, ...] = ()
    ) -> None:
        """Protect branches from being moved or deleted, and from being made with `creations`."""
        what.rules.append(Rule(pattern, creations=creations, bypass=frozenset(bypass)))

    def check(self, what: Hosted, ref: str, name: str, conclusion: str | None) -> Check:
        """A check run of a branch or commit; it is still running where `conclusion` is None."""
        return self.hub.check(what, what.git.head(ref) or ref, name, conclusion)

    def status(self, what: Hosted, ref: str, context: str, state: str) -> None:
        """A commit status: error, failure, pending or success."""
        self.hub.status(what, what.git.head(ref) or ref, context, state)

    # Who asks

    def issue_token(
        self,
        login: str,
        text: str,
        *,
        scopes: tuple[str, ...] = ("repo", "workflow"),
        permissions: Mapping[str, str] | None = None,
        expires: float | None = None,
    ) -> Token:
        """A token: classic with `scopes`, or fine-grained with `permissions`."""
        user = self.hub.user(login)
        if permissions is None:
            return self.hub.token(Token(text, user, "classic", scopes, expires=expires))
        return self.hub.token(
            Token(text, user, "fine-grained", (), dict(permissions), expires=expires)
        )

    def install_app(
        self,
        slug: str,
        key: bytes,
        account: str,
        permissions: Mapping[str, str],
        *,
        repositories: frozenset[str] | None = None,
    ) -> Installation:
        """A GitHub App with the public `key` (PEM), installed on an account.

        It acts as `slug[bot]`, who may write to the repositories that it is installed on.
        """
        hub = self.hub
        user = hub.user(f"{slug}[bot]", "Bot")
        app = next((one for one in hub.apps.values() if one.slug == slug), None)
        if app is None:
            app = App(hub.next_id(), slug, hub.user("makers", "Organization"), user, key)
            hub.apps[app.id] = app
        made = Installation(
            hub.next_id(), app, hub.user(account, "Organization"), dict(permissions), repositories
        )
        app.installations[made.id] = made
        for what in hub.reached(made):
            what.roles[user.login] = "write"
        return made
