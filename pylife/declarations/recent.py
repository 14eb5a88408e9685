"""The last few files that were read, parsed: several changes of one file parse it once."""

from collections import OrderedDict

from pylife import calendar
from pylife.declarations.base import NOTHING_AROUND, Around, File, Reader
from pylife.model import Declaration, Target
from pylife.syntax.text import Source

_FILES = 16
"""As many as one project's declaration files; more would only hold memory."""
_BYTES = 300_000
"""Together no more than these: what is parsed takes thirty times the memory and more."""
_LEAST = 2
"""A file and what a change makes of it, however large they are."""


class Parsed:
    """One file, with the declarations that each reader found in it, read when first asked for."""

    def __init__(self, file: File) -> None:
        self.file = file
        self._read: dict[tuple[str, Around], tuple[Declaration, ...]] = {}
        self._targets: dict[str, dict[tuple[str, str], list[Declaration]]] = {}

    def declarations(
        self, reader: Reader, around: Around = NOTHING_AROUND
    ) -> tuple[Declaration, ...]:
        """What `reader` finds, in its order; raises UnreadableError."""
        key = (reader.name, around if reader.contextual else NOTHING_AROUND)
        if key not in self._read:
            # An image may lead to the same file in another project while this one is read.
            before, self.file.around = self.file.around, key[1]
            try:
                self._read[key] = tuple(reader.read(self.file))
            finally:
                self.file.around = before
        return self._read[key]

    def target(self, reader: Reader, at: Target) -> list[Declaration]:
        """The declarations of one site and group, in file order; raises UnreadableError."""
        if reader.name not in self._targets:
            groups: dict[tuple[str, str], list[Declaration]] = {}
            for item in sorted(self.declarations(reader), key=lambda item: item.span):
                groups.setdefault((item.site, item.group), []).append(item)
            self._targets[reader.name] = groups
        return list(self._targets[reader.name].get((at.site, at.group), ()))


_kept: OrderedDict[tuple[str, bytes], Parsed] = OrderedDict()
"""The latest last."""


def parsed(path: str, data: bytes) -> Parsed:
    """The file `path` (from the project's folder) with the content `data`."""
    key = (path, data)
    if key not in _kept:
        _kept[key] = Parsed(File(Source(path, data), calendar.known()))
    _kept.move_to_end(key)
    size = sum(len(content) for _, content in _kept)
    while len(_kept) > _FILES or (size > _BYTES and len(_kept) > _LEAST):
        (_, oldest), _ = _kept.popitem(last=False)
        size -= len(oldest)
    return _kept[key]


def forget() -> None:
    """Keep nothing of what was read so far."""
    _kept.clear()
