"""Conditions in tox's settings that name Pythons one by one, such as `py3{11,12}-test: pytest`.

Which of them has to hold for a Python that comes, only people know: a backport's must not. So
they are told of each that holds for the newest Python so far, among others, and not for the one
that comes. Source: tox's documentation, "Generative environments".
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pylife.declarations import versions
from pylife.model import AddPython, Change, Declaration, PythonVersion
from pylife.upgrade.words import joined

_CONDITION = re.compile(r"^(?:[ \t]+|[\w.]+[ \t]*=[ \t]*)([\w{},.!-]+)[ \t]*:(?=[ \t\n]|$)", re.M)
_BRACES = re.compile(r"\{([^{}]*)\}")
_SITES = "tox-"
_MOST = 500
"""Names that one condition may stand for; what is longer was not written by hand."""


def unfollowed(
    changes: Iterable[Change], read: Sequence[Declaration], before: Mapping[str, bytes]
) -> Iterator[str]:
    """A line for each condition that a Python would have to follow that `changes` add to tox.

    `read` is what was declared before, `before` the contents of the files that change.
    """
    added: dict[str, set[PythonVersion]] = {}
    for change in changes:
        if isinstance(change, AddPython) and change.at.site.startswith(_SITES):
            added.setdefault(change.at.file, set()).add(change.version)
    for file, comes in sorted(added.items()):
        known = {
            python.plain
            for item in read
            if item.file == file and item.site.startswith(_SITES)
            for python in item.versions or ()
        }
        text = before[file].decode(errors="replace")
        for match in _CONDITION.finditer(text) if known else ():
            named = _pythons(match[1])
            if len(named) > 1 and max(known) in named and not comes <= named:
                line = text.count("\n", 0, match.start(1)) + 1
                missing = joined(sorted(comes - named))
                yield f"{file}:{line}: see whether its condition {match[1]} is for {missing} too"


def _pythons(condition: str) -> set[PythonVersion]:
    """The Pythons of the environments for which the condition holds by their names."""
    factors = (factor for name in _expanded(condition) for factor in re.split(r"[-,]", name))
    found = (versions.named(factor) for factor in factors if factor.startswith("py"))
    return {python for python in found if python is not None}


def _expanded(condition: str) -> list[str]:
    """The names that braces stand for; none where they are too many."""
    names = [condition]
    while any(_BRACES.search(name) for name in names):
        made = []
        for name in names:
            match = _BRACES.search(name)
            options = match[1].split(",") if match else [""]
            ends = (name[: match.start()], name[match.end() :]) if match else (name, "")
            made += [f"{ends[0]}{option.strip()}{ends[1]}" for option in options]
        if len(made) > _MOST:
            return []
        names = made
    return names
