"""BentoML's `bentofile.yaml`: the Python of the image that is built of a service.

Images that are described in Python are read by `pylife.declarations.cloud.cloud_python`.

Source: BentoML's documentation, "Bento build options".
"""

from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.cloud import runtimes
from pylife.declarations.containers import images
from pylife.declarations.editing import edit_single
from pylife.model import Declaration
from pylife.syntax import yaml

_VERSION = "bentoml-python-version"
_IMAGE = "bentoml-base-image"
_CONDA = "bentoml-conda-python"
_SKIPPED = "docker.base_image is used as it is"


def read(file: File) -> Iterator[Declaration]:
    """The Python of the image."""
    for document in file.yaml[:1]:
        docker = yaml.get(document, "docker")
        base = yaml.get(docker, "base_image")
        version = yaml.get(docker, "python_version")
        for item in runtimes.version(file, _VERSION, version, "docker.python_version"):
            yield item._replace(without_effect=_SKIPPED if yaml.is_scalar(base) else "")
        yield from runtimes.image(file, _IMAGE, base, "docker.base_image")
        for node in yaml.elements(yaml.get(document, "conda", "dependencies")):
            if yaml.is_scalar(node):
                span = yaml.scalar_span(file.source, node)
                yield from runtimes.conda(file, _CONDA, node.value, span, "conda.dependencies")


READER = Reader(
    name="bentoml",
    title="BentoML (bentofile.yaml)",
    read=read,
    editors={
        _VERSION: runtimes.edit_number,
        _IMAGE: images.edit_image,
        _CONDA: edit_single,
    },
    contextual=True,
)
