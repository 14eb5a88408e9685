"""Buildkite pipelines: images of the docker plugins, environment, and matrices.

A matrix is Python's if its name says so, or if a text of its step puts it where
a Python stands: `python:{{matrix}}`, `py{{matrix.version}}`. Source:
Buildkite's documentation, "Command step" and "Build matrix".
"""

import re
from collections import ChainMap
from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.ci import ci_values, ci_variables
from pylife.declarations.ci.ci_values import Value
from pylife.declarations.containers import images
from pylife.model import Declaration
from pylife.syntax import yaml
from pylife.syntax.yaml import Node

_IMAGE = "buildkite-image"
_MATRIX = "buildkite-matrix"
_VARIABLE = "buildkite-variable"
_ADJUSTMENT = "buildkite-matrix-adjustment"

_REFERENCE = re.compile(r"\{\{\s*(matrix(?:\.[\w-]+)?)\s*\}\}|\$\$?\{(\w+)\}|\$\$?(\w+)")
_PYTHON = re.compile(
    r"(?:py|python|cpython)[\s:=_-]{0,3}v?\{\{\s*(matrix(?:\.[\w-]+)?)\s*\}\}", re.IGNORECASE
)
_LABELS = ("key", "label", "name", "group")


def read(file: File) -> Iterator[Declaration]:
    """What the pipeline says, each place once."""
    for document in file.yaml[:1]:
        yield from ci_values.once(_pipeline(file, document))


def _pipeline(file: File, document: Node) -> Iterator[Declaration]:
    shared = _env(document, "env")
    everywhere = ci_values.gathered(shared)
    for value in shared:
        yield from _named(file, value)
    for path, node in ci_values.walk(document, _LABELS):
        keys = ci_values.members(node)
        inside = ".plugins." in path or not path  # a plugin's settings are read with its step
        if inside or not {"matrix", "plugins", "env", "image"} & keys.keys():
            continue
        own = [*_matrix(keys, f"{path}.matrix"), *_env(node, f"{path}.env")]
        values = ChainMap(ci_values.gathered(own), everywhere)
        for image in _images(keys, path):
            yield from ci_variables.resolved(file, image, values, _REFERENCE, image=True)
        referred = _referred(node)
        for value in own:
            if value.name in referred and ci_values.says_version(value.node.value):
                yield ci_values.version(file, value)
            else:
                yield from _named(file, value)


def _named(file: File, value: Value) -> Iterator[Declaration]:
    name = value.name.removeprefix("matrix.")
    if name.upper() == "TOXENV":
        yield from ci_values.toxenv(file, value)
    elif ci_values.names_python(name) and ci_values.says_version(value.node.value):
        yield ci_values.version(file, value)


def _env(node: Node, group: str) -> list[Value]:
    return [
        Value(name, scalar, _VARIABLE, f"{group}.{name}")
        for name, value in ci_values.members(ci_values.members(node).get("env")).items()
        if (scalar := ci_values.plain(value)) is not None
    ]


def _images(keys: dict[str, Node], path: str) -> Iterator[Value]:
    """The images of a step: its own, and those of its docker plugins."""
    found = [(f"{path}.image", keys.get("image"))]
    plugins = keys.get("plugins")
    for plugin in [plugins, *yaml.elements(plugins)]:
        for name, settings in yaml.pairs(plugin):
            if "docker" in name:
                short = name.rpartition("/")[2].partition("#")[0]
                found.append((f"{path}.plugins.{short}", yaml.get(settings, "image")))
    for group, node in found:
        scalar = ci_values.plain(node)
        if scalar is not None:
            yield Value("", scalar, _IMAGE, group)


def _matrix(keys: dict[str, Node], group: str) -> Iterator[Value]:
    """The elements of the matrix, and of the combinations that `adjustments` add to it."""
    matrix = keys.get("matrix")
    setup = yaml.get(matrix, "setup")
    lists = [("matrix", matrix), ("matrix", setup)]
    lists += [(f"matrix.{name}", nodes) for name, nodes in yaml.pairs(setup)]
    for name, nodes in lists:
        below = name.removeprefix("matrix")
        for node in yaml.elements(nodes):
            scalar = ci_values.plain(node)
            if scalar is not None:
                yield Value(name, scalar, _MATRIX, f"{group}{below}")
    for adjustment in yaml.elements(yaml.get(matrix, "adjustments")):
        chosen = yaml.get(adjustment, "with")
        skipped = yaml.get(adjustment, "skip")
        if yaml.is_scalar(skipped) and skipped.value.lower() != "false":
            continue
        one = [("matrix", chosen)] if yaml.is_scalar(chosen) else []
        for name, node in [*one, *((f"matrix.{key}", node) for key, node in yaml.pairs(chosen))]:
            scalar = ci_values.plain(node)
            if scalar is not None:
                yield Value(name, scalar, _ADJUSTMENT, f"{group}.adjustments")


def _referred(step: Node) -> set[str]:
    """The matrices that a text of the step puts where a Python stands."""
    found: set[str] = set()
    for _, node in ci_values.walk(step):
        for key, value in yaml.pairs(node):
            for text in [value, *yaml.elements(value)]:
                if yaml.is_scalar(text):
                    found.update(match[1] for match in _PYTHON.finditer(text.value))
                    whole = _REFERENCE.fullmatch(text.value.strip())
                    if whole is not None and whole[1] and ci_values.names_python(key):
                        found.add(whole[1])
    return found


READER = Reader(
    name="buildkite",
    title="Buildkite pipelines",
    read=read,
    editors={
        _IMAGE: images.edit_image,
        _MATRIX: ci_values.edit_list,
        _VARIABLE: ci_values.edit_value,
    },
    contextual=True,
)
