"""Targets that tools are told in JSON files: pyright and pyre.

`pythonVersion` of pyrightconfig.json, also of its execution environments (whose
comments pyright allows; these are left to people), and `python_version` of `.pyre_configuration`.
Sources: "Configuration" of pyright's and of pyre's documentation.
"""

from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.linters import targets
from pylife.model import Declaration, Role
from pylife.syntax import yaml
from pylife.syntax.yaml import Node

_PYRIGHT = "pyright-target"
_ENVIRONMENT = "pyright-environment-target"
_PYRE = "pyre-target"


def read(file: File) -> Iterator[Declaration]:
    """The targets of the file."""
    root = file.json
    if ".pyre_configuration" in file.path:
        yield from _version(file, _PYRE, yaml.get(root, "python_version"), "python_version")
        return
    yield from _version(file, _PYRIGHT, yaml.get(root, "pythonVersion"), "pythonVersion")
    for number, node in enumerate(yaml.elements(yaml.get(root, "executionEnvironments"))):
        group = f"executionEnvironments.{number}.pythonVersion"
        yield from _version(file, _ENVIRONMENT, yaml.get(node, "pythonVersion"), group)


def _version(file: File, site: str, node: Node | None, group: str) -> Iterator[Declaration]:
    if node is None or (yaml.is_scalar(node) and not node.value):
        return
    if yaml.is_scalar(node) and node.style == '"':
        span = yaml.scalar_span(file.source, node)
        yield targets.plain(file, site, span, node.value, group)
    else:
        span = yaml.outer_span(file.source, node)
        yield file.unreadable(site, Role.TARGETS, span, "not a string", group=group, invalid=True)


READER = Reader(
    name="tools-json",
    title="targets of pyright and pyre in JSON files",
    read=read,
    editors={_PYRIGHT: targets.editor(), _PYRE: targets.editor()},
)
