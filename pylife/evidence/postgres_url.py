"""PostgreSQL URLs: what of them may be shown, and what of a server's words must not be.

A password that is not quoted as URLs want it makes libpq take parts of it for a
host or a port, and its errors repeat these. So a URL whose parts are not what
they should be is refused here, without its words.
"""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, unquote, urlsplit

from pylife.errors import StateError

SCHEMES = ("postgresql://", "postgres://")
_HOST = re.compile(r"/[^@]*|[A-Za-z0-9._:,-]*|@[A-Za-z0-9._-]+")
_PORT = re.compile(r"(?:\d{1,5}(?:,\d{1,5})*)?")
_NAME = re.compile(r"[^@:/?#]*")
_SECRET = ("password", "sslpassword", "oauth_client_secret")


def is_url(text: str) -> bool:
    """Whether the text is a PostgreSQL URL."""
    return text.startswith(SCHEMES)


def has_password(url: str) -> bool:
    """Whether a password stands in the URL; True where that cannot be told."""
    try:
        parts = urlsplit(url)
        said = [pair.partition("=")[0] for pair in parts.query.split("&")]
    except ValueError:
        return True
    return parts.password is not None or any(unquote(name) in _SECRET for name in said)


def shown(parts: Mapping[str, object]) -> str:
    """The database for people: host, port and name, from the parts that libpq reads."""
    host, port = str(parts.get("host") or ""), str(parts.get("port") or "")
    where = quote(host, safe=".,:-") if not host.startswith("/") else ""
    name = str(parts.get("dbname") or "")
    return f"postgresql://{where}{':' + port if port else ''}/{name}"


def checked(parts: Mapping[str, object]) -> None:
    """Raise StateError, without any of its words, where the URL's parts are not plausible."""
    rules = (("host", _HOST), ("port", _PORT), ("dbname", _NAME), ("user", _NAME))
    for name, rule in rules:
        if not rule.fullmatch(str(parts.get(name) or "")):
            raise unreadable(f"its {name} is none")


def unreadable(why: str) -> StateError:
    """The error for a URL that cannot be read; its words are not repeated."""
    return StateError(
        f"the URL of the evidence store cannot be read: {why}",
        help="postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with %XX for : / @ # ? and % in a"
        " password",
    )


def redacted(text: str, secrets: Iterable[str]) -> str:
    """`text` without the secrets, as they are and as URLs quote them."""
    for secret in sorted({*secrets} - {""}, key=len, reverse=True):
        for form in {secret, quote(secret, safe=""), quote(secret)}:
            text = text.replace(form, "***")
    return text


def secrets(parts: Mapping[str, object]) -> list[str]:
    """What of the parts must not be shown."""
    return [str(parts[name]) for name in _SECRET if parts.get(name)]
