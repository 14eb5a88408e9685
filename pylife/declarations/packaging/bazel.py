"""Bazel with rules_python: the Pythons of its toolchains.

`python.toolchain`, `python.defaults` and `pip.parse` of MODULE.bazel, and
`python_register_toolchains` of WORKSPACE files. Starlark is read as the Python
that it looks like; nothing is run. Source: rules_python's documentation,
"Configuring Python toolchains".
"""

import ast
from collections.abc import Iterator

from pylife.declarations import static
from pylife.declarations.base import File, Reader
from pylife.declarations.editing import edit_single, list_editor
from pylife.model import Declaration, Role
from pylife.syntax.python import Module

_TOOLCHAIN, _TOOLCHAINS = "bazel-toolchain", "bazel-toolchains"
_CALLS = {
    "python.toolchain": "python_version",
    "python.defaults": "python_version",
    "pip.parse": "python_version",
    "python_register_toolchains": "python_version",
    "python_register_multi_toolchains": "default_version",
}
"""What is called, and the argument that names one Python."""


def read(file: File) -> Iterator[Declaration]:
    """The Python of each toolchain, each place once."""
    module: Module = file.python
    calls = [node for node in module.nodes if isinstance(node, ast.Call)]
    seen, count = set(), dict.fromkeys(_CALLS, 0)
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        name = _name(call)
        if name not in _CALLS:
            continue
        count[name] += 1
        group = name if count[name] == 1 else f"{name} {count[name]}"
        for item in _call(file, module, call, _CALLS[name], group):
            if item.span not in seen:
                seen.add(item.span)
                yield item


def _name(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            return f"{owner}.{name}"
        case _:
            return ""


def _call(
    file: File, module: Module, call: ast.Call, single: str, group: str
) -> Iterator[Declaration]:
    for keyword in call.keywords:
        if keyword.arg == single:
            yield from _python(file, module, _TOOLCHAIN, keyword.value, group)
        elif keyword.arg == "python_versions":
            for element in static.elements(module, keyword.value):
                yield from _python(file, module, _TOOLCHAINS, element.node, group)


def _python(
    file: File, module: Module, site: str, node: ast.expr, group: str
) -> Iterator[Declaration]:
    place = module.resolve(node)
    span = module.string_span(place) or module.span(node)
    try:
        text = static.text(module, place)
    except static.NotStaticError as error:
        yield file.unreadable(site, Role.RUNS_ON, span, str(error), group=group)
        return
    if text:
        yield file.python_named(site, Role.RUNS_ON, span, text, group=group)


READER = Reader(
    name="bazel",
    title="Bazel (rules_python toolchains)",
    read=read,
    editors={_TOOLCHAIN: edit_single, _TOOLCHAINS: list_editor()},
)
