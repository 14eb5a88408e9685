"""Editing the places of GitHub Actions files, each in its own style."""

import re
from collections.abc import Sequence
from itertools import pairwise

from pylife.declarations import versions
from pylife.declarations.base import CannotEditError, Editor, File
from pylife.declarations.ci import github_entries, github_matrix, github_steps, github_values
from pylife.declarations.ci import github_scope as scopes
from pylife.declarations.ci.github_lists import ADDED, EXCLUDED, EXTENDS, INCLUDE, MATRIX
from pylife.declarations.editing import (
    edit_single,
    list_editor,
    neighbour,
    single_editor,
    unquoted_number,
)
from pylife.model import (
    AddPython,
    Change,
    Declaration,
    DropPython,
    Edit,
    PythonVersion,
    SetPython,
    Span,
)
from pylife.syntax import yaml
from pylife.syntax.yaml import Node

_LIST = list_editor(unquoted_number)
_ONE = single_editor(unquoted_number)


def _edit_matrix(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    """A list of a matrix; who leaves it takes along the entries that only speak of it.

    An `exclude` entry would say nothing more, and an `include` entry that adds to a
    combination would become one of its own: the Python would be tested again.
    """
    entries = [item for item in declarations if item.without_effect in {EXCLUDED, EXTENDS}]
    listed = [item for item in declarations if item not in entries]
    if not listed:
        raise CannotEditError("the list itself is not written here")
    edits = _LIST(file, listed, change)
    match change:
        case AddPython(version=version) if edits:
            _refuse_to_merge(file, listed[0], version)
            extending = [item for item in entries if item.without_effect == EXTENDS]
            if _pythons(listed) <= _pythons(extending) and len(_pythons(listed)) > 1:
                # Each element has an entry, such as with its `toxenv`: so shall the new one.
                edits += github_entries.add(file, extending, version)
        case DropPython(version=version):
            return edits + github_entries.remove(file, entries, version)
        case SetPython() if edits and entries:
            raise CannotEditError("include or exclude entries speak of the Python that is there")
    return edits


def _pythons(items: Sequence[Declaration]) -> set[PythonVersion]:
    return {python for item in items for python in item.versions or ()}


def _refuse_to_merge(file: File, item: Declaration, version: PythonVersion) -> None:
    """Raise where an `include` entry of its own would become an addition to the new element."""
    chain = github_entries.chain(file, file.source.index(item.span.start))
    matrix = next((node for node, below in pairwise(chain) if below.id == "sequence"), file.yaml[0])
    axes = dict(github_matrix.axes(matrix))
    key = next((key for key, node in axes.items() if node in chain), None)
    for entry in yaml.elements(yaml.get(matrix, "include")):
        pairs = dict(yaml.pairs(entry))
        named = pairs.pop(key, None) if key is not None else None
        if not yaml.is_scalar(named) or versions.named(named.value) != version:
            continue
        if all(_fits(file, axes.get(other), node) for other, node in pairs.items()):
            raise CannotEditError(f"an include entry tests {version} in a way of its own")


def _fits(file: File, axis: Node | None, node: Node) -> bool:
    """Whether a combination of the list `axis` may have the value `node`."""
    wanted = github_matrix.value(file.source, node)
    values = [github_matrix.value(file.source, item) for item in yaml.elements(axis)]
    return axis is None or wanted in values


def _edit_include(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    """Whole entries, each of one Python: copied for another, or removed."""
    named = [item for item in declarations if item.versions is not None]
    match change:
        case AddPython(version=version):
            if version in _pythons(named):
                return []
            own = [item for item in named if item.note != ADDED and not item.without_effect]
            return github_entries.add(file, own, version)
        case DropPython(version=version):
            if {python for item in named for python in item.versions or ()} == {version}:
                raise CannotEditError(f"no entry names another Python than {version}")
            return github_entries.remove(file, named, version, all_may_go=False)
        case SetPython() if len(named) == 1:
            return _ONE(file, named, change)
        case SetPython():
            raise CannotEditError("the entries name several Pythons, not one")
        case _:
            raise CannotEditError("a list of Pythons has neither floor nor cap")


def _edit_text_list(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    """A list that stands in a text: what is between two elements is kept as it is."""
    if any(item.versions is None or len(item.versions) != 1 for item in declarations):
        raise CannotEditError("an element of the list does not name one Python")
    named = [(item.versions[0], item.span) for item in declarations if item.versions]
    match change:
        case AddPython(version=version):
            return _add_word(file, named, version)
        case DropPython(version=version):
            pair = len(named) == 2 and ".run " in declarations[0].group
            if pair and version in {python for python, _ in named}:
                raise CannotEditError("a command that is left with one Python is no list of them")
            return _drop_word(file, named, version)
        case SetPython(version=version) if len(named) == 1:
            text = _respelled(file, named[0][1], named[0][0], version)
            return [Edit(file.path, named[0][1], text)] if named[0][0] != version else []
        case SetPython():
            raise CannotEditError("a list names several Pythons, not one")
        case _:
            raise CannotEditError("a list of Pythons has neither floor nor cap")


def _respelled(file: File, span: Span, old: PythonVersion, new: PythonVersion) -> str:
    written = file.source.slice(span)
    text = versions.respell(written, old, new)
    if text is None and versions.number(written):  # the unquoted 3.10, which is read as 3.1
        text = versions.respell(versions.number(written) or "", old, new)
    if text is None:
        raise CannotEditError(f"{written!r} does not spell {old} plainly")
    return text


def _add_word(
    file: File, named: list[tuple[PythonVersion, Span]], version: PythonVersion
) -> list[Edit]:
    if any(python == version for python, _ in named):
        return []
    python, before = neighbour([python for python, _ in named], version)
    places = [place for place, (other, _) in enumerate(named) if other == python]
    place = places[0] if before else places[-1]
    here = named[place][1]
    text = _respelled(file, here, python, version)
    between = _between(file, [span for _, span in named], place)
    if before:
        return [Edit(file.path, Span(here.start, here.start), text + between)]
    return [Edit(file.path, Span(here.end, here.end), between + text)]


def _between(file: File, elements: list[Span], place: int) -> str:
    """What separates two elements near `place`, quotes included."""
    if len(elements) > 1:
        left = min(max(place - 1, 0), len(elements) - 2) if place else 0
        return file.source.slice(Span(elements[left].end, elements[left + 1].start))
    here = elements[place]
    opened = re.search(
        r"""[\\"']*\Z""", file.source.slice(Span(max(0, here.start - 8), here.start))
    )
    quote = opened[0] if opened else ""
    return f"{quote}, {quote}"


def _drop_word(
    file: File, named: list[tuple[PythonVersion, Span]], version: PythonVersion
) -> list[Edit]:
    kept = [span for python, span in named if python != version]
    if len(kept) == len(named):
        return []
    if not kept:
        raise CannotEditError(f"{version} is the only element of the list")
    edits = []
    for place, (python, span) in enumerate(named):
        if python == version and span.start > kept[0].start:
            edits.append(Edit(file.path, Span(named[place - 1][1].end, span.end), ""))
        elif python == version:
            edits.append(Edit(file.path, Span(span.start, named[place + 1][1].start), ""))
    return edits


def _edit_default(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    """The default of an input; one that is chosen from `options` stays among them."""
    edits = _ONE(file, declarations, change)
    for edit in edits:
        chain = github_entries.chain(file, file.source.index(edit.span.start))
        options = next((yaml.get(node, "options") for node in reversed(chain)
                        if yaml.get(node, "options") is not None), None)  # fmt: skip
        wanted = edit.text.strip("\"'")
        choices = {getattr(item, "value", "") for item in yaml.elements(options)}
        if options is not None and wanted not in choices:
            raise CannotEditError(f"{wanted} is none of the input's options")
    return edits


def _edit_image(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    if any(item.note == github_steps.PINNED for item in declarations):
        raise CannotEditError("the image is pinned by digest, which belongs to its present Python")
    return edit_single(file, declarations, change)


def _by_hand(editor: Editor) -> Editor:
    """`editor`, unless the file says that something else writes it."""

    def edit(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
        edits = editor(file, declarations, change)
        line = github_steps.generated(file) if edits else None
        if line is not None:
            raise CannotEditError(
                f"the file says that it is generated (line {line}): change what makes it"
            )
        return edits

    return edit


EDITORS: dict[str, Editor] = {
    site: _by_hand(editor)
    for site, editor in {
        MATRIX: _edit_matrix,
        INCLUDE: _edit_include,
        github_steps.LINES: list_editor(),
        github_values.STEP: _ONE,
        github_values.LIST: _edit_text_list,
        github_steps.IMAGE: _edit_image,
        github_steps.RUN: edit_single,
        scopes.ENV: _ONE,
        scopes.DEFAULT: _edit_default,
        scopes.OUTPUT: edit_single,
    }.items()
}
"""By site; tox environments in scripts have none: what they name is in tox's own file."""
