"""Addresses of indexes: with and without credentials, on the net and on disk."""

import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit, urlunsplit
from urllib.request import url2pathname

_WINDOWS_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


class Credentials(NamedTuple):
    """A user and a password; it never shows the password."""

    user: str
    password: str = ""

    def __repr__(self) -> str:
        return f"Credentials({self.user!r}, '****')"


def split(url: str) -> tuple[str, Credentials | None]:
    """An address without its user and password, and these; None where it has none."""
    parts = urlsplit(url)
    userinfo, at, host = parts.netloc.rpartition("@")
    if not at:
        return url, None
    user, _, password = userinfo.partition(":")
    bare = urlunsplit(parts._replace(netloc=host))
    return bare, Credentials(unquote(user), unquote(password)) if user or password else None


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port, as browsers and RFC 6454 mean them; for comparing."""
    parts = urlsplit(url)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    try:
        port = parts.port
    except ValueError:
        port = None
    return parts.scheme, (parts.hostname or "").lower(), port or usual


def is_remote(url: str) -> bool:
    """Whether it is asked over the net."""
    return url.partition("://")[0].lower() in {"http", "https"}


def local_path(url: str) -> Path:
    """The path of a `file:` address or of a plain path; for what is not remote."""
    if url.lower().startswith("file:"):
        return Path(url2pathname(urlsplit(url).path))
    return Path(url)


def absolute(url: str, folder: Path) -> str:
    """`url`, where it is a path that is relative to `folder`, as an absolute path."""
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", url) and not _WINDOWS_DRIVE.match(url):
        return url
    path = Path(url).expanduser()
    return str(path if path.is_absolute() else folder / path)
