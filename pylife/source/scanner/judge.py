"""Judging one use: what it is, on which Pythons that exists, and so where the use fails."""

import ast
import re
from typing import Any

from pylife.source.scanner import classes, peculiar
from pylife.source.scanner.excepts import ATTRIBUTE, MODULE, NAME, TYPE
from pylife.source.scanner.kinds import Declared, Instance, Local, Module, Ref, Value
from pylife.source.scanner.state import State
from pylife.source.scanner.table import Entry
from pylife.source.scanner.versions import ALL

_IGNORED = re.compile(rb"#\s*(?:type|pyright|ty|pyrefly):\s*ignore")


def shown(module: str, name: str) -> str:
    """A name as people write it."""
    return name if module == "builtins" else f"{module}.{name}"


def builtin(state: State, node: ast.Name) -> None:
    """A name that is a builtin, unless something of the file has it."""
    entry = state.table.attribute("builtins", node.id)
    if entry is None:
        return
    failing = 0
    for mask, value in state.values.name(node.id, state.scope):
        if value == Ref("builtins", node.id):
            failing |= mask
    reached = failing & state.may
    failing = reached & ~entry.present
    if reached:
        state.use(node, node.id, "attribute", NAME, entry, failing, ("builtins", node.id))


def starred(state: State, node: ast.Name) -> None:
    """A name that comes from a star import, on the Pythons whose module has it."""
    module = state.starred[node.id]
    entry = state.table.attribute(module, node.id)
    reached = 0
    for mask, value in state.values.name(node.id, state.scope):
        if value == Ref(module, node.id):
            reached |= mask & state.may
    if entry is not None and reached:
        failing = reached & ~entry.present & there(state, Module(module))
        state.use(node, shown(module, node.id), "attribute", NAME, entry, failing)


def unbound(state: State, node: ast.Name) -> None:
    """A name that is imported on some Pythons only, used on others as well."""
    scope = state.scope
    while scope is not state.module:
        if node.id in scope.env or scope.stars or scope.parent is None:
            return
        scope = scope.parent
    if scope.stars or node.id in state.values.tainted:
        return
    pairs, covered, what = scope.env.get(node.id, ()), 0, node.id
    for mask, binding in pairs:
        covered |= mask
        if isinstance(binding.node, Module | Ref):
            what = shown(*binding.node) if isinstance(binding.node, Ref) else binding.node.name
    kind = "module" if any(isinstance(pair[1].node, Module) for pair in pairs) else "attribute"
    failing = state.may & ~covered & ALL
    if pairs and failing and covered:
        state.use(node, what, kind, NAME, Entry(covered), failing)


def there(state: State, value: Value | None) -> int:
    """The Pythons that have what the attribute is looked up on."""
    if isinstance(value, Module):
        entry = state.table.module(value.name)
        return entry.present if entry else ALL
    if isinstance(value, Ref | Instance):
        there = ALL
        for entry in (
            state.table.module(value.module),
            state.table.attribute(value.module, value.name),
        ):
            there &= entry.present if entry else ALL
        return there
    return ALL


def _entry(state: State, value: Value | None, name: str) -> tuple[tuple[str, str], Entry] | None:
    """What the table says of an attribute of a value, and under which name."""
    table = state.table
    if isinstance(value, Module):
        entry = table.attribute(value.name, name)
        if entry is None and (inner := table.module(f"{value.name}.{name}")) is not None:
            entry = inner
        return ((value.name, name), entry) if entry else None
    if isinstance(value, Ref | Instance):
        if isinstance(value, Ref) and not table.is_class(value.module, value.name):
            return None
        place = (value.module, f"{value.name}.{name}")
        entry = table.attribute(*place)
        # What every object has, and what every float has where an int is asked for.
        every = table.attribute("builtins", f"object.{name}")
        if value == Declared("builtins", "int") and isinstance(value, Declared):
            every = every or table.attribute("builtins", f"float.{name}")
        return (place, entry) if entry and not (every and every.present == ALL) else None
    if isinstance(value, Local):
        found = classes.inherited(state.values, value, name)
        if found is None:
            return None
        (module, full), entry = found
        around = there(state, Ref(module, full.rpartition(".")[0]))
        return (module, full), entry._replace(present=entry.present | ALL & ~around)
    return None


def attribute(state: State, node: ast.Attribute) -> None:
    """`owner.name`, where it is evident what the owner is."""
    if node.ctx.__class__ is not ast.Load:
        return
    member(state, node, node.value, node.attr)


def member(state: State, node: Any, owner: ast.expr, name: str) -> None:
    """An attribute that is looked up at `node`."""
    fine = failing = 0
    chosen: tuple[tuple[str, str], Entry] | None = None
    kind = "attribute"
    for mask, value in state.values.of(owner, state.scope):
        reached = mask & state.may
        found = _entry(state, value, name) if reached else None
        if found is None:
            fine |= reached
            continue
        bad = reached & ~found[1].present & there(state, value)
        if isinstance(value, Declared) and bad and _disowned(state, node):
            bad = 0
        failing |= bad
        fine |= reached & ~bad
        if chosen is None or bad:
            chosen = found
            kind = "method" if isinstance(value, Instance | Local) else "attribute"
    if chosen is not None:
        place, entry = chosen
        state.use(node, shown(*place), kind, ATTRIBUTE, entry, failing & ~fine, place)


def _disowned(state: State, node: Any) -> bool:
    """Whether the line tells type checkers off: then the annotation does not say what it is."""
    return _IGNORED.search(state.text.lines[node.end_lineno - 1]) is not None


def call(state: State, node: ast.Call) -> None:
    """A call whose function may have gained or lost parameters, or is looked at for its values."""
    func = node.func
    last = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    last = state.renamed.get(last, last)
    wanted = state.hot.parameters.get(last, frozenset())
    words = [word for word in node.keywords if word.arg in wanted]
    if words or last in peculiar.CALLS or last in {"getattr", "setattr", "delattr"}:
        for mask, value in state.values.of(func, state.scope):
            if mask & state.may and isinstance(value, Ref):
                for word in words:
                    _parameter(state, word, value, mask, _backing(state, func))
                if last in peculiar.CALLS:
                    peculiar.look(state, node, value)
                if value.module == "builtins":
                    _by_name(state, node, value.name)
    if last == "partial" and node.keywords and node.args:
        _partly(state, node)
    if last in {"import_module", "__import__", "importorskip"}:
        _imported(state, node, last)


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
