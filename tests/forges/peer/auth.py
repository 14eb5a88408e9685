"""Who asks, and what their token is for."""

import base64
from collections.abc import Mapping

import jwt

from tests.forges.peer.hub import Hub
from tests.forges.peer.state import App, Hosted, Role, Token
from tests.forges.peer.wire import RefusedError

_LONGEST = 600
"""Seconds that a JSON Web Token of an App may be good for."""

_AREAS = {
    "labels": ("issues", "pull_requests"),
    "issues": ("issues", "pull_requests"),
    "metadata": ("metadata", "contents", "issues", "pull_requests"),
}
"""Any of these does for the area; whoever may do anything may see what there is."""


def credential(headers: Mapping[str, str]) -> str | None:
    """The token or password of the request; None where it has none."""
    scheme, _, value = headers.get("Authorization", "").partition(" ")
    match scheme.lower():
        case "token" | "bearer":
            return value.strip()
        case "basic":
            try:
                return base64.b64decode(value).decode().partition(":")[2]
            except ValueError:
                raise RefusedError(401, "Bad credentials") from None
        case _:
            return None


def token(hub: Hub, headers: Mapping[str, str]) -> Token | None:
    """The token of the request, None where there is none; raises RefusedError where it is not good."""
    text = credential(headers)
    if text is None:
        return None
    known = hub.tokens.get(text)
    if known is None or known.user.gone:
        raise RefusedError(401, "Bad credentials")
    if known.expires is not None and known.expires <= hub.clock():
        raise RefusedError(401, "Bad credentials")
    return known


def app(hub: Hub, headers: Mapping[str, str]) -> App:
    """The App whose JSON Web Token it is; raises RefusedError where it is none."""
    text = credential(headers)
    try:
        issuer = jwt.decode(text or "", options={"verify_signature": False})["iss"]
        known = hub.apps[int(issuer)]
        claims = jwt.decode(
            text or "",
            known.key,
            algorithms=["RS256"],
            options={"verify_exp": False, "verify_iat": False},
        )
    except (jwt.InvalidTokenError, KeyError, ValueError):
        raise RefusedError(401, "A JSON web token could not be decoded") from None
    now = hub.clock()
    if claims["exp"] <= now or claims["exp"] > now + _LONGEST + 5 or claims["iat"] > now + 5:
        raise RefusedError(401, "'Expiration time' claim ('exp') is out of range")
    return known


def require(token: Token | None, what: Hosted | None, level: str) -> None:
    """Raise RefusedError where the token does not do for `level`, such as `contents:write`.

    What may not be seen is not found, as on GitHub; a classic token that may not write is
    told the same.
    """
    area, _, act = level.partition(":")
    if token is None:
        if act == "write":
            raise RefusedError(401, "Requires authentication")
        if what is not None and what.private:
            raise RefusedError(404, "Not Found")
        return
    if what is not None:
        _require_role(token, what, area, act)
    allowed = any(token.may(one, act) for one in _AREAS.get(area, (area,)))
    if area and not allowed and (act == "write" or what is None or what.private):
        raise _denied(token)


def _require_role(token: Token, what: Hosted, area: str, act: str) -> None:
    login = token.user.login
    inside = token.repositories is None or what.full_name in token.repositories
    if what.private and not (inside and what.at_least(login, "read")):
        raise RefusedError(404, "Not Found")
    if act != "write":
        return
    if not inside:
        raise _denied(token)
    needed: Role = {"contents": "write", "labels": "triage"}.get(area, "read")  # type: ignore[assignment] # roles
    if not what.at_least(login, needed):
        raise _denied(token)
    if what.archived:
        raise RefusedError(403, "Repository was archived so is read-only.")


def _denied(token: Token) -> RefusedError:
    if token.kind == "classic":
        return RefusedError(404, "Not Found")
    by = "integration" if token.kind == "app" else "personal access token"
    return RefusedError(403, f"Resource not accessible by {by}")
