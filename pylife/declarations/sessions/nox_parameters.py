"""`@nox.parametrize` of a nox session, where one of the parameters is `python`.

Source: nox's documentation, "Parametrizing sessions" and "Parametrizing the
session Python"; `python` then chooses the interpreter, unless `@nox.session`
names one already or the function takes it as an argument.
"""

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pylife.declarations import static, versions
from pylife.declarations.base import CannotEditError, File
from pylife.declarations.editing import neighbour
from pylife.model import AddPython, Change, Declaration, DropPython, Edit, PythonVersion, Span
from pylife.syntax import edits as spans
from pylife.syntax.python import Module

SITE = "nox-parametrize"


class Parameter(NamedTuple):
    """One set of parameters: its Python, and the whole entry of the list."""

    python: ast.expr
    entry: ast.expr
    known: bool


class Parameters(NamedTuple):
    """What one decorator lists."""

    group: str
    pythons: tuple[Parameter, ...]
    without_effect: str
    labelled: bool
    """Whether `ids` or `tags` stand beside the list, one for each entry."""
    plain: ast.expr | None
    """The list, if it is one of Pythons and nothing else."""


Function = ast.FunctionDef | ast.AsyncFunctionDef


def of(
    module: Module, function: Function, call: ast.expr, python: ast.expr | None
) -> Parameters | None:
    """What `call` lists, a decorator of `function`; None where that is no Pythons.

    `python` is the Python that the session names.
    """
    if not isinstance(call, ast.Call) or not _named(call, "parametrize"):
        return None
    arguments = {keyword.arg: keyword.value for keyword in call.keywords}
    names = call.args[0] if call.args else arguments.get("arg_names")
    values = call.args[1] if len(call.args) > 1 else arguments.get("arg_values_list")
    if names is None or values is None:
        return None
    parameters = _names(module, names)
    if "python" not in parameters:
        return None
    place, alone = parameters.index("python"), len(parameters) == 1
    pythons = tuple(_parameters(module, values, place, alone=alone))
    labelled = len(call.args) > len((names, values)) or bool({"ids", "tags"} & arguments.keys())
    plain = alone and not labelled and all(item.python is item.entry for item in pythons)
    return Parameters(
        f"{function.name} python",
        pythons,
        _idle(module, function, python),
        labelled,
        values if plain else None,
    )


def _names(module: Module, node: ast.expr) -> list[str]:
    """The names of the parameters: in one string, or in a list."""
    try:
        value = static.evaluate(module, node)
    except static.NotStaticError:
        return []
    if isinstance(value, list):
        return [item for item in value if isinstance(item, str)]
    return [item for part in str(value).split(",") if (item := part.strip())]


def _idle(module: Module, function: Function, python: ast.expr | None) -> str:
    """Why the parameter does not choose the interpreter, if so."""
    named = module.resolve(python) if python is not None else None
    if named is not None and not (isinstance(named, ast.Constant) and named.value is None):
        return "the session names its Python itself"
    taken = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    if any(argument.arg == "python" for argument in taken):
        return "nox gives it to the function as an argument"
    return ""


def _parameters(
    module: Module, values: ast.expr, place: int, *, alone: bool
) -> Iterator[Parameter]:
    for element in static.elements(module, values):
        entry = element.node
        node = module.resolve(entry)
        known = element.known and element.made is None
        inner: Sequence[ast.expr] = ()
        match node:
            case ast.Call(args=args) if _named(node, "param"):
                inner = args
            case ast.Tuple(elts=elts) | ast.List(elts=elts) if not alone:
                inner = elts
            case _ if alone:
                inner = [entry]
        starred = any(isinstance(item, ast.Starred) for item in inner)
        if known and len(inner) > place and not starred:
            yield Parameter(inner[place], entry, known=True)
        else:
            yield Parameter(entry, entry, known=False)


def _named(call: ast.Call, name: str) -> bool:
    """Whether `nox.NAME(...)` or `NAME(...)` is called."""
    match call.func:
        case ast.Attribute(attr=called) | ast.Name(id=called):
            return called == name
    return False


class _Listed(NamedTuple):
    python: PythonVersion
    place: Span
    """Of the Python."""
    entry: Span


def _listed(file: File, declarations: Sequence[Declaration]) -> list[_Listed]:
    """The entries of the list that `declarations` are in; raises CannotEditError."""
    module: Module = file.python
    entries: dict[Span, tuple[Parameter, bool]] = {}
    for function in module.nodes:
        if isinstance(function, Function):
            for call in function.decorator_list:
                found = of(module, function, call, None)
                for item in found.pythons if found is not None else ():
                    span = module.string_span(module.resolve(item.python))
                    if span is not None and item.known:
                        entries[span] = (item, found.labelled if found is not None else False)
    result = []
    for declaration in declarations:
        if declaration.versions is None or len(declaration.versions) != 1:
            continue
        if declaration.span not in entries:
            raise CannotEditError(f"{declaration.raw!r} does not stand in the list itself")
        item, labelled = entries[declaration.span]
        if labelled:
            raise CannotEditError("ids or tags beside the list name its entries one by one")
        result.append(_Listed(declaration.versions[0], declaration.span, module.span(item.entry)))
    return result


def edit(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    """Adds the entries of the neighbour once more for another Python, or drops entries."""
    listed = _listed(file, declarations)
    if not isinstance(change, AddPython | DropPython) or not listed:
        raise CannotEditError("a list names several Pythons, not one")
    elements = [item.entry for item in listed]
    here = [place for place, item in enumerate(listed) if item.python == change.version]
    if isinstance(change, DropPython):
        if here and len(here) == len(listed):
            raise CannotEditError(f"{change.version} is the only Python of the list")
        return spans.remove_all(file.source, elements, here)
    if here:
        return []
    old, before = neighbour([item.python for item in listed], change.version)
    places = [place for place, item in enumerate(listed) if item.python == old]
    texts = [_copied(file, listed[place], change.version) for place in places]
    if before:
        return [spans.insert_before(file.source, elements, places[0], texts)]
    return [spans.insert_after(file.source, elements, places[-1], texts)]


def _copied(file: File, item: _Listed, new: PythonVersion) -> str:
    """The entry once more, for `new`; what is named after the Python follows."""
    old, whole = item.python, file.source.slice(item.entry)
    first = file.source.slice(Span(item.entry.start, item.place.start))
    last = file.source.slice(Span(item.place.end, item.entry.end))
    python = versions.respell(file.source.slice(item.place), old, new)
    if python is None or item.place.start < item.entry.start or item.place.end > item.entry.end:
        raise CannotEditError(f"cannot spell {new} like {whole!r}")
    # Other parameters are some other thing's versions; an id is named after the Python.
    others, sign, labels = last.partition("id=")
    if any(versions.respell(text, old, new) or str(old) in text for text in (first, others)):
        raise CannotEditError(f"{whole!r} names {old} more than once")
    named = versions.respell(labels, old, new)
    if sign and named is None:
        raise CannotEditError(f"the id of {whole!r} is not named after {old}")
    return f"{first}{python}{others}{sign}{named or ''}"
