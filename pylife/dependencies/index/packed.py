"""Pages as few bytes: what is the same in many files is written once.

    [name, [tags…], [requires-python…], [reasons of yanks…], [days…],
     [[version, file, file, …], …]]

A file is one number, mixed of its places in the four lists (0: none).
"""

import hashlib
import json
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
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
    name, tags, requires, yanks, days, editions = packed
    lists: list[list[Any]] = [[None, *values] for values in (tags, requires, yanks, days)]
    tagged, required, yanked, dated = lists
    of_days, of_yanks, of_requires = len(dated), len(yanked), len(required)
    files: dict[int, File] = {}

    # The numbers are taken apart in place: a page has up to 10,000 of them.
    def file(number: int) -> File:
        rest, day = divmod(number, of_days)
        rest, yank = divmod(rest, of_yanks)
        tag, require = divmod(rest, of_requires)
        made = files[number] = File(tagged[tag], required[require], yanked[yank], dated[day])
        return made

    get = files.get
    return Page(
        str(name),
        tuple(
            [
                Edition(row[0], tuple([get(number) or file(number) for number in row[1:]]))
                for row in editions
            ]
        ),
    )


def _places(file: File, tables: Sequence[_Table]) -> list[int]:
    return [table.at(value) for table, value in zip(tables, file, strict=True)]


def _mix(places: Sequence[int], sizes: Sequence[int]) -> int:
    number = 0
    for place, size in zip(places, sizes, strict=True):
        number = number * size + place
    return number


def dumps(packed: Sequence[Any]) -> bytes:
    """The bytes of packed pages; the same pages give the same bytes."""
    return json.dumps(packed, separators=(",", ":"), ensure_ascii=False).encode()


def digest(page: Page) -> str:
    """A digest of all of a page that a verdict could depend on."""
    return _digest(dumps(pack(page)))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


class Packed(Mapping[str, Page]):
    """Pages by name, as bytes, unpacked when one is looked at: most of a run's are not.

    `content` are the bytes, `digests` those of the pages.
    """

    def __init__(self, digests: Mapping[str, str], content: bytes) -> None:
        self.digests = dict(digests)
        self.content = content

    @classmethod
    def of(cls, pages: Iterable[Page]) -> "Packed":
        """The same of pages."""
        parts = {page.name: dumps(pack(page)) for page in pages}
        digests = {name: _digest(part) for name, part in parts.items()}
        return cls(digests, b"[" + b",".join(parts.values()) + b"]")

    def __getitem__(self, name: str) -> Page:
        return self._pages[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.digests)

    def __len__(self) -> int:
        return len(self.digests)

    def __contains__(self, name: object) -> bool:
        return name in self.digests

    @cached_property
    def _pages(self) -> dict[str, Page]:
        made = [unpack(one) for one in json.loads(self.content)]
        return {page.name: page for page in made}
