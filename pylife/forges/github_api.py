"""The few ways in which GitHub is asked, each with errors in words.

JSON is read as it comes: github3.py's models demand what some answers do not have (the
user of a deleted account, bodies as HTML), so they are used for the git data alone.
"""

import json
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import requests
from github3 import GitHub, GitHubEnterprise, exceptions  # type: ignore[import-untyped] # no types
from github3.structs import GitHubIterator  # type: ignore[import-untyped] # no types

from pylife.errors import UsageError
from pylife.forges.credentials import App, Token
from pylife.forges.github_auth import AppAuth, TokenAuth
from pylife.forges.github_errors import LostError, RefusedError, told
from pylife.forges.github_session import Session

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_HOME = frozenset({"", "github.com", "www.github.com", "api.github.com"})
_TRIES = 3
_WAIT = 2.0
"""Seconds after a lost answer, so that what is still being done is there when one looks."""

_T = TypeVar("_T")


class Api:
    """GitHub at `url` (empty for github.com), spoken to with `credentials`.

    Raises UsageError for a URL over which no token may be sent.
    """

    def __init__(self, session: Session, credentials: Token | App, *, url: str = "") -> None:
        self.session = session
        if urlsplit(url).hostname in _HOME or not url:
            self.gh = GitHub(session=session)
        else:
            self.gh = GitHubEnterprise(_usable(url), session=session)
        # requests' own setting stands again: certificates as the environment names them.
        session.verify = True
        self.app = AppAuth(credentials, session) if isinstance(credentials, App) else None
        session.auth = self.app or TokenAuth(credentials)  # type: ignore[arg-type] # one of two

    def get(self, what: str, *path: object, **parameters: object) -> Any:
        """The JSON at `path`; `what` says in errors what was being done."""
        url, asked = self._url(path), {key: str(value) for key, value in parameters.items()}

        def ask() -> Any:
            return self._json(self.session.get(url, params=asked))

        return self.sure(what, ask)

    def each(
        self, what: str, *path: object, key: str | None = None, **parameters: object
    ) -> list[dict[str, Any]]:
        """All objects of the list at `path`, over its pages; `key` names it inside an object."""
        url, asked = self._url(path), {name: str(value) for name, value in parameters.items()}

        def ask() -> list[dict[str, Any]]:
            found = GitHubIterator(
                -1, url, dict, self.gh, {"per_page": "100", **asked}, list_key=key
            )
            return list(found)

        return self.sure(what, ask)

    def change(self, what: str, verb: str, *path: object, body: object = None) -> Any:
        """The JSON answer to a change that may be made twice without harm; None for none."""
        return self.sure(what, lambda: self._send(verb, path, body))

    def ask(self, what: str, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        """The whole answer to a GraphQL query, which changes nothing, errors included."""
        data = json.dumps({"query": query, "variables": variables})

        def send() -> Any:
            return self._json(self.session.query(self._graphql(), data))

        found = self.sure(what, send)
        return found if isinstance(found, dict) else {}

    def mutate(self, what: str, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        """The whole answer to a GraphQL mutation that may be made twice, errors included."""
        data = json.dumps({"query": query, "variables": variables})

        def send() -> Any:
            return self._json(self.session.request("POST", self._graphql(), data=data))

        found = self.sure(what, send)
        return found if isinstance(found, dict) else {}

    def _graphql(self) -> str:
        return f"{str(self.session.base_url).removesuffix('/v3')}/graphql"

    def make(
        self, what: str, *path: object, body: object, look: Callable[[], _T | None]
    ) -> dict[str, Any] | _T:
        """What a POST that must not be made twice answers, or what `look` finds of it.

        `look` is asked where the answer is lost, and before each further try.
        """
        found: dict[str, Any] | _T = self.sure(what, lambda: self._send("POST", path, body), look)
        return found

    def sure(
        self, what: str, action: Callable[[], _T], look: Callable[[], Any] | None = None
    ) -> _T:
        """The result of `action`, tried again where its answer is lost and `look` finds nothing.

        Raises LostError where that happens too often, RefusedError for what GitHub refuses.
        """
        tries = _TRIES
        while True:
            try:
                with told(what):
                    return action()
            except LostError:
                tries -= 1
                self.session.pace.sleep(_WAIT)
                found: _T | None = look() if look is not None else None
                if found is not None:
                    return found
                if not tries:
                    raise

    def _send(self, verb: str, path: tuple[object, ...], body: object) -> Any:
        data = json.dumps(body) if body is not None else None
        return self._json(self.session.request(verb, self._url(path), data=data))

    def _json(self, response: requests.Response) -> Any:
        """The JSON of a response; raises github3's errors, which `told` puts into words."""
        if response.status_code >= 400:
            raise exceptions.error_for(response)
        if not response.content:
            return None
        try:
            return response.json()
        except ValueError:
            raise exceptions.UnexpectedResponse(response) from None

    def _url(self, path: tuple[object, ...]) -> str:
        parts = [quote(str(part), safe="/.-_~[]@:") for part in path]
        return "/".join([str(self.session.base_url), *parts])


def absent(error: RefusedError) -> bool:
    """Whether GitHub says that a thing is not there (or may not be seen)."""
    return error.status in {404, 410}


def _usable(url: str) -> str:
    parts = urlsplit(url)
    if parts.username or parts.password:
        raise UsageError("the forge's URL holds credentials", help="name a variable with the token")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOCAL):
        raise UsageError(
            f"{parts.scheme}://{parts.hostname} is not https", help="give an https URL"
        )
    return url.rstrip("/").removesuffix("/api/v3")
