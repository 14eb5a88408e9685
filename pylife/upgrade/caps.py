"""How many pull requests may be opened now: canaries first, then a ramp, and caps throughout.

All of it is counted from the pull requests that there are, so that nothing has to be remembered.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import NamedTuple

from pylife.model import PullRequest

RAMP = 2
"""Open at a time, for each one that was merged."""


class Caps(NamedTuple):
    """What is allowed; None for no such limit. `limit` is that of this run alone."""

    canary: int | None = None
    max_open: int | None = None
    max_per_hour: int | None = None
    limit: int | None = None


class Room:
    """Counts what is opened; `pulls` are all of the fleet, `campaign` the branches of this one."""

    def __init__(
        self,
        caps: Caps,
        pulls: Iterable[PullRequest],
        campaign: Collection[str],
        now: dt.datetime,
    ) -> None:
        known = list(pulls)
        own = [pull for pull in known if pull.branch in campaign]
        self._caps = caps
        self._open = sum(pull.state == "open" for pull in known)
        self._own = sum(pull.state == "open" for pull in own)
        self._merged = sum(pull.state == "merged" for pull in own)
        hour = now - dt.timedelta(hours=1)
        self._hour = sum(pull.created is not None and hour < pull.created <= now for pull in known)
        self._made = 0

    def take(self) -> None:
        """One was opened."""
        self._open += 1
        self._own += 1
        self._hour += 1
        self._made += 1

    def left(self) -> int | None:
        """How many more may be opened; None for as many as there are."""
        rooms = [room for room, _, _ in self._rooms()]
        return max(0, min(rooms)) if rooms else None

    def full(self) -> tuple[str, str] | None:
        """Why no more may be opened, and what lets more be; None where more may."""
        return next(((why, todo) for room, why, todo in self._rooms() if room <= 0), None)

    def _rooms(self) -> list[tuple[int, str, str]]:
        caps = self._caps
        found = []
        if caps.canary:
            allowed = max(caps.canary, RAMP * self._merged)
            merged = f"{self._merged} merged" if self._merged else "none merged"
            why = f"{self._own} open and {merged}: a few go first, then more"
            found.append((allowed - self._own, why, "merge those that are open"))
        if caps.max_open is not None:
            why = f"{self._open} are open, of {caps.max_open} at a time"
            found.append((caps.max_open - self._open, why, "merge or close those that are open"))
        if caps.max_per_hour is not None:
            why = f"{self._hour} were opened in the last hour, of {caps.max_per_hour}"
            found.append((caps.max_per_hour - self._hour, why, ""))
        if caps.limit is not None:
            why = f"this run opens {caps.limit} at most"
            found.append((caps.limit - self._made, why, ""))
        return found
