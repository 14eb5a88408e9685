"""Values of Helm charts (`values.yaml`, `values-prod.yaml`): the images that they name.

A chart chooses its own keys. Read are a whole reference under a key that ends in
`image`, and what nearly all charts have: a mapping with `repository` (or `image`,
or `name`) and `tag`, perhaps with `registry`; one with a `digest` says nothing.
A chart's templates are no YAML, and not read.
Source: Helm's documentation, "Chart Template Guide", "Values"; the chart that
`helm create` makes.
"""

import re
from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.containers import yaml_images
from pylife.errors import UnreadableError
from pylife.model import Declaration, Span

_SITE = "helm-image"
_KEY = re.compile(r"(?:[\w.-]*[a-z0-9_.-])?[iI]mage|(?:[\w.-]*_)?IMAGE")


def read(file: File) -> Iterator[Declaration]:
    """The Python of each image, each place once."""
    try:
        documents = file.yaml
    except UnreadableError:
        return  # nothing but its name says that it is a chart's
    seen: set[Span] = set()
    for document in documents:
        for path, mapping in yaml_images.walk(document):
            for item in yaml_images.mapping(file, _SITE, mapping, path, _KEY):
                if item.span not in seen:
                    seen.add(item.span)
                    yield item


READER = Reader(
    name="helm",
    title="values of Helm charts",
    read=read,
    editors={_SITE: yaml_images.edit_tag},
    contextual=True,
)
