"""What is kept by hand in `stdlib.toml`, put into the table; each row is about a known name."""

import re
from fnmatch import fnmatchcase
from typing import Any

import stdlib_words
from stdlib_merge import Merge
from stdlib_names import Name
from stdlib_places import ALL, VERSIONS, Place, split

Row = list[Any]
MINORS = {minor: i for i, (_, minor) in enumerate(VERSIONS)}


class Corrections:
    """The rows of the table, and what corrects them."""

    def __init__(self, merge: Merge, by_hand: dict[str, Any]) -> None:
        self.merge = merge
        self.by_hand = by_hand
        self.rows = {place: stdlib_words.row(name) for place, name in merge.names.items()}
        self.modules = stdlib_words.modules(merge)
        self.unknown: list[str] = []
        self.notes: dict[tuple[Place, str], str] = {}

    def apply(self) -> None:
        """Apply all sections."""
        for text in self.by_hand["unreal"]:
            self.known(text)
            self.drop(split(text))
        for place, row in self.rows.items():
            text = ":".join(place)
            name = self.merge.names[place]
            if any(fnmatchcase(text, pattern) for pattern in self.by_hand["built"]):
                source = self.merge.source.get(place, place)
                self.present(row, row[0] | self.merge.stubs.present(source))
            if name.seen and any(fnmatchcase(text, each) for each in self.by_hand["shown"]):
                self.present(row, name.seen)
        for section, use in (
            ("gone", self.gone), ("made", self.made), ("member", self.member),
            ("deprecated", self.deprecated), ("taken", self.taken), ("refused", self.refused),
            ("patched", self.patched), ("result", self.result), ("element", self.element),
        ):  # fmt: skip
            for table in self.by_hand[section]:
                for values in table["rows"]:
                    use(*values)
        if self.unknown:
            raise ValueError(f"stdlib.toml: no source knows {', '.join(self.unknown)}")

    def known(self, text: str) -> Row:
        """The row of a name; one that no source knows is remembered as an error."""
        place = split(text)
        found = self.rows.get(place) if place[1] else self.modules.get(place[0])
        if found is None:
            self.unknown.append(text)
            return [0, None, None, "", ""]
        return found

    def drop(self, place: Place) -> None:
        """Leave a name and its members out."""
        for each in list(self.rows):
            if each == place or (each[0] == place[0] and each[1].startswith(place[1] + ".")):
                del self.rows[each]
                self.merge.names[each].kind = "v"

    def present(self, row: Row, mask: int) -> None:
        """Change on which Pythons a name is, and with that when it was removed."""
        since, goes = (None if pair is None else pair[1] for pair in row[1:3])
        row[:] = stdlib_words.finished(mask, since, goes, row[3], row[4])

    def deprecated(self, text: str, since: str, goes: str, instead: str) -> None:
        """A deprecation; of a module it holds for what is below it too."""
        rows = [self.known(text)]
        if text.endswith(":"):
            below = text[:-1] + "."
            rows += [row for name, row in self.modules.items() if name.startswith(below)]
        for row in rows:
            row[:] = stdlib_words.finished(
                row[0], _minor(since), _minor(goes), instead or row[3], row[4]
            )
            if since.startswith("2."):
                row[1] = [2, int(since[2:])]

    def gone(self, text: str, since: str, goes: str, instead: str) -> None:
        """A name that went before the oldest Python of the table."""
        place = split(text)
        if place in self.rows or (not place[1] and place[0] in self.modules):
            raise ValueError(f"stdlib.toml: {text} is not gone")
        deprecated = [int(part) for part in since.split(".")] if since else None
        row = [0, deprecated, [3, _minor(goes)], instead, ""]
        if place[1]:
            self.merge.names[place] = Name(kind="f")
            self.rows[place] = row
        else:
            self.modules[place[0]] = row

    def made(self, text: str, base: str) -> None:
        """A class that no source shows, or what a function gives where no class is public."""
        self.member(text, "", "")
        name = self.merge.names[split(text)]
        name.kind, name.bases = "c", [split(base)] if base else []

    def member(self, text: str, since: str, until: str) -> None:
        """A name that the sources leave out, and the Pythons that have it."""
        place = split(text)
        if place in self.rows:
            raise ValueError(f"stdlib.toml: {text} is known without its row")
        mask = _span(since, until)
        self.merge.names[place] = Name(kind="f", present=mask)
        self.rows[place] = stdlib_words.finished(mask, None, None, "", "")

    def refused(self, text: str, since: str, until: str) -> None:
        """A parameter that some Pythons refuse though their signature shows it."""
        found = re.fullmatch(r"(.+)\((\w+)\)", text)
        place, word = (split(found[1]), found[2]) if found else (split(text), "")
        self.known(":".join(place))
        parameters = self.merge.names.get(place, Name()).parameters
        if parameters is None or word not in parameters:
            raise ValueError(f"stdlib.toml: {text} is no known parameter")
        parameters[word] &= ~_span(since, until)

    def result(self, text: str, home: str) -> None:
        """The class of what a call gives or a name holds, where stubs leave it open."""
        self.known(text)
        self.merge.names.get(split(text), Name()).result = split(home)

    def element(self, text: str, home: str) -> None:
        """The class of what a call or name has one after the other."""
        self.known(text)
        self.merge.names.get(split(text), Name()).element = split(home)

    def patched(self, text: str, releases: str) -> None:
        """A name or parameter that older Pythons got with a patch release."""
        minors = [int(each.split(".")[1]) for each in releases.split(", ")]
        mask = sum(1 << MINORS[minor] for minor in minors)
        mask |= ALL & ~((1 << MINORS[max(minors)]) - 1)
        found = re.fullmatch(r"(.+)\((\w+)\)", text)
        note = f"since {releases}"
        if found is None:
            row = self.known(text)
            row[4] = note
            self.present(row, row[0] | mask)
            return
        self.known(found[1])
        name = self.merge.names.get(split(found[1]), Name())
        if name.parameters is not None:
            name.parameters[found[2]] = name.parameters.get(found[2], 0) | mask & name.present
            self.notes[split(found[1]), found[2]] = note

    def taken(self, text: str, since: str, until: str) -> None:
        """A parameter that some Pythons take though their signature does not show it."""
        found = re.fullmatch(r"(.+)\((\w+)\)", text)
        place, word = (split(found[1]), found[2]) if found else (split(text), "")
        self.known(":".join(place))
        name = self.merge.names.get(place, Name())
        mask = _span(since, until)
        if name.parameters is None:
            raise ValueError(f"stdlib.toml: no parameters of {text} are known")
        name.parameters[word] = name.parameters.get(word, 0) | mask & name.present


def _span(since: str, until: str) -> int:
    """The Pythons from one to another; "" for the first or the newest of the table."""
    first, last = (_minor(since) or min(MINORS), _minor(until) or max(MINORS))
    return sum(1 << bit for minor, bit in MINORS.items() if first <= minor <= last)


def _minor(text: str) -> int | None:
    return int(text.split(".")[1]) if text.startswith("3.") else None
