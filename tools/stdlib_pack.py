"""The shipped form of the table: what inheritance tells is left out, the rest is compressed.

After a line of JSON come an index and a part for each module, each compressed on its own. The keys
of a part: `n` name → number of its entry; `b` class → bases; `a` class or function → where it is
described; `p` parameters, those that not every Python takes with their set; `r` the class that a
call gives; `i` the class of a value; `e` the class of what it has one after the other; `m` the
module that a name is; `w` classes that make up attributes; `k` notes about parameters.
"""

import json
import zlib
from typing import Any

from stdlib_corrections import Corrections
from stdlib_merge import Merge
from stdlib_names import Name
from stdlib_places import VERSIONS, Place

Row = list[Any]
ROUTES = {"__getattr__", "__getattribute__"}


class Packer:
    """Numbers the entries and writes the parts."""

    def __init__(self, merge: Merge, corrections: Corrections) -> None:
        self.merge = merge
        self.rows = corrections.rows  # place → present, deprecated, removal, instead, note
        self.modules = corrections.modules
        self.notes = corrections.notes

    def pack(self, header: dict[str, Any]) -> bytes:
        """The file's bytes; the same for the same facts."""
        parts: dict[str, dict[str, dict[str, Any]]] = {}
        numbers: dict[str, int] = {}
        entries: list[Row] = []

        def number(row: Row) -> int:
            key = json.dumps(row)
            if key not in numbers:
                numbers[key] = len(entries)
                entries.append(row)
            return numbers[key]

        for place in sorted(self.rows):
            written = self.facts(place)
            if written is None:
                continue
            part = parts.setdefault(place[0], {})
            for key, value in written.items():
                part.setdefault(key, {})[place[1]] = number(value) if key == "n" else value
        for (place, word), note in sorted(self.notes.items()):
            parts[place[0]].setdefault("k", {})[f"{place[1]}({word})"] = note
        index, blob = {}, bytearray()
        for module in sorted(self.modules):
            data = squeeze(parts[module]) if module in parts else b""
            index[module] = [number(self.modules[module]), len(blob), len(data)]
            blob += data
        head = squeeze({"entries": entries, "modules": index})
        line = json.dumps({**header, "index": len(head)}, ensure_ascii=False)
        return line.encode() + b"\n" + head + bytes(blob)

    def facts(self, place: Place) -> dict[str, Any] | None:
        """What is written down for one name; None where its class's ancestors tell the same."""
        name = self.merge.names[place]
        row = self.rows[place]
        found: dict[str, Any] = {"n": row}
        if name.kind == "c" and name.to is None:
            found["b"] = [":".join(base) for base in name.bases]
            if self.wild(place):
                found["w"] = 1
        if name.to is not None:
            found["a"] = ":".join(self.merge.final(place))
            return found
        if name.kind == "m" and name.module:
            found["m"] = name.module
        inherited = self.inherited(place)
        for key, value in (
            ("p", _parameters(name)),
            ("r", _text(name.result) if name.kind == "f" else None),
            ("i", _text(name.result) if name.kind in "vp" else None),
            ("e", _text(name.element)),
        ):
            other = None if inherited is None else self.told(inherited, key)
            if value != other:
                found[key] = "?" if value is None else value
        if inherited is not None and found == {"n": self.shown(place, inherited)}:
            return None
        return found

    def told(self, place: Place, key: str) -> str | None:
        """The same fact of an inherited member."""
        name = self.merge.names[place]
        if key == "p":
            return _parameters(name)
        if key == "e":
            return _text(name.element)
        return _text(name.result) if (name.kind == "f") == (key == "r") else None

    def shown(self, place: Place, inherited: Place) -> Row:
        """What looking up an inherited member gives in this class."""
        row = list(self.rows[inherited])
        owner = place[1].rpartition(".")[0]
        if "." not in owner:
            row[0] &= self.rows[place[0], owner][0]
        return row

    def inherited(self, place: Place) -> Place | None:
        """The member of the nearest ancestor."""
        owner, _, member = place[1].rpartition(".")
        if not owner:
            return None
        for module, name in self.lineage((place[0], owner))[1:]:
            if (module, f"{name}.{member}") in self.rows:
                return module, f"{name}.{member}"
        return None

    def lineage(self, place: Place) -> list[Place]:
        """A class and its ancestors, as the reader walks them."""
        found = [place]
        for each in found:
            found += [base for base in self.merge.names[each].bases if base not in found]
        return found

    def wild(self, place: Place) -> bool:
        """Whether the class itself answers for names that it does not list."""
        module, name = place
        return any((module, f"{name}.{route}") in self.merge.names for route in ROUTES)


def squeeze(value: Any) -> bytes:
    """Compressed JSON."""
    return zlib.compress(json.dumps(value, sort_keys=True, separators=(",", ":")).encode(), 9)


def unpack(data: bytes) -> list[Any]:
    """The header, the index and the parts of a table, decompressed."""
    line, _, rest = data.partition(b"\n")
    header = json.loads(line)
    size = header.pop("index")
    index = json.loads(zlib.decompress(rest[:size]))
    parts = {}
    for module, (_, start, length) in index["modules"].items():
        if length:
            parts[module] = json.loads(zlib.decompress(rest[size + start : size + start + length]))
    found = {name: numbers[0] for name, numbers in index["modules"].items()}
    return [header, index["entries"], found, parts]


def _text(place: Place | None) -> str | None:
    return None if place is None else ":".join(place).removeprefix(":")


def _parameters(name: Name) -> str | None:
    if name.parameters is None:
        return None
    return " ".join(
        word if mask == name.present else f"{word}:{mask & name.present:x}"
        for word, mask in sorted(name.parameters.items())
    )


def versions_text() -> str:
    """The Pythons of the table as in its header."""
    return " ".join(f"{major}.{minor}" for major, minor in VERSIONS)
