"""The resolver of `pylife.dependencies.resolve`, with a memory for what each question looked at."""

import threading

from pylife.dependencies.records import Bound, Demand, Support, Target
from pylife.dependencies.resolve.fixpoint import Agreeing, Resolution
from pylife.dependencies.resolve.runner import Uv


class Recording(Agreeing):
    """Remembers the names that the resolution of a question looked at, whatever became of it."""

    def __init__(self, uv: Uv, support: Support) -> None:
        super().__init__(uv, support)
        self._names: dict[tuple[Demand, Target], set[str]] = {}
        self._all: set[str] = set()
        self._guard = threading.Lock()

    def follow(self, demand: Demand, target: Target) -> None:
        """From now on, remember what this question looks at."""
        self._names.setdefault((demand, target), set())

    def names(self, demand: Demand, target: Target) -> tuple[str, ...]:
        """What the question has looked at."""
        with self._guard:
            return tuple(sorted(self._names.get((demand, target), ())))

    def everything(self) -> tuple[str, ...]:
        """All names that any resolution has looked at, sorted."""
        with self._guard:
            return tuple(sorted(self._all))

    def resolve(
        self, demand: Demand, target: Target, *, build: bool = False, bound: Bound = "highest"
    ) -> Resolution:
        """As `Agreeing.resolve`."""
        found = super().resolve(demand, target, build=build, bound=bound)
        with self._guard:
            names = self._names.get((demand, target))
            if names is not None:
                names.update(found.trace.names)
            self._all.update(found.trace.names)
        return found
