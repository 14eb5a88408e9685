"""Development containers: `devcontainer.json`, and the image of `.gitpod.yml`.

`image`, the version of the Python feature, and the arguments of the build. `VARIANT`
is what the templates of many languages call the tag of their image: it is Python's
where the file speaks of Python's extension, calls itself so, or is built on its image.
Sources: the Development Containers specification, "devcontainer.json reference";
the feature `ghcr.io/devcontainers/features/python`; Gitpod's documentation, ".gitpod.yml".
"""

import posixpath
import re
from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.cloud import runtimes
from pylife.declarations.containers import build_args, images, yaml_images
from pylife.declarations.editing import edit_single
from pylife.model import Declaration, Role
from pylife.syntax import yaml
from pylife.syntax.yaml import Node, ScalarNode

_IMAGE = "devcontainer-image"
_FEATURE = "devcontainer-feature"
_ARG = "devcontainer-build-arg"
_GITPOD = "gitpod-image"
_PYTHON = re.compile(r"[\w.-]+/devcontainers/features/python(?:[:@].*)?")
_VARIANT = re.compile(rb"^FROM[ \t]+[^\n]*python[\w./-]*:[^\s:]*\$\{?VARIANT", re.M | re.I)
_NONE = {"none", "os-provided", "latest", ""}


def read(file: File) -> Iterator[Declaration]:
    """The Python of the container."""
    if file.path.rpartition("/")[2] == ".gitpod.yml":
        for document in file.yaml[:1]:
            yield from runtimes.image(file, _GITPOD, yaml.get(document, "image"), "image")
        return
    document = file.json
    yield from runtimes.image(file, _IMAGE, yaml.get(document, "image"), "image")
    for key, options in yaml.pairs(yaml.get(document, "features")):
        if _PYTHON.fullmatch(key):
            version = yaml.get(options, "version") if yaml.is_mapping(options) else options
            yield from _feature(file, version, f"features.{key}")
    for key, value in yaml.pairs(yaml.get(document, "build", "args")):
        if yaml.is_scalar(value) and value.style:
            yield from _arg(file, document, key, value)


def _feature(file: File, node: Node | None, group: str) -> Iterator[Declaration]:
    """The `version` of the Python feature; `latest` and `os-provided` name none."""
    if not yaml.is_scalar(node) or node.value in _NONE:
        return
    span = yaml.scalar_span(file.source, node)
    found = file.python_named(_FEATURE, Role.RUNS_ON, span, node.value, group=group)
    yield found._replace(note=found.note or images.pin(node.value))


def _arg(file: File, document: Node | None, key: str, value: ScalarNode) -> Iterator[Declaration]:
    text = yaml_images.placed(file, value)
    if text is None or not text.text or (key == "VARIANT" and not _speaks_python(file, document)):
        return
    # `1-3.11-bullseye`: the image's own version stands before Python's.
    own = re.match(r"(?:\d+(?:\.\d+)*|dev)-(?=3\.)", text.text) if key == "VARIANT" else None
    text = text[own.end() if own else 0 :]
    whole = file.source.span(text.places[0], text.places[-1] + 1)
    name = "PYTHON_VARIANT" if key == "VARIANT" else key
    yield from build_args.declare(file, _ARG, name, text, whole, f"build.args.{key}")


def _speaks_python(file: File, document: Node | None) -> bool:
    name = yaml.get(document, "name")
    called = yaml.is_scalar(name) and "python" in name.value.lower()
    return called or "ms-python." in file.source.text or _builds_python(file, document)


def _builds_python(file: File, document: Node | None) -> bool:
    """Whether the Dockerfile of the build takes `VARIANT` for the tag of a Python image."""
    name = yaml.get(document, "build", "dockerfile")
    if not yaml.is_scalar(name):
        return False
    folder = file.path.rpartition("/")[0]
    path = posixpath.normpath(posixpath.join(folder, name.value))
    dockerfile = file.around.beside(path) if not path.startswith(("/", "..")) else None
    return dockerfile is not None and _VARIANT.search(dockerfile.source.data) is not None


READER = Reader(
    name="devcontainer",
    title="devcontainer.json, .gitpod.yml",
    read=read,
    editors={
        _IMAGE: images.edit_image,
        _FEATURE: edit_single,
        _ARG: images.edit_image,
        _GITPOD: yaml_images.edit_tag,
    },
    contextual=True,
)
