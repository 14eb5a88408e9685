"""Taking a branch of Python source whose condition is always, or never, true: edits by span.

What comes out is parsed again, and compared with the tree of the file in which the branch is
taken: an edit that would change anything else is refused.
"""

import ast
import re
import warnings
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from pylife.model import Edit
from pylife.syntax import edits
from pylife.syntax.branch_cuts import Kept, is_plain, narrowed, taken, tried
from pylife.syntax.branch_file import File
from pylife.syntax.branch_layout import CannotCutError, Cut, merged
from pylife.syntax.text import Source

__all__ = ["CannotCutError", "conditions", "fallbacks"]

_FEW = 4
"""Files that are kept parsed: the findings of one file follow each other."""


def conditions(source: Source, text: str, *, always: bool, places: int) -> list[Edit]:
    """The edits that take, wherever the condition `text` stands, the branch that is ever taken.

    `always` says which that is, `text` is the condition on one line. None where it does not
    stand there; of such conditions in each other, only the outermost are seen to. Raises
    CannotCutError where that can be done surely nowhere, or where it stands at more than
    `places` places; UnreadableError for what is not Python to the Python that pylife runs on.
    """
    file = _file(source.path, source.data)
    found = [
        node
        for node in file.module.nodes
        if (isinstance(node, ast.If | ast.IfExp) and file.words(node.test) == text)
        or (isinstance(node, ast.BoolOp) and any(file.words(part) == text for part in node.values))
    ]
    if len(found) > places:
        raise CannotCutError("the same condition stands elsewhere in the file, and is not dead")
    if not found and re.search(r"\s+".join(map(re.escape, text.split())), file.layout.text):
        raise CannotCutError("it is a part of something larger than an `if`")

    def cut(node: ast.AST) -> tuple[list[Cut], Kept]:
        if isinstance(node, ast.BoolOp):
            return narrowed(file, node, text, always=always)
        return taken(file, node, always=always)

    return _all(file, found, cut)


def fallbacks(source: Source, module: str, *, places: int) -> list[Edit]:
    """The edits that leave of `try: ... except ImportError: import module` what is tried.

    See `conditions`; `places` are the imports of `module` that are never carried out.
    """
    file = _file(source.path, source.data)
    found: list[ast.AST] = []
    handled = 0
    for node in file.module.nodes:
        count = _handled(node, module) if isinstance(node, ast.Try) else 0
        handled += count
        found += [node] if count else []
    if handled > places:
        raise CannotCutError("the same import stands elsewhere in the file, and is not dead")
    if not found and any(_imports(node, module) for node in file.module.nodes):
        raise CannotCutError("it is no fallback for a failing import, and goes with what it is in")
    return _all(file, found, lambda node: tried(file, node))


@lru_cache(maxsize=_FEW)
def _file(path: str, data: bytes) -> File:
    return File(Source(path, data))


def _handled(node: ast.Try, module: str) -> int:
    """How many imports of `module` are the first that is done, or nearly, where a try fails."""
    found = 0
    for handler in node.handlers:
        for statement in handler.body:
            if not is_plain(statement):
                break
            found += _imports(statement, module)
    return found


def _imports(node: ast.AST, module: str) -> bool:
    match node:
        case ast.Import():
            return any(alias.name == module for alias in node.names)
        case ast.ImportFrom(level=0, module=name):
            return name == module
        case _:
            return False


def _all(
    file: File, found: Sequence[ast.AST], cut: Callable[[ast.AST], tuple[list[Cut], Kept]]
) -> list[Edit]:
    """The edits of all places that can be cut; raises CannotCutError where none can."""
    done, refused = [], []
    for node in _outermost(file, found):
        try:
            done.append((node, *cut(node)))
        except CannotCutError as error:
            refused.append(error)
    if refused and not done:
        raise refused[0]
    return _edits(file, done)


def _outermost(file: File, found: Sequence[ast.AST]) -> list[ast.AST]:
    """Those that stand in no other of them."""
    chosen = set(found)
    outer = []
    for node in found:
        above = node
        while above in file.around and (above is node or above not in chosen):
            above = file.around[above].parent
        if above is node or above not in chosen:
            outer.append(node)
    return outer


def _edits(file: File, every: Sequence[tuple[ast.AST, list[Cut], Kept]]) -> list[Edit]:
    """The cuts as edits, if what comes out is the tree with the branches taken."""
    if not every:
        return []
    cuts = merged([cut for _, found, _ in every for cut in found])
    made = [Edit(file.source.path, file.source.span(cut.start, cut.end), cut.text) for cut in cuts]
    try:
        after = edits.apply(file.source.data, made)
        same = _dump(after) == _wanted(file, [(node, kept) for node, _, kept in every])
    except (edits.OverlapError, SyntaxError, ValueError, RecursionError, MemoryError):
        same = False
    if not same:
        raise CannotCutError("it has no plain place to be cut at")
    return made


def _dump(data: bytes) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes of other people's code
        return ast.dump(ast.parse(data))


def _wanted(file: File, taken: Iterable[tuple[ast.AST, Kept]]) -> str:
    """The tree of the file with the branches taken; the tree itself stays as it is."""
    undo: list[tuple[ast.AST, str, object]] = []
    try:
        for node, kept in taken:
            parent, field = file.around[node]
            value = getattr(parent, field)
            undo.append((parent, field, value))
            setattr(parent, field, _put(file, node, kept, value))
        return ast.dump(file.module.tree)
    finally:
        for parent, field, value in reversed(undo):
            setattr(parent, field, value)


def _put(file: File, node: ast.AST, kept: Kept, value: object) -> object:
    """The field `value` with what is kept in place of the node."""
    if not isinstance(value, list):
        return kept
    place = value.index(node)
    new = kept if isinstance(kept, list) else [kept]
    left = [*value[:place], *new, *value[place + 1 :]]
    whole = isinstance(file.around[node].parent, ast.Module)
    if left or whole or (isinstance(node, ast.If) and file.is_elif(node)):
        return left
    return [ast.Pass()]
