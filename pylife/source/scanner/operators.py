"""Operators that not every Python has for what stands on both sides, or between the brackets."""

import ast

from pylife.source.scanner import annotations
from pylife.source.scanner.excepts import TYPE
from pylife.source.scanner.features import use
from pylife.source.scanner.judge import member, shown, there
from pylife.source.scanner.kinds import Instance, Local, Ref
from pylife.source.scanner.state import State
from pylife.source.scanner.table import Entry

VARIABLES = frozenset({("typing", "TypeVar"), ("typing", "NewType"), ("typing", "ParamSpec")})
WITH_TEXT = "`|` between a quoted type and another in an annotation"


def subscript(state: State, node: ast.Subscript) -> None:
    """`list[int]`: a class that takes parameters since some Python."""
    for mask, value in state.values.of(node.value, state.scope):
        if not isinstance(value, Ref):
            continue
        given = annotations.count(node)
        present = annotations.subscript(value.module, value.name, given)
        failing = mask & state.may & ~present & there(state, value)
        if failing:
            what = f"{shown(*value)}[...]"
            state.use(node, what, "syntax", TYPE, Entry(present, note="PEP 585"), failing)


def union(state: State, node: ast.BinOp) -> None:
    """`X | Y`: of types since 3.10, of dictionaries since 3.9."""

    def is_type(side: ast.expr) -> bool:
        if isinstance(side, ast.Subscript):
            side = side.value
        if not isinstance(side, ast.Name | ast.Attribute):
            return False
        found = [value for _, value in state.values.of(side, state.scope)]
        return bool(found) and all(
            (isinstance(value, Ref)
             and (value.module == "typing" or state.table.is_class(value.module, value.name)))
            or (isinstance(value, Local) and plain(state, value))
            or (isinstance(value, Instance) and tuple(value) in VARIABLES)
            for value in found
        )  # fmt: skip

    found = annotations.union(node, is_type, annotation=False, known=state.unions)
    if found is None and state.annotating and _with_text(state, node):
        found = use("string_union", node.lineno, node.col_offset + 1)._replace(what=WITH_TEXT)
    if found is not None:
        entry = Entry(found.present, note=found.note)
        state.use(node, found.what, "syntax", TYPE, entry, state.may & ~found.present)
        return
    right = state.values.of(node.right, state.scope)
    if len(right) != 1 or not isinstance(right[0][1], Instance):
        return
    left = state.values.of(node.left, state.scope)
    if len(left) == 1:
        owner = left[0][1]
        if owner == Instance("builtins", "dict"):
            joined(state, node, "dict | dict", "__or__")
        elif isinstance(owner, Instance):
            member(state, node, node.left, "__or__")


def _with_text(state: State, node: ast.BinOp) -> bool:
    """`int | "Later"`: only what `typing` gives takes a text beside it."""
    sides = (node.left, node.right)
    texts = [
        side for side in sides if isinstance(side, ast.Constant) and isinstance(side.value, str)
    ]
    if len(texts) != 1:
        return False
    other = sides[0] if sides[1] is texts[0] else sides[1]
    while isinstance(other, ast.BinOp) and isinstance(other.op, ast.BitOr):
        if not _is_class(state, other.right):
            return False
        other = other.left
    return _is_class(state, other)


def _is_class(state: State, node: ast.expr) -> bool:
    """Whether something is evidently a class, with parameters or without, or None."""
    if isinstance(node, ast.Constant):
        return node.value is None
    if isinstance(node, ast.Subscript):
        node = node.value
    found = [value for _, value in state.values.of(node, state.scope)]
    return all(
        (isinstance(value, Ref) and value.module != "typing"
         and state.table.is_class(value.module, value.name))
        or (isinstance(value, Local) and plain(state, value))
        for value in found
    )  # fmt: skip


def plain(state: State, value: Local) -> bool:
    """Whether a class of the file is evidently none with a metaclass of its own."""
    looked_at = {value.scope}
    waiting = [value]
    while waiting:
        each = waiting.pop()
        node, around = each.scope.node, each.scope.parent
        if each.made or not isinstance(node, ast.ClassDef) or around is None or node.keywords:
            return False
        for part in node.bases:
            for _, base in state.values.of(part, around):
                if isinstance(base, Local):
                    if base.scope not in looked_at or base.made:
                        looked_at.add(base.scope)
                        waiting.append(base)
                elif not isinstance(base, Ref):
                    return False
    return True


def is_dict(state: State, node: ast.expr) -> bool:
    """Whether something is evidently a dictionary."""
    cases = state.values.of(node, state.scope)
    return bool(cases) and all(value == Instance("builtins", "dict") for _, value in cases)


def joined(state: State, node: ast.AST, what: str, method: str) -> None:
    """Dictionaries that are joined by an operator."""
    known = state.table.attribute("builtins", f"dict.{method}")
    if known is not None:
        state.use(node, what, "method", TYPE, known, state.may & ~known.present)
