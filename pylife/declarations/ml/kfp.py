"""Kubeflow Pipelines: the images of components, from the syntax tree.

`base_image=` of `@component` and `create_component_from_func`, `image=` of
`ContainerSpec` and `ContainerOp`; the default of all of them in
`component_factory=partial(component, base_image=...)`.

Source: the Kubeflow Pipelines SDK's reference (kfp.dsl).
"""

import ast
from collections.abc import Iterator

from pylife.declarations import static
from pylife.declarations.base import File, Reader
from pylife.declarations.cloud import runtimes
from pylife.declarations.containers import images
from pylife.model import Declaration, Role, Span
from pylife.syntax.python import Module

_SITE = "kfp-base-image"
_CONTAINERS = frozenset({"ContainerSpec", "ContainerOp"})
_OTHERS = frozenset({"Image", "PythonImage"})
"""BentoML's images have a `base_image` too; see `pylife.declarations.cloud.cloud_python`."""


def read(file: File) -> Iterator[Declaration]:
    """The Python of each image, each place once."""
    module: Module = file.python
    idle = runtimes.in_a_test(file.path)
    seen = set()
    groups: dict[str, int] = {}
    for name, node in _images(module):
        for item in _image(file, module, node):
            if item.span not in seen:
                seen.add(item.span)
                groups[name] = groups.get(name, 0) + 1
                number = f" {groups[name]}" if groups[name] > 1 else ""
                yield item._replace(group=f"{name}{number}", without_effect=idle)


def _images(module: Module) -> Iterator[tuple[str, ast.expr]]:
    """The expressions that give an image, with the name of a function or constant around it."""
    pending: list[tuple[str, ast.AST]] = [("", module.tree)]
    while pending:
        name, node = pending.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = node.name
        elif isinstance(node, ast.Call):
            for keyword in node.keywords:
                if _gives_image(node, keyword.arg):
                    value = keyword.value
                    if isinstance(value, ast.Name) and value.id in module.constants:
                        yield value.id, value
                    else:
                        yield name or "module", value
        pending += [(name, child) for child in reversed(list(ast.iter_child_nodes(node)))]


def _gives_image(call: ast.Call, keyword: str | None) -> bool:
    func = call.func
    name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    if keyword == "base_image":
        return name not in _OTHERS
    return keyword == "image" and name in _CONTAINERS


def _image(file: File, module: Module, node: ast.expr) -> Iterator[Declaration]:
    place = module.resolve(node)
    if isinstance(place, ast.Constant) and place.value is None:
        return
    try:
        image = static.text(module, place)
    except static.NotStaticError as error:
        yield file.unreadable(_SITE, Role.RUNS_ON, module.span(node), str(error))
        return
    span = module.string_span(place)
    whole = span or module.span(place)

    def at(start: int, end: int) -> Span | None:
        return Span(span.start + start, span.start + end) if span and image.isascii() else None

    yield from images.declare(file, _SITE, image, whole, at)


READER = Reader(
    name="kfp",
    title="Kubeflow components (base_image)",
    read=read,
    editors={_SITE: images.edit_image},
    contextual=True,
)
