"""Image references in YAML and JSON: whole, in parts (`repository`, `tag`), with variables."""

import re
from collections.abc import Iterator, Sequence

from pylife.declarations import versions
from pylife.declarations.base import CannotEditError, File
from pylife.declarations.cloud import runtimes
from pylife.declarations.containers import images
from pylife.declarations.editing import edit_single, single_editor, unquoted_number
from pylife.model import Change, Declaration, Edit, Role, Span
from pylife.syntax import yaml
from pylife.syntax.placed import DOLLAR, Placed, expand
from pylife.syntax.yaml import Node, ScalarNode

_NOWHERE = -2
"""The place of a separator that stands in no file: beside no other place."""


def placed(file: File, node: ScalarNode) -> Placed | None:
    """The text of a scalar with its places; None where it is not written as it is."""
    span = runtimes.plain(file, node)
    return None if span is None else Placed.plain(node.value, file.source.index(span.start))


def declare(file: File, site: str, image: Placed, whole: Span, group: str) -> Iterator[Declaration]:
    """What the reference `image` says, each character of which knows its place."""

    found = images.python_of(image.text)

    def at(start: int, end: int) -> Span | None:
        part = image.around(found[1:], (start, end)) if found else None
        return file.source.span(part.places[0], part.places[-1] + 1) if part else None

    yield from images.declare(file, site, image.text, whole, at, group=group)


def interpolated(file: File, site: str, node: Node | None, group: str) -> Iterator[Declaration]:
    """What the reference of a scalar says, in which `${NAME:-3.9}` gives a default."""
    if not yaml.is_scalar(node):
        return
    text = placed(file, node)
    if text is None or "$" not in text.text:
        yield from runtimes.image(file, site, node, group)
        return
    whole = yaml.scalar_span(file.source, node)
    value = expand(text, {}, DOLLAR)
    if value.missing is None:
        yield from declare(file, site, value.text, whole, group)
    elif "python" in value.text.text:
        reason = f"{value.missing} has no default: the environment or a .env file gives it"
        yield file.unreadable(site, Role.RUNS_ON, whole, reason, group=group)


def parts(
    file: File, site: str, repository: Sequence[Node | None], tag: Node | None, group: str
) -> Iterator[Declaration]:
    """What a reference says whose repository (its parts in order) and tag stand apart."""
    if not yaml.is_scalar(tag) or not tag.value:
        return
    pieces: list[Placed] = []
    for node, separator in [*((part, "/") for part in repository), (tag, ":")]:
        if not yaml.is_scalar(node) or not node.value:
            continue
        text = placed(file, node)
        if text is None or "{{" in node.value or "$" in node.value:
            return
        if pieces:
            pieces.append(Placed(separator, (_NOWHERE,)))
        pieces.append(text)
    number = None if tag.style else versions.number(tag.value)
    if number is not None:
        pieces[-1] = pieces[-1][: len(number)]
    span = yaml.scalar_span(file.source, tag)
    for item in declare(file, site, Placed.join(pieces), span, group):
        if number is None:
            yield item
        else:
            note = f"YAML reads an unquoted {tag.value} as {number}: quote it"
            yield file.listed(site, Role.RUNS_ON, span, item.versions or (), group=group, note=note)


def mapping(
    file: File, site: str, node: Node, path: str, keys: re.Pattern[str]
) -> Iterator[Declaration]:
    """What one mapping says: whole references under `keys`, or one in parts beside a `tag`."""
    tag = yaml.get(node, "tag")
    said = ["repository", "image"]
    if keys.fullmatch(path.rpartition(".")[2]):  # the name of many other things too
        said.append("name")
    named = [yaml.get(node, key) for key in said]
    repository = next((name for name in named if yaml.is_scalar(name)), None)
    apart = yaml.is_scalar(tag) and repository is not None
    for key, value in yaml.pairs(node):
        if yaml.is_scalar(value) and keys.fullmatch(key) and not (apart and value is repository):
            yield from runtimes.image(file, site, value, f"{path}.{key}" if path else key)
    digest = yaml.get(node, "digest")
    if apart and not (yaml.is_scalar(digest) and digest.value):
        yield from parts(file, site, [yaml.get(node, "registry"), repository], tag, path)


_edit_number = single_editor(unquoted_number)
_BEFORE = {b" ", b"\t", b"\n", b"{", b"[", b","}
"""What stands before a YAML value that is not quoted, nor the end of a longer one."""


def edit_tag(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    """The editor of a tag that may stand alone and unquoted; see `images.edit_image`."""
    for item in declarations:
        if reason := images.immovable(item):
            raise CannotEditError(reason)
    alone = all(
        file.source.data[item.span.start - 1 : item.span.start] in _BEFORE for item in declarations
    )
    return (_edit_number if alone else edit_single)(file, declarations, change)


def names(node: Node | None) -> Iterator[tuple[str, Node]]:
    """The entries of a mapping or list; those of a list by their own `name`, else by number."""
    yield from yaml.pairs(node)
    for number, element in enumerate(yaml.elements(node)):
        name = yaml.get(element, "name")
        yield (name.value if yaml.is_scalar(name) else str(number)), element


def walk(node: Node | None, path: str = "") -> Iterator[tuple[str, Node]]:
    """Every mapping under `node`, in order and once, with the names that lead to it."""
    seen: set[int] = set()
    pending = [(path, node)] if node is not None else []
    while pending:
        where, here = pending.pop()
        if id(here) in seen:
            continue
        seen.add(id(here))
        if yaml.is_mapping(here):
            yield where, here
        inner = [(f"{where}.{name}" if where else name, child) for name, child in names(here)]
        pending += [entry for entry in reversed(inner) if entry[1].id != "scalar"]
