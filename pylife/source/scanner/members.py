"""What an attribute of a value is, where that is evident."""

from typing import TYPE_CHECKING

from pylife.source.scanner import classes
from pylife.source.scanner.kinds import Function, Instance, Local, Module, Ref, Value

if TYPE_CHECKING:
    from pylife.source.scanner.values import Values

_CLASS_TEXTS = frozenset({"__name__", "__qualname__", "__module__"})


def member(values: "Values", value: Value | None, name: str) -> Value | None:
    """What an attribute of a value is."""
    table = values.table
    if name == "__code__":
        return Instance("types", "CodeType")
    if isinstance(value, Module):
        inner = f"{value.name}.{name}"
        if table.module(inner) is not None:
            return Module(inner)
        if (made := table.instance(value.name, name)) is not None:
            return Instance(*made)
        return Ref(value.name, name) if table.attribute(value.name, name) else None
    if isinstance(value, Ref | Instance):
        inner = f"{value.name}.{name}"
        if (
            isinstance(value, Instance)
            and (made := table.instance(value.module, inner)) is not None
        ):
            return Instance(*made)
        return Ref(value.module, inner) if table.attribute(value.module, inner) else None
    if isinstance(value, Function):
        made = table.instance("types", f"FunctionType.{name}")
        return Instance(*made) if made and not value.node.decorator_list else None
    if isinstance(value, Local):
        if name in _CLASS_TEXTS and not value.made:
            return Instance("builtins", "str")
        found = classes.inherited(values, value, name)
        return Ref(*found[0]) if found else classes.field(values, value, name)
    return None
