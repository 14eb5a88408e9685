"""Guards: comparisons with the running Python in code, from the syntax tree.

`sys.version_info` (whole, sliced, its fields), `sys.hexversion`, `six.PY2` and
`six.PY3`. What a comparison means follows from how Python compares tuples:
`sys.version_info > (3, 9)` holds for 3.9.0 too, because the longer tuple is
greater; `sys.version_info[:2] > (3, 9)` does not. Counted, not judged (see
`pylife.declarations.conditions`).
"""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from packaging.specifiers import SpecifierSet

from pylife.declarations import static
from pylife.declarations.aside import guard_meaning
from pylife.declarations.aside.guard_meaning import NotPlainError
from pylife.declarations.base import File, Reader
from pylife.model import Declaration, Role
from pylife.syntax.python import Module

_SITE = "guard"
_SIX = {"PY2": "<3", "PY3": ">=3,<4", "PY34": ">=3.4"}
_MINOR = 1
"""The place of the minor version in `sys.version_info`."""

_FIELDS = ("major", "minor", "micro")


class _Names(NamedTuple):
    """Under which names a file has the modules `sys` and `six`, and what it took from them."""

    modules: dict[str, str]
    taken: dict[str, str]


class _Subject(NamedTuple):
    """What of the version is compared: its first `length` numbers, or one `field`."""

    length: int
    field: int | None = None
    hexadecimal: bool = False


def read(file: File) -> Iterator[Declaration]:
    """Each guard of the file, once."""
    module: Module = file.python
    names = _names(module.tree)
    done: set[int] = set()
    for node in module.nodes:
        if id(node) in done:
            continue
        if isinstance(node, ast.BoolOp):
            yield from _minors(file, module, names, node, done)
        elif isinstance(node, ast.Compare):
            yield from _comparison(file, module, names, node)
        elif isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Load):
            said = _SIX.get(_dotted(names, node).removeprefix("six."), "")
            if said and _dotted(names, node).startswith("six."):
                span = module.span(node)
                yield file.range(_SITE, Role.CONDITIONS, span, SpecifierSet(said))


def _names(tree: ast.Module) -> _Names:
    modules = {"sys": "sys", "six": "six"}
    taken: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {
                alias.asname: alias.name
                for alias in node.names
                if alias.asname and alias.name in {"sys", "six"}
            }
        elif isinstance(node, ast.ImportFrom) and node.module in {"sys", "six"} and not node.level:
            taken |= {
                alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names
            }
    return _Names(modules, taken)


def _dotted(names: _Names, node: ast.expr) -> str:
    """`sys.version_info` however it is spelled; empty for what is of neither module."""
    match node:
        case ast.Name(id=name):
            return names.taken.get(name, "")
        case ast.Attribute(value=ast.Name(id=name), attr=attr) if name in names.modules:
            return f"{names.modules[name]}.{attr}"
        case _:
            return ""


def _subject(names: _Names, node: ast.expr) -> _Subject | None:
    """What of the version `node` is; None for anything else."""
    match node:
        case ast.Name() | ast.Attribute() if _dotted(names, node) == "sys.version_info":
            return _Subject(5)
        case ast.Name() | ast.Attribute() if _dotted(names, node) == "sys.hexversion":
            return _Subject(5, hexadecimal=True)
        case ast.Attribute(value=owner, attr=attr) if attr in _FIELDS:
            whole = _dotted(names, owner) == "sys.version_info"
            return _Subject(1, _FIELDS.index(attr)) if whole else None
        case ast.Subscript(value=owner, slice=index):
            return _part(index) if _dotted(names, owner) == "sys.version_info" else None
        case ast.Tuple(elts=elements):
            found = [_subject(names, element) for element in elements]
            fields = [item.field for item in found if item is not None]
            plain = fields == list(range(len(elements))) and len(fields) == len(found) > 0
            return _Subject(len(found)) if plain else None
        case _:
            return None


def _part(index: ast.expr) -> _Subject | None:
    match index:
        case ast.Constant(value=int(field)) if 0 <= field < len(_FIELDS):
            return _Subject(1, field)
        case ast.Slice(lower=None | ast.Constant(value=0), upper=upper, step=None):
            length = getattr(upper, "value", None)
            if upper is None:
                return _Subject(5)
            return _Subject(length) if isinstance(length, int) and 1 <= length <= 5 else None
        case _:
            return None


def _comparison(
    file: File, module: Module, names: _Names, node: ast.Compare
) -> Iterator[Declaration]:
    """A comparison, perhaps chained, that speaks of the version on one side."""
    sides = [node.left, *node.comparators]
    subjects = [_subject(names, side) for side in sides]
    found = next((item for item in subjects if item is not None), None)
    if found is None:
        return
    span = module.span(node)
    try:
        clauses = []
        for place, operator in enumerate(node.ops):
            left, right = subjects[place], subjects[place + 1]
            value = sides[place + 1] if left is not None else sides[place]
            both = (left is None) is (right is None)
            clauses.append(_clause(module, found, operator, value, flipped=left is None, both=both))
    except NotPlainError as error:
        yield file.unreadable(_SITE, Role.CONDITIONS, span, str(error))
        return
    specifiers = {str(clause): clause for group in clauses for clause in group}
    if len(specifiers) == 1 or all(len(group) == 1 for group in clauses):
        yield file.range(_SITE, Role.CONDITIONS, span, SpecifierSet(",".join(specifiers)))
    else:
        pythons = guard_meaning.union(list(specifiers), file.known)
        yield file.listed(_SITE, Role.CONDITIONS, span, pythons)


def _clause(
    module: Module,
    subject: _Subject,
    operator: ast.cmpop,
    value: ast.expr,
    *,
    flipped: bool,
    both: bool,
) -> tuple[str, ...]:
    """One comparison as ranges of which any holds; `both` sides or none may be the version."""
    if both:
        raise NotPlainError("compares the version with itself, or something else in between")
    symbol = guard_meaning.symbol(operator, flipped=flipped)
    if subject.field not in (None, 0):
        raise NotPlainError("compares the minor version alone: of which major is not said")
    constant = _constant(module, value)
    if symbol == "in":
        if not isinstance(constant, list) or subject.hexadecimal:
            raise NotPlainError("compares with what is no constant of this file")
        wanted = [guard_meaning.numbers(item) for item in constant]
        return tuple(guard_meaning.compared(subject.length, "==", item) for item in wanted)
    if subject.hexadecimal:
        return (guard_meaning.hexadecimal(symbol, constant),)
    return (guard_meaning.compared(subject.length, symbol, guard_meaning.numbers(constant)),)


def _constant(module: Module, node: ast.expr) -> object:
    try:
        if isinstance(node, ast.Set):
            node = ast.Tuple(elts=node.elts, ctx=ast.Load())
        return static.evaluate(module, node)
    except static.NotStaticError:
        raise NotPlainError("compares with what is no constant of this file") from None


def _minors(
    file: File, module: Module, names: _Names, node: ast.BoolOp, done: set[int]
) -> Iterator[Declaration]:
    """`sys.version_info[0] == 3 and sys.version_info[1] >= 9`: both together are one guard."""
    for left, right in zip(node.values, node.values[1:], strict=False):
        if not (
            isinstance(node.op, ast.And)
            and isinstance(left, ast.Compare)
            and isinstance(right, ast.Compare)
        ):
            continue
        majors, minors = _subject(names, left.left), _subject(names, right.left)
        if majors is None or minors is None or (majors.field, minors.field) != (0, _MINOR):
            continue
        try:
            clauses = _major_and_minor(module, left, right)
        except NotPlainError:
            continue
        done |= {id(left), id(right)}
        span = module.span(left)
        span = type(span)(span.start, module.span(right).end)
        yield file.range(_SITE, Role.CONDITIONS, span, SpecifierSet(clauses))


def _major_and_minor(module: Module, left: ast.Compare, right: ast.Compare) -> str:
    """The range of a major version together with its minor."""
    if len(left.ops) != 1 or len(right.ops) != 1:
        raise NotPlainError("compares several times")
    major = guard_meaning.numbers(_constant(module, left.comparators[0]))
    minor = guard_meaning.numbers(_constant(module, right.comparators[0]))
    if guard_meaning.symbol(left.ops[0]) not in {"==", ">="} or len(major) + len(minor) != 2:
        raise NotPlainError("compares the major version otherwise")
    symbol = guard_meaning.symbol(right.ops[0])
    return f"=={major[0]}.*,{guard_meaning.compared(2, symbol, (major[0], minor[0]))}"


READER = Reader(
    name="guards",
    title="sys.version_info guards",
    read=read,
    editors={},
)
