"""Clauses that name a feature release and speak of its first patch release alone.

To PEP 440, `3.13` is the version 3.13.0: `!=3.13` leaves out that one, and `<=3.13`
takes that one. Only `.*`, `>=` and `<` speak of all of 3.13.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from packaging.specifiers import SpecifierSet

from pylife.model import Declaration, PythonVersion
from pylife.rules.drf105 import LOCKS


class Trap(NamedTuple):
    """A clause that covers `python` partly, where all of it or none was most likely meant.

    `clause` is as it is written, `does` what it says to tools, and `instead` what to write.
    """

    python: PythonVersion
    clause: str
    does: str
    instead: str


_PATCHLESS = re.compile(r"(?P<major>\d+)(?:\.(?P<minor>\d+))?")


def traps(item: Declaration) -> Iterator[Trap]:
    """The traps in the range of `item`; none in a lock, which a tool has written."""
    if item.specifier is None or item.site in LOCKS:
        return
    whole = item.specifier.to_range()
    for clause in sorted(item.specifier, key=str):
        match = _PATCHLESS.fullmatch(clause.version)
        if match is None:
            continue
        python = PythonVersion(int(match["major"]), int(match["minor"] or 0))
        if python not in item.partial:
            continue
        others = SpecifierSet(",".join(str(other) for other in item.specifier if other != clause))
        if others.to_range().is_subset(whole):
            continue  # what it would leave out, another clause leaves out already
        found = (
            _of_all(clause.operator, match["major"], python)
            if match["minor"] is None
            else _of_one(clause.operator, python)
        )
        if found is not None:
            does, instead = found
            plain = str(clause) in re.sub(r"\s", "", item.raw)
            # Poetry and conda write `3.12` for what PEP 440 writes `==3.12`.
            instead = instead if plain else instead.replace("==", "")
            yield Trap(python, str(clause) if plain else item.raw, does, instead)


def _of_one(operator: str, python: PythonVersion) -> tuple[str, str] | None:
    """What a clause with `3.13` does, and what to write."""
    match operator:
        case "!=":
            return (
                f"leaves out {python}.0 alone and takes {python}.1",
                f"write !={python}.* to leave out all of {python}, or remove the clause",
            )
        case "<=":
            return (
                f"takes {python}.0 and leaves out {python}.1",
                f"write <{python.next} to take all of {python}",
            )
        case ">":
            return (
                f"leaves out {python}.0 alone and takes {python}.1",
                f"write >={python.next} to leave out all of {python}, or >={python} to take it",
            )
        case "==" | "===":
            return f"takes {python}.0 alone", f"write =={python}.* to take all of {python}"
    return None


def _of_all(operator: str, major: str, python: PythonVersion) -> tuple[str, str] | None:
    """What a clause with a mere `3` does, where it is not harmless."""
    if operator in {"==", "===", "<="}:
        instead = f"<{int(major) + 1}" if operator == "<=" else f"=={major}.*"
        return f"takes {python}.0 alone of Python {major}", f"write {instead}"
    return None
