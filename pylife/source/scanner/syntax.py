"""Syntax that not every Python takes, from the tree and, where it cannot tell, from the text.

`handlers(source)` gives, for one file, what to call on which kind of node, so that one pass over
the tree does everything and a file pays only for what it may hold. A kind of node that the host
does not know is not in it: the host cannot have met it.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from pylife.source.scanner.comprehensions import comprehension, type_scopes
from pylife.source.scanner.features import Handler, SyntaxUse, found_at
from pylife.source.scanner.fstrings import joined
from pylife.source.scanner.parentheses import (
    NOTHING,
    PARENTHESIS,
    except_,
    set_,
    star,
    subscript,
    with_,
)
from pylife.source.scanner.text import Text

# A star where an unpacked element may stand; without one a file has nothing of the kind.
# They begin with the star, which is what the search then looks for.
STAR = re.compile(rb"\*(?<=[\[,=\s]\*)(?!\*)")
UNPACKED = re.compile(rb"\*(?<=[\[({]\*)|\*(?<=\s\*)(?![\s*=])")
FUTURE = re.compile(rb"^from\s+__future__\s+import\b[^\n]*(?:\n[^\n]*)?\bannotations\b", re.M)
COMPREHENSIONS = ("ListComp", "SetComp", "DictComp", "GeneratorExp")
SUSPENDS = (ast.Yield, ast.YieldFrom, ast.Await, ast.NamedExpr)
LOOPS = (ast.For, ast.AsyncFor, ast.While)
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def uses(tree: ast.Module, source: bytes) -> Iterator[SyntaxUse]:
    """All such syntax in a file, in the order of its nodes."""
    text, wanted = Text(source), handlers(source)
    for node in ast.walk(tree):
        if handler := wanted.get(type(node)):
            yield from handler(node, text)


def handlers(source: bytes) -> dict[type[ast.AST], Handler]:
    """What to call on which kind of node in a file of this text."""
    kept = b"__future__" in source and FUTURE.search(source)
    wanted = dict(KEPT_AS_TEXT if kept else HANDLERS)
    walrus = b":=" in source
    star = STAR.search(source) is not None
    coroutines = b"await" in source or b"async" in source
    needed: dict[bool, tuple[str, ...]] = {}
    for kinds, present in (
        (("Subscript",), star or walrus),
        (("For", "AsyncFor", "AugAssign"), star),
        (("Set",), walrus),
        (("AnnAssign", "arg"), walrus or coroutines or b"yield" in source),
        (COMPREHENSIONS, walrus or coroutines or UNPACKED.search(source) is not None),
        (("Import", "ImportFrom"), b"lazy" in source),
        (("Delete",), b"__debug__" in source),
        (("Try",), b"finally" in source),
    ):
        needed[present] = needed.get(present, ()) + kinds
    for name in needed.get(False, ()):
        wanted.pop(getattr(ast, name), None)
    return wanted


def _always(name: str) -> Handler:
    def found(node: ast.AST, text: Text) -> Iterable[SyntaxUse]:
        return (found_at(name, node, text),)

    return found


def _decorators(node: Any, text: Text) -> Iterator[SyntaxUse]:
    for decorator in node.decorator_list:
        inner: ast.expr = decorator.func if type(decorator) is ast.Call else decorator
        while type(inner) is ast.Attribute:
            inner = inner.value
        line, column = decorator.lineno, decorator.col_offset
        if (
            type(inner) is not ast.Name
            or text.at(line, column) == PARENTHESIS
            or text.before(line, column) != ord("@")
        ):
            yield found_at("decorator", decorator, text)


def _parameters(node: Any, text: Text) -> Iterator[SyntaxUse]:
    """Type parameters, on a host that has them."""
    if found := getattr(node, "type_params", None):
        yield found_at("type_parameters", found[0], text)
        yield from _defaults(found, text)


def _defaults(parameters: list[Any], text: Text) -> Iterator[SyntaxUse]:
    for parameter in parameters:
        if getattr(parameter, "default_value", None) is not None:
            yield found_at("type_default", parameter, text)
            break


def _function(name: str) -> Handler:
    """A function; `name` is the feature of a yield in its annotation."""

    def found(node: Any, text: Text) -> Iterable[SyntaxUse]:
        arguments = node.args
        if (
            node.returns is None and arguments.vararg is None
            and not (node.decorator_list or getattr(node, "type_params", None))
        ):  # fmt: skip
            return NOTHING
        return every(node, text)

    def every(node: Any, text: Text) -> Iterator[SyntaxUse]:
        if node.decorator_list:
            yield from _decorators(node, text)
        yield from _parameters(node, text)
        rest = node.args.vararg
        if rest is not None and type(rest.annotation) is ast.Starred:
            yield found_at("annotation_star", rest.annotation, text)
        if node.returns is not None:
            yield from _annotation(name, node.returns, text)

    return found


def _class(node: ast.ClassDef, text: Text) -> Iterator[SyntaxUse]:
    if node.decorator_list:
        yield from _decorators(node, text)
    yield from _parameters(node, text)
    if sys.version_info >= (3, 12):
        for scope in type_scopes(node):
            yield found_at("class_scope_lambda", scope, text)


def _annotation(name: str, node: ast.expr, text: Text) -> Iterator[SyntaxUse]:
    if isinstance(node, (*SUSPENDS, ast.Subscript)):
        inner = node.slice if isinstance(node, ast.Subscript) else node
        if isinstance(inner, SUSPENDS):
            yield found_at(name, inner, text)


def _annotated(name: str) -> Handler:
    def found(node: Any, text: Text) -> Iterable[SyntaxUse]:
        given = node.annotation
        return NOTHING if given is None else _annotation(name, given, text)

    return found


def _try_star(node: Any, text: Text) -> Iterator[SyntaxUse]:
    yield found_at("except_star", node.handlers[0], text)
    yield from _try(node, text)


def _type_statement(node: Any, text: Text) -> Iterator[SyntaxUse]:
    yield found_at("type_statement", node, text)
    yield from _defaults(node.type_params, text)


def _try(node: Any, text: Text) -> Iterator[SyntaxUse]:
    if node.finalbody:
        yield from (found_at("finally_exit", each, text) for each in _leaving(node.finalbody))


def _leaving(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """The return, break and continue statements that leave a block."""
    waiting: list[tuple[ast.AST, bool]] = [(node, False) for node in reversed(body)]
    while waiting:
        node, within = waiting.pop()
        jumps = isinstance(node, ast.Break | ast.Continue) and not within
        if jumps or isinstance(node, ast.Return):
            yield node
        elif isinstance(node, LOOPS):
            waiting += [(inner, within) for inner in reversed(node.orelse)]
            waiting += [(inner, True) for inner in reversed(node.body)]
        elif not isinstance(node, (*SCOPES, ast.expr)):
            inside = [(child, within) for child in ast.iter_child_nodes(node)]
            waiting += reversed(inside)


def _lazy(node: Any, text: Text) -> Iterable[SyntaxUse]:
    return (found_at("lazy_import", node, text),) if getattr(node, "is_lazy", 0) else NOTHING


def _delete(node: ast.Delete, text: Text) -> Iterator[SyntaxUse]:
    for target in node.targets:
        if isinstance(target, ast.Name) and target.id == "__debug__":
            yield found_at("delete_debug", target, text)
        elif isinstance(target, ast.Attribute) and target.attr == "__debug__":
            yield found_at("delete_debug_attribute", target, text)


def _by_host(suspended: str) -> dict[type[ast.AST], Handler]:
    """The handlers that this host can need; `suspended` names a yield in an annotation."""
    function, annotated = _function(suspended), _annotated(suspended)
    kinds: dict[str, Handler] = {
        "AnnAssign": annotated,
        "AsyncFor": star("for_star", "iter"),
        "AsyncFunctionDef": function,
        "AsyncWith": with_,
        "AugAssign": star("augmented_star", "value"),
        "ClassDef": _class,
        "Delete": _delete,
        "ExceptHandler": except_,
        "For": star("for_star", "iter"),
        "FunctionDef": function,
        "Import": _lazy,
        "ImportFrom": _lazy,
        "JoinedStr": joined,
        "Match": _always("match"),
        "Set": set_,
        "Subscript": subscript,
        "TemplateStr": _always("template_string"),
        "Try": _try,
        "TryStar": _try_star,
        "TypeAlias": _type_statement,
        "With": with_,
        "arg": annotated,
        **dict.fromkeys(COMPREHENSIONS, comprehension),
    }
    return {getattr(ast, name): kinds[name] for name in kinds if hasattr(ast, name)}


HANDLERS = _by_host("annotation_yield")
# For files under `from __future__ import annotations`.
KEPT_AS_TEXT = _by_host("annotation_yield_future")
