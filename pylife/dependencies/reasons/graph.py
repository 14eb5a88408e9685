"""Who requires whom in resolutions: the ways from a project to a package."""

from collections import deque
from collections.abc import Iterable

from pylife.dependencies.records import Solved

FAR = 1_000_000
"""The depth of what no known way leads to."""


class Graph:
    """The requirements that resolutions show; the first that has a package tells its version.

    `wanted` are the specifiers by which it asks for that. `roots` are what the project requires
    by itself: the names that are `direct`, and what the `witness`, which is a resolution of the
    whole project, says that it brings. `more` are resolutions of parts of it.
    """

    def __init__(
        self, witness: Solved | None, direct: Iterable[str] = (), more: Iterable[Solved] = ()
    ) -> None:
        self.witness = witness
        self.more = tuple(more)
        self.versions: dict[str, str] = {}
        self.wanted: dict[str, tuple[str, ...]] = {}
        self._children: dict[str, set[str]] = {}
        self._parents: dict[str, set[str]] = {}
        self.roots = set(direct)
        for solved in (*((witness,) if witness else ()), *self.more):
            known = {pick.name for pick in solved.picks}
            for pick in solved.picks:
                if self.versions.setdefault(pick.name, pick.version) == pick.version:
                    self.wanted.setdefault(pick.name, pick.wanted)
                if solved is witness and any(parent not in known for parent in pick.via):
                    self.roots.add(pick.name)
                for parent in pick.via:
                    if parent in known:
                        self._children.setdefault(parent, set()).add(pick.name)
                        self._parents.setdefault(pick.name, set()).add(parent)
        self._before: dict[str, str | None] = self._walk()
        self._depths = {name: len(self.chain(name)) - 1 for name in self._before}

    def _walk(self) -> dict[str, str | None]:
        """What comes before each package on the shortest way to it, the first by name."""
        before: dict[str, str | None] = dict.fromkeys(sorted(self.roots))
        waiting = deque(before)
        while waiting:
            name = waiting.popleft()
            for child in sorted(self._children.get(name, ())):
                if child not in before:
                    before[child] = name
                    waiting.append(child)
        return before

    def children(self, name: str) -> tuple[str, ...]:
        """What `name` requires, sorted."""
        return tuple(sorted(self._children.get(name, ())))

    def parents(self, name: str) -> tuple[str, ...]:
        """Who requires `name`, sorted; the project itself is none of them."""
        return tuple(sorted(self._parents.get(name, ())))

    def chain(self, name: str) -> tuple[str, ...]:
        """The shortest way from the project to `name`, both included; empty if none is known."""
        if name not in self._before:
            return ()
        way: list[str] = []
        step: str | None = name
        while step is not None:
            way.append(step)
            step = self._before[step]
        return tuple(reversed(way))

    def depth(self, name: str) -> int:
        """How far from the project `name` is: 0 for a direct requirement, FAR where unknown."""
        return self._depths.get(name, FAR)

    def ancestors(self, name: str) -> frozenset[str]:
        """All that lead to `name`, itself included."""
        found = {name}
        waiting = [name]
        while waiting:
            for parent in self._parents.get(waiting.pop(), ()):
                if parent not in found:
                    found.add(parent)
                    waiting.append(parent)
        return frozenset(found)
