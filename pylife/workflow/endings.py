"""What a member of the fleet stands on, and until when: gathered from its files, for the rules."""

import re
from collections.abc import Iterator, Sequence

from pylife import calendar, declarations, platforms
from pylife.declarations.base import Around
from pylife.errors import UnreadableError
from pylife.fleet import Fleet, Member
from pylife.fleet.images import match, matches
from pylife.fleet.pins import Pin, may_pin, pins
from pylife.model import Declaration
from pylife.rules.endings import Base, Lifetime, lifetime
from pylife.rules.hosts import relevant
from pylife.syntax import text

_REFERENCE = re.compile(rb"[\w./:@+-]*")
_BACK = re.compile(rb"[\w./:@+-]*\Z")
_NEAR = 300
"""So many bytes around a version are looked at for the reference that it stands in."""
_INSTALLS = {"dockerfile-run", "dockerfile-env", "dockerfile-path"}


def of(member: Member, found: Sequence[Declaration], around: Around, fleet: Fleet) -> Lifetime:
    """The ends of what `member` stands on, which declares `found` with this `around` it.

    Nothing for what is not deployed: a library stands on what it is installed on.
    """
    if not member.project.kind.is_application or member.folder is None:
        return Lifetime()
    pinned: tuple[Pin, ...] = ()
    if any(may_pin(path) for path in member.files):
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
    return relevant(item) and (
        site.endswith("image") or site in {"dockerfile-from", "kustomize-tag"} or site in _INSTALLS
    )


def _bases(
    member: Member, found: Sequence[Declaration], around: Around, fleet: Fleet
) -> Iterator[Base]:
    """The images that the declarations are about, each once."""
    seen: set[str] = set()
    named = [item for item in found if _is_image(item)]
    for path in dict.fromkeys(item.file for item in named):
        try:
            source, references = _references(member, path, around)
        except UnreadableError:
            continue
        for item in named:
            for reference in _of(item, source, references) if item.file == path else ():
                if reference not in seen:
                    seen.add(reference)
                    yield _known(member, fleet, Base(reference, path, item.line))


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
    if item.site not in _INSTALLS:
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
