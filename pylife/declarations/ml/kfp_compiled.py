"""Compiled Kubeflow pipelines: the images that their components run in.

The compiler writes the file (YAML or JSON with `deploymentSpec.executors`), so
there is no editor: the component is changed, and the pipeline compiled again.

Source: Kubeflow Pipelines' documentation, "IR YAML"; the PipelineSpec of its API.
"""

from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.cloud import runtimes
from pylife.model import Declaration
from pylife.syntax import yaml

_SITE = "kfp-compiled-image"
_NOTE = "compiled: change the component and compile again"


def read(file: File) -> Iterator[Declaration]:
    """The Python of each executor's image."""
    if b"executors" in file.source.data:
        yield from runtimes.once(_images(file))


def _images(file: File) -> Iterator[Declaration]:
    documents = [file.json] if file.path.endswith(".json") else file.yaml
    for document in documents:
        # A pipeline job of Vertex AI holds the specification; a plain file is it.
        inner = yaml.get(document, "pipelineSpec") or document
        for name, executor in yaml.pairs(yaml.get(inner, "deploymentSpec", "executors")):
            node = yaml.get(executor, "container", "image")
            yield from runtimes.image(file, _SITE, node, name, note=_NOTE)


READER = Reader(
    name="kfp-compiled",
    title="Kubeflow pipelines, compiled",
    read=read,
    editors={},
    contextual=True,
)
