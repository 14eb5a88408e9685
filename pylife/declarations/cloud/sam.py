"""AWS CloudFormation and SAM templates: the runtimes of Lambda functions and layers.

Sources: AWS SAM's documentation ("Globals section", "AWS::Serverless::Function",
"Building Lambda layers") and CloudFormation's ("Parameters", "Ref").
"""

import re
from collections.abc import Iterator, Sequence

from pylife.declarations.base import CannotEditError, File, Reader
from pylife.declarations.cloud import runtimes
from pylife.declarations.editing import edit_single
from pylife.model import Change, Declaration, Edit, Role, SetPython
from pylife.syntax import yaml
from pylife.syntax.yaml import Node

_RUNTIME = "lambda-runtime"
_LAYER = "lambda-compatible-runtimes"
_BUILD = "sam-build-method"
_PARAMETER = "lambda-runtime-parameter"

_FUNCTIONS = frozenset({"AWS::Lambda::Function", "AWS::Serverless::Function"})
_LAYERS = frozenset({"AWS::Lambda::LayerVersion", "AWS::Serverless::LayerVersion"})
_FILLED = re.compile(r"(python)\$\{(?P<name>[\w:.]+)\}")


def read(file: File) -> Iterator[Declaration]:
    """The Python runtimes of the template, each place once."""
    if b"python" not in file.source.data:  # large templates of other languages need no parsing
        return
    template = _template(file)
    if not yaml.is_mapping(template):
        return
    yield from runtimes.once(_all(file, template))


def _template(file: File) -> Node | None:
    if file.source.text.lstrip().startswith("{"):
        found: Node | None = file.json
        return found
    return file.yaml[0] if file.yaml else None


def _all(file: File, template: Node | None) -> Iterator[Declaration]:
    node = yaml.get(template, "Globals", "Function", "Runtime")
    yield from _value(file, template, _RUNTIME, node, "Globals.Function.Runtime")
    for name, resource in yaml.pairs(yaml.get(template, "Resources")):
        kind = yaml.get(resource, "Type")
        if not yaml.is_scalar(kind):
            continue
        group = f"Resources.{name}"
        properties = yaml.get(resource, "Properties")
        if kind.value in _FUNCTIONS:
            node = yaml.get(properties, "Runtime")
            yield from _value(file, template, _RUNTIME, node, f"{group}.Runtime")
        elif kind.value in _LAYERS:
            for element in yaml.elements(yaml.get(properties, "CompatibleRuntimes")):
                place = f"{group}.CompatibleRuntimes"
                yield from _value(file, template, _LAYER, element, place)
        else:
            continue
        method = yaml.get(resource, "Metadata", "BuildMethod")
        yield from _value(file, template, _BUILD, method, f"{group}.BuildMethod")


def _value(
    file: File, template: Node | None, site: str, node: Node | None, group: str
) -> Iterator[Declaration]:
    """A runtime as it stands, or through a parameter of this template."""
    name = _referred(node)
    if name is not None:
        yield from _parameter(file, template, name, site, node, group)
    elif yaml.is_scalar(node) and runtimes.tag(node) == "!Sub":
        yield from _filled(file, template, site, node.value, node, group)
    elif yaml.is_scalar(node):
        if not runtimes.tag(node).startswith("!"):
            yield from runtimes.runtime(file, site, node, group)
    elif node is not None:
        inner = yaml.get(node, "Fn::Sub")
        if yaml.is_scalar(inner):
            yield from _filled(file, template, site, inner.value, node, group)


def _referred(node: Node | None) -> str | None:
    """The name that `!Ref NAME`, `{Ref: NAME}` or `!Sub ${NAME}` refers to."""
    if yaml.is_scalar(node):
        whole = re.fullmatch(r"\$\{([\w:]+)\}", node.value)
        if runtimes.tag(node) == "!Sub" and whole:
            return whole[1]
        return node.value if runtimes.tag(node) == "!Ref" else None
    inner = yaml.get(node, "Ref")
    return inner.value if yaml.is_scalar(inner) else None


def _parameter(
    file: File,
    template: Node | None,
    name: str,
    site: str,
    node: Node | None,
    group: str,
) -> Iterator[Declaration]:
    parameter = yaml.get(template, "Parameters", name)
    default = yaml.get(parameter, "Default")
    if yaml.is_scalar(default):
        yield from runtimes.runtime(file, _PARAMETER, default, f"Parameters.{name}")
    elif node is not None and any(value.startswith("python") for value in _allowed(parameter)):
        span = yaml.outer_span(file.source, node)
        reason = f"the parameter {name} has no default: it is given when the stack is deployed"
        yield file.unreadable(site, Role.RUNS_ON, span, reason, group=group)


def _filled(
    file: File, template: Node | None, site: str, text: str, node: Node, group: str
) -> Iterator[Declaration]:
    """`!Sub python${Version}`: the default of the parameter gives the version."""
    match = _FILLED.fullmatch(text)
    default = yaml.get(template, "Parameters", match["name"], "Default") if match else None
    if match is not None and yaml.is_scalar(default):
        yield from runtimes.version(file, _PARAMETER, default, f"Parameters.{match['name']}")
    elif text.startswith("python"):
        span = yaml.outer_span(file.source, node)
        reason = "put together when the stack is deployed"
        yield file.unreadable(site, Role.RUNS_ON, span, reason, group=group)


def _allowed(parameter: Node | None) -> list[str]:
    values = yaml.elements(yaml.get(parameter, "AllowedValues"))
    return [value.value for value in values if yaml.is_scalar(value)]


def _edit_parameter(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    """A default must be among the parameter's allowed values."""
    if isinstance(change, SetPython):
        name = change.at.group.removeprefix("Parameters.")
        allowed = _allowed(yaml.get(_template(file), "Parameters", name))
        if allowed and not any(value.endswith(str(change.version)) for value in allowed):
            reason = f"AllowedValues of the parameter {name} must name {change.version} first"
            raise CannotEditError(reason)
    if declarations[0].raw.startswith("python"):
        return runtimes.edit_runtime(file, declarations, change)
    editor = edit_single if file.source.text.lstrip().startswith("{") else runtimes.edit_number
    return editor(file, declarations, change)


READER = Reader(
    name="sam",
    title="AWS SAM and CloudFormation templates",
    read=read,
    editors={
        _RUNTIME: runtimes.edit_runtime,
        _LAYER: runtimes.edit_runtimes,
        _BUILD: runtimes.edit_runtime,
        _PARAMETER: _edit_parameter,
    },
)
