"""Expressions that hold others in ways of their own: conditions, scopes, operators."""

import ast
from typing import TYPE_CHECKING, Any

from pylife.source.scanner import annotations, operators, peculiar, shapes
from pylife.source.scanner.scopes import ELEMENT, EXPRESSION, FUNCTION, NOTHING_KNOWN, Scope
from pylife.source.scanner.versions import mask

if TYPE_CHECKING:
    from pylife.source.scanner.walk import Expressions

KEYS = (ast.Constant, ast.Tuple)
DEEP = 60
"""How deeply conditions in expressions are followed; below it they are taken as not known."""


def boolean(walk: "Expressions", node: ast.BoolOp, stack: list[Any]) -> None:
    """`a and b`: each part is reached where those before it let it be."""
    if walk.depth > DEEP:
        stack.extend(node.values)
        return
    if not walk.depth:
        walk.guards.forget()
    may, saw, muted = walk.may, walk.saw, walk.muted
    walk.depth += 1
    for part in node.values:
        walk.saw = False
        walk.expression(part)
        if walk.saw:
            saw = True
            true, false = walk.judged(part)
            walk.may &= true if node.op.__class__ is ast.And else false
            walk.muted |= walk.vague
    walk.depth -= 1
    walk.may, walk.saw, walk.muted = may, saw, muted


def choice(walk: "Expressions", node: ast.IfExp, stack: list[Any]) -> None:
    """`a if b else c`."""
    if walk.depth > DEEP:
        stack += [node.test, node.body, node.orelse]
        return
    if not walk.depth:
        walk.guards.forget()
    walk.depth += 1
    may, muted = walk.may, walk.muted
    true, false = walk.condition(node.test)
    walk.muted |= walk.vague
    for part, reached in ((node.body, true), (node.orelse, false)):
        walk.may = may & reached
        walk.expression(part)
    walk.may, walk.muted = may, muted
    walk.depth -= 1


def comprehension(walk: "Expressions", node: Any, stack: list[Any]) -> None:
    """A comprehension: its targets are its own, its conditions guard what it yields."""
    elements = [node.key, node.value] if node.__class__ is ast.DictComp else [node.elt]
    elements = [element for element in elements if element is not None]
    generators = node.generators
    if walk.depth > DEEP:
        for part in generators:
            stack += [part.target, part.iter, *part.ifs]
        stack += elements
        return
    walk.depth += 1
    walk.expression(generators[0].iter)
    may, saw, scope = walk.may, walk.saw, Scope(FUNCTION, walk.scope, generators[0])
    outer = walk.inner(scope)
    for part in generators:
        if part is not generators[0]:
            walk.expression(part.iter)
        walk.saw = False
        walk.target(part.target, ELEMENT, part.iter)
        for test in part.ifs:
            walk.may &= walk.condition(test)[0]
    for element in elements:
        walk.expression(element)
    walk.scope, walk.may, walk.saw = outer, may, saw
    walk.depth -= 1


def anonymous(walk: "Expressions", node: ast.Lambda, stack: list[Any]) -> None:
    """A lambda."""
    arguments = node.args
    stack += arguments.defaults
    stack += [default for default in arguments.kw_defaults if default is not None]
    if walk.depth > DEEP:
        stack.append(node.body)
        return
    scope = Scope(FUNCTION, walk.scope, node)
    scope.env = dict.fromkeys(parameters(arguments), NOTHING_KNOWN)
    walk.depth += 1
    outer, saw, attempts = walk.inner(scope), walk.saw, walk.attempts
    walk.attempts = []  # it runs later
    walk.expression(node.body)
    walk.scope, walk.attempts = outer, attempts
    walk.saw |= saw
    walk.depth -= 1


def parameters(arguments: ast.arguments) -> list[str]:
    """The names of all parameters."""
    return [part.arg for part in all_parameters(arguments)]


def all_parameters(arguments: ast.arguments) -> list[ast.arg]:
    """All parameters; not to be changed."""
    found, rest, words = arguments.args, arguments.vararg, arguments.kwarg
    if arguments.posonlyargs or arguments.kwonlyargs:
        found = [*arguments.posonlyargs, *found, *arguments.kwonlyargs]
    if rest is not None or words is not None:
        found = [*found, *(part for part in (rest, words) if part is not None)]
    return found


def assigned(walk: "Expressions", node: ast.NamedExpr, stack: list[Any]) -> None:
    """`(name := value)`."""
    saw, walk.saw = walk.saw, False
    if walk.depth > DEEP:
        stack.append(node.value)
    else:
        walk.depth += 1
        walk.expression(node.value)
        walk.depth -= 1
    walk.guards.forget()
    inner, walk.scope = walk.scope, walk.scope.around()
    walk.target(node.target, EXPRESSION, node.value)
    walk.scope = inner
    walk.saw |= saw


def mapping(walk: "Expressions", node: ast.Dict, stack: list[Any]) -> None:
    """A dictionary; `**other` has no key.

    Functions that it has for a condition or for versions are come to where it is looked up.
    """
    keys = node.keys
    stack += [key for key in keys if key is not None]
    if keys and keys[0].__class__ is ast.Call:
        shapes.keyed(walk, keys[0])
    if not keys or keys[0].__class__ not in KEYS or walk.depth > DEEP or not all(map(_key, keys)):
        stack += node.values
        return
    here = walk.may
    walk.depth += 1
    for key, value in zip(keys, node.values, strict=True):
        walk.switches = walk.switches or _switch(key)
        if value.__class__ is ast.Name or value.__class__ is ast.Lambda:
            walk.may = 0 if _switch(key) else here & _version(key)
        walk.expression(value)
        walk.may = here
    walk.depth -= 1


def operation(walk: "Expressions", node: ast.BinOp, stack: list[Any]) -> None:
    """An operation; only `|` has not always been there for everything."""
    stack.append(node.left)
    stack.append(node.right)
    if node.op.__class__ is ast.BitOr:
        operators.union(walk, node)


def _key(key: ast.expr | None) -> bool:
    return _switch(key) or _version(key) != 0


def _version(key: ast.expr | None) -> int:
    """The Python that a key like `(3, 9)` is for."""
    parts = [getattr(part, "value", None) for part in getattr(key, "elts", ())]
    found = tuple(part for part in parts if part.__class__ is int)
    return mask([found]) if len(found) == len(parts) == 2 else 0


def _switch(key: ast.expr | None) -> bool:
    """A key of `{True: one, False: other}[condition]`."""
    return isinstance(key, ast.Constant) and isinstance(key.value, bool)


def subscript(walk: "Expressions", node: ast.Subscript, stack: list[Any]) -> None:
    """`list[int]`, where that is looked at: not every class takes parameters everywhere."""
    owner = node.value
    if walk.switches and owner.__class__ is ast.Name:
        owner = walk.meant(owner.id) or owner
    if isinstance(owner, ast.Dict) and owner.keys and all(map(_switch, owner.keys)):
        true, false = walk.condition(node.slice)
        here = walk.may
        for key, value in zip(owner.keys, owner.values, strict=True):
            walk.may = here & (true if key.value else false)  # type: ignore[union-attr]
            walk.expression(value)
        walk.may = here
        return
    owner = node.value
    last = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
    last = walk.renamed.get(last, last)
    if last in annotations.subscriptable_names() and node.ctx.__class__ is ast.Load:
        operators.subscript(walk, node)
    elif last == "parents" and owner.__class__ is ast.Attribute:
        shapes.parents(walk, node)
    stack.append(owner)
    stack.append(node.slice)


def formatted(walk: "Expressions", node: ast.FormattedValue, stack: list[Any]) -> None:
    """A value in a string."""
    stack.append(node.value)
    if node.format_spec is not None:
        stack.append(node.format_spec)
        peculiar.spelled(walk, node)


RULES: dict[type[ast.AST], Any] = {
    ast.BinOp: operation,
    ast.BoolOp: boolean,
    ast.Dict: mapping,
    ast.DictComp: comprehension,
    ast.FormattedValue: formatted,
    ast.GeneratorExp: comprehension,
    ast.IfExp: choice,
    ast.Lambda: anonymous,
    ast.ListComp: comprehension,
    ast.NamedExpr: assigned,
    ast.SetComp: comprehension,
    ast.Subscript: subscript,
}
