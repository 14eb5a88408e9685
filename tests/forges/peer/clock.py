"""The time of the peer, which tests may set."""

import datetime as dt
import time


class Clock:
    """Seconds since 1970: the machine's, or what a test says.

    With a `start` the clock stands still but for a millisecond at every look, so that what
    happens later is later; `advance` moves it.
    """

    def __init__(self, start: float | None = None) -> None:
        self._set = start

    def __call__(self) -> float:
        if self._set is None:
            return time.time()
        self._set += 0.001
        return self._set

    def advance(self, seconds: float) -> None:
        """Let `seconds` go by; only where the test sets the clock."""
        assert self._set is not None, "this clock is the machine's"
        self._set += seconds


def instant(seconds: float) -> str:
    """As GitHub writes it."""
    return dt.datetime.fromtimestamp(int(seconds), dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds(text: str) -> int:
    """Of an instant as a client writes it; raises ValueError."""
    return int(dt.datetime.fromisoformat(text).timestamp())
