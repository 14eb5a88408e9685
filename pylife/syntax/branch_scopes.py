"""Whether code can go that is never run, or does more than run: bind names, make a generator."""

import ast
from collections.abc import Iterator, Sequence

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def missed(dropped: Sequence[ast.AST], around: ast.AST | None) -> str:
    """Why the statements `dropped` of the function `around` are missed; empty where they are not.

    `around` is None outside functions, where what is not run says nothing of any name.
    """
    if any(isinstance(node, ast.Global | ast.Nonlocal) for node in _own(dropped)):
        return "what would go says whose a name is, for all of the function"
    if not isinstance(around, _FUNCTIONS):
        return ""
    gone = {id(inner) for node in dropped for inner in ast.walk(node)}
    body = around.body if isinstance(around.body, list) else [around.body]
    if _yields(_own(dropped)) and not _yields(n for n in _own(body) if id(n) not in gone):
        return "without what would go, the function is no generator"
    bound = {name for node in _own(dropped) for name in _names(node)}
    parameters = {node.arg for node in ast.walk(around.args) if isinstance(node, ast.arg)}
    left = [node for node in ast.walk(around) if id(node) not in gone]
    elsewhere = {
        name for node in _own(body) if id(node) not in gone for name in _names(node)
    } | parameters
    read = {n.id for n in left if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    lost = sorted((bound - elsewhere) & read)
    return f"{lost[0]} is bound only in what would go, and used elsewhere" if lost else ""


def _own(nodes: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """The nodes and those inside them, but for what is inside other functions and classes."""
    pending = list(nodes)
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            pending += ast.iter_child_nodes(node)


def _yields(nodes: Iterator[ast.AST]) -> bool:
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in nodes)


def _names(node: ast.AST) -> Iterator[str]:
    """The names that a node itself binds."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Import() | ast.ImportFrom():
            for alias in node.names:
                yield (alias.asname or alias.name).partition(".")[0]
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
            yield name
        case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            yield name
