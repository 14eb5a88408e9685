"""What a scan finds: uses of what not every Python has, and how each is judged."""

from typing import NamedTuple

from pylife.source.scanner.table import Entry
from pylife.source.scanner.versions import ALL, VERSIONS, Version, at_least


class Use(NamedTuple):
    """One use; line and column count from 1, columns in characters."""

    line: int
    column: int
    what: str
    kind: str
    """syntax, module, attribute, parameter, method or value."""
    reached: int
    """The Pythons on which the code around it lets it be reached, as a set."""
    fails_on: int
    """Those of them on which it fails."""
    added: Version | None = None
    removed: Version | None = None
    deprecated: Version | None = None
    removal: Version | None = None
    instead: str = ""
    note: str = ""
    unless: tuple[str, ...] = ()
    """Packages that keep it from being reached where they are installed."""


class Imported(NamedTuple):
    """An import of what is not in the standard library."""

    name: str
    line: int
    reached: int
    guarded: bool
    """Whether the code goes on where it is not there."""
    column: int = 1
    names: tuple[str, ...] = ()
    """What is taken `from` it."""


class Guard(NamedTuple):
    """A condition that depends on the running Python."""

    line: int
    column: int
    start: int
    end: int
    """Its text as byte offsets into the file."""
    true: int
    """The Pythons on which it may be true."""
    false: int
    """The Pythons on which it may be false."""
    text: str = ""
    """Itself, on one line."""


class FileResult(NamedTuple):
    """All that is found in one file."""

    path: str
    uses: tuple[Use, ...] = ()
    imports: tuple[Imported, ...] = ()
    guards: tuple[Guard, ...] = ()
    lines: int = 0
    unparsed: str | None = None
    """Why it could not be read; then nothing else is known of it."""
    ends: int = ALL
    """The Pythons on which it can be imported, as far as `raise` and the like speak of them."""


def added(present: int) -> Version | None:
    """The first Python that has it; None if all the oldest have it, or none has."""
    if not present or present & 1:
        return None
    return VERSIONS[(present & -present).bit_length() - 1]


def removed(present: int) -> Version | None:
    """The first Python that has it no more."""
    place = present.bit_length()
    return VERSIONS[place] if present and place < len(VERSIONS) else None


def gone(present: int) -> int:
    """The Pythons that are too new for it."""
    return ALL & ~((1 << present.bit_length()) - 1)


def warned(entry: Entry, reached: int) -> bool:
    """Whether a use that fails nowhere is worth a word: deprecated, and nothing seen to it yet."""
    if entry.deprecated is None or not reached & at_least(entry.deprecated) & entry.present:
        return False
    late = gone(entry.present)
    return not late or bool(reached & late)
