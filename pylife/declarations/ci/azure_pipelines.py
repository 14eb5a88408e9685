"""Azure Pipelines: UsePythonVersion, matrices, variables, parameters and containers.

The steps `UsePythonVersion@0` tell which Python is used; where they take it from
a matrix, a variable or a parameter's default, it is declared there. The
`values:` of a parameter only limit what may be given, and declare nothing. An
unquoted `3.10` is the number 3.1. Sources: Microsoft's documentation, "YAML
schema reference" and "UsePythonVersion@0".
"""

import re
from collections.abc import Iterator
from typing import Any

from pylife.declarations.base import File, Reader
from pylife.declarations.ci import ci_values, ci_variables
from pylife.declarations.ci.ci_entries import edit_entries
from pylife.declarations.ci.ci_values import Value
from pylife.declarations.containers import images
from pylife.model import Declaration
from pylife.syntax import yaml
from pylife.syntax.yaml import Node

_STEP = "azure-use-python"
_MATRIX = "azure-matrix"
_VARIABLE = "azure-variable"
_PARAMETER = "azure-parameter"
_PARAMETERS = "azure-parameter-list"
_IMAGE = "azure-container"

_REFERENCE = re.compile(
    r"\$\(([\w.-]+)\)|\$\{\{\s*(?:parameters|variables)\.([\w.-]+)\s*\}\}"
    r"|\$\{\{\s*(?:parameters|variables)\['([\w.-]+)'\]\s*\}\}"
    r"|\$\[\s*variables\.([\w.-]+)\s*\]|\$\[\s*variables\['([\w.-]+)'\]\s*\]"
    r"|\$\{\{([^{}]*)\}\}"
)
_EACH = re.compile(r"\$\{\{\s*each\s+(\w+)\s+in\s+parameters\.([\w-]+)\s*\}\}")
_TASK = re.compile(r"UsePythonVersion@\d+", re.IGNORECASE)
_LABELS = ("job", "stage", "deployment", "name", "template")


def read(file: File) -> Iterator[Declaration]:
    """What the pipeline or template says, each place once."""
    for document in file.yaml[:1]:
        yield from ci_values.once(_pipeline(file, document))


def _pipeline(file: File, document: Node) -> Iterator[Declaration]:
    found: list[Value] = []
    steps: list[Value] = []
    containers: list[Value] = []
    aliases: set[str] = set()
    loops: list[tuple[str, str]] = []
    for path, node in ci_values.walk(document, _LABELS):
        prefix = f"{path}." if path else ""
        keys = ci_values.members(node)
        found += _given(keys, prefix)
        loops += [(each[1], each[2]) for each in map(_EACH.fullmatch, keys) if each is not None]
        task, version = keys.get("task"), yaml.get(keys.get("inputs"), "versionSpec")
        if yaml.is_scalar(task) and _TASK.fullmatch(task.value.strip()):
            steps += _value("", version, _STEP, f"{prefix}versionSpec")
        container = keys.get("container")
        if yaml.is_mapping(container):
            container = yaml.get(container, "image")
        if "image" in keys and yaml.is_scalar(keys.get("container")):
            aliases.add(keys["container"].value)  # a container of `resources:`
            container = keys["image"]
        containers += _value("", container, _IMAGE, f"{prefix}container")
    # The names of variables have no case.
    values = ci_values.gathered([value._replace(name=value.name.lower()) for value in found])
    lower = _Lower(values)
    for name, parameter in loops:
        lower.setdefault(name.lower(), lower.get(parameter, []))
    for step in steps:
        yield from ci_variables.resolved(file, step, lower, _REFERENCE, image=False)
    for image in containers:
        if image.node.value not in aliases:
            yield from ci_variables.resolved(file, image, lower, _REFERENCE, image=True)
    for value in found:
        if value.name.upper() == "TOXENV" or value.name.upper() == "TOX.ENV":
            yield from ci_values.toxenv(file, value)
        elif ci_values.names_python(value.name):
            yield from _named(file, value, lower)


class _Lower(dict[str, list[Value]]):
    """Values by name, whatever its case."""

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name.strip().lower(), default)


def _named(file: File, value: Value, values: _Lower) -> Iterator[Declaration]:
    """A variable called after Python: a version, or what another variable gives."""
    whole = _REFERENCE.fullmatch(value.node.value.strip())
    if whole is None:
        if ci_values.says_version(value.node.value):
            yield ci_values.version(file, value)
    elif values.get(next(filter(None, whole.groups()), "")) is not None:
        yield from ci_variables.resolved(file, value, values, _REFERENCE, image=False)


def _value(name: str, node: Node | None, site: str, group: str) -> list[Value]:
    scalar = ci_values.plain(node)
    return [Value(name, scalar, site, group)] if scalar is not None else []


def _given(keys: dict[str, Node], prefix: str) -> Iterator[Value]:
    """What a job, a stage, a file or the use of a template gives to names."""
    for name, node, _ in _both_forms(keys.get("variables"), "value"):
        yield from _value(name, node, _VARIABLE, f"{prefix}variables.{name}")
    for name, node, declared in _both_forms(keys.get("parameters"), "default"):
        group = f"{prefix}parameters.{name}" + (".default" if declared else "")
        yield from _value(name, node, _PARAMETER, group)
        for element in yaml.elements(node):
            yield from _value(name, element, _PARAMETERS, group)
    for owner in ("strategy", "parameters"):  # a template is often given the whole matrix
        group = f"{prefix}{owner}.matrix"
        for _, entry in yaml.pairs(yaml.get(keys.get(owner), "matrix")):
            named = ci_values.members(entry).items()
            yield from ci_values.entry(
                [item for name, value in named for item in _value(name, value, _MATRIX, group)]
            )


def _both_forms(node: Node | None, value: str) -> Iterator[tuple[str, Node | None, bool]]:
    """`name: text`, or `- name: ...` with the text under the key `value` (then True)."""
    for name, given in ci_values.members(node).items():
        yield name, given, False
    for element in yaml.elements(node):
        name_node = yaml.get(element, "name")
        if yaml.is_scalar(name_node):
            yield name_node.value, yaml.get(element, value), True


READER = Reader(
    name="azure-pipelines",
    title="Azure Pipelines",
    read=read,
    editors={
        _STEP: ci_values.edit_value,
        _MATRIX: edit_entries,
        _VARIABLE: ci_values.edit_value,
        _PARAMETER: ci_values.edit_value,
        _PARAMETERS: ci_values.edit_list,
        _IMAGE: images.edit_image,
    },
    contextual=True,
)
