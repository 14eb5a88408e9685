"""Which keywords a function, method or class takes on which Pythons."""

from stdlib_names import Name
from stdlib_places import Fact, Place, bits, split, versions_of
from stdlib_vintages import Stubs

# Classes derived from these get their constructor from their annotations or members.
MAKERS = {
    ("typing", "NamedTuple"),
    ("typing", "TypedDict"),
    ("typing", "Protocol"),
    ("enum", "Enum"),
}


class Parameters:
    """Joins what the stubs and the interpreters say of parameters."""

    def __init__(self, stubs: Stubs) -> None:
        self.stubs = stubs

    def of(self, entry: Name, target: Place, facts: list[Fact | None]) -> dict[str, int] | None:
        """keyword → the Pythons that take it; None where any keyword may be taken."""
        found: dict[str, int] = {}
        unknown = 0
        for i in bits(entry.present):
            fact = facts[i]
            words = self.words(None if fact is None else fact.get("p"), target, i, entry.kind)
            if words is None:
                unknown |= 1 << i
                continue
            if "**" in words:
                return None
            for word in words:
                if word not in "/*":
                    found[word] = found.get(word, 0) | 1 << i
        if unknown == entry.present:
            return None
        return {word: mask | unknown for word, mask in found.items()}

    def words(self, real: str | None, target: Place, version: int, kind: str) -> list[str] | None:
        """The parameters on one Python, as one list; None where nobody knows."""
        said = self.said_words(target, version, kind)
        if real is None:
            return said
        shown = real.split()
        if "**" not in shown:
            return shown
        if not said or "**" in said:  # an empty list: the stubs have it elsewhere on that Python
            return shown
        return [*[word for word in shown if word != "**"], *said]

    def said_words(self, target: Place, version: int, kind: str) -> list[str] | None:
        """All parameters of all overloads that the stubs give for one Python."""
        if kind == "c":
            return self.constructor(target, version)
        fact = self.stubs.facts(target)[version]
        words: list[str] = []
        for where, text, _ in (fact or {}).get("s", ()):
            if versions_of(where) >> version & 1:
                words += [word for word in text.split() if word not in words]
        if fact is None or "s" not in fact:
            return None
        return words

    def constructor(self, place: Place, version: int) -> list[str] | None:
        """The parameters of `__init__` and `__new__` of a class or its nearest ancestor."""
        for module, name in [place, *self.ancestors(place)]:
            if (module, name) in MAKERS:
                return None
            found = [
                words
                for maker in ("__init__", "__new__")
                if f"{name}.{maker}" in self.stubs.modules.get(module, ())
                and (words := self.said_words((module, f"{name}.{maker}"), version, "f"))
                is not None
            ]
            if found:
                return list(dict.fromkeys(word for words in found for word in words))
        return None

    def ancestors(self, place: Place) -> list[Place]:
        """The bases of a class and theirs, as stubs tell."""
        found = [place]
        for module, name in found:
            fact = self.stubs.newest((module, name))
            for _, names in (fact or {}).get("b", ()):
                for reference in names:
                    base = self.stubs.target(split(reference))
                    if base not in found:
                        found.append(base)
        return found[1:]
