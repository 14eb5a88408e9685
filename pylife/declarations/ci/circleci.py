"""CircleCI: images of executors and jobs, parameters, and matrices of workflows.

`cimg/python:<< parameters.version >>` is declared where the literal stands: the
matrix of a workflow, the value that a workflow passes, or the parameter's
default. A default that every use of its job overrides takes no effect. An
`enum` only limits what may be given, and declares nothing. Sources: CircleCI's
documentation, "Configuration reference" and "Reusable config reference"; the
orb circleci/python.
"""

import re
from collections import ChainMap
from collections.abc import Iterator
from typing import NamedTuple

from pylife.declarations.base import File, Reader
from pylife.declarations.ci import ci_values, ci_variables
from pylife.declarations.ci.ci_values import Value
from pylife.declarations.containers import images
from pylife.model import Declaration
from pylife.syntax import yaml
from pylife.syntax.yaml import Node

_IMAGE = "circleci-image"
_MATRIX = "circleci-matrix"
_PARAMETER = "circleci-parameter"

_REFERENCE = re.compile(r"<<\s*(?:pipeline\.)?(?:parameters|matrix)\.([\w-]+)\s*>>")
_OVERRIDDEN = "every workflow gives another value"


class _Use(NamedTuple):
    """One use of a job by a workflow, or of an executor by a job: the values that it passes."""

    job: str
    values: list[Value]


def read(file: File) -> Iterator[Declaration]:
    """What the configuration says, each place once."""
    for document in file.yaml[:1]:
        yield from ci_values.once(_config(file, document))


def _config(file: File, document: Node) -> Iterator[Declaration]:
    top = ci_values.members(document)
    orb = _orb(top.get("orbs"))
    uses = list(_uses(top.get("workflows")))
    pipeline = _defaults(document, "pipeline", [])
    for value in pipeline:
        yield from _named(file, value)
    jobs = list(ci_values.members(top.get("jobs")).items())
    executors = [use for name, node in jobs for use in _executor(node, f"jobs.{name}", orb)]
    # What a job hands on to its executor is its own parameter, or what a workflow gives it.
    given = [value for use in [*uses, *executors] for value in use.values]
    given += [value for name, node in jobs for value in _defaults(node, f"jobs.{name}", [])]
    shared = ci_values.gathered(pipeline)
    known = {"executors": ci_values.gathered([*given, *pipeline])}
    for kind, callers in (("executors", executors), ("commands", []), ("jobs", uses)):
        called: dict[str, list[list[Value]]] = {}
        for use in callers:
            called.setdefault(use.job, []).append(use.values)
        for name, node in ci_values.members(top.get(kind)).items():
            own = called.get(name, [])
            defaults = _defaults(node, f"{kind}.{name}", own)
            taken = [value for value in defaults if not value.without_effect]
            taken += [value for values in own for value in values]
            values = ChainMap(ci_values.gathered(taken), known.get(kind, shared))
            for image in _images(node, f"{kind}.{name}"):
                yield from ci_variables.resolved(file, image, values, _REFERENCE, image=True)
            for value in defaults:
                yield from _named(file, value)
    for use in executors:
        for value in use.values:
            yield from _named(file, value)
    for use in uses:
        prefix = use.job.partition("/")[0]
        for value in use.values:
            if prefix in orb and "/" in use.job and value.name in {"version", "tag"}:
                yield from _version(file, value)
            else:
                yield from _named(file, value)


def _orb(orbs: Node | None) -> set[str]:
    """The names under which the orb circleci/python is used."""
    return {
        name
        for name, value in yaml.pairs(orbs)
        if yaml.is_scalar(value) and value.value.partition("@")[0] == "circleci/python"
    }


def _images(node: Node, path: str) -> Iterator[Value]:
    docker = yaml.elements(ci_values.members(node).get("docker"))
    for number, container in enumerate(docker):
        scalar = ci_values.plain(ci_values.members(container).get("image"))
        if scalar is not None:
            yield Value("", scalar, _IMAGE, f"{path}.docker.{number}")


def _defaults(node: Node, path: str, passed: list[list[Value]]) -> list[Value]:
    """The defaults of parameters; without effect where each of the uses passes another value."""
    found = []
    for name, parameter in ci_values.members(ci_values.members(node).get("parameters")).items():
        scalar = ci_values.plain(yaml.get(parameter, "default"))
        if scalar is not None:
            given = passed and all(any(item.name == name for item in use) for use in passed)
            effect = _OVERRIDDEN if given else ""
            group = f"{path}.parameters.{name}.default"
            found.append(Value(name, scalar, _PARAMETER, group, without_effect=effect))
    return found


def _executor(node: Node, path: str, orb: set[str]) -> Iterator[_Use]:
    """What a job passes to its executor; `tag` of the Python orb's is a Python version."""
    executor = ci_values.members(node).get("executor")
    keys = ci_values.members(executor)
    name = keys.get("name", executor)
    if not yaml.is_scalar(name):
        return
    ours = name.value.partition("/")[0] in orb and "/" in name.value
    found = []
    for key, value in keys.items():
        scalar = ci_values.plain(value)
        if key != "name" and scalar is not None:
            called = "python" if ours and key == "tag" else key
            found.append(Value(called, scalar, _PARAMETER, f"{path}.executor.{key}"))
    yield _Use(name.value, found)


def _uses(workflows: Node | None) -> Iterator[_Use]:
    """The jobs of all workflows."""
    for workflow, node in ci_values.members(workflows).items():
        for number, element in enumerate(yaml.elements(ci_values.members(node).get("jobs"))):
            if yaml.is_scalar(element):
                yield _Use(element.value, [])
            for job, settings in yaml.pairs(element):
                path = f"workflows.{workflow}.{job}"
                label = yaml.get(settings, "name")
                path = f"{path}.{label.value if yaml.is_scalar(label) else number}"
                yield _Use(job, [*_passed(settings, path), *_matrix(settings, path)])


def _passed(settings: Node, path: str) -> Iterator[Value]:
    for key, value in ci_values.members(settings).items():
        scalar = ci_values.plain(value)
        if scalar is not None and key not in {"name", "type", "context"}:
            yield Value(key, scalar, _PARAMETER, f"{path}.{key}")


def _matrix(settings: Node, path: str) -> Iterator[Value]:
    """The lists of `matrix: parameters:`, without what `exclude:` leaves out."""
    matrix = ci_values.members(settings).get("matrix")
    axes = {
        name: yaml.elements(nodes)
        for name, nodes in ci_values.members(yaml.get(matrix, "parameters")).items()
    }
    excluded = ci_values.excluded(yaml.get(matrix, "exclude"), axes)
    for name, nodes in axes.items():
        for node in nodes:
            scalar = ci_values.plain(node)
            if scalar is not None:
                gone = excluded.leaves_out(name, scalar.value)
                effect = "left out by matrix.exclude" if gone else ""
                group = f"{path}.matrix.parameters.{name}"
                yield Value(name, scalar, _MATRIX, group, without_effect=effect)


def _named(file: File, value: Value) -> Iterator[Declaration]:
    if ci_values.names_python(value.name):
        yield from _version(file, value)


def _version(file: File, value: Value) -> Iterator[Declaration]:
    if "<<" not in value.node.value and ci_values.says_version(value.node.value):
        yield ci_values.version(file, value)


READER = Reader(
    name="circleci",
    title="CircleCI (.circleci/config.yml)",
    read=read,
    editors={
        _IMAGE: images.edit_image,
        _MATRIX: ci_values.edit_list,
        _PARAMETER: ci_values.edit_value,
    },
    contextual=True,
)
