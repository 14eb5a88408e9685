"""The order in which a fleet moves, and why: who comes first, and whose floor waits for whom.

Two rules. What a project gains comes to the projects that it requires first: a consumer cannot
work on a Python on which they do not. And a floor never rises under a consumer that still lets
in what the floor drops: there, its consumers come first. One project often does both in one
year, and then the rules contradict each other for a consumer that waits for what it gains. So
the two are taken apart, but only there: what the project gains is proposed at once, and its
floor rises in a proposal of its own when nobody lets in any more what it drops. A project that
nobody holds moves in one proposal.

Projects that require each other in a circle move together: none of them can be first.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from pylife.model import PythonVersion
from pylife.upgrade.waves import components, layers
from pylife.upgrade.words import joined


class Move(NamedTuple):
    """What a project does in the campaign, as sets of Pythons.

    `gains` are those that come and `loses` those that its range will not let in any more;
    `lets_in` are those that its range lets in now, or that it runs on.
    """

    gains: frozenset[PythonVersion] = frozenset()
    loses: frozenset[PythonVersion] = frozenset()
    lets_in: frozenset[PythonVersion] = frozenset()

    @property
    def still(self) -> bool:
        """Whether nothing comes and nothing goes."""
        return not self.gains and not self.loses


class Place(NamedTuple):
    """Where a project stands in the order.

    `wave` is that of what it does next, from 1, and `floor_wave` that in which its floor
    rises where that comes later. `held` are the Pythons that it keeps meanwhile, each with the
    consumers that still let it in; `parents` the projects whose gains come before its own.
    """

    wave: int
    reason: str
    floor_wave: int | None = None
    held: Mapping[PythonVersion, tuple[str, ...]] = {}
    parents: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    dependants: int = 0
    """How many projects stand on it, however far up."""


def order(
    moves: Mapping[str, Move],
    requires: Mapping[str, Sequence[str]],
    below: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> dict[str, Place]:
    """The place of each project of `moves`, by name; pure, and whatever order the keys have.

    `requires` names the projects that each one requires; names that `moves` lacks count for
    nothing. `below` names those that each one tests beside itself, as a repository's root does:
    what they let in is not dropped there, and nobody waits for anybody else because of it.
    """
    inner = {name: sorted(set(requires.get(name, ())) & moves.keys() - {name}) for name in moves}
    circles = components(inner)
    up, down = layers(inner), layers(_reverse(inner))
    held = _held(moves, inner, circles, below)
    above = _dependants(inner)
    gaining = any(move.gains for move in moves.values())
    depth = max(up.values(), default=0) if gaining else 0
    found = {}
    for name in sorted(moves):
        later = depth + down[name]
        move, waits = moves[name], held.get(name, {})
        stays = bool(waits) and not move.gains
        wave = up[name] if gaining and not stays else later
        found[name] = Place(
            wave=wave,
            reason="",
            floor_wave=later if waits and not stays else None,
            held=waits,
            parents=_parents(name, moves, inner, circles[name]),
            together=tuple(one for one in circles[name] if one != name),
            dependants=above[name],
        )
    for name in sorted(below.keys() & found.keys()):
        found[name] = _after(found[name], found)
    return {
        name: place._replace(reason=_reason(moves[name], place)) for name, place in found.items()
    }


def _after(place: Place, found: Mapping[str, Place]) -> Place:
    """The place of who waits for those below, behind the last of these."""
    names = {name for names in place.held.values() for name in names}
    last = 1 + max((found[name].floor_wave or found[name].wave for name in names), default=0)
    if place.floor_wave is not None:
        return place._replace(floor_wave=max(place.floor_wave, last))
    return place._replace(wave=max(place.wave, last))


def sequence(places: Mapping[str, Place]) -> list[str]:
    """The projects in order: by wave, then those that most others stand on, then by name."""
    return sorted(places, key=lambda name: (places[name].wave, -places[name].dependants, name))


def _held(
    moves: Mapping[str, Move],
    inner: Mapping[str, Sequence[str]],
    circles: Mapping[str, tuple[str, ...]],
    below: Mapping[str, Sequence[str]],
) -> dict[str, dict[PythonVersion, tuple[str, ...]]]:
    """By project: the Pythons that it would lose and a consumer still lets in, with those.

    Who moves together keeps what any of them has to keep, since each is the others' consumer.
    """
    consumers: dict[tuple[str, ...], set[str]] = {}
    for name, parents in inner.items():
        for parent in parents:
            consumers.setdefault(circles[parent], set()).add(name)
    found = {}
    for name in sorted(moves):
        circle = circles[name]
        listed = sorted((consumers.get(circle, set()) | set(below.get(name, ()))) - {name})
        waits = {
            python: tuple(
                one
                for one in listed
                if python in moves[one].lets_in
                # In a circle only who does not move along is waited for.
                and (one not in circle or python not in moves[one].loses)
            )
            for python in sorted(moves[name].loses)
        }
        waits = {python: names for python, names in waits.items() if names}
        if waits:
            found[name] = waits
    return found


def _parents(
    name: str,
    moves: Mapping[str, Move],
    inner: Mapping[str, Sequence[str]],
    circle: tuple[str, ...],
) -> tuple[str, ...]:
    """The projects below, however deep, that gain a Python that this one gains, or lack it."""
    if not moves[name].gains:
        return ()
    reached, open_names = set(circle), list(circle)
    while open_names:
        news = set(inner[open_names.pop()]) - reached
        reached |= news
        open_names += sorted(news)
    wanted = moves[name].gains
    return tuple(
        sorted(
            one
            for one in reached - set(circle)
            if moves[one].gains & wanted or wanted - moves[one].lets_in
        )
    )


def _reverse(inner: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {name: [] for name in inner}
    for name in sorted(inner):
        for parent in inner[name]:
            found[parent].append(name)
    return found


def _dependants(inner: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """How many projects stand on each, however far up; as sets of bits, for large fleets."""
    circles, layer = components(inner), layers(inner)
    number = {name: position for position, name in enumerate(sorted(inner))}
    above = {circle: sum(1 << number[one] for one in circle) for circle in circles.values()}
    # Who stands highest is asked first, so that what is above a project is known in full.
    for name in sorted(inner, key=lambda one: -layer[one]):
        for parent in inner[name]:
            above[circles[parent]] |= above[circles[name]]
    return {name: above[circles[name]].bit_count() - 1 for name in inner}


def _reason(move: Move, place: Place) -> str:
    """Why the project stands where it does, in words."""
    if move.still:
        return "nothing comes or goes"
    parts = []
    if place.together:
        parts.append(
            f"together with {joined(place.together)}: they require each other, so none can go first"
        )
    if place.parents:
        gains = ", ".join(map(str, sorted(move.gains)))
        what = "what it gains" if len(move.gains) > 1 else gains
        parts.append(f"after {joined(place.parents)}, which must have {what} first")
    if place.held:
        kept = joined(place.held)
        names = sorted({name for names in place.held.values() for name in names})
        verb = "lets" if len(names) == 1 else "let"
        when = f", in wave {place.floor_wave}" if place.floor_wave else ""
        parts.append(f"its floor rises after {joined(names)}, which still {verb} in {kept}{when}")
    return "; ".join(parts) or "nothing has to come before it"
