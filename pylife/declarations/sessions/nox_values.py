"""What the value of `python=` says, in a noxfile: a string, a list, a comprehension, a project."""

import ast
from collections.abc import Iterator

from pylife.declarations import static
from pylife.declarations.base import File
from pylife.declarations.sessions import nox_project, nox_ranges
from pylife.model import Declaration, PythonVersion, Role
from pylife.syntax.python import Module

LIST = "nox-pythons"
SINGLE = "nox-python"
RANGE = "nox-range"
PROJECT = "nox-project"
FOLLOWS = "nox-follows"
COMPUTED = "computed when nox runs"
_MOST = 200
"""A longer list is none of Pythons, and several sessions may take parts of it."""


def pythons(file: File, module: Module, session: str, node: ast.expr) -> Iterator[Declaration]:
    """`python=`: one string, or a list of them."""
    group = node.id if isinstance(node, ast.Name) and node.id in module.constants else session
    value = module.resolve(_indexed(module, node))
    followed = _followed(file, module, value)
    if followed is not None:
        yield file.listed(
            FOLLOWS, Role.TESTS, module.span(value), followed,
            group=group, note="follows another place of the file",
        )  # fmt: skip
        return
    if isinstance(value, ast.Constant) and not isinstance(value.value, str):
        if value.value not in (None, False, True):
            yield file.unreadable(
                SINGLE, Role.TESTS, module.span(value), "not a string", group=group
            )
    elif (call := nox_project.call(value)) is not None:
        yield _of_project(file, module, group, call)
    elif _is_list(module, value):
        yield from listed(file, module, LIST, group, value)
    else:
        yield one(file, module, SINGLE, group, value)


def listed(
    file: File, module: Module, site: str, group: str, node: ast.expr
) -> Iterator[Declaration]:
    """The Pythons of a list, a comprehension's together."""
    done: set[ast.expr] = set()
    for element in _elements(module, node):
        call = nox_project.call(element.node)
        if call is not None:
            yield _of_project(file, module, group, call)
        elif not element.known:
            span = module.span(element.node)
            yield file.unreadable(site, Role.TESTS, span, COMPUTED, group=group)
        elif element.made is None:
            yield one(file, module, site, group, _indexed(module, element.node))
        elif element.part is not None:
            yield file.python_named(site, Role.TESTS, element.part, element.made, group=group)
        elif element.node not in done:
            done.add(element.node)
            yield from _made(file, module, site, group, element.node)


def _made(
    file: File, module: Module, site: str, group: str, node: ast.expr
) -> Iterator[Declaration]:
    """What a comprehension over numbers makes."""
    found = nox_ranges.made(module, node)
    if found is None:
        yield file.unreadable(site, Role.TESTS, module.span(node), COMPUTED, group=group)
    elif found.sources:
        for source, python in zip(found.sources, found.pythons, strict=True):
            span = module.span(source)
            yield file.listed(site, Role.TESTS, span, [python], group=group)
    else:
        yield file.listed(RANGE, Role.TESTS, module.span(node), found.pythons, group=group)


def _of_project(file: File, module: Module, group: str, node: ast.Call) -> Declaration:
    """A call that takes the Pythons from pyproject.toml."""
    found, span = nox_project.found(file, module, node), module.span(node)
    if found.unreadable:
        return file.unreadable(
            PROJECT, Role.TESTS, span, found.unreadable, group=group, invalid=found.invalid
        )
    return file.listed(PROJECT, Role.TESTS, span, found.pythons, group=group, note=found.note)


def _indexed(module: Module, node: ast.expr) -> ast.expr:
    """The element that `PYTHONS[-1]` names, where the list is known; else the expression."""
    match node:
        case ast.Subscript(value=ast.Name() as owner, slice=index):
            items = static.elements(module, owner)
            try:
                place = static.evaluate(module, index)
            except static.NotStaticError:
                return node
            plain = all(item.known and item.made is None for item in items)
            if plain and type(place) is int and -len(items) <= place < len(items):
                return items[place].node
    return node


def _followed(file: File, module: Module, node: ast.expr) -> tuple[PythonVersion, ...] | None:
    """What `PYTHONS[-1]` or `PYTHONS[1:]` names where the Pythons have no places of their own."""
    if not isinstance(node, ast.Subscript) or not isinstance(node.value, ast.Name):
        return None
    whole = module.resolve(node.value)
    call, made = nox_project.call(whole), nox_ranges.made(module, whole)
    more = False
    if call is not None:
        found = nox_project.found(file, module, call)
        all_of_them, more = found.pythons, found.more
    else:
        all_of_them = made.pythons if made is not None else ()
    try:
        match node.slice:
            case ast.Slice(lower, upper, None) if not more:
                return all_of_them[_bound(module, lower) : _bound(module, upper)] or None
            case index:
                place = _bound(module, index)
                known = place is not None and (place >= 0 or not more)
                return (all_of_them[place],) if place is not None and known else None
    except (static.NotStaticError, IndexError):
        return None


def _bound(module: Module, node: ast.expr | None) -> int | None:
    value = static.evaluate(module, node) if node is not None else None
    return value if type(value) is int else None


def _elements(module: Module, node: ast.expr) -> list[static.Element]:
    """The elements of a list expression, and of slices such as `PYTHONS[1:]` in it."""
    found: list[static.Element] = []
    for element in static.elements(module, node):
        part = None if element.known else _sliced(module, element.node)
        found += [element] if part is None else part
    return found if len(found) <= _MOST else [static.Element(node, known=False)]


def _sliced(module: Module, node: ast.expr) -> list[static.Element] | None:
    """The elements that a slice of a known list names; None for anything else."""
    match node:
        case ast.Subscript(value=ast.Name() as owner, slice=ast.Slice(lower, upper, None)):
            items = static.elements(module, owner)
            try:
                bounds = [
                    static.evaluate(module, bound) if bound else None for bound in (lower, upper)
                ]
            except static.NotStaticError:
                return None
            if all(item.known and item.made is None for item in items):
                first, last = (bound if type(bound) is int else None for bound in bounds)
                return list(items[first:last])
    return None


def _is_list(module: Module, node: ast.expr) -> bool:
    return isinstance(node, ast.List | ast.Tuple | ast.Set) or any(
        element.known for element in _elements(module, node)
    )


def one(file: File, module: Module, site: str, group: str, node: ast.expr) -> Declaration:
    """The declaration of one Python as a string expression."""
    place = module.resolve(node)
    span = module.string_span(place) or module.span(node)
    try:
        text = static.text(module, place)
    except static.NotTextError:
        return file.unreadable(
            site, Role.TESTS, span, "not a string: nox takes no numbers", group=group, invalid=True
        )
    except static.NotStaticError as error:
        return file.unreadable(site, Role.TESTS, span, str(error), group=group)
    return file.python_named(site, Role.TESTS, span, text, group=group)
