"""What a member of the fleet stands on, and until when: gathered from its files, for the rules."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pylife import calendar, declarations, platforms
from pylife.declarations.authority import INHERITED
from pylife.declarations.base import Around, File
from pylife.declarations.registry import claims
from pylife.errors import UnreadableError
from pylife.fleet import Fleet, Member
from pylife.fleet.images import match, matches
from pylife.fleet.pins import Pin, any_pins, is_aside, pins
from pylife.model import Declaration, Ending, EndingKind
from pylife.rules.base_images import Base
from pylife.rules.ending_words import through
from pylife.rules.endings import Lifetime, in_order, lifetime
from pylife.rules.hosts import relevant
from pylife.syntax import text
from pylife.workflow.records import Read

_REFERENCE = re.compile(rb"[\w./:@+-]*")
_BACK = re.compile(rb"[\w./:@+-]*\Z")
_NEAR = 300
"""So many bytes around a version are looked at for the reference that it stands in."""


def of(member: Member, found: Sequence[Declaration], around: Around, fleet: Fleet) -> Lifetime:
    """The ends of what `member` stands on, which declares `found` with this `around` it.

    Nothing for what is not deployed: a library stands on what it is installed on.
    """
    if not member.project.kind.is_application or member.folder is None:
        return Lifetime()
    pinned: tuple[Pin, ...] = ()
    if any_pins(member.folder, member.files):
        pinned = pins(member.folder, member.files, platforms.load().dependencies)
    return lifetime(
        found,
        calendar=calendar.load(),
        platforms=platforms.load,
        pins=pinned,
        bases=tuple(_bases(member, found, around, fleet)),
    )


def _is_image(item: Declaration) -> bool:
    """Whether `item` names an image, or something that is installed in one."""
    site = item.site
    return relevant(item) and (site.endswith("image") or site == "kustomize-tag")


def _bases(
    member: Member, found: Sequence[Declaration], around: Around, fleet: Fleet
) -> Iterator[Base]:
    """The images that the project stands on, each once in a file."""
    assert member.folder is not None  # noqa: S101 - asked only of what was read
    files = [path for path in sorted(member.files) if _is_dockerfile(path)]
    named = [item for item in found if _is_image(item) and item.file not in files]
    for path in sorted({*files, *(item.file for item in named)}):
        try:
            if path in files:
                bases = list(_of_dockerfile(text.read(member.folder, path), around))
            else:
                source, references = _references(member, path, around)
                here = [item for item in named if item.file == path]
                bases = list(_of_images(source, references, here))
        except UnreadableError:
            continue  # which the report has as a problem
        once: dict[str, Base] = {}
        for base in bases:
            first = once.setdefault(base.reference, base)
            if first is not base:
                also = {*first.also, base.line, *base.also}
                once[base.reference] = first._replace(also=tuple(sorted(also - {first.line})))
        yield from (_known(member, fleet, base) for base in once.values())


def _is_dockerfile(path: str) -> bool:
    return any(claim.module == "containers.dockerfile" for claim in claims(path))


def _of_dockerfile(source: text.Source, around: Around) -> Iterator[Base]:
    """What the stages stand on that decide a Python, and the one that is shipped in any case."""
    from pylife.declarations.containers import dockerfile_bases

    file = File(source, calendar.known())
    file.around = around
    for base in dockerfile_bases.bases(file):
        items = [item for item in base.declared if relevant(item)]
        if not items and (not base.last or is_aside(source.path)):
            continue
        if not base.reference and any(item.unreadable is not None for item in items):
            continue  # its Python is unknown for the same reason, which is said
        lines = {item.line for item in items} - {base.line}
        yield Base(base.reference, source.path, base.line, also=tuple(sorted(lines)))


def _of_images(
    source: text.Source, references: Sequence[str], items: Sequence[Declaration]
) -> Iterator[Base]:
    """The images that the declarations of a file other than a Dockerfile are about."""
    for item in items:
        for reference in _of(item, source, references):
            yield Base(reference, source.path, item.line)


def _references(member: Member, path: str, around: Around) -> tuple[text.Source, list[str]]:
    """The file, and the images that its reader asks about: put together, variables filled in."""
    references: dict[str, None] = {}

    def note(reference: str) -> declarations.KnownImage | None:
        references.setdefault(reference)
        return around.image(reference)

    assert member.folder is not None  # noqa: S101 - asked only of what was read
    source = text.read(member.folder, path)
    declarations.read_source(source, around._replace(image=note))
    return source, list(references)


def _of(item: Declaration, source: text.Source, references: Sequence[str]) -> Sequence[str]:
    """The references that `item` speaks of: the one it stands in, else those that it is part of."""
    data, start, end = source.data, item.span.start, item.span.end
    before = _BACK.search(data[max(0, start - _NEAR) : start])
    after = _REFERENCE.match(data[end : end + _NEAR])
    whole = (before[0] if before else b"") + data[start:end] + (after[0] if after else b"")
    written = whole.decode("utf-8", errors="replace")
    if written in references:
        return [written]
    inside = [reference for reference in references if item.raw and item.raw in reference]
    if inside:
        return inside
    return references if len(references) == 1 else []


def _known(member: Member, fleet: Fleet, base: Base) -> Base:
    """The base with what the fleet knows of it."""
    for other in fleet.members:
        own = other.project.path == member.project.path
        if not own and any(matches(pattern, base.reference) for pattern in other.builds):
            return base._replace(built_by=other.project.name)
    image = match(fleet.images, base.reference)
    if image is None or image.end_of_life is None:
        return base
    source = f"pylife.toml [images], from {image.source} of {image.date}"
    return base._replace(end_of_life=image.end_of_life, source=source)


def inherited(reads: Sequence[Read]) -> tuple[Read, ...]:
    """`reads`, each also with what it stands on through the images that others of them build.

    The endings of the operating systems and of the Python there, and of those on which these
    are built in turn, bind it as well. They are called such as `Debian 11, through nw-base`,
    after the member that has to mend it, and stand in no file of the project's own. Done
    again it changes nothing.
    """
    by_name = {read.member.project.name: read for read in reads}
    return tuple(_inheriting(read, by_name) if read.bases else read for read in reads)


def _inheriting(read: Read, by_name: Mapping[str, Read]) -> Read:
    if not read.is_there or not read.member.project.kind.is_application:
        return read
    own = {(ending.kind, ending.name) for ending in read.endings}
    endings, unknown = list(read.endings), dict.fromkeys(read.unknown_endings)
    for name in _below(read, by_name):
        base = by_name.get(name)
        if base is None or not base.is_there or not base.member.project.kind.is_application:
            unknown[f"nothing is known of what the image of {name} stands on"] = None
            continue
        if base.unknown_endings:
            unknown[f"not all is known of what the image of {name} stands on"] = None
        endings += [
            ending._replace(name=through(ending.name, name), file=None, line=None)
            for ending in _passed_on(base.endings)
            if own.isdisjoint(
                {(ending.kind, ending.name), (ending.kind, through(ending.name, name))}
            )
        ]
    return read._replace(endings=in_order(endings), unknown_endings=tuple(unknown))


def _below(read: Read, by_name: Mapping[str, Read]) -> Iterable[str]:
    """The members whose images `read` stands on, and those on whose images these stand."""
    found: dict[str, None] = {}
    ahead = [read]
    while ahead:
        for name in _stands_on(ahead.pop()):
            if name not in found and name != read.member.project.name:
                found[name] = None
                ahead += [by_name[name]] if name in by_name else []
    return sorted(found)


def _stands_on(read: Read) -> Iterator[str]:
    """Of the members that build images which `read` names, those that it does not only test on."""
    said = [
        item.note or item.unreadable or ""
        for item in read.declarations
        if item.site == INHERITED and relevant(item)
    ]
    for name in read.bases:
        words = re.compile(rf"the image (?:is built by|of) {re.escape(name)}(?![^\s:])")
        if any(map(words.match, said)):
            yield name


def _passed_on(endings: Sequence[Ending]) -> Iterator[Ending]:
    """Those that whoever builds on the image has too: not of the packages and platforms there.

    Of several Pythons it is not known which one is used; that is said where it is declared.
    """
    own = [ending for ending in endings if ending.file is not None]
    pythons = [ending for ending in own if ending.kind is EndingKind.PYTHON]
    yield from pythons if len(pythons) == 1 else ()
    yield from (ending for ending in own if ending.kind is EndingKind.IMAGE)
