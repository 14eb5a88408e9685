"""Dagster: the images and interpreters of code locations.

`image` of a location in `dagster_cloud.yaml`, the image of a run launcher in
`dagster.yaml`; `executable_path` of a location has no editor: the environment
must be made with the new Python first.

Source: Dagster's documentation, "dagster_cloud.yaml reference", "dagster.yaml
reference", "workspace.yaml reference".
"""

import re
from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.cloud import runtimes
from pylife.declarations.containers import images
from pylife.model import Declaration, Role, Span
from pylife.syntax import yaml
from pylife.syntax.yaml import Node

_IMAGE = "dagster-image"
_INTERPRETER = "dagster-executable"
_IMAGES = frozenset({"image", "job_image", "default_image"})
_PYTHON = re.compile(r"(?:.*/)?python(?P<version>[23]\.\d+t?)", re.ASCII)


def read(file: File) -> Iterator[Declaration]:
    """The Python of each image and interpreter."""
    for document in file.yaml[:1]:
        for path, node in runtimes.walk(document):
            for key, value in yaml.pairs(node):
                group = ".".join([*_names(document, path), key])
                if key in _IMAGES:
                    yield from runtimes.image(file, _IMAGE, value, group)
                elif key == "executable_path":
                    yield from _interpreter(file, value, group)


def _names(document: Node, path: tuple[str, ...]) -> Iterator[str]:
    """The words of `path`, with a location's name for its number."""
    node: Node | None = document
    for word in path:
        elements = yaml.elements(node)
        node = elements[int(word)] if elements else yaml.get(node, word)
        named = yaml.get(node, "location_name") if elements else None
        yield named.value if yaml.is_scalar(named) else word


def _interpreter(file: File, node: Node, group: str) -> Iterator[Declaration]:
    if not yaml.is_scalar(node):
        return
    match = _PYTHON.fullmatch(node.value)
    place = runtimes.plain(file, node)
    if match is not None and place is not None and node.value.isascii():
        span = Span(place.start + match.start("version"), place.end)
        yield file.python_named(_INTERPRETER, Role.RUNS_ON, span, match["version"], group=group)


READER = Reader(
    name="dagster",
    title="Dagster deployments",
    read=read,
    editors={_IMAGE: images.edit_image},
    contextual=True,
)
