"""noxfile.py: the Pythons of its sessions, from the syntax tree.

`python=` of `@nox.session` (and of nox-uv's and nox-poetry's), `venv_params`,
`@nox.parametrize("python", ...)` (see `nox_parameters`), and `nox.options.pythons`,
which chooses among them. Lists may be constants of the file that several
sessions share (then declared once). `python=False` and `python=None` say
nothing. Source: nox's documentation, "Configuration & API".
"""

import ast
from collections.abc import Iterator, Sequence
from typing import TypeGuard

from pylife.declarations import static, versions
from pylife.declarations.base import File, Reader
from pylife.declarations.editing import edit_single, list_editor
from pylife.declarations.sessions import nox_parameters, nox_ranges
from pylife.declarations.sessions.nox_parameters import Parameters
from pylife.declarations.sessions.nox_values import (
    COMPUTED,
    LIST,
    RANGE,
    SINGLE,
    listed,
    one,
    pythons,
)
from pylife.model import Change, Declaration, DropPython, Edit, Role, Span
from pylife.syntax.python import Module

_OPTIONS = "nox-options"
_VENV = "nox-venv-params"


def read(file: File) -> Iterator[Declaration]:
    """Each Python that a session names, each place once."""
    module: Module = file.python
    by_place: dict[Span, Declaration] = {}
    # `python=PYTHONS[-1]` names an element of a list that another session has as a whole.
    for indexed in (False, True):
        for item in _sessions(file, module, indexed=indexed):
            by_place.setdefault(item.span, item)
    found = list(by_place.values())
    chosen = _chosen(file, module)
    names = {item.raw for item in chosen}
    if chosen and all(item.site == _OPTIONS and item.versions is not None for item in chosen):
        found = [_without(item, names) for item in found]
    yield from found
    known = all(item.unreadable is None and item.site in _NAMED for item in found)
    wanted = {_word(item) for item in found}
    for item in chosen:
        idle = known and item.unreadable is None and item.raw not in wanted
        if item.span not in by_place:
            yield item._replace(without_effect="no session is for it") if idle else item


_NAMED = frozenset({LIST, SINGLE, nox_parameters.SITE})


def _without(item: Declaration, names: set[str]) -> Declaration:
    """`item` without effect if it is one Python that `nox.options.pythons` leaves out."""
    if item.site not in _NAMED or item.unreadable is not None or _word(item) in names:
        return item
    return item._replace(without_effect="left out by nox.options.pythons")


def _word(item: Declaration) -> str:
    """The Python as nox compares it: as written, unless a comprehension makes it of a minor."""
    made = item.versions and versions.named(item.raw) is None
    return str(item.versions[0]) if made and item.versions else item.raw


def _sessions(file: File, module: Module, *, indexed: bool) -> Iterator[Declaration]:
    """What sessions say whose `python=` is an index of a list, or those whose is not."""
    for name, arguments, decorated in _calls(module):
        python = arguments.get("python", arguments.get("py"))
        if isinstance(python, ast.Subscript) is indexed:
            yield from _session(file, module, name, arguments)
        if decorated is None or indexed:
            continue
        for call in decorated.decorator_list:
            found = nox_parameters.of(module, decorated, call, python)
            yield from _parametrized(file, module, found) if found is not None else ()


_Arguments = dict[str | None, ast.expr]


def _calls(module: Module) -> Iterator[tuple[str, _Arguments, nox_parameters.Function | None]]:
    """The sessions: name, arguments, and the function that is decorated, if it is here."""
    named = _names_of_session(module)
    for node in module.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            calls = [item for item in node.decorator_list if _is_session(item, named)]
            arguments = _arguments(calls[0]) if calls else {}
            yield node.name, arguments, node
        elif isinstance(node, ast.Call) and _is_session(node.func, named):
            # Without a decorator: `nox.session(python=...)(function)`.
            arguments = _arguments(node.func)
            yield _called(module, arguments), arguments, None


def _arguments(call: ast.Call) -> _Arguments:
    return {keyword.arg: keyword.value for keyword in call.keywords}


def _names_of_session(module: Module) -> set[str]:
    """What `session` is called here: `from nox import session as nox_session`."""
    aliases = (
        alias for node in module.nodes if isinstance(node, ast.ImportFrom) for alias in node.names
    )
    return {"session"} | {
        alias.asname for alias in aliases if alias.name == "session" and alias.asname
    }


def _is_session(call: ast.expr, named: set[str]) -> TypeGuard[ast.Call]:
    """Whether `call` is `nox.session(...)`, or what is called `session` here."""
    match call:
        case ast.Call(func=ast.Attribute(attr=name)):
            return name == "session"
        case ast.Call(func=ast.Name(id=name)):
            return name in named
    return False


def _called(module: Module, arguments: dict[str | None, ast.expr]) -> str:
    try:
        return static.text(module, arguments["name"])
    except (KeyError, static.NotStaticError):
        return "session"


def _session(
    file: File, module: Module, name: str, arguments: dict[str | None, ast.expr]
) -> Iterator[Declaration]:
    """What the arguments of `nox.session(...)` say."""
    for keyword in ("python", "py"):
        if keyword in arguments:
            yield from pythons(file, module, name, arguments[keyword])
    if "venv_params" in arguments:
        yield from _venv(file, module, name, arguments["venv_params"])


def _parametrized(file: File, module: Module, found: Parameters) -> Iterator[Declaration]:
    for item in _parameters(file, module, found):
        idle = found.without_effect and item.unreadable is None
        yield item._replace(without_effect=found.without_effect) if idle else item


def _parameters(file: File, module: Module, found: Parameters) -> Iterator[Declaration]:
    if found.plain is not None:
        name = found.plain.id if isinstance(found.plain, ast.Name) else ""
        group = name if name in module.constants else found.group
        yield from listed(file, module, LIST, group, found.plain)
        return
    for parameter in found.pythons:
        if parameter.known:
            yield one(file, module, nox_parameters.SITE, found.group, parameter.python)
        else:
            span = module.span(parameter.python)
            yield file.unreadable(
                nox_parameters.SITE, Role.TESTS, span, COMPUTED, group=found.group
            )


def _venv(file: File, module: Module, session: str, node: ast.expr) -> Iterator[Declaration]:
    """`venv_params=["-p", "3.12"]`: the Python that virtualenv is told."""
    group = f"{session} venv_params"
    previous = ""
    for element in static.elements(module, node):
        span = module.string_span(module.resolve(element.node)) if element.known else None
        text = file.source.slice(span) if span is not None else ""
        if span is not None and previous in {"-p", "--python"}:
            yield file.python_named(_VENV, Role.TESTS, span, text, group=group)
        elif span is not None and text.startswith("--python="):
            value = Span(span.start + len("--python="), span.end)
            word = text.removeprefix("--python=")
            yield file.python_named(_VENV, Role.TESTS, value, word, group=group)
        previous = text


def _chosen(file: File, module: Module) -> list[Declaration]:
    """`nox.options.pythons = [...]`, where it is set once and for all."""
    values = [
        node.value
        for node in module.nodes
        if isinstance(node, ast.Assign)
        and any(ast.unparse(target) == "nox.options.pythons" for target in node.targets)
    ]
    top = [node.value for node in module.tree.body if isinstance(node, ast.Assign)]
    if len(values) != 1 or values[0] not in top:
        return []
    return list(listed(file, module, _OPTIONS, "nox.options.pythons", values[0]))


_edit_list = list_editor(nox_ranges.spell)


def _edit(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    """The list editor; a tuple of which one element is left keeps a comma."""
    edits = _edit_list(file, declarations, change)
    if not edits or not isinstance(change, DropPython):
        return edits
    module: Module = file.python
    spans = {item.span for item in declarations if item.versions != (change.version,)}
    for node in module.nodes:
        if isinstance(node, ast.Tuple):
            left = [
                item
                for item in node.elts
                if (module.string_span(item) or module.span(item)) in spans
            ]
            if len(left) == 1 and len(node.elts) > 1 and len(declarations) == len(node.elts):
                return _with_comma(file, module, node, left[0], edits)
    return edits


def _with_comma(
    file: File, module: Module, whole: ast.Tuple, left: ast.expr, edits: list[Edit]
) -> list[Edit]:
    """`edits` with a comma behind `left`, unless one stays there: `("3.9")` is no tuple."""
    end = module.span(left).end
    rest = [
        at
        for at in range(end, module.span(whole).end)
        if not any(edit.span.start <= at < edit.span.end for edit in edits)
    ]
    if b"," in bytes(file.source.data[at] for at in rest):
        return edits
    return [*edits, Edit(file=file.path, span=Span(end, end), text=",")]


READER = Reader(
    name="noxfile",
    title="noxfile.py",
    read=read,
    editors={
        LIST: _edit,
        _OPTIONS: _edit,
        SINGLE: edit_single,
        _VENV: edit_single,
        RANGE: nox_ranges.edit,
        nox_parameters.SITE: nox_parameters.edit,
    },
    contextual=True,
)
