"""noxfile.py: the Pythons of its sessions, from the syntax tree.

`python=` of `@nox.session` and `@nox.parametrize("python", ...)`; lists may be
constants of the file, which several sessions share (then declared once).
`python=False` and `python=None` say nothing. What the command line or
`nox.options` may narrow at run time is not looked at.
"""

import ast
from collections.abc import Iterator

from pylife.declarations import static
from pylife.declarations.base import File, Reader
from pylife.declarations.editing import edit_single, list_editor
from pylife.model import Declaration, Role
from pylife.syntax.python import Module

_LIST = "nox-pythons"
_SINGLE = "nox-python"
_PARAMETER = "nox-parametrize"


def read(file: File) -> Iterator[Declaration]:
    """Each Python that a session names, each place once."""
    module: Module = file.python
    seen = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for decorator in node.decorator_list:
                for item in _decorator(file, module, node.name, decorator):
                    if item.span not in seen:
                        seen.add(item.span)
                        yield item


def _decorator(file: File, module: Module, session: str, node: ast.expr) -> Iterator[Declaration]:
    if not isinstance(node, ast.Call):
        return
    name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func
    name = name.id if isinstance(name, ast.Name) else name
    if name == "session":
        for keyword in node.keywords:
            if keyword.arg in {"python", "py"}:
                yield from _pythons(file, module, session, keyword.value)
    elif name == "parametrize" and len(node.args) > 1:
        yield from _parametrized(file, module, session, node.args[0], node.args[1])


def _pythons(file: File, module: Module, session: str, node: ast.expr) -> Iterator[Declaration]:
    """`python=`: one string, or a list of them."""
    group = node.id if isinstance(node, ast.Name) and node.id in module.constants else session
    value = module.resolve(node)
    if isinstance(value, ast.Constant) and not isinstance(value.value, str):
        if value.value not in (None, False, True):
            yield file.unreadable(
                _SINGLE, Role.TESTS, module.span(value), "not a string", group=group
            )
    elif _is_list(module, value):
        for element in static.elements(module, value):
            yield _element(file, module, _LIST, group, element.node, known=element.known)
    else:
        yield _element(file, module, _SINGLE, group, value, known=True)


def _parametrized(
    file: File, module: Module, session: str, names: ast.expr, values: ast.expr
) -> Iterator[Declaration]:
    """`@nox.parametrize`, where one of the names is `python`."""
    try:
        parameters = [name.strip() for name in static.text(module, names).split(",")]
    except static.NotStaticError:
        return
    if "python" not in parameters:
        return
    place = parameters.index("python")
    alone = len(parameters) == 1
    for element in static.elements(module, values):
        node = module.resolve(element.node)
        if isinstance(node, ast.Call) and node.args:  # nox.param(...)
            node = node.args[0] if alone else ast.Tuple(elts=node.args, ctx=ast.Load())
        if isinstance(node, ast.Tuple | ast.List) and len(node.elts) > place:
            node = node.elts[place]
        elif not alone:
            node = element.node
        site = _LIST if alone else _PARAMETER
        yield _element(file, module, site, f"{session} python", node, known=element.known)


def _is_list(module: Module, node: ast.expr) -> bool:
    return isinstance(node, ast.List | ast.Tuple | ast.Set) or any(
        element.known for element in static.elements(module, node)
    )


def _element(
    file: File, module: Module, site: str, group: str, node: ast.expr, *, known: bool
) -> Declaration:
    """The declaration of one Python as a string expression."""
    place = module.resolve(node)
    span = module.string_span(place) or module.span(node)
    if not known:
        reason = "computed when nox runs"
        return file.unreadable(site, Role.TESTS, span, reason, group=group)
    try:
        text = static.text(module, place)
    except static.NotStaticError as error:
        return file.unreadable(site, Role.TESTS, span, str(error), group=group)
    return file.python_named(site, Role.TESTS, span, text, group=group)


READER = Reader(
    name="noxfile",
    title="noxfile.py",
    read=read,
    editors={_LIST: list_editor(), _SINGLE: edit_single},
)
