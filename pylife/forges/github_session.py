"""github3.py's session, made polite and safe: pace, conditional reads, retries, no netrc.

Reads are repeated by urllib3 where no answer comes; changes never are: who sends them looks
whether they were carried out. What was read once is asked for again with its ETag, and
"not modified" (which does not count against GitHub's limit) gives the answer of then.
"""

import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import requests
from github3.session import GitHubSession  # type: ignore[import-untyped] # it has no types
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from pylife import __version__
from pylife.forges.github_errors import limited
from pylife.forges.github_pace import Pace
from pylife.forges.github_store import Kept, Store

_NOT_MODIFIED = 304
_OK = 200
_TIMES = 4
"""How often one request is sent at most where GitHub asks to wait."""
_AGAIN = (500, 502, 503, 504)


class Session(GitHubSession):  # type: ignore[misc] # it has no types
    """A session for one server; `counts` and `spared` say what was asked of it.

    Several threads may use it: they read at the same time, and change things one after the
    other, as GitHub asks. `timeout` is in seconds, for connecting and for reading. Answers are
    kept in memory, and below the folder `kept` where one is given. Credentials come from `auth`
    alone; proxies and certificates from the environment, as requests reads it. `turn` is held
    while something is changed.
    """

    def __init__(
        self, pace: Pace, *, timeout: tuple[float, float] = (10, 30), kept: Path | None = None
    ) -> None:
        super().__init__(default_connect_timeout=timeout[0], default_read_timeout=timeout[1])
        self.pace = pace
        self.counts: Counter[str] = Counter()
        self.spared = 0
        self.scopes: frozenset[str] | None = None
        self._store = Store(kept)
        self.turn = threading.RLock()
        self._counting = threading.Lock()
        self._own = threading.local()
        self.headers.update(
            {
                "Accept": "application/vnd.github+json",
                "User-Agent": f"pylife/{__version__}",
                "X-GitHub-Api-Version": "2022-11-28",
            }
        )
        retry = Retry(
            total=3, backoff_factor=0.2, status_forcelist=_AGAIN, allowed_methods={"GET"},
            raise_on_status=False, respect_retry_after_header=False,
        )  # fmt: skip
        self.mount("https://", HTTPAdapter(max_retries=retry))
        self.mount("http://", HTTPAdapter(max_retries=retry))

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request as requests does; raises RateLimitedError, or what requests raises."""
        verb = method.upper()
        if verb == "GET":
            return self._read(verb, url, *args, **kwargs)
        with self.turn:
            return self._send(verb, url, *args, **kwargs)

    def query(self, url: str, data: str) -> requests.Response:
        """POST a GraphQL query: it changes nothing, so it waits for no change and is none."""
        return self._send("POST", url, changes=False, data=data)

    @property
    def moved(self) -> bool:
        """Whether this thread's last answer came from another place than it was asked at."""
        return bool(getattr(self._own, "moved", False))

    def _read(self, verb: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:
        kept = self._store.get(_key(url, kwargs))
        if kept is not None:
            kwargs["headers"] = {**(kwargs.get("headers") or {}), "If-None-Match": kept.etag}
        response = self._send(verb, url, *args, **kwargs)
        if response.status_code == _NOT_MODIFIED and kept is not None:
            with self._counting:
                self.spared += 1
            return _restored(response, kept)
        etag = response.headers.get("ETag")
        if response.status_code == _OK and etag and not response.history and _whole(response):
            said = Kept(etag, response.headers.get("Link", ""), response.content)
            self._store.put(_key(url, kwargs), said)
        return response

    def _send(
        self, verb: str, url: str, *args: Any, changes: bool | None = None, **kwargs: Any
    ) -> requests.Response:
        for _ in range(_TIMES):
            self.pace.before(changes=verb != "GET" if changes is None else changes)
            self._count(verb, 1)
            response: requests.Response = super().request(verb, url, *args, **kwargs)
            self._count(verb, _repeats(response))
            if not self.pace.after(response, now=time.time()):
                break
        else:
            raise limited(self.pace.patience)
        self._own.moved = bool(response.history)
        self._learn(response)
        return response

    def _count(self, verb: str, more: int) -> None:
        # Not by the lock for changes, which is held for as long as one takes.
        with self._counting:
            self.counts[verb] += more

    def rebuild_auth(self, prepared_request: Any, response: Any) -> None:
        """Keep the token on its own server after a redirect; never look into a netrc file."""
        if "Authorization" in prepared_request.headers and self.should_strip_auth(
            response.request.url, prepared_request.url
        ):
            del prepared_request.headers["Authorization"]

    def _learn(self, response: requests.Response) -> None:
        said = response.headers.get("X-OAuth-Scopes")
        if said is not None:
            self.scopes = frozenset(part.strip() for part in said.split(",") if part.strip())


def _key(url: str, kwargs: dict[str, Any]) -> str:
    parameters = sorted((str(k), str(v)) for k, v in (kwargs.get("params") or {}).items())
    accept = (kwargs.get("headers") or {}).get("Accept", "")
    return repr((url, parameters, accept))


def _repeats(response: requests.Response) -> int:
    """The requests behind an answer beyond the first: repeats and redirects."""
    retries = getattr(response.raw, "retries", None)
    return len(response.history) + len(retries.history if retries is not None else ())


def _whole(response: requests.Response) -> bool:
    try:
        response.json()
    except ValueError:
        return False
    return True


def _restored(response: requests.Response, kept: Kept) -> requests.Response:
    """The answer that was kept, with the headers of the one that says it still holds."""
    whole = requests.Response()
    whole.status_code = _OK
    whole.headers = response.headers.copy()
    if kept.link:
        whole.headers["Link"] = kept.link
    whole.url = response.url
    whole.request = response.request
    whole._content = kept.body
    return whole
