"""A support map that asks no index about the fleet's own libraries."""

import datetime as dt
from collections.abc import Callable

from pylife.dependencies.index.support import Support
from pylife.dependencies.records import Absent, Listed, Target, Unavailable


class Aside:
    """`support` without the names that `own` says are the fleet's: these are on no index."""

    def __init__(self, support: Support, own: Callable[[], frozenset[str]]) -> None:
        self._support = support
        self._own = own

    def __call__(self, name: str, target: Target) -> Listed | Absent | Unavailable:
        """The releases of `name` on `target`."""
        return Absent(name) if name in self._own() else self._support(name, target)

    def prefetch(self, names: tuple[str, ...]) -> None:
        """Fetch the pages of all these names at a time."""
        own = self._own()
        self._support.prefetch(tuple(name for name in names if name not in own))

    def before(self, day: dt.date) -> "Aside":
        """The same indexes as they were at the end of `day`."""
        return Aside(self._support.before(day), self._own)
