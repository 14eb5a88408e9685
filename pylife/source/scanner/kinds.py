"""What an expression can be known to be."""

import ast
from typing import NamedTuple

from pylife.source.scanner.scopes import Scope
from pylife.source.scanner.versions import ALL


class Module(NamedTuple):
    """A module of the standard library."""

    name: str


class Ref(NamedTuple):
    """A name of the standard library: a function, a class, a member of a class, a constant."""

    module: str
    name: str


class Instance(NamedTuple):
    """Something whose class is of the standard library."""

    module: str
    name: str


class Declared(Instance):
    """Something that an annotation says to be of that class."""

    __slots__ = ()


class Local(NamedTuple):
    """A class of this file, or (`made`) an object of it."""

    scope: Scope
    made: bool


class Function(NamedTuple):
    """A function of this file."""

    node: ast.FunctionDef | ast.AsyncFunctionDef
    scope: Scope


class Anonymous(Function):
    """A lambda, as the function that returns what it gives."""

    __slots__ = ()


_NUMBERS = ("bool", "int", "float", "complex")
"""Each takes those before it for what it is itself."""

Value = Module | Ref | Instance | Local | Function
Cases = list[tuple[int, Value | None]]
NOT_KNOWN: Cases = [(ALL, None)]


def made(value: Value | None) -> Value | None:
    """A value of a class."""
    if isinstance(value, Ref):
        return Declared(value.module, value.name)
    if isinstance(value, Local):
        return Local(value.scope, made=True)
    return None


def is_number(value: Value | None) -> bool:
    """Whether a value is a number of a builtin class."""
    return isinstance(value, Instance) and value.module == "builtins" and value.name in _NUMBERS


def wider(left: Instance, rights: Cases) -> Instance | None:
    """Whose operation it is where a number stands on the left: what is on the right has its say."""
    found = {value for _, value in rights}
    right = found.pop() if len(found) == 1 else None
    if not isinstance(right, Instance) or not is_number(right):
        return None
    return max(left, right, key=lambda value: _NUMBERS.index(value.name))
