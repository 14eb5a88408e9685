"""The requirements in a `setup.py`, as far as its text gives them."""

import ast
from collections.abc import Iterator
from typing import Literal, NamedTuple

from pylife.syntax import python
from pylife.syntax.python import Module
from pylife.syntax.text import Source


class Text(NamedTuple):
    """A requirement as it is written in a string, with its line."""

    raw: str
    line: int
    purpose: Literal["run", "extra"]


class Texts(NamedTuple):
    """All that are written out, and why there may be more; empty where there is not."""

    texts: tuple[Text, ...]
    unknown: str


def read(source: Source) -> Texts:
    """The requirements that `setup()` is given."""
    module = python.parse(source)
    texts: list[Text] = []
    unknown = ""
    for node in module.nodes:
        if not isinstance(node, ast.Call) or _called(node) != "setup":
            continue
        for keyword in node.keywords:
            found: list[Text | None] = []
            if keyword.arg is None:
                found = [None]
            elif keyword.arg == "install_requires":
                found = list(_listed(module, keyword.value, "run"))
            elif keyword.arg == "extras_require":
                found = list(_extras(module, keyword.value))
            if None in found:
                unknown = f"{keyword.arg or '**'} of setup() is computed"
            texts += [text for text in found if text is not None]
    return Texts(tuple(texts), unknown)


def _called(node: ast.Call) -> str:
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _listed(
    module: Module, node: ast.expr, purpose: Literal["run", "extra"], marker: str = ""
) -> Iterator[Text | None]:
    """The strings of a list; None for each that is none."""
    value = module.resolve(node)
    if not isinstance(value, ast.List | ast.Tuple):
        yield None
        return
    for element in value.elts:
        match module.resolve(element):
            case ast.Constant(value=str(text)) as item:
                raw = f"{text}; {marker}" if marker else text
                yield Text(raw, item.lineno, purpose)
            case _:
                yield None


def _extras(module: Module, node: ast.expr) -> Iterator[Text | None]:
    """The lists of a dictionary; a key such as `:python_version < "3.8"` is a marker."""
    value = module.resolve(node)
    if not isinstance(value, ast.Dict):
        yield None
        return
    for key, listed in zip(value.keys, value.values, strict=True):
        match key:
            case ast.Constant(value=str(name)):
                extra, _, marker = name.partition(":")
                yield from _listed(module, listed, "extra" if extra else "run", marker.strip())
            case _:
                yield None
