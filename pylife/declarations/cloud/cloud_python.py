"""Python code that names the Python of what it deploys, from the syntax tree.

- AWS Lambda and Google Cloud: `Runtime.PYTHON_3_9` of the AWS CDK and its like of
  Pulumi, `Runtime="python3.9"` of boto3, Pulumi and CDK, `Runtime("python3.10")`.
- Environments that an orchestrator makes: `python_version=` of Airflow's virtual
  environment operators, of Modal's and BentoML's images; `py_version=` of SageMaker.
- Images: Airflow's Kubernetes and Docker operators, BentoML's `base_image`,
  SageMaker's `image_uri`, Apache Beam's `sdk_container_image`.
- Ray's `runtime_env` with conda; Databricks' `spark_version`.

Sources: the API references of the AWS CDK, boto3, Pulumi, Apache Airflow, Modal,
BentoML, the SageMaker SDK, Ray and the Databricks jobs API.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pylife.declarations import static, versions
from pylife.declarations.base import File, Reader
from pylife.declarations.cloud import runtimes
from pylife.declarations.cloud.cdk import spell
from pylife.declarations.containers import images
from pylife.declarations.editing import edit_single, list_editor, single_editor
from pylife.model import Declaration, PythonVersion, Role, Span
from pylife.syntax.python import Module

_CONSTANT = "cdk-runtime"
_TEXT = "code-runtime"
_LIST = "code-compatible-runtimes"
_VERSION = "code-python-version"
_SAGEMAKER = "sagemaker-py-version"
_IMAGE = "code-image"
_RAY = "ray-conda-python"
_SPARK = "databricks-spark-version"

_NAMED = re.compile(r"PYTHON_?(3)[_D]?(\d{1,2})")
_WORTH = re.compile(
    rb"python3\.?\d|PYTHON_?3|latest_python|[\"']py[23]|python_version|add_python|\.x-"
    rb"|\b(?:base_|sdk_container_)?image(?:_uri)?\b|\bpython *[<>=]"
)
"""Without any of these there is nothing to find, and no need to parse, nor to decode."""
_ENVIRONMENTS = frozenset(
    {"PythonVirtualenvOperator", "virtualenv", "virtualenv_task", "debian_slim", "micromamba"}
    | {"Image", "PythonImage", "PythonVirtualenvDecorator"}
)
_IMAGES = frozenset({"KubernetesPodOperator", "DockerOperator", "kubernetes", "docker"})
_BENTO = frozenset({"Image", "PythonImage"})


@dataclass
class _Context:
    """The file, and the names that its declarations have so far."""

    file: File
    module: Module
    used: dict[str, int] = field(default_factory=dict)
    places: dict[Span, str] = field(default_factory=dict)

    def group(self, name: str, span: Span) -> str:
        """`name`, with a number where another place has it already."""
        if span not in self.places:
            self.used[name] = number = self.used.get(name, 0) + 1
            self.places[span] = f"{name} {number}" if number > 1 else name
        return self.places[span]


def read(file: File) -> Iterator[Declaration]:
    """What calls, constants and dictionaries of the code name, each place once."""
    if _WORTH.search(file.source.data) is None:
        return
    module: Module = file.python
    context = _Context(file, module)
    skipped = runtimes.in_a_test(file.path)
    seen: set[Span] = set()
    listed: set[int] = set()
    for node in _in_order(module.tree):
        for item in _node(context, node, listed):
            if item.span not in seen:
                seen.add(item.span)
                yield item._replace(without_effect=item.without_effect or skipped)


def _in_order(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node of `tree`, a call before its arguments, as they stand in the file."""
    pending = [tree]
    while pending:
        node = pending.pop()
        yield node
        pending += reversed(list(ast.iter_child_nodes(node)))


def _node(context: _Context, node: ast.AST, listed: set[int]) -> Iterator[Declaration]:
    match node:
        case ast.Call():
            yield from _call(context, node, listed)
        case ast.Dict():
            yield from _dictionary(context, node)
        case ast.Attribute(value=ast.Attribute(attr="Runtime") | ast.Name(id="Runtime")):
            if id(node) not in listed:
                yield from _constant(context, node, _CONSTANT, "Runtime")


def _call(context: _Context, call: ast.Call, listed: set[int]) -> Iterator[Declaration]:
    name = _name(call.func)
    owner = _owner(context.module, call) or name
    if name == "Runtime" and call.args:
        yield from _runtime(context, call.args[0], owner, listed)
    elif name == "determine_latest_python_runtime":
        span = context.module.span(call)
        note = "whichever Python is newest in the region"
        group = context.group(owner, span)
        yield context.file.listed(_CONSTANT, Role.RUNS_ON, span, [], group=group, note=note)
    for keyword in call.keywords:
        value = keyword.value
        match keyword.arg:
            case "runtime" | "Runtime":
                yield from _runtime(context, value, owner, listed)
            case "compatible_runtimes" | "CompatibleRuntimes":
                yield from _list(context, value, owner, listed)
            case "python_version" | "add_python" if _makes_environment(name, keyword.arg):
                yield from _version(context, _VERSION, value, owner)
            case "py_version":
                yield from _version(context, _SAGEMAKER, value, owner, certain=r"py[23]\d*")
            case "image" if name in _IMAGES:
                yield from _image(context, value, owner)
            case "base_image" if name in _BENTO:
                yield from _image(context, value, owner)
            case "image_uri" | "sdk_container_image":
                yield from _image(context, value, owner)
            case "spark_version":
                yield from _spark(context, value, owner)
            case _:
                pass


def _makes_environment(name: str, keyword: str) -> bool:
    return name in _ENVIRONMENTS or (keyword == "add_python" and name.startswith("from_"))


def _dictionary(context: _Context, node: ast.Dict) -> Iterator[Declaration]:
    entries = {
        key.value: value
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }
    if "Runtime" in entries and "Handler" in entries:
        yield from _runtime(context, entries["Runtime"], "Runtime", set())
    if "spark_version" in entries and "docker_image" not in entries:
        yield from _spark(context, entries["spark_version"], "spark_version")
    conda = context.module.resolve(entries["conda"]) if "conda" in entries else None
    if isinstance(conda, ast.Dict):
        yield from _conda(context, conda)


def _conda(context: _Context, node: ast.Dict) -> Iterator[Declaration]:
    """The Python of `runtime_env={"conda": {"dependencies": [...]}}`."""
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant) and key.value == "dependencies":
            for element in static.elements(context.module, value):
                text = _text(context.module, element.node)
                span = context.module.string_span(context.module.resolve(element.node))
                if text is not None and span is not None:
                    for item in runtimes.conda(context.file, _RAY, text, span, ""):
                        yield item._replace(group=context.group("conda", item.span))


def _runtime(
    context: _Context, node: ast.expr, owner: str, listed: set[int]
) -> Iterator[Declaration]:
    """`"python3.9"` or a constant; nothing for other languages, and for what is no literal."""
    if isinstance(node, ast.Attribute):
        listed.add(id(node))
        yield from _constant(context, node, _CONSTANT, owner)
        return
    if isinstance(node, ast.Call) and _name(node.func) == "Runtime" and node.args:
        node = node.args[0]
    text = _text(context.module, node)
    span = context.module.string_span(context.module.resolve(node))
    if text is not None and span is not None and runtimes.NAME.fullmatch(text):
        group = context.group(owner, span)
        yield context.file.python_named(_TEXT, Role.RUNS_ON, span, text, group=group)


def _list(context: _Context, node: ast.expr, owner: str, listed: set[int]) -> Iterator[Declaration]:
    group = ""
    for element in static.elements(context.module, node):
        place = element.node
        group = group or context.group(f"{owner} compatible runtimes", context.module.span(place))
        if isinstance(place, ast.Attribute):
            listed.add(id(place))
            yield from _constant(context, place, _LIST, owner, group)
            continue
        text = _text(context.module, place)
        span = context.module.string_span(context.module.resolve(place))
        if text is not None and span is not None and runtimes.NAME.fullmatch(text):
            yield context.file.python_named(_LIST, Role.RUNS_ON, span, text, group=group)


def _constant(
    context: _Context, node: ast.Attribute, site: str, owner: str, group: str = ""
) -> Iterator[Declaration]:
    """`Runtime.PYTHON_3_9`: its last name, or in a list all of it."""
    match = _NAMED.fullmatch(node.attr)
    if match is None:
        return
    span = context.module.span(node)
    if site == _CONSTANT:
        span = Span(span.end - len(node.attr), span.end)
    python = PythonVersion(int(match[1]), int(match[2]))
    group = group or context.group(owner, span)
    yield context.file.listed(site, Role.RUNS_ON, span, [python], group=group)


def _version(
    context: _Context, site: str, node: ast.expr, owner: str, *, certain: str = ".*"
) -> Iterator[Declaration]:
    place = context.module.resolve(node)
    span = context.module.string_span(place)
    if isinstance(place, ast.Constant) and isinstance(place.value, float):
        span = context.module.span(place)
        group = context.group(owner, span)
        text = context.file.source.slice(span)
        yield context.file.number_named(site, Role.RUNS_ON, span, text, "Python", group=group)
        return
    text_or_none = _text(context.module, place)
    if text_or_none is None or span is None or not re.fullmatch(certain, text_or_none, re.S):
        return
    group = context.group(owner, span)
    yield context.file.python_named(site, Role.RUNS_ON, span, text_or_none, group=group)


def _image(context: _Context, node: ast.expr, owner: str) -> Iterator[Declaration]:
    place = context.module.resolve(node)
    image = _text(context.module, place)
    if image is None:
        return
    span = context.module.string_span(place)
    whole = span or context.module.span(place)

    def at(start: int, end: int) -> Span | None:
        return Span(span.start + start, span.start + end) if span and image.isascii() else None

    group = context.group(owner, whole)
    yield from images.declare(context.file, _IMAGE, image, whole, at, group=group)


def _spark(context: _Context, node: ast.expr, owner: str) -> Iterator[Declaration]:
    text = _text(context.module, node)
    span = context.module.string_span(context.module.resolve(node))
    if text is not None and span is not None and ".x-" in text:
        group = context.group(owner, span)
        yield runtimes.databricks(context.file, _SPARK, text, span, group)


def _text(module: Module, node: ast.expr) -> str | None:
    try:
        return static.text(module, node)
    except static.NotStaticError:
        return None


def _name(node: ast.expr) -> str:
    """The last name of what is called."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _owner(module: Module, call: ast.Call) -> str:
    """What people call that which a call makes: a function's name, a construct's id."""
    for keyword in call.keywords:
        if keyword.arg in {"FunctionName", "function_name", "task_id", "name", "resource_name"}:
            return _text(module, keyword.value) or ""
    for argument in call.args[:2]:
        found = _text(module, argument)
        if found is not None and versions.named(found) is None:
            return found
    return ""


def _spell_element(text: str, old: PythonVersion, new: PythonVersion) -> str | None:
    spelled = runtimes.without_threads if text[:1] in {'"', "'"} else spell
    return spelled(text, old, new)


READER = Reader(
    name="cloud-python",
    title="Python code that deploys: AWS, Google Cloud, Airflow, BentoML, Ray, SageMaker",
    read=read,
    editors={
        _CONSTANT: single_editor(spell),
        _TEXT: runtimes.edit_runtime,
        _LIST: list_editor(_spell_element),
        _VERSION: runtimes.edit_number,
        _SAGEMAKER: runtimes.edit_runtime,
        _IMAGE: images.edit_image,
        _RAY: edit_single,
    },
    contextual=True,
)
