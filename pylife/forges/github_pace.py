"""How fast GitHub may be asked: pauses between changes, its own limits, and its word.

GitHub's documents ("Best practices for using the REST API", "Rate limits for the REST API",
seen 2026-11) ask for at least one second between changes, and allow 80 requests a minute
and 500 an hour that make content; what answers 403 or 429 says how long to wait.
"""

import time
from collections import deque
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

from pylife.forges.github_errors import limited

PAUSE = 1.0
MINUTE = (60.0, 80)
HOUR = (3600.0, 500)
PATIENCE = 90.0
"""Seconds that are waited before a run gives up and leaves the rest to the next one."""
_UNSAID = 60.0
"""Seconds to wait where a secondary limit gives no time ("wait for at least one minute")."""


class Pace:
    """When the next request may go out; `clock` is monotonic, in seconds.

    Waits of up to `patience` seconds are slept, longer ones raise RateLimitedError without
    any request, so that GitHub is not asked on while it wants to be left alone.
    """

    def __init__(
        self,
        *,
        pause: float = PAUSE,
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.pause = pause
        self.patience = patience
        self.clock = clock
        self.sleep = sleep
        self._changes: deque[float] = deque(maxlen=HOUR[1])
        self._until = 0.0

    def before(self, *, changes: bool) -> None:
        """Wait until a request may go out, one that `changes` something or one that reads."""
        now = self.clock()
        free = max(self._until, self._next_change() if changes else 0.0)
        self._wait(free - now)
        if changes:
            self._changes.append(self.clock())

    def after(self, response: Any, *, now: float | None = None) -> bool:
        """Take note of a response; True where the same request is to be sent again.

        That is safe for any request: what is answered so was not carried out. `now` stands for
        the server's time (seconds since 1970) where it gives none.
        """
        wait = _asked(response, now)
        if wait is not None:
            self._until = self.clock() + wait
            self._wait(wait)
            return True
        if response.headers.get("X-RateLimit-Remaining") == "0":
            self._until = self.clock() + (_reset(response, now) or 0.0)
        return False

    def _next_change(self) -> float:
        times = [self._changes[-1] + self.pause] if self._changes else []
        for span, most in (MINUTE, HOUR):
            if len(self._changes) >= most:
                times.append(self._changes[-most] + span)
        return max(times, default=0.0)

    def _wait(self, seconds: float) -> None:
        if seconds > self.patience:
            raise limited(seconds)
        if seconds > 0:
            self.sleep(seconds)


def _asked(response: Any, now: float | None) -> float | None:
    """For how many seconds the response asks to wait; None where it is no such refusal."""
    if response.status_code not in {403, 429}:
        return None
    headers = response.headers
    after = str(headers.get("Retry-After", "")).strip()
    if after.isdecimal():
        return float(after)
    if after and (moment := _instant(after)) is not None:
        return max(0.0, moment - _now(response, now))
    if headers.get("X-RateLimit-Remaining") == "0" and (left := _reset(response, now)) is not None:
        return left
    if response.status_code == 429 or "rate limit" in _text(response):
        return _UNSAID
    return None


def _reset(response: Any, now: float | None) -> float | None:
    """Seconds until the limit begins anew, and one more for clocks that differ."""
    reset = str(response.headers.get("X-RateLimit-Reset", ""))
    return max(0.0, float(reset) - _now(response, now)) + 1.0 if reset.isdecimal() else None


def _now(response: Any, now: float | None) -> float:
    said = _instant(str(response.headers.get("Date", "")))
    return said if said is not None else (time.time() if now is None else now)


def _instant(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except ValueError:
        return None


def _text(response: Any) -> str:
    return str(response.text).lower()
