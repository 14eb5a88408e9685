"""One document over HTTP: for `check --facts URL`, which has no requirements to spare."""

import contextlib
import netrc
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from pylife import __version__
from pylife.errors import ConfigError, ToolError, UsageError

TIMEOUT = 20.0
"""Seconds to wait for a server that says nothing."""
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


def get(url: str, *, limit: int) -> bytes:
    """The body at `url`, of at most `limit` bytes.

    Credentials are taken from the user's netrc file, never from the URL, and are not
    sent on to another host. Raises UsageError for a URL that is not to be used,
    ToolError where it cannot be had, ConfigError for a body that is too long.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOCAL):
        raise UsageError(f"{_shown(url)} is not an https URL", help="give an https URL or a file")
    if parts.username or parts.password:
        raise UsageError(
            f"{_shown(url)} holds credentials", help="put them into the netrc file instead"
        )
    headers = {"User-Agent": f"pylife/{__version__}", **_login(parts.hostname)}
    request = Request(url, headers=headers)  # noqa: S310 - https, see above
    try:
        with build_opener(_SameHost).open(request, timeout=TIMEOUT) as response:
            body: bytes = response.read(limit + 1)
    except HTTPError as error:
        raise ToolError(f"{_shown(url)} answers {error.code} {error.reason}") from None
    except (URLError, OSError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise ToolError(f"{_shown(url)} cannot be had: {reason}") from None
    if len(body) > limit:
        raise ConfigError(f"is longer than {limit} bytes", path=_shown(url))
    return body


class _SameHost(HTTPRedirectHandler):
    """Follows a redirect to another host without the credentials, and never away from https."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def] # urllib's own
        if urlsplit(newurl).scheme != urlsplit(req.full_url).scheme:
            raise URLError(f"it leads away from {urlsplit(req.full_url).scheme}")
        following = super().redirect_request(req, fp, code, msg, headers, newurl)
        if following is not None and urlsplit(newurl).netloc != urlsplit(req.full_url).netloc:
            following.remove_header("Authorization")
        return following


def _login(host: str | None) -> dict[str, str]:
    """The header that the netrc file's entry for `host` makes; none without such an entry."""
    found = None
    with contextlib.suppress(OSError, netrc.NetrcParseError):
        found = netrc.netrc().authenticators(host or "")
    if found is None:
        return {}
    import base64

    user, _, password = found
    token = base64.b64encode(f"{user}:{password}".encode()).decode()
    return {"Authorization": f"Basic {token}"}


def _shown(url: str) -> str:
    """The URL as it may be told: without user, password and query."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host}{port}{parts.path}"
