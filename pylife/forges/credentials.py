"""Who pylife is on GitHub: a token or an App's key, from the environment or a file.

Nothing here is ever shown: a secret's text is had by `reveal()` alone, and only what
makes the header of a request calls it.
"""

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, NoReturn
from urllib.parse import urlsplit

from pylife.errors import ConfigError, UsageError

TOKEN = "PYLIFE_GITHUB_TOKEN"  # noqa: S105 - the variable's name
APP = "PYLIFE_GITHUB_APP_ID"
KEY_FILE = "PYLIFE_GITHUB_APP_KEY_FILE"
INSTALLATION = "PYLIFE_GITHUB_APP_INSTALLATION"

_HOSTS = frozenset({"github.com", "api.github.com", "www.github.com"})
_LONGEST = 65_536
"""Bytes; no token or key is as long."""
_PRINTABLE = re.compile(r"[!-~]+")


class Secret:
    """A text that no repr, str, format, comparison by order or pickle gives away."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(...)"

    __str__ = __repr__

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")


class Token(NamedTuple):
    """A personal or an installation's token; `where` says where it comes from, for errors."""

    secret: Secret
    where: str


class App(NamedTuple):
    """A GitHub App: its id, its private key (PEM), and which installation speaks.

    Without an `installation`, the one of each repository's owner does.
    """

    app_id: str
    key: Secret
    installation: int | None
    where: str


def find(
    environment: Mapping[str, str],
    *,
    url: str = "",
    variable: str = TOKEN,
    file: Path | None = None,
) -> Token | App:
    """The credentials for the server at `url` (empty for github.com).

    Looked for in this order: the token in `variable`; the token in `file`; the App of
    PYLIFE_GITHUB_APP_ID; the variables that GitHub's own tools use for this server, so that
    no server is shown the token of another. Raises UsageError where there is none,
    ConfigError for one that cannot be used.
    """
    if environment.get(variable, "").strip():
        return _token(environment[variable], f"${variable}")
    if file is not None:
        return _token(_private(file), str(file))
    if environment.get(APP, "").strip():
        return _app(environment)
    for name in _usual(environment, url):
        if environment.get(name, "").strip():
            return _token(environment[name], f"${name}")
    raise UsageError(
        f"there is no token for {urlsplit(url).hostname or 'github.com'}",
        help=f"set {variable}, or {APP} and {KEY_FILE}",
    )


def _usual(environment: Mapping[str, str], url: str) -> list[str]:
    """The variables that hold a token of this very server by the habits of GitHub's tools."""
    host = urlsplit(url).hostname or "github.com"
    home = urlsplit(environment.get("GITHUB_SERVER_URL", "")).hostname or "github.com"
    public = host in _HOSTS
    names = ["GITHUB_TOKEN"] if host == home or (public and home in _HOSTS) else []
    return [*names, *(("GH_TOKEN",) if public else ("GH_ENTERPRISE_TOKEN",))]


def _token(text: str, where: str) -> Token:
    plain = text.strip()
    if _PRINTABLE.fullmatch(plain) is None:
        raise ConfigError("holds no token: one word of printable characters", path=where)
    return Token(Secret(plain), where)


def _app(environment: Mapping[str, str]) -> App:
    app_id = environment[APP].strip()
    if re.fullmatch(r"[A-Za-z0-9.]+", app_id) is None:
        raise ConfigError("is not an App's id", path=f"${APP}")
    named = environment.get(KEY_FILE, "").strip()
    if not named:
        raise UsageError(f"{APP} is set and {KEY_FILE} is not", help="name the private key's file")
    key = _private(Path(named))
    if "PRIVATE KEY-----" not in key:
        raise ConfigError("holds no private key in PEM form", path=named)
    chosen = environment.get(INSTALLATION, "").strip()
    if chosen and not chosen.isdecimal():
        raise ConfigError("is not an installation's number", path=f"${INSTALLATION}")
    return App(app_id, Secret(key), int(chosen) if chosen else None, named)


def _private(file: Path) -> str:
    """The text of a file that nobody but its owner may read; raises ConfigError."""
    try:
        with file.open("rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            data = stream.read(_LONGEST + 1)
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", path=str(file)) from None
    if os.name == "posix" and stat.S_ISREG(mode) and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigError(
            "may be read by others than its owner", path=str(file), help="chmod 600 it"
        )
    text = data.decode(errors="replace")
    if len(data) > _LONGEST or "\ufffd" in text:
        raise ConfigError("is no text with a token or a key", path=str(file))
    return text
