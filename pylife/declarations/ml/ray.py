"""Ray: the Python in the tag of its images, and in the conda environments of jobs.

`rayproject/ray:2.9.0-py310` and `anyscale/ray:2.9.0-slim-py310-cu121`, wherever
a cluster, job or service file names them (manifests of Kubernetes are read
elsewhere); `conda: {dependencies: [python=3.9]}` under `runtime_env`.

Sources: Ray's documentation, "Environment Dependencies", "Launching Ray Clusters";
the tags of its images ("Ray Docker Images").
"""

import re
from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.cloud import runtimes
from pylife.declarations.editing import edit_single
from pylife.model import Declaration
from pylife.syntax import yaml

_IMAGE = "ray-image"
_CONDA = "ray-conda-python"
_RAY = re.compile(r"(?:.*/)?(?:rayproject|anyscale)/ray(?:-\w+)?:\S+")


def read(file: File) -> Iterator[Declaration]:
    """The Python of each image and environment."""
    for document in file.yaml:
        if yaml.get(document, "apiVersion") is not None:
            continue
        for path, node in runtimes.walk(document):
            group = ".".join(path)
            if yaml.is_scalar(node) and _RAY.fullmatch(node.value):
                yield from runtimes.image(file, _IMAGE, node, group)
            elif path[-2:] == ("runtime_env", "conda"):
                for element in yaml.elements(yaml.get(node, "dependencies")):
                    if yaml.is_scalar(element):
                        span = yaml.scalar_span(file.source, element)
                        yield from runtimes.conda(file, _CONDA, element.value, span, group)


READER = Reader(
    name="ray",
    title="Ray clusters and jobs",
    read=read,
    # Ray's release decides which Pythons its images have: people choose both together.
    editors={_CONDA: edit_single},
    contextual=True,
)
