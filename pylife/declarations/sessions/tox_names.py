"""The names of tox environments as INI files list them: `py{39,310}-{a,b}`, `py{310-312}`.

The smallest piece that names a Python is a place: an alternative inside braces
(its group is that pair of braces), else a whole environment. Source: tox's
documentation, "Generative environment list" and "Generative environment range".
"""

import re
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from pylife.declarations import versions
from pylife.declarations.sessions import tox_factors
from pylife.declarations.sessions.tox_text import Text, lines
from pylife.model import PythonVersion

_ENTRY = re.compile(r"(?:\{[^{}]*\}|[^\s,{}]|[{}])+")
_BRACES = re.compile(r"\{([^{}]*)\}")
_RANGE = re.compile(r"(\d*)-(\d+)|(\d+)-")
_RANGE_HEAD = re.compile(r"(?:py|cpython|python)(?:3\.?)?|3\.")
_ELSEWHERE = re.compile(r"\{(?:\[[^\]]*\][^}]*|env:[^}]*|posargs[^}]*|toxinidir|/)\}?")
_MOST = 1000
"""More environments are not compared one by one."""
_BRACES_MOST = 50
"""Each pair of braces is looked at beside the whole name."""


class Place(NamedTuple):
    """A piece of a list of environments: `text` as written, and what it says."""

    text: Text
    group: str
    pythons: tuple[PythonVersion, ...] = ()
    note: str = ""
    unreadable: str = ""
    clear: int = 3
    without_effect: str = ""
    environment: str = ""
    """The environment whose name it is or, inside braces, is part of."""


def places(whole: Text, group: str, seen: dict[str, int] | None = None) -> Iterator[Place]:
    """The places of a list of environments; `group` is that of those without braces.

    `seen` counts the braces of a group, where several lists share them.
    """
    seen = {} if seen is None else seen
    for line in lines(whole):
        for match in _ENTRY.finditer(line.text):
            for place in _entry(line.found(match), group, seen):
                yield place if len(place.text.runs()) == 1 else _standing(place)


def _standing(place: Place) -> Place:
    """A place that was put together: the part that names its Python, as a group of its own.

    The group is named after the whole, so that no edit of the part holds.
    """
    own = place._replace(group=f"{place.group} {place.text.text}")
    for run in place.text.runs():
        found = tox_factors.said(run.text.strip("-"), run.text)
        if found is not None and found.pythons == place.pythons:
            return own._replace(text=run.strip("-"))
    return own._replace(text=place.text.runs()[0])


def _entry(entry: Text, group: str, seen: dict[str, int]) -> Iterator[Place]:
    """The places of one entry of the list."""
    text = entry.text
    if _ELSEWHERE.search(text) is not None:
        yield Place(entry, group, unreadable="takes its names from elsewhere")
        return
    if text.count("{") > _BRACES_MOST:
        yield Place(entry, group, unreadable=f"more than {_BRACES_MOST} pairs of braces")
        return
    # Factors that the braces leave whole.
    outside = _BRACES.sub("\0", text)
    if "{" in outside or "}" in outside:
        if re.search(r"py|\d", text):
            yield Place(entry, group, unreadable="a brace that is not closed on its line")
        return
    plain = "-".join(name for name in outside.split("-") if "\0" not in name)
    whole = _place(plain if "{" in text else text, text, entry, group)
    braces = [found for found in _braces(entry, group) if found]
    clear = [max(place.clear for place in found) for found in braces]
    best = max([whole.clear if whole is not None else 0, *clear])
    # Beside a factor that names a Python, vaguer ones are some other thing's versions.
    chosen = [found for found, own in zip(braces, clear, strict=True) if own == best]
    if not chosen and whole is not None:
        yield whole
    # Two lists of bare numbers are not both Pythons: `{3.12,3.13}-{1.4,2.0}`.
    for found in chosen[:1] if best == tox_factors.NUMBER else chosen:
        own = found[0].group
        seen[own] = number = seen.get(own, 0) + 1
        for place in found:
            yield place._replace(group=f"{own} #{number}") if number > 1 else place


def _braces(entry: Text, group: str) -> Iterator[list[Place]]:
    """For each pair of braces, what its alternatives say."""
    text = entry.text
    for match in _BRACES.finditer(text):
        head = re.split(r"[-}]", text[: match.start()])[-1]
        tail = re.split(r"[-{]", text[match.end() :])[0]
        own = f"{group} {text[: match.start()]}{{}}{text[match.end() :]}"
        found = []
        for part in entry.found(match, 1).split(","):
            piece = part.strip()
            spread = _RANGE.fullmatch(piece.text)
            if spread is not None:
                place = _spread(piece, head, tail, spread, own)
            else:
                name = f"{text[: match.start()]}{piece.text}{text[match.end() :]}"
                place = _place(f"{head}{piece.text}{tail}", name, piece, own)
            if place is not None:
                found.append(place)
        yield found


def _spread(piece: Text, head: str, tail: str, spread: re.Match[str], group: str) -> Place | None:
    """The Pythons of a range of factors, `py{310-312}`; None for one that is no Pythons."""
    if _RANGE_HEAD.fullmatch(head) is None or tail not in {"", "t"}:
        return None
    first, last = (versions.named(f"{head}{end}{tail}") for end in (spread[1], spread[2]))
    if first is None or last is None or first.major != last.major:
        return Place(piece, group, unreadable="a range whose ends depend on tox")
    step = 1 if first <= last else -1
    pythons = tuple(
        first._replace(minor=minor) for minor in range(first.minor, last.minor + step, step)
    )
    return Place(piece, group, pythons)


def _place(factors: str, environment: str, text: Text, group: str) -> Place | None:
    """The piece `text`, by what `factors` of `environment` say; None for nothing."""
    found = tox_factors.said(factors, environment)
    if found is None or not text.text:
        return None
    unreadable = tox_factors.vague(environment) if found.clear == 1 else ""
    return Place(
        text, group, found.pythons, found.note, unreadable, found.clear, found.without_effect,
        environment,
    )  # fmt: skip


def expanded(whole: Text) -> list[str] | None:
    """All environments that a list names; None where not all can be known or compared."""
    found: list[str] = []
    for line in lines(whole):
        for match in _ENTRY.finditer(line.text):
            names = _expanded(match[0])
            if names is None or len(found) + len(names) > _MOST:
                return None
            found += names
    return found


def _expanded(entry: str) -> list[str] | None:
    outside = _BRACES.sub("", entry)
    if "{" in outside or _ELSEWHERE.search(entry):
        return None
    pieces, size = [], 1
    for number, text in enumerate(_BRACES.split(entry)):
        options = [text] if number % 2 == 0 else _options(text)
        size *= len(options or ())
        if options is None or not 0 < size <= _MOST:
            return None
        pieces.append(options)
    return ["".join(parts) for parts in product(*pieces)]


def _options(text: str) -> list[str] | None:
    """The alternatives of a pair of braces, ranges written out."""
    found: list[str] = []
    for part in text.split(","):
        spread = _RANGE.fullmatch(part.strip())
        if spread is None:
            found.append(part.strip())
            continue
        if not spread[1] or not spread[2] or max(len(spread[1]), len(spread[2])) > len("3100"):
            return None
        first, last = int(spread[1]), int(spread[2])
        step = 1 if first <= last else -1
        found += map(str, range(first, last + step, step))
    return found
