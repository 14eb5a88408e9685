"""How indexes are reached: credentials, certificates, proxies. Nothing of it is ever shown.

Credentials come from the addresses of the configuration, from the environment
(`UV_INDEX_<NAME>_USERNAME`, `UV_INDEX_<NAME>_PASSWORD`), from netrc (which requests and uv read
themselves) and from keyring, where uv or pip is told to use it. They are sent to the origin of
their index alone.
"""

import importlib
import ssl
from collections.abc import Mapping
from typing import Any, NamedTuple

from pylife.dependencies.index import address
from pylife.dependencies.index.address import Credentials


class Access(NamedTuple):
    """What it takes to ask indexes.

    `credentials` are by the address of an index, without them. `ca` is a file or folder of
    certificates; `system` asks for those of the operating system. `proxy` is what pip is told.
    `variables` is what uv has to be given in its environment for the same.
    """

    credentials: tuple[tuple[str, Credentials], ...] = ()
    ca: str | None = None
    system: bool = False
    proxy: str | None = None
    keyring: bool = False
    variables: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return f"Access({len(self.credentials)} credentials)"

    @property
    def verify(self) -> str | bool:
        """What requests is told about certificates."""
        return self.ca or True

    @property
    def proxies(self) -> dict[str, str]:
        """What requests is told of proxies, beside what it takes from the environment."""
        return {"http": self.proxy, "https": self.proxy} if self.proxy else {}

    def auth(self, url: str) -> tuple[bytes, bytes] | None:
        """User and password for `url`: those of the index on the same origin that fits best.

        As bytes of UTF-8 (RFC 7617): of texts, requests would make Latin-1.
        """
        place, best = address.origin(url), -1
        found = None
        for base, credentials in self.credentials:
            if address.origin(base) == place:
                fits = len(base) if url.startswith(base) else 0
                if fits > best:
                    best, found = fits, credentials
        if found is None or not found.password:
            found = self._from_keyring(url, found) or found
        return (found.user.encode(), found.password.encode()) if found is not None else None

    def _from_keyring(self, url: str, known: Credentials | None) -> Credentials | None:
        if not self.keyring:
            return None
        try:
            keyring = importlib.import_module("keyring")
        except ImportError:
            return None
        user = known.user if known is not None else None
        for service in (url, address.origin(url)[1]):
            try:
                found = keyring.get_credential(service, user)
            except Exception:  # noqa: BLE001 - backends of keyring raise whatever they like
                return None
            if found is not None:
                return Credentials(found.username, found.password)
        return None

    def environment(self, given: Mapping[str, str]) -> dict[str, str]:
        """The environment `given` with what uv needs to reach the same indexes."""
        return {**given, **dict(self.variables)}

    def adapter(self) -> type[Any]:
        """The adapter of requests for https: with the system's certificates where asked for."""
        from requests.adapters import HTTPAdapter

        if not self.system:
            return HTTPAdapter
        context = _system_context()

        class System(HTTPAdapter):
            def init_poolmanager(self, *given: Any, **named: Any) -> Any:
                return super().init_poolmanager(*given, **named, ssl_context=context)

        return System


def _system_context() -> ssl.SSLContext:
    # truststore speaks to the stores of macOS and Windows; elsewhere OpenSSL knows the system's.
    try:
        context: ssl.SSLContext = importlib.import_module("truststore").SSLContext(
            ssl.PROTOCOL_TLS_CLIENT
        )
    except ImportError:
        return ssl.create_default_context()
    return context
