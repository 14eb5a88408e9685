"""What the interpreters showed, as one source."""

from stdlib_places import ALL, Fact, Place


class Interpreters:
    """What the interpreters showed, by index of their Python."""

    def __init__(self, facts: list[Fact], left_out: list[str]) -> None:
        self.facts = facts
        self._left_out = left_out

    def imported(self, module: str) -> int:
        """The Pythons whose interpreter could import a module."""
        return sum(
            1 << i for i, fact in enumerate(self.facts) if fact["modules"].get(module) is not None
        )

    def found(self, module: str) -> int:
        """The Pythons whose interpreter has a module, whether it can be imported here or not."""
        return sum(1 << i for i, fact in enumerate(self.facts) if module in fact["modules"])

    def left_out(self, module: str) -> int:
        """The Pythons whose build lacks a package or extension that they should have."""
        if module in self._left_out:
            return ALL & ~self.found(module)
        top = module.partition(".")[0]
        return sum(
            1 << i
            for i, fact in enumerate(self.facts)
            if top in fact["listed"] and top not in fact["modules"]
        )

    def name(self, place: Place, version: int) -> Fact | None:
        """What one interpreter says of a name of a module, or of a class in a class."""
        module, qualified = place
        names = self.facts[version]["modules"].get(module) or {}
        head, *rest = qualified.split(".")
        fact = names.get(head)
        for part in rest:
            if fact is None or "c" not in fact:
                return None
            fact = self.members(fact["c"], version).get(part)
        return fact

    def members(self, key: str, version: int) -> dict[str, Fact]:
        """All members of a class by its key, inherited ones included, `object`'s not."""
        found: dict[str, Fact] = {}
        for name in self.lineage(key, version):
            for member, fact in self.facts[version]["classes"][name]["o"].items():
                found.setdefault(member, fact)
        return found

    def lineage(self, key: str, version: int) -> list[str]:
        """The class and its ancestors, nearest first."""
        found = [key]
        for name in found:
            found.extend(self.facts[version]["classes"][name]["b"])
        return list(dict.fromkeys(found))
