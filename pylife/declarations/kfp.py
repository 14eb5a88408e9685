"""Kubeflow Pipelines: `base_image=` of components, from the syntax tree."""

import ast
from collections.abc import Iterator

from pylife.declarations import images, static
from pylife.declarations.base import File, Reader
from pylife.declarations.editing import edit_single
from pylife.model import Declaration, Role, Span
from pylife.syntax.python import Module

_SITE = "kfp-base-image"


def read(file: File) -> Iterator[Declaration]:
    """The Python of each base image, each place once."""
    module: Module = file.python
    seen = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg == "base_image":
                    for item in _image(file, module, keyword.value):
                        if item.span not in seen:
                            seen.add(item.span)
                            yield item


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
    whole = span or module.span(node)

    def at(start: int, end: int) -> Span | None:
        return Span(span.start + start, span.start + end) if span and image.isascii() else None

    yield from images.declare(file, _SITE, image, whole, at)


READER = Reader(
    name="kfp",
    title="Kubeflow components (base_image)",
    read=read,
    editors={_SITE: edit_single},
    contextual=True,
)
