"""Serverless Framework: the runtimes of a service, its functions and layers.

`${self:custom.runtime}` is followed through the file. A configuration in
JavaScript or TypeScript is read by `pylife.declarations.cloud.cdk`.

Source: the Serverless Framework's documentation, "Serverless.yml Reference" and
"Variables".
"""

import re
from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.cloud import runtimes
from pylife.model import Declaration, Role
from pylife.syntax import yaml
from pylife.syntax.yaml import Node, ScalarNode

_RUNTIME = "serverless-runtime"
_LAYER = "serverless-compatible-runtimes"
_SELF = re.compile(r"\$\{self:(?P<path>[\w.-]+)(?:\s*,\s*(?P<quote>['\"])[^'\"]*(?P=quote))?\}")
_DEPTH = 8


def read(file: File) -> Iterator[Declaration]:
    """The Python runtimes of the service, each place once."""
    service = file.yaml[0] if file.yaml else None
    yield from runtimes.once(
        item
        for site, node, group in _places(service)
        for item in _value(file, service, site, node, group)
    )


def _places(service: Node | None) -> Iterator[tuple[str, Node | None, str]]:
    yield _RUNTIME, yaml.get(service, "provider", "runtime"), "provider.runtime"
    functions = yaml.get(service, "functions")
    for holder in [functions, *yaml.elements(functions)]:
        for name, function in yaml.pairs(holder):
            yield _RUNTIME, yaml.get(function, "runtime"), f"functions.{name}.runtime"
    for name, layer in yaml.pairs(yaml.get(service, "layers")):
        for element in yaml.elements(yaml.get(layer, "compatibleRuntimes")):
            yield _LAYER, element, f"layers.{name}.compatibleRuntimes"


def _value(
    file: File, service: Node | None, site: str, node: Node | None, group: str
) -> Iterator[Declaration]:
    if not yaml.is_scalar(node):
        return
    place, name = _followed(service, node)
    if "${" not in place.value:
        yield from runtimes.runtime(file, _RUNTIME if name else site, place, name or group)
    elif b"python" in file.source.data:  # may as well be another language's
        span = yaml.scalar_span(file.source, node)
        reason = f"{node.value[:60]!r} is filled in when the service is deployed"
        yield file.unreadable(site, Role.RUNS_ON, span, reason, group=group)


def _followed(service: Node | None, node: ScalarNode) -> tuple[ScalarNode, str]:
    """Where the value stands that `node` refers to, and its path; `node` itself for a literal."""
    name = ""
    for _ in range(_DEPTH):
        match = _SELF.fullmatch(node.value)
        target = yaml.get(service, *match["path"].split(".")) if match else None
        if match is None or not yaml.is_scalar(target):
            break
        node, name = target, match["path"]
    return node, name


READER = Reader(
    name="serverless",
    title="Serverless Framework",
    read=read,
    editors={_RUNTIME: runtimes.edit_runtime, _LAYER: runtimes.edit_runtimes},
)
