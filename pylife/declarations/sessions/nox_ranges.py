"""Pythons that a comprehension makes of minor versions: `[f"3.{n}" for n in range(9, 14)]`."""

import ast
from collections.abc import Sequence
from typing import NamedTuple

from pylife.declarations import static, versions
from pylife.declarations.base import CannotEditError, File
from pylife.model import AddPython, Change, Declaration, DropPython, Edit, PythonVersion
from pylife.syntax.python import Module

_MOST = 100


class Made(NamedTuple):
    """The Pythons of a comprehension, each with what it is made of, if that is a list."""

    pythons: tuple[PythonVersion, ...]
    sources: tuple[ast.expr, ...] = ()


def made(module: Module, node: ast.expr) -> Made | None:
    """What a comprehension over minors gives; None for any other expression."""
    match node:
        case (
            ast.ListComp(generators=[loop])
            | ast.GeneratorExp(generators=[loop])
            | ast.SetComp(generators=[loop])
        ):
            minors, sources = _minors(module, loop.iter)
        case _:
            return None
    # Only what is plainly 3.N for each N is sure to stay so when the numbers change.
    texts = [element.made for element in static.elements(module, node)]
    if not minors or texts != [f"3.{minor}" for minor in minors]:
        return None
    return Made(tuple(PythonVersion(3, minor) for minor in minors), tuple(sources))


def _minors(module: Module, node: ast.expr) -> tuple[list[int], list[ast.expr]]:
    """The numbers of a loop, and their places if they stand in a list."""
    bounds = _bounds(module, node)
    if bounds is not None:
        numbers = [bound for _, bound in bounds]
        return list(range(*numbers)) if max(numbers) <= _MOST else [], []
    found: list[int] = []
    places = [item.node for item in static.elements(module, node) if item.known]
    for place in places:
        if not isinstance(place, ast.Constant) or type(place.value) is not int:
            return [], []
        found.append(place.value)
    return found, places


def _bounds(module: Module, node: ast.expr) -> list[tuple[ast.expr, int]] | None:
    """The one or two bounds of `range(...)`, each with its place."""
    match node:
        case ast.Call(func=ast.Name(id="range"), args=[_] | [_, _] as args, keywords=[]):
            found = []
            for arg in args:
                try:
                    value = static.evaluate(module, arg)
                except static.NotStaticError:
                    return None
                if type(value) is not int:
                    return None
                found.append((arg, value))
            return found
    return None


def spell(text: str, old: PythonVersion, new: PythonVersion) -> str | None:
    """Also the bare minor of `for n in (9, 10)`."""
    if text == str(old.minor) and not new.free_threaded:
        return str(new.minor)
    return versions.respell(text, old, new)


def edit(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    """Moves a bound of `range(...)`, if it is written there as a number."""
    item, pythons = declarations[0], declarations[0].versions
    if not isinstance(change, AddPython | DropPython) or not pythons or len(declarations) > 1:
        raise CannotEditError("a range names several Pythons, not one")
    add, version = isinstance(change, AddPython), change.version
    if (version in pythons) is add:
        return []
    module: Module = file.python
    bounds = next(
        (
            found
            for node in module.nodes
            if isinstance(node, ast.comprehension)
            and item.span.start <= module.span(node.iter).start < item.span.end
            and (found := _bounds(module, node.iter)) is not None
        ),
        [],
    )
    if add and bounds and version == pythons[-1].next:
        place, number = bounds[-1][0], version.minor + 1
    elif not add and len(pythons) > 1 and bounds and version == pythons[-1]:
        place, number = bounds[-1][0], version.minor
    elif not add and len(pythons) > 1 and len(bounds) > 1 and version == pythons[0]:
        place, number = bounds[0][0], version.minor + 1
    else:
        raise CannotEditError(f"{version} is inside or away from the range {item.raw!r}")
    if not isinstance(place, ast.Constant):
        raise CannotEditError(f"a bound of {item.raw!r} is computed")
    return [Edit(file=file.path, span=module.span(place), text=str(number))]
