"""One table from several vintages of stubs and from what interpreters have.

An interpreter's word counts for the Python it is; stubs speak for what it could not show: other
platforms, modules that its build left out, attributes that come into being at run time.
"""

from stdlib_interpreters import Interpreters
from stdlib_names import Name
from stdlib_parameters import Parameters
from stdlib_places import (
    ALL,
    COUNT,
    UNLISTED,
    Fact,
    Place,
    nearest,
    private,
    public,
    versions_of,
)
from stdlib_vintages import Stubs


class Merge:
    """Joins the sources: `modules[m]` is the mask of a module, `names[m, q]` what a name is."""

    def __init__(self, stubs: Stubs, interpreters: Interpreters) -> None:
        self.stubs = stubs
        self.real = interpreters
        self.modules: dict[str, int] = {}
        self.names: dict[Place, Name] = {}
        self.source: dict[Place, Place] = {}  # member → where the stubs have it
        self.home: dict[tuple[int, str], Place] = {}  # (Python, class key) → where it stands
        self.signatures = Parameters(stubs)

    def run(self) -> None:
        """Fill `modules`, and `names` with what stands in them; `Classes` does the rest."""
        every: set[str] = set(self.stubs.modules)
        for fact in self.real.facts:
            every.update(fact["modules"], fact["listed"])
        for module in sorted(every):
            if not UNLISTED.search(module):
                self.modules[module] = self.module_mask(module)
        self.modules = {name: mask for name, mask in self.modules.items() if mask}
        for module in self.modules:
            for name in sorted(self.top_level(module)):
                self.top(module, name)

    def module_mask(self, module: str) -> int:
        """On which Pythons a module is."""
        found = self.real.found(module)
        said = self.stubs.present((module, "")) if module in self.stubs.modules else None
        listed = sum(1 << i for i, fact in enumerate(self.real.facts) if module in fact["listed"])
        if not found and said is None:
            # Of another platform, and private: older interpreters list no names.
            return listed | (sum(1 << i for i in (0, 1)) if listed & 4 else 0)
        mask = found | listed
        left_out = self.real.left_out(module) if found else ALL
        for i in range(COUNT):
            if not found >> i & 1 and left_out >> i & 1:
                if said is not None:
                    mask |= said & 1 << i
                elif i and mask >> i - 1 & 1:
                    mask |= 1 << i
        return mask

    def top_level(self, module: str) -> set[str]:
        """Public names of a module, of any source."""
        if private(module) and module not in self.stubs.modules:
            return set()  # nobody but the library itself uses these
        found = {
            name
            for name in self.stubs.modules.get(module, ())
            if name and "." not in name and self.stubs.newest((module, name)) is not None
        }
        for fact in self.real.facts:
            found.update(fact["modules"].get(module) or ())
        return {
            name
            for name in found
            if public(name) and (f"{module}.{name}" not in self.modules or self.shown(module, name))
        }

    def shown(self, module: str, name: str) -> bool:
        """Whether an interpreter has something else than a submodule under its name."""
        return any(self.real.name((module, name), i) is not None for i in range(COUNT))

    def top(self, module: str, name: str) -> None:
        """Decide on one name of a module."""
        place = (module, name)
        asked = self.real.imported(module)
        facts = [self.real.name(place, i) for i in range(COUNT)]
        seen = sum(1 << i for i, fact in enumerate(facts) if fact is not None)
        said = self.stubs.present(place)
        entry = self.names[place] = Name(kind=self.kind(place, facts), seen=seen)
        if not seen and not said:
            del self.names[place]
            return
        entry.present = self.decide(seen, asked, place, said) & self.modules[module]
        self.describe(entry, place, facts)

    def decide(self, seen: int, asked: int, place: Place, said: int) -> int:
        """Interpreters that were asked know best, but for what their platform does not have."""
        if not seen:
            return said
        known = self.stubs.newest(place) is not None
        away = said & ~self.stubs.on_linux(place)
        if known:
            return seen | (said & ~asked) | away
        return seen | nearest(seen, ALL & ~asked, asked)

    def kind(self, place: Place, facts: list[Fact | None]) -> str:
        """c(lass), f(unction), m(odule) or v(alue): as most newest sources say."""
        for fact in reversed(facts):
            if fact is not None:
                return next((k for k in "cfm" if k in fact), "v")
        fact = self.stubs.newest(self.stubs.target(place))
        return fact["k"] if fact is not None and fact["k"] in "cf" else "v"

    def describe(self, entry: Name, place: Place, facts: list[Fact | None]) -> None:
        """Parameters, results, deprecations of a name or member."""
        for i, fact in enumerate(facts):
            if fact is not None and "d" in fact:
                entry.deprecated.append((1 << i, fact["d"]))
        target = self.stubs.target(place)
        for i in range(COUNT):
            said = self.stubs.facts(target)[i]
            for where, message in (said or {}).get("d", ()):
                if versions_of(where) >> i & 1:
                    entry.deprecated.append((1 << i, message))
        if entry.kind in "cf":
            entry.parameters = self.signatures.of(entry, target, facts)
        if entry.kind == "m":
            shown = {fact["m"] for fact in facts if fact is not None and "m" in fact}
            entry.module = shown.pop() if len(shown) == 1 else ""

    def final(self, place: Place) -> Place:
        """The end of a chain of aliases."""
        seen = set()
        while place in self.names and self.names[place].to is not None and place not in seen:
            seen.add(place)
            place = self.names[place].to  # type: ignore[assignment]
        return place
