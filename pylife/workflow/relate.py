"""What the members of a fleet are to each other, for the rules: who requires whom."""

from collections.abc import Mapping, Sequence

from pylife import calendar
from pylife.fleet import Fleet
from pylife.fleet.identity import Required, requirements, requires_any
from pylife.model import PythonVersion
from pylife.rules.base import Parent
from pylife.workflow.ranges import Range, range_of
from pylife.workflow.records import Read


def relate(
    fleet: Fleet, reads: Sequence[Read], published: Mapping[str, Range] | None = None
) -> tuple[Read, ...]:
    """`reads` with what each one requires of the others.

    `published` are the ranges of the whole fleet as a nightly job saw them: what is
    read here goes before. Where neither `pylife.toml` nor they say who is in the fleet, a
    project that is looked at alone has no known parents, which is not the same as none.
    """
    ranges = dict(published or {})
    for read in reads:
        if read.is_there:
            ranges[read.member.project.name] = range_of(read.declarations)
    described = any(config.described for config in fleet.configs)
    known = published is not None or described or len(reads) > 1
    return tuple(_related(read, ranges if known else None) for read in reads)


def _related(read: Read, ranges: Mapping[str, Range] | None) -> Read:
    """`read` with its requirements, which are read only where somebody needs them."""
    folder, files = read.member.folder, read.member.files
    if not read.is_there or folder is None:
        return read
    if ranges is None and not read.window.policy.dependencies:
        return read if requires_any(folder, files) else read._replace(parents=())
    required = requirements(folder, files)
    return read._replace(
        requirements=tuple(dict.fromkeys((item.name, item.specifier) for item in required)),
        parents=None if ranges is None else _parents(read, required, ranges),
    )


def _parents(
    read: Read, required: Sequence[Required], ranges: Mapping[str, Range]
) -> tuple[Parent, ...]:
    found: dict[str, frozenset[PythonVersion]] = {}
    for item in required:
        if item.name in ranges and item.name != read.member.project.name:
            found[item.name] = found.get(item.name, frozenset()) | _pythons(item)
    return tuple(
        Parent(name, pythons, ranges[name].covered, ranges[name].raw, ranges[name].unreadable)
        for name, pythons in sorted(found.items())
        if pythons
    )


def _pythons(item: Required) -> frozenset[PythonVersion]:
    """The Pythons on which it may be required: all, unless its marker rules some out."""
    known = calendar.known()
    if item.marker is None:
        return frozenset(known)
    from pylife.declarations.aside import marker_meaning

    try:
        meaning = marker_meaning.meaning(item.marker, known)
    except ValueError:
        return frozenset(known)
    return frozenset((*meaning.full, *meaning.partial))
