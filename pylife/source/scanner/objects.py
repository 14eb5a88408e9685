"""What conditions ask of classes and objects of the file: `self.new`, `Compat.NEW`.

A field counts where the file sets it once, a property and a method where they only answer.
"""

import ast
from typing import TYPE_CHECKING, Any

from pylife.source.scanner import classes
from pylife.source.scanner.kinds import Function, Local, Module
from pylife.source.scanner.pythons import VersionInfo
from pylife.source.scanner.running import PROPERTIES, answer, decorators
from pylife.source.scanner.scopes import Scope
from pylife.source.scanner.unsure import NOT_SURE

if TYPE_CHECKING:
    from pylife.source.scanner.guards import Guards


def looked_up(guards: "Guards", owner: Local, name: str, python: VersionInfo) -> Any:
    """What an attribute of a class or object of this file gives."""
    if name in owner.scope.env:
        if name in guards.values.stored:
            return NOT_SURE
        found = guards.bound(name, owner.scope, python)
        if isinstance(found, Function) and owner.made and decorators(found) & PROPERTIES:
            return answer(guards, owner, found, None, python)
        return found
    field = classes.set_once(guards.values, owner.scope, name) if owner.made else None
    if field is None or field.annotated or owner.scope.parent is None:
        return NOT_SURE
    return guards.value(field.value, owner.scope.parent, python)


def has(guards: "Guards", owner: ast.expr, name: str, scope: Scope, python: "VersionInfo") -> Any:
    """`hasattr(owner, name)`."""
    bit = 1 << python.place
    found = {value for mask, value in guards.values.of(owner, scope) if mask & bit}
    if len(found) != 1:
        return NOT_SURE
    value = found.pop()
    if isinstance(value, Local):
        inherited = classes.inherited(guards.values, value, name)
        if inherited is None:
            return NOT_SURE
        return bool(inherited[1].present >> python.place & 1)
    if value is None or isinstance(value, Function):
        return NOT_SURE
    if isinstance(value, Module):
        entry = guards.table.attribute(value.name, name) or guards.table.module(
            f"{value.name}.{name}"
        )
    else:
        entry = guards.table.attribute(value.module, f"{value.name}.{name}")
    return NOT_SURE if entry is None else bool(entry.present >> python.place & 1)
