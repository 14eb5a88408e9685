"""Judging one use: what it is, on which Pythons that exists, and so where the use fails."""

import ast
import re
from typing import Any

from pylife.source.scanner import classes
from pylife.source.scanner.excepts import ATTRIBUTE, NAME
from pylife.source.scanner.kinds import Declared, Function, Instance, Local, Module, Ref, Value
from pylife.source.scanner.state import State
from pylife.source.scanner.table import Entry
from pylife.source.scanner.uses import gone
from pylife.source.scanner.versions import ALL

_KNOWN = re.compile(
    rb"#\s*(?:type:\s*ignore(?:\[[^\]]*attr-defined|(?!\[))|pyright:.*reportAttributeAccess)"
)
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
    if failing and state.scope.stores(node.id):
        return
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


Told = tuple[tuple[str, str], Entry]


def _entry(state: State, value: Value | None, name: str) -> Told | None:
    """What the table says of an attribute of a value, and under which name."""
    if value is None:
        return None
    if isinstance(value, Local | Function):
        return _looked_up(state, value, name)
    key = (_entry, value.__class__, value, name)
    answers = state.table.answers
    if key not in answers:
        answers[key] = _looked_up(state, value, name)
    found: Told | None = answers[key]
    return found


def _looked_up(state: State, value: Value, name: str) -> Told | None:
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
        if not isinstance(value, Instance):  # what every class has
            every = every or table.attribute("builtins", f"type.{name}")
        if value == Declared("builtins", "int") and isinstance(value, Declared):
            every = every or table.attribute("builtins", f"float.{name}")
        return (place, entry) if entry and not (every and every.present == ALL) else None
    if isinstance(value, Function) and not value.node.decorator_list:
        entry = table.attribute("types", f"FunctionType.{name}")
        return (("types", f"FunctionType.{name}"), entry) if entry else None
    if isinstance(value, Local):
        if not value.made and name == "__type_params__":
            entry = table.attribute("builtins", f"type.{name}")
            return (("builtins", f"type.{name}"), entry) if entry else None
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
        if bad and isinstance(value, Module) and _warranted(state, node):
            bad &= gone(found[1].present)
        failing |= bad
        fine |= reached & ~bad
        if chosen is None or bad:
            chosen = found
            kind = "method" if isinstance(value, Instance | Local) else "attribute"
    if chosen is not None:
        place, entry = chosen
        state.use(node, shown(*place), kind, ATTRIBUTE, entry, failing & ~fine, place)


def _warranted(state: State, node: Any) -> bool:
    """Whether the line says that not every Python has the attribute: it is not come to there."""
    return _KNOWN.search(state.text.lines[node.end_lineno - 1]) is not None


def _disowned(state: State, node: Any) -> bool:
    """Whether the line tells type checkers off: then the annotation does not say what it is."""
    return _IGNORED.search(state.text.lines[node.end_lineno - 1]) is not None
