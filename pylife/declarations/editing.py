"""Editors that many sites share: ranges, lists in the style of the place, single versions."""

from collections.abc import Callable, Sequence

from pylife.declarations import versions
from pylife.declarations.base import CannotEditError, Editor, File
from pylife.model import (
    AddPython,
    Change,
    Declaration,
    DropPython,
    Edit,
    PythonVersion,
    RemoveCap,
    SetFloor,
    SetPython,
    Span,
)
from pylife.syntax import edits as spans
from pylife.syntax.text import Source


def edit_range(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    """The editor of a site that holds one range (requires-python and its like)."""
    found: list[Edit] = []
    for declaration in declarations:
        if declaration.unreadable is not None:
            raise CannotEditError(f"{declaration.site} is unreadable: {declaration.unreadable}")
        match change:
            case SetFloor(version=version):
                text = versions.set_floor(declaration.raw, version)
            case RemoveCap():
                text = versions.remove_cap(declaration.raw)
                if text is None:
                    continue
            case _:
                raise CannotEditError(f"{declaration.site} is a range, not a list")
        if text is None:
            raise CannotEditError(f"no plain floor to change in {declaration.raw!r}")
        if text != declaration.raw:
            found.append(Edit(file=file.path, span=declaration.span, text=text))
    return found


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
            case _:
                raise CannotEditError("a list of Pythons has neither floor nor cap")

    return edit


def edit_single(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    """The editor of a site that names the one Python of a tool or a runtime."""
    if not isinstance(change, SetPython):
        raise CannotEditError("this place names one Python")
    found = []
    for declaration in declarations:
        if declaration.versions is None or len(declaration.versions) != 1:
            raise CannotEditError(declaration.unreadable or "does not name one Python")
        old = declaration.versions[0]
        if old == change.version:
            continue
        text = versions.respell(declaration.raw, old, change.version)
        if text is None:
            raise CannotEditError(f"{declaration.raw!r} does not name {old} exactly once")
        found.append(Edit(file=file.path, span=declaration.span, text=text))
    return found


def outer(source: Source, span: Span) -> Span:
    """`span` with the quotes around it, if it is quoted."""
    before = source.data[span.start - 1 : span.start]
    after = source.data[span.end : span.end + 1]
    if before == after and before in {b'"', b"'"}:
        return Span(span.start - 1, span.end + 1)
    return span


def _add(
    file: File,
    listed: list[Declaration],
    elements: list[Span],
    version: PythonVersion,
    spell: Spell,
) -> list[Edit]:
    single = [
        (item.versions[0], place)
        for place, item in enumerate(listed)
        if item.versions is not None and len(item.versions) == 1
    ]
    if any(version in (item.versions or ()) for item in listed):
        return []
    if not single:
        raise CannotEditError("no element that names one Python to follow in style")
    # After its nearest older neighbour; a list that runs downwards keeps its order.
    descending = len(single) > 1 and single[0][0] > single[-1][0]
    older = [(python, place) for python, place in single if python < version]
    newer = [(python, place) for python, place in single if python > version]
    if descending and newer:
        python, place = min(newer)
        before = False
    elif older and not descending:
        python, place = max(older)
        before = False
    else:
        python, place = min(newer) if newer else max(older)
        before = True
    text = spell(file.source.slice(elements[place]), python, version)
    if text is None:
        raise CannotEditError(f"cannot spell {version} like {listed[place].raw!r}")
    if not before:
        return [spans.insert_after(file.source, elements, place, text)]
    # Before the element: put the new text in its place and the old text after it.
    moved = spans.insert_after(file.source, elements, place, file.source.slice(elements[place]))
    return [
        Edit(file=file.path, span=elements[place], text=text),
        Edit(file=file.path, span=moved.span, text=moved.text),
    ]


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
    return [spans.remove(file.source, elements, place) for place in places]
