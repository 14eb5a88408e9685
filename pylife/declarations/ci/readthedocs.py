"""Read the Docs: the one Python that the documentation is built with.

`build.tools.python` names it, in older files `python.version`. A conda
distribution (`miniconda3-3.12-24.9`) brings Python from an environment file.
Source: Read the Docs' documentation, "Configuration file reference".
"""

import re
from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.ci import ci_values
from pylife.declarations.ci.ci_values import Value
from pylife.model import Declaration, Role
from pylife.syntax import yaml

_SITE = "readthedocs-python"
_CONDA = re.compile(r"(?:miniconda|mambaforge|miniforge)[\w.-]*")


def read(file: File) -> Iterator[Declaration]:
    """The Python of the file; the old place counts where the new one is absent."""
    for document in file.yaml[:1]:
        tools = yaml.get(document, "build", "tools", "python")
        old = yaml.get(document, "python", "version")
        node, group = (tools, "build.tools.python") if tools else (old, "python.version")
        if node is None:
            continue
        scalar = ci_values.plain(node)
        if scalar is None:
            place = yaml.outer_span(file.source, node)
            yield file.unreadable(_SITE, Role.RUNS_ON, place, "not a version", group=group)
        elif _CONDA.fullmatch(scalar.value):
            place = ci_values.span(file, scalar)
            note = f"{scalar.value}: the environment file of conda names the Python"
            yield file.listed(_SITE, Role.RUNS_ON, place, [], group=group, note=note)
        else:
            value = Value("python", scalar, _SITE, group)
            yield ci_values.version(file, value, role=Role.RUNS_ON)


READER = Reader(
    name="readthedocs",
    title="Read the Docs (.readthedocs.yaml)",
    read=read,
    editors={_SITE: ci_values.edit_value},
)
