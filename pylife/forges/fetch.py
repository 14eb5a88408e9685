"""One document over HTTP: for `check --facts URL`, which has no requirements to spare."""

import contextlib
import netrc
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import SplitResult, urlsplit
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
    parts = _usable(url)
    headers = {"User-Agent": f"pylife/{__version__}", **_login(parts.hostname)}
    try:
        request = Request(url, headers=headers)  # noqa: S310 - https, see _usable
        with build_opener(_SameHost).open(request, timeout=TIMEOUT) as response:
            body: bytes = response.read(limit + 1)
    except HTTPError as error:
        error.close()
        raise ToolError(f"{shown(url)} answers {error.code} {_plain(error.reason)}") from None
    except (URLError, OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise ToolError(f"{shown(url)} cannot be had: {_plain(reason)}") from None
    if len(body) > limit:
        raise ConfigError(f"is longer than {limit} bytes", path=shown(url))
    return body


def shown(url: str) -> str:
    """The URL as it may be told: without user, password and query."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "the URL"
    return _plain(f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}")


def _usable(url: str) -> SplitResult:
    """The parts of a URL that may be fetched; raises UsageError for any other."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise UsageError(f"--facts: not a URL: {_plain(error)}") from None
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOCAL):
        raise UsageError(f"{shown(url)} is not an https URL", help="give an https URL or a file")
    if parts.username or parts.password:
        raise UsageError(
            f"{shown(url)} holds credentials", help="put them into the netrc file instead"
        )
    return parts


class _SameHost(HTTPRedirectHandler):
    """Follows only where the URL could have been given, and without credentials elsewhere."""

    def http_error_302(self, req, fp, code, msg, headers):  # type: ignore[no-untyped-def] # urllib's own
        try:
            return super().http_error_302(req, fp, code, msg, headers)
        except (ValueError, URLError):
            fp.close()  # a place that is none; nobody else would
            raise

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def] # urllib's own
        try:
            parts = _usable(newurl)
        except UsageError as error:
            raise URLError(f"it leads on to where nothing is fetched: {error.message}") from None
        following = super().redirect_request(req, fp, code, msg, headers, newurl)
        if following is not None and parts.netloc != urlsplit(req.full_url).netloc:
            following.remove_header("Authorization")
        return following


def _login(host: str | None) -> dict[str, str]:
    """The header that the netrc file's entry for `host` makes; none without such an entry."""
    found = None
    with contextlib.suppress(OSError, ValueError, netrc.NetrcParseError):
        found = netrc.netrc().authenticators(host or "")
    if found is None:
        return {}
    import base64

    user, _, password = found
    token = base64.b64encode(f"{user}:{password}".encode()).decode()
    return {"Authorization": f"Basic {token}"}


def _plain(text: object) -> str:
    """What a server says must not drive the terminal."""
    return "".join(char if char.isprintable() else "?" for char in str(text))
