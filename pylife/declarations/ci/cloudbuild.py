"""Google Cloud Build: the images that the steps of a build run in.

Source: Google Cloud's documentation, "Build configuration file schema".
"""

from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.cloud import runtimes
from pylife.declarations.containers import images
from pylife.model import Declaration, Role
from pylife.syntax import yaml
from pylife.syntax.yaml import Node

_SITE = "cloudbuild-image"


def read(file: File) -> Iterator[Declaration]:
    """The Python of each step's image."""
    document = file.json if file.path.endswith(".json") else next(iter(file.yaml), None)
    for item in runtimes.once(_images(file, document)):
        yield item._replace(role=Role.TESTS)  # what is built here runs elsewhere


def _images(file: File, document: Node | None) -> Iterator[Declaration]:
    for number, step in enumerate(yaml.elements(yaml.get(document, "steps")), 1):
        name = yaml.get(step, "id")
        group = f"steps.{name.value if yaml.is_scalar(name) else number}.name"
        yield from runtimes.image(file, _SITE, yaml.get(step, "name"), group)


READER = Reader(
    name="cloudbuild",
    title="Google Cloud Build",
    read=read,
    editors={_SITE: images.edit_image},
    contextual=True,
)
