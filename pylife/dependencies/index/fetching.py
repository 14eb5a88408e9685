"""Asks an index over HTTP: with patience, within limits, and never crying.

An answer that stalls is asked for anew on another connection: after 3 s at first, then with
more patience. Servers that say "later" are believed, within reason. An index that cannot be
reached at all is not asked again and again: after three names in a row, the others are told so.
"""

import datetime as dt
import email.utils
import threading
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from pylife.dependencies.index import address
from pylife.dependencies.index.access import Access

ACCEPT = (
    "application/vnd.pypi.simple.v1+json, "
    "application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01"
)


class Limits(NamedTuple):
    """How long and how much.

    `patience` are seconds without a byte, of one attempt after the other; `whole` those of an
    attempt at all; `wait` the longest that a server may ask to wait; `size` bytes of a page.
    """

    connections: int = 8
    patience: tuple[float, ...] = (3.0, 10.0, 30.0)
    whole: float = 120.0
    pauses: tuple[float, ...] = (0.5, 2.0)
    wait: float = 20.0
    size: int = 128 * 1024 * 1024
    failures: int = 3


class Answer(NamedTuple):
    """What an index answered; `url` is where redirects led to.

    `framed`: whether it told how long the content is, so that no end of it can be missing.
    """

    status: int
    content: bytes
    kind: str
    url: str
    validators: Mapping[str, str]
    framed: bool = True


class Failure(NamedTuple):
    """Why there is no answer, in words; `reached` whether there was a server at all."""

    reason: str
    reached: bool = True
    again: float | None = None
    """Seconds to wait before asking again is of use; None: asking again is of no use."""


class Fetcher:
    """Asks addresses, of whatever indexes, by several threads at a time."""

    def __init__(
        self,
        access: Access,
        now: Callable[[], dt.datetime],
        limits: Limits = Limits(),  # noqa: B008 - immutable
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._access = access
        self._now = now
        self._limits = limits
        self._sleep = sleep
        self._slots = threading.BoundedSemaphore(limits.connections)
        self._lock = threading.Lock()
        self._failed: dict[tuple[str, str, int | None], int] = {}

    def get(self, url: str, validators: Mapping[str, str] | None = None) -> Answer | Failure:
        """The answer to a GET of `url`, which has no credentials in it.

        `validators` are headers such as If-None-Match. An answer has any status but those that
        say "later" (429, 5xx), which are failures once attempts are used up.
        """
        place = address.origin(url)
        with self._lock:
            if self._failed.get(place, 0) >= self._limits.failures:
                told = "it was not asked any more: it did not answer before"
                return Failure(told, reached=False)
        with self._slots:
            found = self._attempts(url, validators or {})
        with self._lock:
            down = isinstance(found, Failure) and not found.reached
            self._failed[place] = self._failed.get(place, 0) + 1 if down else 0
        return found

    def _attempts(self, url: str, validators: Mapping[str, str]) -> Answer | Failure:
        last = Failure("the index was not asked")
        for number, patience in enumerate(self._limits.patience):
            found = self._once(url, validators, patience)
            if isinstance(found, Answer) or found.again is None:
                return found
            last = found
            if number < len(self._limits.pauses):
                pause = max(found.again, self._limits.pauses[number] if found.again else 0)
                self._sleep(pause)
        return last

    def _once(self, url: str, validators: Mapping[str, str], patience: float) -> Answer | Failure:
        import requests

        try:
            response = self._session.get(
                url,
                headers=dict(validators),
                auth=self._access.auth(url),
                timeout=(patience, patience),
                verify=self._access.verify,
                stream=True,
            )
            with response:
                return self._read(response)
        except requests.exceptions.SSLError:
            return Failure(
                "its certificate cannot be verified: name the authority's in SSL_CERT_FILE",
                reached=False,
            )
        except requests.exceptions.Timeout:
            return Failure(f"it did not answer within {patience:g} s", reached=False, again=0)
        except requests.exceptions.TooManyRedirects:
            return Failure("it redirects without end")
        except (requests.exceptions.InvalidSchema, requests.exceptions.InvalidURL):
            return Failure("it redirects to what is no web address")
        except requests.exceptions.ChunkedEncodingError:
            return Failure("its answer breaks off", again=0.1)
        except requests.exceptions.ConnectionError as error:
            return _disconnected(error, patience)
        except (requests.exceptions.RequestException, ValueError) as error:
            return Failure(f"it cannot be asked ({type(error).__name__})")

    def _read(self, response: Any) -> Answer | Failure:
        status = response.status_code
        before = [address.origin(one.url)[0] for one in response.history]
        if "https" in before and address.origin(response.url)[0] != "https":
            return Failure("it redirects from https to http")
        if status == 429 or status >= 500:
            return self._later(status, response.headers.get("Retry-After"))
        parts, size, start = [], 0, time.monotonic()
        for part in response.iter_content(1 << 16):
            parts.append(part)
            size += len(part)
            if size > self._limits.size:
                return Failure(f"its page is larger than {self._limits.size >> 20} MB")
            if time.monotonic() - start > self._limits.whole:
                return Failure(f"its page takes more than {self._limits.whole:g} s")
        headers = response.headers
        chunked = "chunked" in headers.get("Transfer-Encoding", "").lower()
        return Answer(
            status,
            b"".join(parts),
            headers.get("Content-Type", ""),
            address.split(response.url)[0],
            _validators(headers),
            framed=chunked or "Content-Length" in headers,
        )

    def _later(self, status: int, told: str | None) -> Failure:
        words = f"it answers with status {status}"
        wait = self._wait(told) if told else 0.1
        if wait > self._limits.wait:
            return Failure(f"{words} and asks to wait {wait:.0f} s")
        return Failure(words, again=max(wait, 0.1))

    def _wait(self, told: str) -> float:
        """The seconds of a Retry-After header: a number, or a date."""
        if told.strip().isdigit():
            return float(told)
        try:
            until = email.utils.parsedate_to_datetime(told)
        except ValueError:
            return 0.1
        if until.tzinfo is None:
            until = until.replace(tzinfo=dt.UTC)
        return max(0.0, (until - self._now()).total_seconds())

    @cached_property
    def _session(self) -> Any:
        import requests
        from requests.adapters import HTTPAdapter

        from pylife import __version__

        session = requests.Session()
        session.max_redirects = 5
        session.headers.update({"Accept": ACCEPT, "User-Agent": f"pylife/{__version__}"})
        session.proxies.update(self._access.proxies)
        adapter = self._access.adapter()
        session.mount("http://", HTTPAdapter(pool_maxsize=self._limits.connections))
        session.mount("https://", adapter(pool_maxsize=self._limits.connections))
        return session


def _validators(headers: Mapping[str, str]) -> dict[str, str]:
    pairs = (("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since"))
    return {ask: headers[told] for told, ask in pairs if told in headers}


def _disconnected(error: Exception, patience: float) -> Failure:
    """What a failed connection is in words, which hold no address and no credentials."""
    told = str(error)
    if "Read timed out" in told or "timed out" in told:
        return Failure(f"it did not answer within {patience:g} s", reached=False, again=0)
    if "IncompleteRead" in told or "Connection broken" in told:
        return Failure("its answer breaks off", again=0.1)
    if isinstance(error.__cause__ or error, Exception) and "ProxyError" in repr(error):
        return Failure("the proxy cannot be used", reached=False)
    if "Name or service not known" in told or "NameResolution" in told or "getaddrinfo" in told:
        return Failure("its name is not known to the network", reached=False)
    if "Connection refused" in told:
        return Failure("it refuses connections", reached=False, again=0.1)
    return Failure("the connection breaks off", again=0.1)
