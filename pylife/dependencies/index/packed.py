"""Pages as few bytes: what is the same in many files is written once.

    [name, [tags…], [requires-python…], [reasons of yanks…], [days…],
     [[version, file, file, …], …]]

A file is one number, mixed of its places in the four lists (0: none).
"""

import hashlib
import json
from collections.abc import Hashable, Sequence
from typing import Any

from pylife.dependencies.index.pages import Edition, File, Page


class _Table:
    """Values in the order in which they were first seen; None is 0."""

    def __init__(self) -> None:
        self.places: dict[Hashable, int] = {None: 0}

    def at(self, value: Hashable) -> int:
        return self.places.setdefault(value, len(self.places))

    def values(self) -> list[Any]:
        return list(self.places)[1:]


def pack(page: Page) -> list[Any]:
    """`page` as lists of texts and numbers, of which JSON can be made; always the same one."""
    tables = [_Table() for _ in File._fields]
    rows = [(one.version, [_places(file, tables) for file in one.files]) for one in page.editions]
    sizes = [len(table.places) for table in tables]
    editions = [[version, *(_mix(places, sizes) for places in files)] for version, files in rows]
    return [page.name, *(table.values() for table in tables), editions]


def unpack(packed: Sequence[Any]) -> Page:
    """The page of what `pack` made; raises ValueError, TypeError or IndexError for other things."""
    name, *lists, editions = packed
    tables: list[list[Any]] = [[None, *values] for values in lists]
    sizes = [len(table) for table in tables]
    files: dict[int, File] = {}

    def file(number: int) -> File:
        found = files.get(number)
        if found is None:
            places = _apart(number, sizes)
            values = [table[place] for table, place in zip(tables, places, strict=True)]
            found = files[number] = File(*values)
        return found

    return Page(
        str(name),
        tuple(Edition(row[0], tuple([file(number) for number in row[1:]])) for row in editions),
    )


def _places(file: File, tables: Sequence[_Table]) -> list[int]:
    return [table.at(value) for table, value in zip(tables, file, strict=True)]


def _mix(places: Sequence[int], sizes: Sequence[int]) -> int:
    number = 0
    for place, size in zip(places, sizes, strict=True):
        number = number * size + place
    return number


def _apart(number: int, sizes: Sequence[int]) -> list[int]:
    places = []
    for size in reversed(sizes):
        number, place = divmod(number, size)
        places.append(place)
    return places[::-1]


def dumps(packed: Sequence[Any]) -> bytes:
    """The bytes of packed pages; the same pages give the same bytes."""
    return json.dumps(packed, separators=(",", ":"), ensure_ascii=False).encode()


def digest(page: Page) -> str:
    """A digest of all of a page that a verdict could depend on."""
    return hashlib.sha256(dumps(pack(page))).hexdigest()[:32]
