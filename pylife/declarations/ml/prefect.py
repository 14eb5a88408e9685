"""Prefect: the images of `prefect.yaml`, that deployments run in.

Source: Prefect's documentation, "Define deployments with YAML".
"""

from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.cloud import runtimes
from pylife.declarations.containers import images
from pylife.model import Declaration
from pylife.syntax import yaml
from pylife.syntax.yaml import Node

_IMAGE = "prefect-image"


def read(file: File) -> Iterator[Declaration]:
    """The Python of each image, each place once."""
    for document in file.yaml[:1]:
        yield from runtimes.once(_all(file, document))


def _all(file: File, document: Node) -> Iterator[Declaration]:
    for key, pool in yaml.pairs(yaml.get(document, "definitions", "work_pools")):
        yield from _image(file, pool, f"definitions.work_pools.{key}")
    for number, deployment in enumerate(yaml.elements(yaml.get(document, "deployments")), 1):
        name = yaml.get(deployment, "name")
        group = f"deployments.{name.value if yaml.is_scalar(name) else number}"
        yield from _image(file, yaml.get(deployment, "work_pool"), group)


def _image(file: File, pool: Node | None, group: str) -> Iterator[Declaration]:
    node = yaml.get(pool, "job_variables", "image")
    yield from runtimes.image(file, _IMAGE, node, f"{group}.image")


READER = Reader(
    name="prefect",
    title="Prefect (prefect.yaml)",
    read=read,
    editors={_IMAGE: images.edit_image},
    contextual=True,
)
