"""GitHub's limits: told in headers, held against what a client does, enforced if wanted.

The numbers are those of GitHub's page on rate limits for the REST API: 5000 requests an hour
and user; 100 at the same time; 80 content-creating requests a minute and 500 an hour. Every
POST, PATCH, PUT and DELETE counts as content-creating here, which is stricter than GitHub.
"""

from collections import Counter, deque
from dataclasses import dataclass, field

from tests.forges.peer.clock import Clock, instant
from tests.forges.peer.state import Token
from tests.forges.peer.wire import Json, RefusedError

HOUR = 3600.0
MINUTE = 60.0


@dataclass
class Limits:
    """What was asked so far.

    `counts` are requests by kind: `read`, `not-modified`, `create`, `git`. `exceeded` says
    where GitHub would have refused. With `enforced` the peer refuses as GitHub does.
    """

    clock: Clock
    primary: int = 5000
    a_minute: int = 80
    an_hour: int = 500
    at_once: int = 100
    enforced: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    exceeded: list[str] = field(default_factory=list)
    most_in_a_minute: int = 0
    most_in_an_hour: int = 0
    most_at_once: int = 0
    _asked: dict[str, deque[float]] = field(default_factory=dict)
    _created: dict[str, deque[float]] = field(default_factory=dict)
    _now: int = 0

    def begin(self, token: Token | None, method: str) -> None:
        """A request comes in; raises RefusedError where limits are enforced and it is one too many."""
        who, now = token.user.login if token else "", self.clock()
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        asked = self._window(self._asked, who, now)
        if len(asked) >= self.primary:
            self._exceed(f"{self.primary} requests an hour", asked[0] + HOUR - now, primary=True)
        if self._now > self.at_once:
            self._exceed(f"{self.at_once} requests at once", MINUTE, primary=False)
        asked.append(now)
        self.counts["read" if method in {"GET", "HEAD"} else "create"] += 1
        if method not in {"GET", "HEAD"}:
            self._create(who, now)

    def end(self, token: Token | None, status: int) -> None:
        """It is answered. What was not modified does not count for the primary limit."""
        self._now -= 1
        if status == 304 and token is not None:
            self.counts["read"] -= 1
            self.counts["not-modified"] += 1
            asked = self._asked[token.user.login]
            if asked:
                asked.pop()

    def headers(self, token: Token | None) -> dict[str, str]:
        """What GitHub tells with each answer."""
        rate = self.rate(token)
        return {
            "X-RateLimit-Limit": str(rate["limit"]),
            "X-RateLimit-Remaining": str(rate["remaining"]),
            "X-RateLimit-Used": str(rate["used"]),
            "X-RateLimit-Reset": str(rate["reset"]),
            "X-RateLimit-Resource": "core",
        }

    def rate(self, token: Token | None) -> Json:
        """How much of the primary limit is left."""
        now = self.clock()
        asked = self._window(self._asked, token.user.login if token else "", now)
        reset = int((asked[0] if asked else now) + HOUR)
        used = len(asked)
        left = max(self.primary - used, 0)
        return {"limit": self.primary, "remaining": left, "reset": reset, "used": used}

    def overview(self, token: Token | None) -> Json:
        """The answer of `/rate_limit`."""
        rate = self.rate(token)
        return {"rate": rate, "resources": {"core": rate, "search": dict(rate)}}

    def forget(self) -> None:
        """Begin to count anew."""
        self.counts.clear()
        self.exceeded.clear()
        self._asked.clear()
        self._created.clear()
        self.most_in_a_minute = self.most_in_an_hour = self.most_at_once = 0

    def _create(self, who: str, now: float) -> None:
        created = self._window(self._created, who, now)
        created.append(now)
        minute = sum(one > now - MINUTE for one in created)
        self.most_in_a_minute = max(self.most_in_a_minute, minute)
        self.most_in_an_hour = max(self.most_in_an_hour, len(created))
        if minute > self.a_minute:
            self._exceed(
                f"{self.a_minute} content-creating requests a minute", MINUTE, primary=False
            )
        if len(created) > self.an_hour:
            self._exceed(f"{self.an_hour} content-creating requests an hour", HOUR, primary=False)

    def _exceed(self, what: str, wait: float, *, primary: bool) -> None:
        self.exceeded.append(f"more than {what} at {instant(self.clock())}")
        if self.enforced:
            raise primary_limit(self.clock() + wait) if primary else secondary_limit(wait)

    def _window(self, of: dict[str, deque[float]], who: str, now: float) -> deque[float]:
        window = of.setdefault(who, deque())
        while window and window[0] <= now - HOUR:
            window.popleft()
        return window


def primary_limit(reset: float, status: int = 403) -> RefusedError:
    """As GitHub words it: no Retry-After, but the moment from which more may be asked."""
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(reset) + 1)}
    return RefusedError(status, "API rate limit exceeded for user ID 1.", headers=headers)


def secondary_limit(wait: float | None, status: int = 403) -> RefusedError:
    """As GitHub words it, with Retry-After where it says how long to `wait`."""
    headers = {} if wait is None else {"Retry-After": str(int(wait) + 1)}
    return RefusedError(
        status,
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
        headers=headers,
    )
