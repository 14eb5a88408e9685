"""Compose files: the image of each service, and the arguments of its build.

The image of a service that has a `build` too is only the name of what is built.
`${NAME:-3.9}` gives a default; what `.env` gives is not this file's to say.
Sources: the Compose specification, "services", "build", "Interpolation", "Fragments".
"""

from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.containers import build_args, yaml_images
from pylife.model import Declaration, Span
from pylife.syntax import yaml
from pylife.syntax.placed import Placed
from pylife.syntax.yaml import Node

_IMAGE = "compose-image"
_ARG = "compose-build-arg"


def read(file: File) -> Iterator[Declaration]:
    """The Python of each service, each place once."""
    seen: set[Span] = set()
    for document in file.yaml[:1]:
        for name, service in yaml.members(yaml.get(document, "services")).items():
            for item in _service(file, name, service):
                if item.span not in seen:
                    seen.add(item.span)
                    yield item


def _service(file: File, name: str, service: Node) -> Iterator[Declaration]:
    entries = yaml.members(service)
    build = entries.get("build")
    if build is None:
        image = entries.get("image")
        yield from yaml_images.interpolated(file, _IMAGE, image, f"services.{name}.image")
        return
    args = yaml.members(build).get("args")
    for key, value in yaml.members(args).items():
        if yaml.is_scalar(value):
            text = yaml_images.placed(file, value)
            if text is not None:
                yield from _arg(file, name, key, text, number=not value.style)
    for element in yaml.elements(args):
        if yaml.is_scalar(element) and "=" in element.value:
            text = yaml_images.placed(file, element)
            key = element.value.partition("=")[0]
            if text is not None:
                yield from _arg(file, name, key, text[len(key) + 1 :])


def _arg(
    file: File, service: str, key: str, value: Placed, *, number: bool = False
) -> Iterator[Declaration]:
    if value.text:
        whole = file.source.span(value.places[0], value.places[-1] + 1)
        group = f"services.{service}.build.args.{key}"
        yield from build_args.declare(file, _ARG, key, value, whole, group, number=number)


READER = Reader(
    name="compose",
    title="compose.yaml (Docker Compose)",
    read=read,
    editors={_IMAGE: yaml_images.edit_tag, _ARG: yaml_images.edit_tag},
    contextual=True,
)
