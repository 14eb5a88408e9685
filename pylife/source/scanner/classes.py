"""Classes of the file and of annotations: what their objects have."""

import ast
import re
from typing import TYPE_CHECKING

from pylife.source.scanner import fields, scopes
from pylife.source.scanner.kinds import NOT_KNOWN, Cases, Function, Local, Ref, Value, made
from pylife.source.scanner.scopes import Scope
from pylife.source.scanner.table import Entry, Table
from pylife.source.scanner.versions import ALL

if TYPE_CHECKING:
    from pylife.source.scanner.values import Values

DEPTH = 60
"""How many generations of classes are followed."""
_DOTTED = re.compile(r"[A-Za-z_][\w.]*(?:\[[\w., \[\]|]*\])?(?:\s*\|\s*None)?\Z")
_WRAPPERS = frozenset({"Optional", "Final", "ClassVar", "Annotated", "Required", "NotRequired"})


def annotated(values: "Values", node: ast.expr, scope: Scope) -> Cases:
    """The class that an annotation names; `None` beside it is left out."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if node not in values.quoted:
            values.quoted[node] = _parsed(node.value)
        quoted = values.quoted[node]
        if quoted is None:
            return NOT_KNOWN
        node = quoted
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        sides = [side for side in (node.left, node.right) if not _is_none(side)]
        return annotated(values, sides[0], scope) if len(sides) == 1 else NOT_KNOWN
    if isinstance(node, ast.Subscript):
        outer = node.value
        last = getattr(outer, "attr", None) or getattr(outer, "id", "")
        if last == "Union" and isinstance(node.slice, ast.Tuple):
            sides = [side for side in node.slice.elts if not _is_none(side)]
            return annotated(values, sides[0], scope) if len(sides) == 1 else NOT_KNOWN
        if last in _WRAPPERS:
            inner = node.slice
            return annotated(
                values,
                inner.elts[0] if isinstance(inner, ast.Tuple) and inner.elts else inner,
                scope,
            )
        return values.of(outer, scope)
    if isinstance(node, ast.Name | ast.Attribute):
        return [
            (mask, value if is_class(values.table, value) else None)
            for mask, value in values.of(node, scope)
        ]
    return NOT_KNOWN


def _parsed(text: str) -> ast.expr | None:
    """What a quoted annotation says, if that is plain."""
    if not _DOTTED.match(text):
        return None
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def is_class(table: Table, value: Value | None) -> bool:
    """Whether a value is a class."""
    if isinstance(value, Ref):
        return table.is_class(value.module, value.name)
    return isinstance(value, Local) and not value.made


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def field(values: "Values", value: Local, name: str) -> Value | None:
    """A field that the class declares with an annotation, or sets once."""
    pairs = value.scope.env.get(name, ())
    if (len(pairs) == 1 and pairs[0][1].what == scopes.ANNOTATION) or (
        len(pairs) == 1 and _made(pairs[0][1]) and name not in values.stored
    ):
        cases = values.bound(pairs[0][1])
    elif len(pairs) == 1 and pairs[0][1].what == scopes.DEFINITION:
        return _method(values, value, pairs[0][1])
    elif value.made and not pairs:
        cases = _set(values, value.scope, name)
    else:
        return None
    return cases[0][1] if len(cases) == 1 and cases[0][0] == ALL else None


def _made(binding: scopes.Binding) -> bool:
    """`log = logging.getLogger()` in the body of a class."""
    return binding.what == scopes.EXPRESSION and isinstance(binding.node, ast.Call)


def _method(values: "Values", owner: Local, binding: scopes.Binding) -> Value | None:
    """A method, or what a property is said to give."""
    node, scope = binding.node, binding.scope
    if not isinstance(node, ast.FunctionDef) or scope is None:
        return None
    names = {getattr(part, "id", getattr(part, "attr", "?")) for part in node.decorator_list}
    if names <= {"staticmethod", "classmethod"}:
        return Function(node, scope)
    if owner.made and names <= {"property", "cached_property"}:
        cases = returns(values, Function(node, scope))
        return cases[0][1] if len(cases) == 1 and cases[0][0] == ALL else None
    return None


def returns(values: "Values", called: Function) -> Cases:
    """What a function of this file says that it returns."""
    node = called.node
    names = {getattr(part, "id", getattr(part, "attr", "?")) for part in node.decorator_list}
    plain = names <= {"staticmethod", "classmethod", "property", "cached_property"}
    if node.returns is None or not plain or isinstance(node, ast.AsyncFunctionDef):
        return NOT_KNOWN
    scope = called.scope
    while scope.kind == scopes.CLASS and scope.parent is not None:
        scope = scope.parent
    return [(mask, made(value)) for mask, value in annotated(values, node.returns, scope)]


def set_once(values: "Values", scope: Scope, name: str) -> fields.Field | None:
    """What the class sets a field of its objects to, if the file sets it at one place only."""
    node = scope.node
    if not isinstance(node, ast.ClassDef):
        return None
    line = values.lines.only(name)
    if not node.lineno <= line <= (node.end_lineno or 0):
        return None
    if node not in values.methods:
        values.methods[node] = fields.Methods(node)
    return values.methods[node].field(line, name)


def _set(values: "Values", scope: Scope, name: str) -> Cases:
    found, around = set_once(values, scope, name), scope.parent
    if found is None or around is None:
        return NOT_KNOWN
    if found.annotated:
        return [(mask, made(each)) for mask, each in annotated(values, found.value, around)]
    return values.of(found.value, around)


Member = tuple[tuple[str, str], Entry]


def inherited(values: "Values", value: Local, name: str) -> Member | None:
    """A member that a class of this file has from the standard library alone."""
    return _inherited(values, value, name, {})


def _inherited(
    values: "Values", value: Local, name: str, known: dict[Scope, Member | None]
) -> Member | None:
    """See `inherited`; `known` is what was found of other classes, and keeps from going round."""
    if value.scope not in known:
        known[value.scope] = None
        known[value.scope] = _of_bases(values, value, name, known)
    return known[value.scope]


def _of_bases(
    values: "Values", value: Local, name: str, known: dict[Scope, Member | None]
) -> Member | None:
    if name in value.scope.env or name in values.stored or values.depth > DEPTH:
        return None
    node, around = value.scope.node, value.scope.parent
    if not isinstance(node, ast.ClassDef) or around is None or node.keywords:
        return None
    found = None
    values.depth += 1
    for base in node.bases:
        cases = values.of(base, around)
        if len(cases) != 1 or cases[0][0] != ALL:
            found = None
            break
        inner = cases[0][1]
        if isinstance(inner, Local) and not inner.made:
            step = _inherited(values, inner, name, known)
        elif isinstance(inner, Ref) and is_class(values.table, inner):
            place = (inner.module, f"{inner.name}.{name}")
            entry = values.table.attribute(*place)
            step = (place, entry) if entry is not None else None
        else:
            step = None
        if step is None:
            found = None  # what is not known may have it
            break
        found = found or step
    values.depth -= 1
    return found
