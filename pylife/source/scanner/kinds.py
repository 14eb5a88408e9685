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
