"""Platforms that build from a repository: Netlify, Render, Railway (Nixpacks), fly.io.

Sources: Netlify's documentation, "Manage build dependencies"; Render's, "Setting
your Python version" and "Blueprint specification"; Nixpacks', "Python"; fly.io's,
"App configuration".
"""

import re
from collections.abc import Iterator, Sequence

from pylife.declarations.base import CannotEditError, File, Reader
from pylife.declarations.cloud import runtimes
from pylife.declarations.containers import build_args, images, yaml_images
from pylife.declarations.editing import edit_single, single_editor, unquoted_number
from pylife.model import Change, Declaration, Edit, Role, SetPython, Span
from pylife.syntax import yaml
from pylife.syntax.placed import Placed
from pylife.syntax.toml import Key, Node

_NETLIFY = "netlify-python"
_RENDER = "render-python"
_RENDER_IMAGE = "render-image"
_NIXPACKS = "nixpacks-python"
_NIXPACKS_PACKAGE = "nixpacks-package"
_FLY_IMAGE = "fly-image"
_FLY_ARG = "fly-build-arg"
_PACKAGE = re.compile(r"python3\d{1,2}(?:Full)?")


def read(file: File) -> Iterator[Declaration]:
    """The Python that the platform is told."""
    match file.path.rpartition("/")[2]:
        case "netlify.toml":
            yield from _netlify(file)
        case "nixpacks.toml":
            yield from _nixpacks(file)
        case "fly.toml":
            yield from _fly(file)
        case _:
            yield from _render(file)


def _netlify(file: File) -> Iterator[Declaration]:
    """`PYTHON_VERSION` of the build, and of each deploy context."""
    paths: list[tuple[Key, ...]] = [("build",)]
    paths += [("context", name) for name in file.toml.table("context")]
    for path in paths:
        yield from _toml(file, _NETLIFY, (*path, "environment", "PYTHON_VERSION"))


def _nixpacks(file: File) -> Iterator[Declaration]:
    yield from _toml(file, _NIXPACKS, ("variables", "NIXPACKS_PYTHON_VERSION"))
    for phase in file.toml.table("phases"):
        path: tuple[Key, ...] = ("phases", phase, "nixPkgs")
        for number, node in enumerate(file.toml.items(*path)):
            if isinstance(node.value, str) and _PACKAGE.fullmatch(node.value):
                text = node.value.removesuffix("Full")
                group = f"phases.{phase}.nixPkgs.{number}"
                span = node.inner or node.span
                yield file.python_named(_NIXPACKS_PACKAGE, Role.RUNS_ON, span, text, group=group)


def _fly(file: File) -> Iterator[Declaration]:
    """The image that is run, and the arguments of the build."""
    node = file.toml.node("build", "image")
    if node is not None and isinstance(node.value, str):
        text, whole = _placed(file, node)
        if text is not None:
            yield from yaml_images.declare(file, _FLY_IMAGE, text, whole, "build.image")
    for name in file.toml.table("build", "args"):
        node = file.toml.node("build", "args", name)
        if node is not None and isinstance(node.value, str) and node.value:
            text, whole = _placed(file, node)
            if text is not None:
                group = f"build.args.{name}"
                yield from build_args.declare(file, _FLY_ARG, name, text, whole, group)


def _placed(file: File, node: Node) -> tuple[Placed | None, Span]:
    inner = node.inner
    if inner is None:
        return None, node.span
    return Placed.plain(node.value, file.source.index(inner.start)), inner


def _toml(file: File, site: str, path: tuple[Key, ...]) -> Iterator[Declaration]:
    node = file.toml.node(*path)
    if node is None:
        return
    span, group = node.inner or node.span, ".".join(map(str, path))
    if isinstance(node.value, str):
        found = file.python_named(site, Role.RUNS_ON, span, node.value, group=group)
        yield found._replace(note=found.note or images.pin(node.value))
    else:
        yield file.number_named(site, Role.RUNS_ON, span, node.raw, "TOML", group=group)


def _render(file: File) -> Iterator[Declaration]:
    """`PYTHON_VERSION` among the variables of services and groups, and images that are run."""
    for document in file.yaml[:1]:
        for key in ("services", "envVarGroups"):
            for name, service in yaml_images.names(yaml.get(document, key)):
                group = f"{key}.{name}"
                image = yaml.get(service, "image", "url")
                yield from runtimes.image(file, _RENDER_IMAGE, image, f"{group}.image")
                for variable in yaml.elements(yaml.get(service, "envVars")):
                    called = yaml.get(variable, "key")
                    if yaml.is_scalar(called) and called.value == "PYTHON_VERSION":
                        value = yaml.get(variable, "value")
                        for item in runtimes.version(file, _RENDER, value, group):
                            yield item._replace(note=item.note or images.pin(item.raw))


_edit_yaml = single_editor(unquoted_number)


def _edit_render(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    """Render takes a whole version such as 3.13.1, and a feature release is none."""
    for item in declarations:
        moves = isinstance(change, SetPython) and item.versions != (change.version,)
        if moves and item.raw.count(".") > 1:
            raise CannotEditError(f"{item.raw} is a patch release, as Render asks for: choose one")
    return _edit_yaml(file, declarations, change)


READER = Reader(
    name="platforms",
    title="netlify.toml, render.yaml, nixpacks.toml, fly.toml",
    read=read,
    editors={
        _NETLIFY: single_editor(unquoted_number),
        _RENDER: _edit_render,
        _RENDER_IMAGE: images.edit_image,
        _NIXPACKS: single_editor(unquoted_number),
        _NIXPACKS_PACKAGE: edit_single,
        _FLY_IMAGE: images.edit_image,
        _FLY_ARG: images.edit_image,
    },
    contextual=True,
)
