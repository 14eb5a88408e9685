"""Waves: the layers of the internal dependency graph, in which an upgrade moves.

A project comes after everything that it requires; projects that require each
other in a circle move together. What that means for a campaign, which also drops
Pythons, is in `pylife.upgrade.order`.
"""

from collections.abc import Iterable, Mapping, Sequence
from graphlib import TopologicalSorter


def waves(requires: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The wave of each project, from 1, by name.

    `requires` maps each project to the names that it requires; names that are
    no key (third-party packages) count for nothing. The order of keys and
    values does not matter.
    """
    return layers(_inner(requires))


def cycles(requires: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """The circles of projects that require each other, each sorted, in order."""
    return sorted(circle for circle in _circles(_inner(requires)) if len(circle) > 1)


def layers(inner: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """As `waves`, of a graph that names none but its own keys, sorted."""
    circle_of = components(inner)
    below: dict[tuple[str, ...], set[tuple[str, ...]]] = {
        circle: set() for circle in circle_of.values()
    }
    for name, parents in inner.items():
        circle = circle_of[name]
        below[circle] |= {circle_of[parent] for parent in parents} - {circle}
    wave: dict[tuple[str, ...], int] = {}
    for circle in TopologicalSorter(below).static_order():
        wave[circle] = 1 + max((wave[parent] for parent in below[circle]), default=0)
    return {name: wave[circle_of[name]] for name in inner}


def components(inner: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The circle that each name of `inner` is in, sorted: of most, themselves alone."""
    return {name: circle for circle in _circles(inner) for name in circle}


def _inner(requires: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """`requires` without strangers, sorted."""
    return {name: sorted(set(requires[name]) & requires.keys()) for name in sorted(requires)}


def _circles(graph: Mapping[str, Iterable[str]]) -> list[tuple[str, ...]]:
    """The strongly connected components of `graph` (Kosaraju's algorithm, without recursion)."""
    reverse: dict[str, list[str]] = {name: [] for name in graph}
    for name, parents in graph.items():
        for parent in parents:
            reverse[parent].append(name)
    seen: set[str] = set()
    order = [name for start in graph for name in _finished(graph, start, seen)]
    seen = set()
    found = (_finished(reverse, start, seen) for start in reversed(order))
    return [tuple(sorted(circle)) for circle in found if circle]


def _finished(graph: Mapping[str, Iterable[str]], start: str, seen: set[str]) -> list[str]:
    """What is newly reached from `start`, in the order in which a depth-first walk leaves it."""
    if start in seen:
        return []
    seen.add(start)
    left: list[str] = []
    stack = [(start, iter(graph[start]))]
    while stack:
        name, rest = stack[-1]
        following = next((other for other in rest if other not in seen), None)
        if following is None:
            left.append(name)
            stack.pop()
        else:
            seen.add(following)
            stack.append((following, iter(graph[following])))
    return left
