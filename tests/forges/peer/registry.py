"""Accounts, tokens and repositories by name."""

import itertools
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from tests.forges.peer.bare import Bare
from tests.forges.peer.clock import Clock
from tests.forges.peer.state import (
    App,
    Hosted,
    Installation,
    Token,
    User,
)
from tests.forges.peer.store import Signature
from tests.forges.peer.wire import Json

How = Literal["merge", "squash", "rebase"]
WORKFLOWS = ".github/workflows/"

_WEB = ("GitHub", "noreply@peer.example")


class Registry:
    """The state below `folder`."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self.clock = clock
        self.users: dict[str, User] = {}
        self.repositories: dict[str, Hosted] = {}
        self.tokens: dict[str, Token] = {}
        self.apps: dict[int, App] = {}
        self.teams: dict[str, set[str]] = {}
        self.limits: Callable[[Token | None], Json] = lambda _: {}
        self.token_life = 3600.0
        self._ids = itertools.count(1001)
        self._first: dict[tuple[object, ...], Bare] = {}
        self._numbers: dict[str, int] = {}

    # Accounts

    def next_id(self) -> int:
        """A number that nothing else has."""
        return next(self._ids)

    def number_of(self, name: str) -> int:
        """The number of something that has only a name."""
        return self._numbers.setdefault(name, self.next_id())

    def user(self, login: str, kind: str = "User") -> User:
        """The user or organisation `login`, who gets an account where there is none."""
        key = login.lower()
        if key not in self.users:
            self.users[key] = User(self.next_id(), login, kind)
        return self.users[key]

    def by_email(self, email: str) -> User | None:
        """Whose address it is."""
        return next((user for user in self.users.values() if user.email == email), None)

    def signature(self, user: User) -> Signature:
        """As whom `user` commits, now."""
        return Signature(user.login, user.email, int(self.clock()))

    def token(self, token: Token) -> Token:
        """Make a token valid."""
        self.tokens[token.text] = token
        return token

    def installed(self, installation: Installation, permissions: Mapping[str, str]) -> Token:
        """A fresh token of an App's installation, good for `token_life`."""
        return self.token(
            Token(
                text="ghs_" + secrets.token_hex(18),
                user=installation.app.user,
                kind="app",
                permissions=dict(permissions),
                repositories=frozenset(what.full_name for what in self.reached(installation)),
                expires=self.clock() + self.token_life,
            )
        )

    def reached(self, installation: Installation) -> list[Hosted]:
        """The repositories that an installation is for."""
        return [
            what
            for what in self.repositories.values()
            if what.owner is installation.account
            and (installation.repositories is None or what.full_name in installation.repositories)
        ]

    def named(self, full_name: str) -> Hosted | None:
        """The repository of that name, whatever its case."""
        return self.repositories.get(full_name.lower())
