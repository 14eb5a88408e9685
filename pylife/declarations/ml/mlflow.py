"""MLflow: the Python with which a model was saved, and that a project runs on.

`MLmodel`, `python_env.yaml` and `conda.yaml` have no editor: another Python is a
model that people validate anew. The image of an `MLproject` is edited.

Sources: MLflow's documentation, "MLflow Model format", "MLflow Projects".
"""

import re
from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.cloud import runtimes
from pylife.declarations.containers import images
from pylife.model import Declaration, Role
from pylife.syntax import yaml
from pylife.syntax.yaml import Node

_MODEL = "mlflow-model"
_ENVIRONMENT = "mlflow-python-env"
_CONDA = "conda-python"
_IMAGE = "mlproject-image"

_RANGE = re.compile(r"\s*(?:[<>!~]=?|==?=?)\s*\d.*")


def read(file: File) -> Iterator[Declaration]:
    """The Python of the file."""
    name = file.path.rpartition("/")[2]
    for document in file.yaml[:1]:
        if name == "MLmodel":
            for flavor, settings in yaml.pairs(yaml.get(document, "flavors")):
                # The flavor that every model is served by; others may say what they were made with.
                group = "" if flavor == "python_function" else f"flavors.{flavor}"
                yield from _scalar(file, _MODEL, yaml.get(settings, "python_version"), group)
        elif name == "python_env.yaml":
            yield from _scalar(file, _ENVIRONMENT, yaml.get(document, "python"), "")
        elif name == "MLproject":
            node = yaml.get(document, "docker_env", "image")
            yield from runtimes.image(file, _IMAGE, node, "docker_env.image")
        else:
            for element in yaml.elements(yaml.get(document, "dependencies")):
                if yaml.is_scalar(element):
                    span = yaml.scalar_span(file.source, element)
                    yield from runtimes.conda(file, _CONDA, element.value, span, "")


def _scalar(file: File, site: str, node: Node | None, group: str) -> Iterator[Declaration]:
    if yaml.is_scalar(node):
        span = yaml.scalar_span(file.source, node)
        if _RANGE.fullmatch(node.value):
            reason = "a range: which Python is chosen when the environment is made"
            yield file.unreadable(site, Role.RUNS_ON, span, reason, group=group)
        elif node.style:
            yield file.python_named(site, Role.RUNS_ON, span, node.value, group=group)
        else:
            yield file.number_named(site, Role.RUNS_ON, span, node.value, "YAML", group=group)
    elif node is not None:
        span = yaml.outer_span(file.source, node)
        yield file.unreadable(site, Role.RUNS_ON, span, "not a version", group=group)


READER = Reader(
    name="mlflow",
    title="MLmodel, python_env.yaml, conda.yaml, MLproject",
    read=read,
    editors={_IMAGE: images.edit_image},
    contextual=True,
)
