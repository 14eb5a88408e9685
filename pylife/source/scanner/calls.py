"""Judging a call: its parameters, what it imports or looks up by name, and what the file sets."""

import ast

from pylife.source.scanner import peculiar, shapes
from pylife.source.scanner.excepts import MODULE, TYPE
from pylife.source.scanner.judge import member, shown, there
from pylife.source.scanner.kinds import Module, Ref
from pylife.source.scanner.state import State
from pylife.source.scanner.table import Entry
from pylife.source.scanner.versions import ALL


def call(state: State, node: ast.Call) -> None:
    """A call whose function may have gained or lost parameters, or is looked at for its values."""
    func = node.func
    last = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    last = state.renamed.get(last, last)
    wanted = state.hot.parameters.get(last, frozenset())
    words = [word for word in node.keywords if word.arg in wanted]
    if func.__class__ is ast.Name and func.id in state.renamed:
        shapes.named(state, node)
    if words or last in peculiar.LOOKED or last in {"getattr", "setattr", "delattr"}:
        for mask, value in state.values.of(func, state.scope):
            if mask & state.may and isinstance(value, Ref):
                for word in words:
                    _parameter(state, word, value, mask, _backing(state, func))
                if last in peculiar.LOOKED:
                    peculiar.look(state, node, value)
                if value.module == "builtins":
                    _by_name(state, node, value.name)
    if last == "partial" and node.keywords and node.args:
        _partly(state, node)
    if last in {"import_module", "__import__", "importorskip"}:
        _imported(state, node, last)
    if last == "setdefault" and isinstance(func, ast.Attribute) and node.args:
        provided(state, ast.Subscript(func.value, node.args[0], ast.Store()))


def _partly(state: State, node: ast.Call) -> None:
    """`partial(zip, strict=True)`: the call that it will be."""
    called = state.values.of(node.func, state.scope)
    if all(value == Ref("functools", "partial") for _, value in called):
        made = ast.Call(node.args[0], [ast.Starred(node.args[0], ast.Load())], node.keywords)
        call(state, ast.copy_location(made, node))


def _backing(state: State, func: ast.expr) -> tuple[str, ...]:
    """The packages that are asked first for what is called."""
    while isinstance(func, ast.Attribute):
        func = func.value
    return state.backed.get(func.id, ()) if isinstance(func, ast.Name) else ()


def _parameter(
    state: State, word: ast.keyword, called: Ref, mask: int, backing: tuple[str, ...]
) -> None:
    """A keyword of a call."""
    words = state.table.parameters(called.module, called.name)
    if words is None or word.arg is None or word.arg not in words:
        return
    around = there(state, called)
    present = words[word.arg] | ~around & ALL
    failing = mask & state.may & ~present
    entry = Entry(words[word.arg])
    what = f"{shown(*called)}({word.arg}=)"
    unless, state.unless = state.unless, (*state.unless, *backing)
    state.use(word, what, "parameter", TYPE, entry, failing, tuple(called))  # type: ignore[arg-type]
    state.unless = unless


def _by_name(state: State, node: ast.Call, name: str) -> None:
    """`getattr(owner, "name")` and `setattr(owner, "name", value)`."""
    if len(node.args) < 2:
        return
    owner, given = node.args[:2]
    if not (isinstance(given, ast.Constant) and isinstance(given.value, str)):
        return
    if name == "getattr" and len(node.args) == 2:
        member(state, node, owner, given.value)
    elif name in {"setattr", "delattr"}:
        patched(state, owner, given.value)


def _imported(state: State, node: ast.Call, last: str) -> None:
    """`importlib.import_module("name")`."""
    given = node.args[0] if node.args else None
    if not (isinstance(given, ast.Constant) and isinstance(given.value, str)):
        return
    name = given.value
    entry = state.table.module(name)
    if entry is None or name.partition(".")[0] in state.first_party:
        return
    if last == "importorskip":
        state.may &= entry.present
        return
    known = any(value is not None for _, value in state.values.of(node.func, state.scope))
    if known or last == "__import__":
        state.use(node, name, "module", MODULE, entry, state.may & ~entry.present)


def patched(state: State, owner: ast.expr, name: str) -> None:
    """`owner.name = value`: from here on it is the file's own."""
    if isinstance(owner, ast.Name | ast.Attribute) and name in state.hot.attributes:
        for _, value in state.values.of(owner, state.scope):
            if isinstance(value, Module):
                state.patched.add((value.name, name))
            elif isinstance(value, Ref):
                state.patched.add((value.module, f"{value.name}.{name}"))


def provided(state: State, node: ast.Subscript) -> None:
    """`sys.modules["name"] = ...`: the file itself brings a module."""
    name = node.slice.value if isinstance(node.slice, ast.Constant) else None
    if isinstance(name, str) and getattr(node.value, "attr", "") == "modules":
        owner = state.values.of(node.value.value, state.scope)  # type: ignore[attr-defined]
        if all(value == Module("sys") for _, value in owner):
            state.provided.add(name)
