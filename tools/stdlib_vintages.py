"""Several vintages of stubs as one source."""

from collections.abc import Iterator
from functools import cached_property

from stdlib_places import COUNT, Fact, Place


class Stubs:
    """The vintages as one: each Python is told by the newest that covers it and lists the name."""

    def __init__(self, vintages: list[Fact]) -> None:
        self.vintages = [
            (vintage["covers"], _starred(vintage["modules"])) for vintage in vintages
        ]  # newest first
        self._cache: dict[Place, list[Fact | None]] = {}
        self._places: dict[Place, tuple[int, int]] = {}

    @cached_property
    def modules(self) -> dict[str, set[str]]:
        """module → every qualified name that some vintage lists."""
        found: dict[str, set[str]] = {}
        for _, modules in self.vintages:
            for name, facts in modules.items():
                found.setdefault(name, set()).update(facts)
        return found

    def facts(self, place: Place) -> list[Fact | None]:
        """For each Python the fact of the vintage that speaks for it; see `present`."""
        if place not in self._cache:
            module, name = place
            listing = [
                (covers, modules[module][name])
                for covers, modules in self.vintages
                if name in modules.get(module, ()) and modules[module][name]["k"] != "i"
            ]
            self._cache[place] = [
                next((fact for covers, fact in listing if covers >> i & 1), None)
                for i in range(COUNT)
            ]
        return self._cache[place]

    def places(self, place: Place) -> tuple[int, int]:
        """The Pythons on which a name is on some platform, and those where it is on Linux.

        A Python that no vintage tells of is as the nearest one.
        """
        if place not in self._places:
            facts = self.facts(place)
            known = [i for i, fact in enumerate(facts) if fact is not None]
            anywhere = linux = 0
            for i in range(COUNT) if known else ():
                near = min(known, key=lambda each: (abs(each - i), -each))
                platforms = (facts[near] or {})["at"] >> near * 4 & 0b1111
                anywhere |= bool(platforms) << i
                linux |= (platforms & 1) << i
            self._places[place] = anywhere, linux
        return self._places[place]

    def present(self, place: Place) -> int:
        """The Pythons on which a name is, on some platform."""
        return self.places(place)[0]

    def on_linux(self, place: Place) -> int:
        """The Pythons on which a name is on Linux."""
        return self.places(place)[1]

    def newest(self, place: Place) -> Fact | None:
        """The fact of the newest vintage that lists the name."""
        return next((fact for fact in reversed(self.facts(place)) if fact is not None), None)

    def target(self, place: Place) -> Place:
        """Where a name is defined: imports that the stubs show are followed."""
        seen = {place}
        while True:
            fact = self.newest(place)
            if fact is None or fact["k"] != "a":
                return place
            module, _, name = fact["to"].partition(":")
            if not name or (module, name) in seen:
                return place
            place = (module, name)
            seen.add(place)


def _starred(modules: dict[str, dict[str, Fact]]) -> dict[str, dict[str, Fact]]:
    """The facts with star imports written out."""
    done: set[str] = set()

    def spread(module: str) -> None:
        if module in done or module not in modules:
            return
        done.add(module)
        facts = modules[module]
        for source, place in facts.pop("*", {"from": []})["from"]:
            spread(source)
            for name, there in _taken(modules.get(source, {})):
                known = facts.get(name)
                if known is None or known["k"] == "i":
                    facts[name] = {"k": "a", "to": f"{source}:{name}", "at": place & there}
                elif known["k"] == "a":
                    known["at"] |= place & there

    for module in list(modules):
        spread(module)
    for facts in modules.values():
        facts.pop("__all__", None)
    return modules


def _taken(facts: dict[str, Fact]) -> Iterator[tuple[str, int]]:
    """name → where, of what a star import of a module takes."""
    listed = facts.get("__all__")
    for name, fact in list(facts.items()):
        if not name or "." in name or name == "__all__":
            continue
        if listed is not None:
            if name in listed["names"]:
                yield name, fact["at"] & listed["names"][name]
        elif not name.startswith("_") and fact["k"] != "i":
            yield name, fact["at"]
