"""The `Authorization` header: a token, or an App that speaks as its installations."""

import datetime as dt
import re
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from requests import PreparedRequest
from requests.auth import AuthBase

from pylife.errors import ConfigError, ToolError
from pylife.forges.credentials import App, Secret, Token
from pylife.forges.github_errors import told

if TYPE_CHECKING:
    from pylife.forges.github_session import Session

_EARLY = 300.0
"""Seconds before its end from which a token is not used any more."""
_JWT = 540
"""Seconds that an App's own token is for; GitHub takes at most 600."""
_OWNER = re.compile(r"/(?:repos|orgs)/([^/?]+)")
_ANYBODY = re.compile(r"/users/[^/?]+$")
"""What every installation may read."""


class TokenAuth(AuthBase):
    """Sends one token."""

    def __init__(self, token: Token) -> None:
        self._secret = token.secret

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        """Put the header into a request."""
        r.headers["Authorization"] = f"Bearer {self._secret.reveal()}"
        return r

    def __repr__(self) -> str:
        return "TokenAuth(...)"


class _Installed(NamedTuple):
    """An installation's token until `ends` (seconds since 1970), and what it is for."""

    secret: Secret
    ends: float
    permissions: dict[str, str]


class AppAuth(AuthBase):
    """Sends the token of the installation that a request's owner has; makes it anew in time.

    `now` gives seconds since 1970.
    """

    def __init__(
        self, app: App, session: "Session", *, now: Callable[[], float] = time.time
    ) -> None:
        self._app = app
        self._session = session
        self._now = now
        self._tokens: dict[int, _Installed] = {}
        self._owners: dict[str, int] | None = None
        self._slug = ""

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        """Put the header into a request; raises ToolError where the App has no way in."""
        found = _OWNER.search(r.url or "")
        anybody = _ANYBODY.search(r.url or "") is not None
        owner = found[1].lower() if found else ""
        token = self._token(self._installation(owner, anybody=anybody))
        r.headers["Authorization"] = f"Bearer {token.secret.reveal()}"
        return r

    def __repr__(self) -> str:
        return "AppAuth(...)"

    def permissions(self, owner: str) -> dict[str, str]:
        """What the installation of `owner` may do: `read`, `write` or `admin` by area."""
        return dict(self._token(self._installation(owner.lower())).permissions)

    def slug(self) -> str:
        """The App's name in URLs; its account is called so, with `[bot]` behind."""
        if not self._slug:
            self._slug = str(self._as_app("GET", "app")["slug"])
        return self._slug

    def _installation(self, owner: str, *, anybody: bool = False) -> int:
        if self._app.installation is not None:
            return self._app.installation
        if self._owners is None:
            self._owners = {
                str((item.get("account") or {}).get("login", "")).lower(): int(item["id"])
                for item in self._installations()
                if not item.get("suspended_at")
            }
        if owner in self._owners:
            return self._owners[owner]
        if self._owners and (anybody or (not owner and len(self._owners) == 1)):
            return min(self._owners.values())
        raise ToolError(
            f"the GitHub App {self._app.app_id} is not installed for {owner or 'one owner alone'}",
            help="install it there, or name its installation",
        )

    def _installations(self) -> Iterator[dict[str, Any]]:
        page = 1
        while True:
            found = self._as_app(
                "GET", "app", "installations", params={"per_page": 100, "page": page}
            )
            yield from found
            if len(found) < 100:
                return
            page += 1

    def _token(self, installation: int) -> _Installed:
        known = self._tokens.get(installation)
        if known is not None and known.ends - _EARLY >= self._now():
            return known
        # One thread makes it; the others find it. The lock is the session's, so that a change
        # that waits for a token and a token that waits for a change cannot wait for each other.
        with self._session.turn:
            known = self._tokens.get(installation)
            if known is not None and known.ends - _EARLY >= self._now():
                return known
            made = self._as_app("POST", "app", "installations", installation, "access_tokens")
            ends = dt.datetime.fromisoformat(made["expires_at"]).timestamp()
            fresh = _Installed(Secret(made["token"]), ends, dict(made.get("permissions") or {}))
            self._tokens[installation] = fresh
            return fresh

    def _as_app(self, verb: str, *path: object, params: dict[str, int] | None = None) -> Any:
        """What GitHub answers to the App itself; raises ToolError.

        Not through github3.py's own log-in, which writes the header to its debug log.
        """
        from github3 import exceptions  # type: ignore[import-untyped] # it has no types

        url = self._session.build_url(*path)
        with told(f"speaking as the App {self._app.app_id}"):
            response = self._session.request(
                verb, url, params=params, auth=_Jwt(self._app), allow_redirects=False
            )
            if response.status_code not in {200, 201}:
                raise exceptions.error_for(response)
            return response.json()


class _Jwt(AuthBase):
    """Signs a request with the App's key."""

    def __init__(self, app: App) -> None:
        self._app = app

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        from github3.apps import create_token  # type: ignore[import-untyped] # it has no types

        key = self._app.key.reveal().encode()
        try:
            token = create_token(key, str(self._app.app_id), expire_in=_JWT)
        except Exception:  # noqa: BLE001 - whatever it says may quote the key
            raise ConfigError("holds no RSA key that can sign", path=self._app.where) from None
        r.headers["Authorization"] = f"Bearer {token}"
        return r

    def __repr__(self) -> str:
        return "Jwt(...)"
