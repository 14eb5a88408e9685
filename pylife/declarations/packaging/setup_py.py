"""setup.py: python_requires and classifiers of its setup() call, from the syntax tree.

The file is never run. What is no expression of literals is unreadable, and so is
what may come out of a `**dictionary` that the file computes.
"""

import ast
from collections.abc import Iterator

from pylife.declarations import ranges, static
from pylife.declarations.base import File, Reader
from pylife.declarations.editing import edit_range
from pylife.declarations.packaging import classifiers
from pylife.model import Declaration, PythonVersion, Role, Span
from pylife.syntax.python import Module

_SITE = "setup-py-python-requires"
_MODULES = frozenset({"setuptools", "distutils.core", "numpy.distutils.core", "skbuild"})


def read(file: File) -> Iterator[Declaration]:
    """The range and the classifiers of each setup() call."""
    module: Module = file.python
    for number, call in enumerate(_calls(module), 1):
        group = "setup" if number == 1 else f"setup#{number}"
        given, hidden = _arguments(module, call)
        if "python_requires" in given:
            yield from _range(file, module, given["python_requires"], group)
        elif hidden is not None:
            yield file.unreadable(_SITE, Role.SUPPORTS, hidden, "may be given by **", group=group)
        if "classifiers" in given:
            yield from _classifiers(file, module, given["classifiers"], f"{group}.classifiers")
        elif hidden is not None:
            yield file.unreadable(
                "classifier",
                Role.ADVERTISES,
                hidden,
                "may be given by **",
                group=f"{group}.classifiers",
            )


def _calls(module: Module) -> list[ast.Call]:
    """The calls of setup(), under whatever name it was imported."""
    names, owners = {"setup"}, {"setuptools", "core", "distutils"}
    calls = []
    for node in module.nodes:
        match node:
            case ast.ImportFrom(module=source) if source in _MODULES:
                names |= {item.asname or "" for item in node.names if item.name == "setup"}
            case ast.Import():
                owners |= {item.asname for item in node.names if item.asname}
            case ast.Call(func=ast.Name() | ast.Attribute()):
                calls.append(node)
    found = [
        call
        for call in calls
        if (isinstance(call.func, ast.Name) and call.func.id in names)
        or (
            isinstance(call.func, ast.Attribute)
            and call.func.attr == "setup"
            and _last(call.func.value) in owners
        )
    ]
    return sorted(found, key=lambda call: (call.lineno, call.col_offset))


def _last(node: ast.expr) -> str:
    """The last name of `setuptools` or `distutils.core`."""
    return getattr(node, "attr", None) or getattr(node, "id", None) or ""


def _arguments(module: Module, call: ast.Call) -> tuple[dict[str, ast.expr], Span | None]:
    """The keyword arguments, those of literal `**dictionaries` included.

    The span is that of a `**` whose keys are unknown, if there is one.
    """
    given: dict[str, ast.expr] = {}
    hidden: Span | None = None
    for keyword in call.keywords:
        if keyword.arg is not None:
            given[keyword.arg] = keyword.value
            continue
        unpacked = _dictionary(module, keyword.value)
        if unpacked is None:
            hidden = module.span(keyword.value)
        else:
            given.update(unpacked)
    return given, hidden


def _dictionary(module: Module, node: ast.expr, depth: int = 8) -> dict[str, ast.expr] | None:
    """The items of a dictionary with constant keys; None where some key is unknown."""
    given: dict[str, ast.expr] = {}
    match module.resolve(node):
        case _ if not depth:
            return None
        case ast.Dict(keys=keys, values=values):
            pairs = list(zip(keys, values, strict=True))
        case ast.Call(func=ast.Name(id="dict"), args=args, keywords=keywords) if len(args) < 2:
            pairs = [(None, inner) for inner in args]
            pairs += [
                (ast.Constant(value=keyword.arg) if keyword.arg else None, keyword.value)
                for keyword in keywords
            ]
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            pairs = [(None, left), (None, right)]
        case _:
            return None
    for key, value in pairs:  # no key: all of another dictionary
        unpacked = _dictionary(module, value, depth - 1) if key is None else None
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            given[key.value] = value
        elif unpacked is not None:
            given.update(unpacked)
        else:
            return None
    return given


def _range(file: File, module: Module, node: ast.expr, group: str) -> Iterator[Declaration]:
    place = module.resolve(node)
    if isinstance(place, ast.Constant) and place.value is None:
        return  # as if it were not given
    span = module.string_span(place)
    try:
        value = static.text(module, place)
    except static.NotStaticError as error:
        where, invalid = module.span(node), isinstance(error, static.NotTextError)
        yield file.unreadable(_SITE, Role.SUPPORTS, where, str(error), group=group, invalid=invalid)
        return
    yield ranges.declare(file, _SITE, value, span or module.span(place), group=group)


def _classifiers(file: File, module: Module, node: ast.expr, group: str) -> Iterator[Declaration]:
    named: dict[Span, list[PythonVersion]] = {}  # one list may be used twice
    for element in static.elements(module, node):
        span = element.part or module.span(element.node)
        reason, invalid = "part of the list is computed", False
        if element.known:
            try:
                span, text = _text(module, element, span)
            except static.NotStaticError as error:
                reason, invalid = str(error), isinstance(error, static.NotTextError)
            else:
                python = classifiers.python_of(text)
                if python is not None:
                    named.setdefault(span, []).append(python)
                continue
        yield file.unreadable(
            "classifier", Role.ADVERTISES, span, reason, group=group, invalid=invalid
        )
    for span, pythons in named.items():
        yield file.listed("classifier", Role.ADVERTISES, span, pythons, group=group)


def _text(module: Module, element: static.Element, span: Span) -> tuple[Span, str]:
    """The place and the text of one classifier."""
    if element.made is not None:
        return span, element.made
    place = module.resolve(element.node)
    return module.string_span(place) or module.span(place), static.text(module, place)


READER = Reader(
    name="setup-py",
    title="setup.py",
    read=read,
    editors={_SITE: edit_range, "classifier": classifiers.edit},
)
