"""MLflow models: the Python with which a model was saved, and is served.

`MLmodel`, `python_env.yaml` and `conda.yaml` have no editor: another Python is a
model that people validate anew.
"""

import re
from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.model import Declaration, Role, Span
from pylife.syntax import yaml
from pylife.syntax.yaml import Node

_CONDA = re.compile(r"(?:[\w-]+::)?python\s*=?=?\s*(?P<version>\d[\w.*]*)(?:=\S*)?\s*", re.ASCII)
_CONDA_ANY = re.compile(r"(?:[\w-]+::)?python\s*(?:[<>!~=].*)?")


def read(file: File) -> Iterator[Declaration]:
    """The Python of the file."""
    name = file.path.rpartition("/")[2]
    for document in file.yaml[:1]:
        if name == "MLmodel":
            node = yaml.get(document, "flavors", "python_function", "python_version")
            yield from _scalar(file, "mlflow-model", node)
        elif name == "python_env.yaml":
            yield from _scalar(file, "mlflow-python-env", yaml.get(document, "python"))
        else:
            for element in yaml.elements(yaml.get(document, "dependencies")):
                yield from _conda(file, element)


def _scalar(file: File, site: str, node: Node | None) -> Iterator[Declaration]:
    if yaml.is_scalar(node):
        span = yaml.scalar_span(file.source, node)
        if node.style:
            yield file.python_named(site, Role.RUNS_ON, span, node.value)
        else:
            yield file.number_named(site, Role.RUNS_ON, span, node.value, "YAML")
    elif node is not None:
        span = yaml.outer_span(file.source, node)
        yield file.unreadable(site, Role.RUNS_ON, span, "not a version")


def _conda(file: File, node: Node) -> Iterator[Declaration]:
    """`python=3.9.18` among conda's dependencies."""
    if not yaml.is_scalar(node):
        return
    span = yaml.scalar_span(file.source, node)
    match = _CONDA.fullmatch(node.value)
    if match is not None and file.source.slice(span) == node.value:
        start = span.start + match.start("version")  # all of it is ASCII up to there
        place = Span(start, start + len(match["version"]))
        yield file.python_named("conda-python", Role.RUNS_ON, place, match["version"])
    elif _CONDA_ANY.fullmatch(node.value):
        reason = "a range: conda chooses when the environment is made"
        yield file.unreadable("conda-python", Role.RUNS_ON, span, reason)


READER = Reader(
    name="mlflow",
    title="MLmodel, python_env.yaml, conda.yaml",
    read=read,
    editors={},
)
