"""Classes: where each stands, its bases, its members with those that are inherited."""

from functools import cached_property

from stdlib_merge import Merge
from stdlib_names import Name
from stdlib_places import COUNT, Place, bits, dunder, public, split


class Classes:
    """Adds to a merge what is in its classes."""

    def __init__(self, merge: Merge) -> None:
        self.merge = merge
        self.stubs = merge.stubs
        self.real = merge.real
        self.names = merge.names
        self.home = merge.home

    def run(self) -> None:
        """Add the members of every class."""
        classes = [place for place, name in self.names.items() if name.kind == "c"]
        for place in classes:
            self.settle(place)
        for place in classes:
            if self.names[place].to is None:
                self.klass(place)

    def settle(self, place: Place) -> None:
        """Where a class that has several names stands: `to` is set on the others."""
        entry = self.names[place]
        target = self.stubs.target(place)
        other = self.names.get(target)
        if target != place and other is not None and other.kind == "c":
            around = self.merge.final(target) == place
            if not around and self.same(place, target, entry.seen & other.seen):
                entry.to = target
        elif self.stubs.newest(place) is None or self.stubs.newest(place)["k"] != "c":  # type: ignore[index]
            for i in reversed(list(bits(entry.seen))):
                fact = self.real.name(place, i)
                if fact is None or "c" not in fact:
                    break
                module, _, name = fact["c"].rstrip("'").partition(":")
                other = self.names.get((module, name))
                if other is not None and (module, name) != place and other.kind == "c":
                    there = self.real.name((module, name), i)
                    around = self.merge.final((module, name)) == place
                    if there is not None and there.get("c") == fact["c"] and not around:
                        entry.to = (module, name)
                break
        final = self.merge.final(place)
        for i in bits(entry.seen):
            fact = self.real.name(place, i)
            if fact is not None and "c" in fact:
                self.home.setdefault((i, fact["c"]), final)

    def same(self, place: Place, target: Place, seen: int) -> bool:
        """Whether the newest interpreter that has both names has one class under them."""
        for i in reversed(list(bits(seen))):
            one, other = self.real.name(place, i), self.real.name(target, i)
            return one is not None and other is not None and one.get("c") == other.get("c")
        return True

    def aliases(self, place: Place) -> list[Place]:
        """The class itself first, then its other names."""
        return [place, *self._by_home.get(place, ())]

    @cached_property
    def _by_home(self) -> dict[Place, list[Place]]:
        found: dict[Place, list[Place]] = {}
        for place, entry in self.names.items():
            if entry.to is not None:
                found.setdefault(self.merge.final(place), []).append(place)
        return found

    def keys(self, place: Place) -> dict[int, str]:
        """The key under which each interpreter has the class."""
        found = {}
        for i in range(COUNT):
            for name in self.aliases(place):
                fact = self.real.name(name, i)
                if fact is not None and "c" in fact:
                    found[i] = fact["c"]
                    break
        return found

    def klass(self, place: Place) -> None:
        """Decide on the members of a class, and on its bases."""
        keys = self.keys(place)
        entry = self.names[place]
        entry.bases = self.bases(place, keys)
        shown = {i: self.real.members(key, i) for i, key in keys.items()}
        said = self.said_members(place)
        module, qualified = place
        asked = sum(1 << i for i in keys)
        there = entry.present | asked
        for name in sorted({name for members in shown.values() for name in members} | set(said)):
            if not public(name) and not dunder(name):
                continue
            seen = sum(1 << i for i, members in shown.items() if name in members)
            facts = [shown[i].get(name) if i in shown else None for i in range(COUNT)]
            member_place = (module, f"{qualified}.{name}")
            source = said.get(name, member_place)
            told = self.stubs.present(source)
            self.merge.source[member_place] = source
            member = Name(kind=self.merge.kind(source, facts), seen=seen)
            if seen and self.merge.kind(source, [None] * COUNT) == "v" and public(name):
                asked_here = asked & ~told  # attributes may come into being on an instance
            else:
                asked_here = asked
            member.present = self.merge.decide(seen, asked_here, source, told) & there
            if member.present:
                self.merge.describe(member, source, facts)
                self.names[member_place] = member
                if member.kind == "c" and seen:
                    self.klass_in(member_place)

    def klass_in(self, place: Place) -> None:
        """A class within a class: only its own place is known."""
        for i in bits(self.names[place].seen):
            fact = self.real.name(place, i)
            if fact is not None and "c" in fact:
                self.home.setdefault((i, fact["c"]), place)
        if place[1].count(".") < 3 and self.home_is(place):
            self.klass(place)

    def home_is(self, place: Place) -> bool:
        """Whether a class in a class is described here and nowhere else."""
        return any(home == place for home in self.home.values())

    def bases(self, place: Place, keys: dict[int, str]) -> list[Place]:
        """The nearest ancestors that have a name, of any Python, newest first."""
        found: list[Place] = []
        for i in sorted(keys, reverse=True):
            pending = list(self.real.facts[i]["classes"][keys[i]]["b"])
            while pending:
                key = pending.pop(0)
                home = self.home.get((i, key))
                if home is None:
                    pending = [*self.real.facts[i]["classes"][key]["b"], *pending]
                elif home != place:
                    found.append(home)
        if not keys:
            found = self.said_bases(place)
        return list(dict.fromkeys(found))

    def said_bases(self, place: Place) -> list[Place]:
        """The bases that stubs give a class."""
        fact = self.stubs.newest(place)
        found = []
        for _, names in (fact or {}).get("b", ()):
            for reference in names:
                target = self.merge.final(self.stubs.target(split(reference)))
                if target in self.names and target != place:
                    found.append(target)
        return found

    def said_members(self, place: Place) -> dict[str, Place]:
        """member → where the stubs have it, in the class or an ancestor."""
        found: dict[str, Place] = {}
        pending, seen = [place], set()
        while pending:
            current = pending.pop(0)
            if current in seen:
                continue
            seen.add(current)
            module, qualified = current
            if module in {"typing", "collections.abc"} and current != place:
                continue  # what stubs derive from a protocol need not have its members
            for name in self._members.get(current, ()):
                found.setdefault(name, (module, f"{qualified}.{name}"))
            pending += self.said_bases(current)
        return found

    @cached_property
    def _members(self) -> dict[Place, list[str]]:
        found: dict[Place, list[str]] = {}
        for module, names in self.stubs.modules.items():
            for qualified in names:
                owner, dot, name = qualified.rpartition(".")
                if dot:
                    found.setdefault((module, owner), []).append(name)
        return found
