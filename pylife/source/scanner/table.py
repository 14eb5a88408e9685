"""Which names of the standard library exist on which Pythons.

The table is one file: a line of JSON (Pythons, sources), an index, and a compressed part for each
module, which is read when that module is first asked for.
"""

import json
import zlib
from functools import cache
from typing import Any, NamedTuple

from pylife.source.scanner.versions import ALL, DATA, Version

Place = tuple[str, str]


class Entry(NamedTuple):
    """What the table says of one name."""

    present: int
    """The Pythons that have it, as a set (see `versions`)."""
    deprecated: Version | None = None
    """Since when it is deprecated."""
    removal: Version | None = None
    """For when its removal is announced, or when it was removed."""
    instead: str = ""
    """The standard replacement in a few words, or nothing."""
    note: str = ""
    """What holds for some patch releases only, or nothing."""


@cache
def load() -> "Table":
    """The table that comes with this package."""
    return Table(DATA.read_bytes())


class Table:
    """The names of the standard library; modules are dotted, names qualified (`Path.walk`)."""

    def __init__(self, data: bytes) -> None:
        line, _, rest = data.partition(b"\n")
        self.header: dict[str, Any] = json.loads(line)
        size = self.header["index"]
        index = json.loads(zlib.decompress(rest[:size]))
        self._parts = memoryview(rest)[size:]
        self._entries: list[Any] = index["entries"]
        self._modules: dict[str, list[int]] = index["modules"]
        self._read: dict[str, dict[str, Any]] = {}
        self.answers: dict[tuple[Any, ...], Any] = {}
        """What was worked out of the table alone, by the question: the same for every file."""

    def modules(self) -> list[str]:
        """Every module that the table knows, in order."""
        return sorted(self._modules)

    def names(self, module: str) -> list[str]:
        """Every name that is written down for a module; inherited members are with their class."""
        return sorted(self._part(module).get("n", ()))

    def module(self, name: str) -> Entry | None:
        """A module; None for one that is not in the standard library.

        What is below a package whose parts are not listed (its tests) is where the package is.
        """
        found = self._modules.get(name)
        if found is not None:
            return self._entry(found[0])
        above = name.rpartition(".")[0]
        while above:
            if above in self._modules:
                return self._entry(self._modules[above][0]) if above in self._open else None
            above = above.rpartition(".")[0]
        return None

    @property
    def _open(self) -> list[str]:
        """Packages whose submodules are not all listed."""
        found: list[str] = self.header["unlisted"]
        return found

    def attribute(self, module: str, qualname: str) -> Entry | None:
        """A name of a module, or a member of one of its classes, be it inherited."""
        owner, _, member = qualname.rpartition(".")
        if not owner:
            own = self._own(module, qualname)
            return own if own is not None else self.module(f"{module}.{qualname}")
        home = self._class(module, owner)
        if home is None:
            return None
        found = self._member(home, member)
        if found is None:
            return None
        there = self._own(module, owner) if "." not in owner else None
        return found if there is None else found._replace(present=found.present & there.present)

    def parameters(self, module: str, qualname: str) -> dict[str, int] | None:
        """keyword → the Pythons that take it; None: not known, or any keyword is taken."""
        found = self._find("p", module, qualname)
        if found is None:
            return None
        entry = self.attribute(module, qualname)
        every = ALL if entry is None else entry.present
        result = {}
        for word in found.split():
            name, _, mask = word.partition(":")
            result[name] = int(mask, 16) if mask else every
        return result

    def note(self, module: str, qualname: str, parameter: str) -> str:
        """What holds of a parameter for some patch releases only, or nothing."""
        return self._find("k", module, f"{qualname}({parameter})") or ""

    def is_class(self, module: str, qualname: str) -> bool:
        """Whether a name is a class."""
        return self._class(module, qualname) is not None

    def result(self, module: str, qualname: str) -> Place | None:
        """The class of what a call of this name gives, where that is evident."""
        home = self._class(module, qualname)
        if home is not None:
            return home
        found = self._find("r", module, qualname)
        return None if found is None else self._self(found, module, qualname)

    def instance(self, module: str, qualname: str) -> Place | None:
        """The class of a constant, variable or property, where that is evident."""
        found = self._find("i", module, qualname)
        return None if found is None else self._self(found, module, qualname)

    def element(self, module: str, qualname: str) -> Place | None:
        """The class of what a call or a value of this name has one after the other."""
        found = self._find("e", module, qualname)
        return None if found is None else self._self(found, module, qualname)

    def _self(self, found: str, module: str, qualname: str) -> Place | None:
        if found == "<self>":
            return self._class(module, qualname.rpartition(".")[0])
        return _place(found)

    def _part(self, module: str) -> dict[str, Any]:
        if module not in self._read:
            found = self._modules.get(module)
            if found is None or not found[2]:
                self._read[module] = {}
            else:
                _, start, length = found
                part = json.loads(zlib.decompress(self._parts[start : start + length]))
                self._read[module] = part
        return self._read[module]

    def _entry(self, number: int) -> Entry:
        found = self._entries[number]
        if not isinstance(found, Entry):
            present, deprecated, removal, *words = found
            found = Entry(
                present,
                None if deprecated is None else (deprecated[0], deprecated[1]),
                None if removal is None else (removal[0], removal[1]),
                *words,
            )
            self._entries[number] = found
        return found

    def _own(self, module: str, name: str) -> Entry | None:
        number = self._part(module).get("n", {}).get(name)
        return None if number is None else self._entry(number)

    def _class(self, module: str, name: str) -> Place | None:
        """Where a class is described; it may have been named at another place."""
        part = self._part(module)
        if name in part.get("b", ()):
            return module, name
        alias = part.get("a", {}).get(name)
        if alias is not None:
            return _place(alias)
        owner, _, nested = name.rpartition(".")
        home = self._class(module, owner) if owner else None
        if home is None or home == (module, owner):
            return None
        return self._class(home[0], f"{home[1]}.{nested}")

    def _find(self, key: str, module: str, qualname: str) -> str | None:
        """A written fact of a name, or of a member in its class or the nearest ancestor."""
        part = self._part(module)
        found: str | None = part.get(key, {}).get(qualname)
        owner, _, member = qualname.rpartition(".")
        if found is None and qualname in part.get("a", ()):
            other, name = _place(part["a"][qualname])
            found = self._part(other).get(key, {}).get(name)
        elif found is None and owner:
            home = self._class(module, owner)
            lineage = [] if home is None else self._lineage(home)
            for place, name in lineage:
                found = self._part(place).get(key, {}).get(f"{name}.{member}")
                if found is not None:
                    break
        return None if found == "?" else found

    def _lineage(self, home: Place) -> list[Place]:
        """A class and its ancestors, in the order in which members are looked up."""
        found = [home]
        for module, name in found:
            for base in self._part(module).get("b", {}).get(name, ()):
                if _place(base) not in found:
                    found.append(_place(base))
        return found

    def _member(self, home: Place, member: str) -> Entry | None:
        for module, name in self._lineage(home):
            found = self._own(module, f"{name}.{member}")
            if found is not None:
                return found
        return None


def _place(text: str) -> Place:
    """`module:Class.name` as a pair."""
    module, _, name = text.partition(":")
    return module, name
