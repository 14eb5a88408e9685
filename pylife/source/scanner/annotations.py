"""Typing that is evaluated at run time: where it is, and on which Pythons it works."""

import ast
import functools
import json
from collections.abc import Callable

from pylife.source.scanner.features import DATA, SyntaxUse, these, use
from pylife.source.scanner.versions import ALL, below

DEFERRED = (3, 14)  # PEP 649: from here on an annotation is evaluated when somebody asks


def evaluated(*, future: bool, quoted: bool, local: bool, by: str) -> int:
    """The Pythons on which an annotation is evaluated as the code runs.

    `future`: under `from __future__ import annotations`; `local`: of a variable in a function;
    `by`: who evaluates it in any case (see `evaluating`), or "".
    """
    if local:
        return 0
    if by:
        return ALL
    return 0 if future or quoted else below(DEFERRED)


@functools.cache
def _subscriptable() -> tuple[dict[str, list[str]], dict[str, dict[str, list[str]]]]:
    content = json.loads((DATA / "subscriptable.json").read_text(encoding="utf-8"))
    return content["classes"], content["parameters"]


@functools.cache
def subscriptable_names() -> frozenset[str]:
    """The last parts of all names that `subscript` knows something of."""
    classes, parameters = _subscriptable()
    return frozenset(name.partition(":")[2] for name in (*classes, *parameters))


def subscript(module: str, name: str, count: int = 1) -> int:
    """The Pythons on which `X[...]` does not fail for a class of the standard library.

    A Python that does not have the class is among them: that is another finding. `count` is how
    many parameters are given.
    """
    classes, parameters = _subscriptable()
    key = f"{module}:{name}"
    fails = classes.get(key) or parameters.get(key, {}).get(str(count), [])
    return ALL & ~these(fails)


def count(node: ast.Subscript) -> int:
    """How many parameters a subscript gives."""
    return len(node.slice.elts) if isinstance(node.slice, ast.Tuple) else 1


Unions = dict[ast.BinOp, tuple[SyntaxUse | None, bool]]
"""Of each `|` that was looked at: what was found, and whether it may be a type."""


def union(
    node: ast.BinOp, is_type: Callable[[ast.expr], bool], *, annotation: bool,
    known: Unions | None = None,
) -> SyntaxUse | None:  # fmt: skip
    """`X | Y` between types, reported once for each chain, where the chain begins.

    In an annotation it can be nothing else; anywhere else one side must evidently be a type and
    the other may be one: flags, sets and dictionaries use the same sign. What is found is put
    into `known`: the rest of a chain is asked for next, and may be long.
    """
    known = {} if known is None else known
    chain: list[ast.BinOp] = []
    inner: ast.expr = node
    while isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.BitOr) and inner not in known:
        chain.append(inner)
        inner = inner.left
    for each in reversed(chain):
        types = _may_be(each.left, known) and _may_be(each.right, known)
        known[each] = (_begun(each, is_type, known, annotation=annotation, types=types), types)
    return known[node][0] if node in known else None


def _begun(
    node: ast.BinOp, is_type: Callable[[ast.expr], bool], known: Unions, *,
    annotation: bool, types: bool,
) -> SyntaxUse | None:  # fmt: skip
    """A union that begins here, if its parts may be types."""
    left, right = node.left, node.right
    if isinstance(left, ast.BinOp) and left in known and known[left][0]:
        return None
    if annotation and {_constant(left), _constant(right)} == {type(None), str}:
        # `"A" | None` never worked: such an annotation does since nobody evaluates it.
        return _use("string_union", node)
    if not types:
        return None
    return _use("union", node) if annotation or is_type(left) or is_type(right) else None


def _use(name: str, node: ast.BinOp) -> SyntaxUse:
    return use(name, node.lineno, node.col_offset + 1)


def _constant(node: ast.expr) -> type | None:
    return type(node.value) if isinstance(node, ast.Constant) else None


def _may_be(node: ast.expr, known: Unions) -> bool:
    """Whether an expression may be a type: a name, a subscript, None, a chain of such."""
    if isinstance(node, ast.BinOp):
        if node in known:
            return known[node][1]
        return (
            isinstance(node.op, ast.BitOr)
            and _may_be(node.left, known)
            and _may_be(node.right, known)
        )
    if isinstance(node, ast.Constant):
        return node.value is None
    return isinstance(node, ast.Name | ast.Attribute | ast.Subscript)
