"""What to cut of a condition or a `try`, so that what is ever done of it is left."""

import ast
from collections.abc import Sequence

from pylife.syntax import branch_scopes
from pylife.syntax.branch_file import File
from pylife.syntax.branch_layout import Branch, CannotCutError, Cut, Layout

_IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError"})

Kept = list[ast.stmt] | ast.expr
"""The statements, or the expression, that take the place of a node."""


def taken(file: File, node: ast.AST, *, always: bool) -> tuple[list[Cut], Kept]:
    """What to cut of a condition, and the nodes that take its place."""
    if isinstance(node, ast.IfExp):
        return _choice(file, node, always=always), node.body if always else node.orelse
    assert isinstance(node, ast.If)  # noqa: S101 - no other is looked for
    kept, dropped = (node.body, node.orelse) if always else (node.orelse, node.body)
    _safe(file, node, kept, dropped)
    elif_ = file.is_elif(node)
    if always:
        return (_else(file, node) if elif_ else _body(file, node)), kept
    if elif_:
        return _without_elif(file, node), kept
    return _orelse(file, node), kept


def _safe(file: File, node: ast.stmt, kept: Sequence[ast.stmt], dropped: Sequence[ast.AST]) -> None:
    """Refuse where more than the running of `dropped` would go, or `kept` become a docstring."""
    why = branch_scopes.missed(dropped, file.function(node))
    if why:
        raise CannotCutError(why)
    parent = file.around[node].parent
    body = getattr(parent, "body", None)
    owners = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    if isinstance(parent, owners) and isinstance(body, list) and body[0] is node:
        first = [*kept, *body[1:]][:1]
        if first and isinstance(first[0], ast.Expr) and isinstance(first[0].value, ast.Constant):
            raise CannotCutError("the text after it would become a docstring")


def _branch(file: File, start: int, from_: int, body: Sequence[ast.stmt]) -> Branch:
    """The branch whose header begins at `start` and has its colon after `from_`."""
    return Branch(start, file.layout.after(from_, ":").end, tuple(body))


def _headed(file: File, word: str, body: Sequence[ast.stmt]) -> Branch:
    """The branch `else:` (or `finally:`) before the statements `body`."""
    start = file.layout.before(file.layout.start(body[0]), word).start
    return _branch(file, start, start, body)


def _if(file: File, node: ast.If) -> Branch:
    return _branch(file, file.layout.start(node), file.layout.end(node.test), node.body)


def _last(file: File, node: ast.If) -> Branch:
    """The last branch of a chain."""
    while len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
        if not file.is_elif(node.orelse[0]):
            break
        node = node.orelse[0]
    return _headed(file, "else", node.orelse) if node.orelse else _if(file, node)


def _rest(file: File, branch: Branch, node: ast.If) -> list[Cut]:
    """What comes after a branch of a chain that is kept."""
    last = _last(file, node)
    if last == branch:
        return []
    _nothing_between(file, branch, _next(file, node))
    first = file.layout.last_line(branch) + 1
    return [file.layout.gone(first, file.layout.last_line(last))]


def _next(file: File, node: ast.If) -> int:
    """Where the header after the body of `node` begins."""
    first = node.orelse[0]
    if isinstance(first, ast.If) and file.is_elif(first):
        return file.layout.start(first)
    return _headed(file, "else", node.orelse).start


def _nothing_between(file: File, branch: Branch, following: int) -> None:
    if any(True for _ in file.layout.between(branch, following)):
        raise CannotCutError("a comment stands between the branches")


def _base(file: File, start: int) -> str:
    return file.layout.indent(file.layout.line_of(start))


def _body(file: File, node: ast.If) -> list[Cut]:
    """`if always: kept`, and what else there is."""
    branch = _if(file, node)
    return [
        *file.layout.kept(branch, _base(file, branch.start), branch.start),
        *_rest(file, branch, node),
    ]


def _else(file: File, node: ast.If) -> list[Cut]:
    """`elif always: kept` becomes `else: kept`."""
    branch = _if(file, node)
    if file.layout.commented(branch.start, branch.colon):
        raise CannotCutError("a comment stands inside the condition")
    return [Cut(branch.start, branch.colon, "else:"), *_rest(file, branch, node)]


def _without_elif(file: File, node: ast.If) -> list[Cut]:
    """`elif never: ...` goes, up to the next header."""
    branch, layout = _if(file, node), file.layout
    last = layout.last_line(branch)
    return [Cut(layout.line_start(layout.line_of(branch.start)), layout.line_start(last + 1))]


def _orelse(file: File, node: ast.If) -> list[Cut]:
    """`if never: ...` goes, and what is done otherwise is kept."""
    branch, layout = _if(file, node), file.layout
    first, last = layout.line_of(branch.start), layout.last_line(branch)
    if not node.orelse:
        around = file.around[node]
        if not isinstance(around.parent, ast.Module) and getattr(around.parent, around.field) == [
            node
        ]:
            return [Cut(branch.start, _line_end(layout, last), "pass")]
        return [layout.gone(first, last)]
    above = Cut(layout.line_start(first), layout.line_start(last + 1))
    second = node.orelse[0]
    if isinstance(second, ast.If) and file.is_elif(second):
        start = layout.start(second)
        return [above, Cut(start, start + len("el"))]
    kept = _headed(file, "else", node.orelse)
    return [above, *layout.kept(kept, _base(file, kept.start), kept.start)]


def _line_end(layout: Layout, line: int) -> int:
    """The character behind the last one of a line, its end left out."""
    text = layout.text[layout.line_start(line) : layout.line_start(line + 1)]
    return layout.line_start(line) + len(text.rstrip("\r\n"))


def _choice(file: File, node: ast.IfExp, *, always: bool) -> list[Cut]:
    """`kept if always else other`, with the parentheses around what is kept."""
    layout = file.layout
    start, end = layout.start(node), layout.end(node)
    if always:
        word = layout.before(layout.start(node.test), "if")
        cut = Cut(layout.last_before(word.start).end, end)
    else:
        word = layout.after(layout.end(node.test), "else")
        cut = Cut(start, layout.next(word.end).start)
    if layout.commented(cut.start, cut.end):
        raise CannotCutError("a comment stands inside it")
    why = branch_scopes.missed([node.orelse if always else node.body], file.function(node))
    if why:
        raise CannotCutError(why)
    return [cut]


def narrowed(file: File, node: ast.BoolOp, text: str, *, always: bool) -> tuple[list[Cut], Kept]:
    """`always and other` becomes `other`, as does `never or other`.

    What such a condition gives is its last part, which goes only where nothing but its truth is
    asked for.
    """
    place = next(n for n, part in enumerate(node.values) if file.words(part) == text)
    if isinstance(node.op, ast.And) is not always:
        raise CannotCutError("it decides a larger condition, and what that asks besides")
    last = place == len(node.values) - 1
    above = file.around[node]
    tests = ast.If | ast.IfExp | ast.While | ast.Assert
    if last and not (isinstance(above.parent, tests) and above.field == "test"):
        raise CannotCutError("its value is used, not only whether it is true")
    layout, part = file.layout, node.values[place]
    word = "and" if always else "or"
    if place:
        before = layout.before(layout.start(part), word)
        end = layout.end(node)
        if not last:
            end = layout.last_before(layout.after(layout.end(part), word).start).end
        cut = Cut(layout.last_before(before.start).end, end)
    else:
        after = layout.after(layout.end(part), word)
        cut = Cut(layout.start(node), layout.next(after.end).start)
    if layout.commented(cut.start, cut.end):
        raise CannotCutError("a comment stands inside it")
    left = [*node.values[:place], *node.values[place + 1 :]]
    return [cut], left[0] if len(left) == 1 else ast.BoolOp(node.op, left)


def tried(file: File, node: ast.AST) -> tuple[list[Cut], Kept]:
    """`try: kept` without its `except ImportError: ...`; what is done `else` is kept too."""
    assert isinstance(node, ast.Try)  # noqa: S101 - no other is looked for
    layout = file.layout
    if node.finalbody:
        raise CannotCutError("it has a `finally`")
    if len(node.handlers) > 1 or not _import_error(node.handlers[0].type):
        raise CannotCutError("it catches more than a failing import")
    if not all(is_plain(statement) for statement in node.body):
        raise CannotCutError("more than imports are tried")
    _safe(file, node, [*node.body, *node.orelse], node.handlers)
    start = layout.start(node)
    branch, base = _branch(file, start, start, node.body), _base(file, start)
    part = node.handlers[0]
    caught = layout.end(part.type) if part.type is not None else 0
    handler = _branch(file, layout.offset(part.lineno, part.col_offset), caught, part.body)
    _nothing_between(file, branch, handler.start)
    first, last = layout.last_line(branch) + 1, layout.last_line(handler)
    cuts = list(layout.kept(branch, base, start))
    if not node.orelse:
        return [*cuts, layout.gone(first, last)], node.body
    cuts.append(Cut(layout.line_start(first), layout.line_start(last + 1)))
    rest = _headed(file, "else", node.orelse)
    return [*cuts, *layout.kept(rest, base, rest.start)], [*node.body, *node.orelse]


def _import_error(caught: ast.expr | None) -> bool:
    several = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return bool(several) and all(
        isinstance(one, ast.Name) and one.id in _IMPORT_ERRORS for one in several
    )


def is_plain(statement: ast.stmt) -> bool:
    """Whether nothing of a statement but an import can fail."""
    if isinstance(statement, ast.Assign):
        named = all(isinstance(target, ast.Name) for target in statement.targets)
        return named and isinstance(statement.value, ast.Constant)
    return isinstance(statement, ast.Import | ast.ImportFrom | ast.Pass)
