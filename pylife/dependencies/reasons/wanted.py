"""The lines of a demand: which of them apply on a target, what they allow, and changes of them.

Changes are made in the text: only the clause that is meant differs afterwards, so extras,
other clauses, markers and the author's spaces stay.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal, NamedTuple

from packaging.markers import Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from pylife.dependencies.reasons.places import holds
from pylife.dependencies.records import Demand, Target

Part = Literal["requirements", "constraints", "overrides"]
_CLAUSE = re.compile(r"(?P<op>===|==|~=|!=|<=|>=|<|>)(?P<gap>\s*)(?P<version>[^\s,;()]+)")
_HEAD = re.compile(r"\s*[A-Za-z0-9][A-Za-z0-9._-]*\s*(\[[^\]]*\])?")


class Line(NamedTuple):
    """One line of a demand; `name` is empty where nobody can tell (a path, a bare URL)."""

    part: Part
    place: int
    """Its index in that part of the demand."""
    text: str
    name: str
    specifier: SpecifierSet
    marker: Marker | None
    url: bool
    """Whether it names the very file or repository to take."""

    @property
    def capped(self) -> bool:
        """Whether it leaves newer releases out, or single ones."""
        return any(clause.operator not in {">", ">="} for clause in self.specifier)


class Clause(NamedTuple):
    """A clause of a specifier with its place in the requirement's text."""

    start: int
    end: int
    operator: str
    version: str


@lru_cache(maxsize=4096)
def _read(part: Part, place: int, text: str) -> Line:
    try:
        found = Requirement(text)
    except InvalidRequirement:
        return Line(part, place, text, "", SpecifierSet(), None, url=True)
    return Line(
        part,
        place,
        text,
        canonicalize_name(found.name),
        found.specifier,
        found.marker,
        url=found.url is not None,
    )


def lines(demand: Demand, part: Part, target: Target | None = None) -> tuple[Line, ...]:
    """The lines of a part of `demand`; with a `target`, those that apply there."""
    texts: tuple[str, ...] = getattr(demand, part)
    read = (_read(part, place, text) for place, text in enumerate(texts))
    return tuple(line for line in read if target is None or holds(line.marker, target))


def asked(demand: Demand, name: str, target: Target) -> tuple[Line, ...]:
    """The lines that say which releases of `name` the project itself takes on `target`."""
    overrides = [each for each in lines(demand, "overrides", target) if each.name == name]
    own = overrides or [each for each in lines(demand, "requirements", target) if each.name == name]
    limits = [each for each in lines(demand, "constraints", target) if each.name == name]
    return (*own, *limits)


def least(name: str, version: str) -> Line:
    """A line that takes `version` of `name` and all later ones."""
    return _read("requirements", -1, f"{name}>={version.partition('+')[0]}")


def allows(asking: Iterable[Line], version: str) -> bool:
    """Whether all these lines take `version`; a prerelease counts as the release that it is.

    A version that is none of PEP 440 is taken by no line that asks for versions.
    """
    clauses = [line.specifier for line in asking if len(line.specifier)]
    try:
        return all(clause.contains(version, prereleases=True) for clause in clauses)
    except InvalidVersion:
        return not clauses


def clauses(text: str) -> tuple[Clause, ...]:
    """The version clauses of a requirement with their places; none of one with a URL."""
    head = _HEAD.match(text)
    if head is None:
        return ()
    start = head.end()
    end = text.find(";", start)
    body = text[: end if end >= 0 else len(text)]
    if "@" in body[start:]:
        return ()
    return tuple(
        Clause(found.start(), found.end(), found["op"], found["version"])
        for found in _CLAUSE.finditer(body, start)
    )


def relaxed(text: str) -> str:
    """The requirement without what leaves newer releases out: `a>=1,<2` becomes `a>=1`.

    A pin becomes a floor, as does a compatible release.
    """
    found = clauses(text)
    if not found:
        return text
    floors = []
    for clause in found:
        if clause.operator in {">", ">="}:
            floors.append(text[clause.start : clause.end])
        elif clause.operator in {"==", "~=", "==="}:
            floors.append(f">={_floor_of(clause.version)}")
    return text[: found[0].start] + ",".join(floors) + text[found[-1].end :]


def _floor_of(version: str) -> str:
    """The lowest version that a clause such as `==1.4.*` or `==2.0+cpu` speaks of."""
    return version.removesuffix(".*").partition("+")[0]


def floor_clause(text: str) -> Clause | None:
    """The clause that is the floor of a requirement; None where it has none, or is a pin.

    Of several lower bounds the highest counts.
    """
    lower = [each for each in clauses(text) if each.operator in {">", ">=", "~="}]
    try:
        return max(lower, key=lambda clause: Version(clause.version), default=None)
    except InvalidVersion:
        return None


def pinned(text: str) -> bool:
    """Whether the requirement takes one release alone."""
    return any(
        each.operator == "===" or (each.operator == "==" and not each.version.endswith(".*"))
        for each in clauses(text)
    )


def raised(text: str, version: str) -> str:
    """The requirement with `version` (a published one) as its floor; nothing else changes.

    The floor is written with as many parts as before where only zeros go: `2.1.0` is `2.1`.
    """
    public = version.partition("+")[0]
    clause = floor_clause(text)
    if clause is None:
        found = clauses(text)
        if found:
            return f"{text[: found[0].start]}>={public},{text[found[0].start :]}"
        head = _HEAD.match(text)
        at = len(text[: head.end()].rstrip()) if head else len(text)
        return f"{text[:at]}>={public}{text[at:]}"
    short = _shortened(public, len(clause.version.split(".")))
    if clause.operator == "~=":
        if _same_series(clause.version, public):
            return text[: clause.end - len(clause.version)] + public + text[clause.end :]
        return f"{text[: clause.end]},>={public}{text[clause.end :]}"
    gap = text[clause.start + len(clause.operator) : clause.end - len(clause.version)]
    return f"{text[: clause.start]}>={gap}{short}{text[clause.end :]}"


def _shortened(version: str, parts: int) -> str:
    """`version` with no more zeros at its end than the old floor had parts."""
    pieces = version.split(".")
    while len(pieces) > max(parts, 1) and pieces[-1] == "0":
        pieces.pop()
    return ".".join(pieces)


def _same_series(old: str, new: str) -> bool:
    """Whether `~=new` has the same upper end as `~=old`."""
    before, after = Version(old).release, Version(new).release
    return len(before) == len(after) and before[:-1] == after[:-1]


def limited(text: str, marker: str) -> str:
    """The requirement where `marker` holds besides the marker that it has."""
    body, found, own = text.partition(";")
    if not found:
        return f"{text.rstrip()}; {marker}"
    own = own.strip()
    own = f"({own})" if " or " in own else own
    return f"{body.rstrip()}; {own} and {marker}"


def carried(written: str, before: str, after: str, marker: str | None = None) -> str:
    """The change from `before` to `after` made in the author's own text of `before`.

    `after` has another floor (see `raised`), and `marker` (see `limited`) besides. Where
    `written` is not the same requirement, or is none of PEP 508, it is `after` itself.
    """
    try:
        old, new = Requirement(before), Requirement(after)
        if Requirement(written) != old:
            return after
        clause = floor_clause(after)
        text = written
        if clause is not None and old.specifier != new.specifier:
            text = raised(written, clause.version)
        text = limited(text, marker) if marker else text
        return text if Requirement(text) == new else after
    except InvalidRequirement:
        return after
