"""Cog's `cog.yaml`: the Python of the container that serves a model.

Source: Cog's documentation, "cog.yaml reference".
"""

from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.cloud import runtimes
from pylife.model import Declaration
from pylife.syntax import yaml

_SITE = "cog-python-version"


def read(file: File) -> Iterator[Declaration]:
    """The Python of the container."""
    for document in file.yaml[:1]:
        node = yaml.get(document, "build", "python_version")
        yield from runtimes.version(file, _SITE, node, "build.python_version")


READER = Reader(
    name="cog",
    title="Cog (cog.yaml)",
    read=read,
    editors={_SITE: runtimes.edit_number},
)
