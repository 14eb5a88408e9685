"""Kubeflow Pipelines: `base_image=` of components, from the syntax tree.

Only files whose path says pipeline or component are looked at: claiming every
Python file would open the whole source for a few of them.
"""

import ast
from collections.abc import Iterator

from pylife.declarations import images, static
from pylife.declarations.base import File, Reader
from pylife.declarations.editing import edit_single
from pylife.model import Declaration, Role, Span
from pylife.syntax import python
from pylife.syntax.python import Module

_SITE = "kfp-base-image"


def read(file: File) -> Iterator[Declaration]:
    """The Python of each base image, each place once."""
    if "base_image" not in python.decoded(file.source).text:  # what is no text raises here
        return
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
    found = images.python_of(image)
    if found is not None:
        _, start, end = images.split(image)
        tag = Span(span.start + start, span.start + end) if span and image.isascii() else None
        yield file.listed(_SITE, Role.RUNS_ON, tag or module.span(node), [found[0]])
    elif images.is_python(image):
        reason = "the tag names no minor version: whichever is newest when it runs"
        yield file.unreadable(_SITE, Role.RUNS_ON, span or module.span(node), reason)


READER = Reader(
    name="kfp",
    title="Kubeflow components (base_image)",
    read=read,
    editors={_SITE: edit_single},
)
