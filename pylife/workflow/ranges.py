"""Where a member of the fleet can be installed, as read or as published."""

from collections.abc import Sequence
from typing import NamedTuple

from pylife.declarations.authority import supports
from pylife.model import Declaration, PythonVersion


class Range(NamedTuple):
    """Where a member of the fleet can be installed; `covered` is None where that is unknown."""

    raw: str
    covered: frozenset[PythonVersion] | None
    unreadable: str | None = None


def range_of(found: Sequence[Declaration]) -> Range:
    """The range of a project that declares `found`."""
    deciding = supports(tuple(found))
    if deciding is None:
        return Range("", None)
    if deciding.versions is None:
        return Range(deciding.raw, None, f"{deciding.file}:{deciding.line}: {deciding.unreadable}")
    return Range(deciding.raw, frozenset((*deciding.versions, *deciding.partial)))
