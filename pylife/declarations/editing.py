"""Editors that many sites share: ranges, lists in the style of the place, single versions."""

import re
from collections.abc import Callable, Sequence

from pylife.declarations import range_edits, versions
from pylife.declarations.base import CannotEditError, Editor, File
from pylife.model import (
    AddPython,
    Change,
    Declaration,
    DropPython,
    Edit,
    PythonVersion,
    RemoveCap,
    SetCap,
    SetFloor,
    SetPython,
    Span,
)
from pylife.syntax import edits as spans
from pylife.syntax.text import Source


def range_editor(remove_cap: Callable[[str], str | None] = range_edits.remove_cap) -> Editor:
    """The editor of a site that holds one range; `remove_cap` gives None for "no cap"."""

    def edit(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
        return _edit_range(file, declarations, change, remove_cap)

    return edit


def _edit_range(
    file: File,
    declarations: Sequence[Declaration],
    change: Change,
    remove_cap: Callable[[str], str | None],
) -> list[Edit]:
    found: list[Edit] = []
    for declaration in declarations:
        if declaration.unreadable is not None:
            raise CannotEditError(f"{declaration.site} is unreadable: {declaration.unreadable}")
        match change:
            case SetFloor(version=version):
                text = range_edits.set_floor(declaration.raw, version)
            case SetCap(version=version):
                text = range_edits.set_cap(declaration.raw, version)
                if text is None:
                    raise CannotEditError(f"no plain upper bound to move in {declaration.raw!r}")
            case RemoveCap():
                text = remove_cap(declaration.raw)
                if text is None:
                    continue
            case _:
                raise CannotEditError(f"{declaration.site} is a range, not a list")
        if text is None:
            raise CannotEditError(f"no plain floor to change in {declaration.raw!r}")
        if text != declaration.raw:
            found.append(Edit(file=file.path, span=declaration.span, text=text))
    return found


edit_range = range_editor()
"""The editor of requires-python and its like."""

Spell = Callable[[str, PythonVersion, PythonVersion], str | None]
"""(element as written, its Python, the wanted Python) -> the new element, or None."""


def list_editor(spell: Spell = versions.respell) -> Editor:
    """The editor of a site that names one Python an element (classifiers, matrix lists)."""

    def edit(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
        listed = [item for item in declarations if item.versions is not None]
        elements = [outer(file.source, item.span) for item in listed]
        match change:
            case AddPython(version=version):
                return _add(file, listed, elements, version, spell)
            case DropPython(version=version):
                return _drop(file, listed, elements, version)
            case SetPython(version=version) if len(listed) == 1:
                edit = _respelled(file, listed[0], version, spell)
                return [edit] if edit is not None else []
            case SetPython():
                raise CannotEditError("a list names several Pythons, not one")
            case _:
                raise CannotEditError("a list of Pythons has neither floor nor cap")

    return edit


def single_editor(spell: Spell = versions.respell) -> Editor:
    """The editor of a site that names the one Python of a tool or a runtime."""

    def edit(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
        if not isinstance(change, SetPython):
            raise CannotEditError("this place names one Python")
        found = [_respelled(file, item, change.version, spell) for item in declarations]
        return [edit for edit in found if edit is not None]

    return edit


edit_single = single_editor()
"""The editor of a single version that follows the spelling of the place."""


def unquoted_number(text: str, old: PythonVersion, new: PythonVersion) -> str | None:
    """Spell for YAML and TOML: quotes what would be read as the number 3.1 for 3.10."""
    result = versions.respell(versions.number(text) or text, old, new)
    return f'"{result}"' if result is not None and versions.number(result) else result


def _respelled(
    file: File, declaration: Declaration, version: PythonVersion, spell: Spell
) -> Edit | None:
    """The edit that makes `declaration` name `version`; None where it does."""
    if declaration.versions is None or len(declaration.versions) != 1:
        raise CannotEditError(
            declaration.unreadable or f"{declaration.raw!r} does not name one Python"
        )
    old = declaration.versions[0]
    if old == version and not versions.is_prerelease(declaration.raw):
        return None
    span = outer(file.source, declaration.span)
    text = spell(file.source.slice(span), old, version)
    if text is None:
        raise CannotEditError(f"{declaration.raw!r} does not spell {old} plainly")
    return Edit(file=file.path, span=span, text=text)


_PROPERTIES = re.compile(rb"(?:[&!][^\s,\[\]{}]*[ \t]+)+\Z")


def outer(source: Source, span: Span) -> Span:
    """`span` with the quotes around it, if it is quoted, and a YAML anchor or tag before it."""
    before = source.data[span.start - 1 : span.start]
    after = source.data[span.end : span.end + 1]
    if before == after and before in {b'"', b"'"}:
        span = Span(span.start - 1, span.end + 1)
    if source.path.endswith((".yml", ".yaml")):
        line = source.data.rfind(b"\n", 0, span.start) + 1
        properties = _PROPERTIES.search(source.data[line : span.start])
        if properties is not None:
            return Span(line + properties.start(), span.end)
    return span


def _unnamed(text: str) -> str:
    """The text of a YAML element without its anchor: a copy is not what others refer to."""
    return re.sub(r"\A(?:&[^\s,\[\]{}]*[ \t]+)+", "", text)


def _add(
    file: File,
    listed: list[Declaration],
    elements: list[Span],
    version: PythonVersion,
    spell: Spell,
) -> list[Edit]:
    if any(version in (item.versions or ()) for item in listed):
        return []
    single = [
        (item.versions[0], place)
        for place, item in enumerate(listed)
        if item.versions is not None and len(item.versions) == 1
    ]
    if not single:
        raise CannotEditError("no element that names one Python to follow in style")
    # An unquoted 3.10 is read as 3.1, and stands where 3.10 was meant: no neighbour to follow.
    sure = [
        (python, place)
        for python, place in single
        if versions.number(listed[place].raw) != str(python)
    ]
    single = sure or single
    python, before = neighbour([python for python, _ in single], version)
    # An element for each of the neighbour's: `py313-a` and `py313-b` bring `py314-a` and `py314-b`.
    places = [place for other, place in single if other == python]
    texts = [
        spell(_unnamed(file.source.slice(elements[place])), python, version) for place in places
    ]
    if any(text is None for text in texts):
        raise CannotEditError(f"cannot spell {version} like {listed[places[0]].raw!r}")
    new = list(dict.fromkeys(text for text in texts if text is not None))
    if before:
        return [spans.insert_before(file.source, elements, places[0], new)]
    return [spans.insert_after(file.source, elements, places[-1], new)]


def neighbour(pythons: list[PythonVersion], version: PythonVersion) -> tuple[PythonVersion, bool]:
    """The Python to stand next to, and whether before it.

    After the nearest older one; a list that runs downwards keeps its order.
    """
    descending = pythons[0] > pythons[-1]
    older = [python for python in pythons if python < version]
    newer = [python for python in pythons if python > version]
    if descending:
        return (min(newer), False) if newer else (max(older), True)
    return (max(older), False) if older else (min(newer), True)


def _drop(
    file: File, listed: list[Declaration], elements: list[Span], version: PythonVersion
) -> list[Edit]:
    places = [place for place, item in enumerate(listed) if version in (item.versions or ())]
    if not places:
        return []
    if len(places) == len(elements):
        raise CannotEditError(f"{version} is the only element of the list")
    if any(listed[place].versions != (version,) for place in places):
        raise CannotEditError(f"an element names {version} together with others")
    return spans.remove_all(file.source, elements, places)
