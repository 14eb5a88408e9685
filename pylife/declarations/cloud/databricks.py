"""Databricks bundles, jobs and clusters: the Python of the runtime that they name.

A Databricks Runtime (`13.3.x-scala2.12`) or a serverless environment
(`environment_version: "2"`) has the Python that `pylife/data/runtimes.toml`
says. There is no editor: another runtime is another Spark too.

Source: Databricks' documentation, "Databricks Asset Bundles configuration",
"Jobs API" (job clusters, environments).
"""

import re
from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.cloud import runtimes
from pylife.model import Declaration, Role
from pylife.syntax import yaml
from pylife.syntax.yaml import Node

_SPARK = "databricks-spark-version"
_ENVIRONMENT = "databricks-environment-version"
_VARIABLE = re.compile(r"\$\{var\.(?P<name>\w+)\}")


def read(file: File) -> Iterator[Declaration]:
    """The Python of each cluster and environment, each place once."""
    documents = [file.json] if file.path.endswith(".json") else file.yaml[:1]
    yield from runtimes.once(
        item
        for document in documents
        for path, node in runtimes.walk(document)
        for item in _declaration(file, document, path, node)
    )


def _declaration(
    file: File, document: Node, path: tuple[str, ...], node: Node
) -> Iterator[Declaration]:
    for key, value in yaml.pairs(node):
        if key == "spark_version" and yaml.get(node, "docker_image") is None:
            yield from _value(file, document, _SPARK, value, (*path, key))
        elif key == "environment_version" and path[-1:] == ("spec",):
            yield from _value(file, document, _ENVIRONMENT, value, (*path, key))


def _value(
    file: File, document: Node, site: str, node: Node, path: tuple[str, ...]
) -> Iterator[Declaration]:
    """The value as it stands, or the default of the bundle's variable."""
    group = ".".join(path)
    variable = _VARIABLE.fullmatch(node.value) if yaml.is_scalar(node) else None
    if variable is not None:
        default = yaml.get(document, "variables", variable["name"], "default")
        if default is not None:
            node, group = default, f"variables.{variable['name']}"
    if not yaml.is_scalar(node):
        return
    span = yaml.scalar_span(file.source, node)
    if "${" in node.value or "{{" in node.value:
        reason = "a variable without a default in this file"
        yield file.unreadable(site, Role.RUNS_ON, span, reason, group=group)
    elif site == _SPARK:
        yield runtimes.databricks(file, site, node.value, span, group)
    else:
        table, title = "databricks-environment", "serverless environment"
        yield runtimes.known(file, site, table, node.value, span, group, title)


READER = Reader(
    name="databricks",
    title="Databricks bundles, jobs and clusters",
    read=read,
    editors={},
)
