"""conda environments: the Python that an environment file asks for.

`dependencies` of `environment.yml` and its like, `packages` of
`anaconda-project.yml`, there also of each of its `env_specs`. An environment
without a version of Python takes the newest that its packages have: it declares
none. `conda.yaml` is MLflow's, and read there. Source: conda's documentation,
"Creating an environment file manually".
"""

import re
from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.packaging import conda_spec, pins
from pylife.errors import UnreadableError
from pylife.model import Declaration, Role
from pylife.syntax import yaml
from pylife.syntax.yaml import Node

_SITE = "conda-environment-python"
_TEMPLATE = re.compile(r"\{[{%][^\n]*")


def read(file: File) -> Iterator[Declaration]:
    """The Python of the file's environment, or of each of them."""
    try:
        documents = file.yaml
    except UnreadableError:
        template = _TEMPLATE.search(file.source.text)
        if template is None:
            raise
        # What conda-devenv and its like make of it is no longer this file.
        place = file.source.span(*template.span())
        yield file.unreadable(_SITE, Role.SUPPORTS, place, "a template that has to be rendered")
        return
    for document in documents[:1]:
        yield from _environment(file, document, "")
        for name, node in yaml.pairs(yaml.get(document, "env_specs")):
            yield from _environment(file, node, f"env_specs.{name}")


def _environment(file: File, node: Node, group: str) -> Iterator[Declaration]:
    for key in ("dependencies", "packages"):
        for element in yaml.elements(yaml.get(node, key)):
            if yaml.is_scalar(element):
                span = yaml.scalar_span(file.source, element)
                yield from conda_spec.declare(file, _SITE, element.value, span, group=group)


READER = Reader(
    name="conda-environment",
    title="conda environments (environment.yml)",
    read=read,
    editors={_SITE: pins.edit},
)
