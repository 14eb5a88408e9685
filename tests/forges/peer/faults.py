"""What goes wrong on demand: at the nth request that matches, before or after it is performed."""

import re
from dataclasses import dataclass, field
from typing import Literal

from tests.forges.peer import limits
from tests.forges.peer.wire import RefusedError, Reply

Breakage = Literal["", "drop", "cut", "cut-short", "hang"]


@dataclass
class Fault:
    """One fault.

    It strikes the `nth` matching request (from 1) and those after it, `times` in all. `status`
    is the answer in place of the real one; a `breakage` spoils the transport instead: `drop`
    closes the connection without an answer, `cut` sends half of the JSON as if it were all,
    `cut-short` sends half of what its length promises, `hang` waits for `seconds` and then
    drops. With `after` the request is performed first, so only its answer is lost.
    """

    method: str = ""
    path: str = ""
    nth: int = 1
    times: int = 1
    status: int = 0
    message: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    breakage: Breakage = ""
    after: bool = False
    seconds: float = 0.0
    seen: int = 0
    struck: int = 0

    def strikes(self, method: str, path: str) -> bool:
        """Whether it strikes this request; counts those that match."""
        if self.method not in {"", method} or re.search(self.path, path) is None:
            return False
        self.seen += 1
        if self.seen < self.nth or self.struck >= self.times:
            return False
        self.struck += 1
        return True

    def reply(self) -> Reply:
        """The answer in place of the real one."""
        refused = RefusedError(self.status, self.message or _WORDS.get(self.status, "Error"))
        made = refused.reply()
        made.headers.update(self.headers)
        if self.status >= 500:
            made.value = None
            made.data, made.media = b"<html><body>Unicorn!</body></html>", "text/html"
        return made


_WORDS = {
    401: "Bad credentials",
    403: "Resource not accessible by integration",
    404: "Not Found",
    409: "Conflict",
    422: "Validation Failed",
    429: "Too many requests",
}


def secondary(wait: float | None = 1.0, status: int = 403, **where: int | str) -> Fault:
    """GitHub's secondary limit, with Retry-After unless `wait` is None."""
    refused = limits.secondary_limit(wait, status)
    return Fault(status=status, message=refused.message, headers=refused.headers, **where)  # type: ignore[arg-type] # as Fault's


def primary(reset: float, status: int = 403, **where: int | str) -> Fault:
    """GitHub's primary limit, until the instant `reset`."""
    refused = limits.primary_limit(reset, status)
    return Fault(status=status, message=refused.message, headers=refused.headers, **where)  # type: ignore[arg-type] # as Fault's
