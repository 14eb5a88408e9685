"""Truss: `python_version: py39` in the `config.yaml` of a packaged model.

Source: Truss's documentation, "Configuration" (config.yaml).
"""

import re
from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.cloud import runtimes
from pylife.model import Declaration, Role
from pylife.syntax import yaml

_SITE = "truss-python-version"
_SPELLED = re.compile(r"py3\d{1,2}")


def read(file: File) -> Iterator[Declaration]:
    """The Python of the model; other files are called `config.yaml` too."""
    for document in file.yaml[:1]:
        node = yaml.get(document, "python_version")
        if yaml.is_scalar(node) and _SPELLED.fullmatch(node.value):
            span = yaml.scalar_span(file.source, node)
            yield file.python_named(_SITE, Role.RUNS_ON, span, node.value)


READER = Reader(
    name="truss",
    title="Truss (config.yaml)",
    read=read,
    editors={_SITE: runtimes.edit_runtime},
)
