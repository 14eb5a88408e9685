"""Kubernetes manifests: every `image:` of what has an `apiVersion` and a `kind`.

So pods, deployments, cron jobs, and the resources of KServe, Argo, Tekton and
Ray alike, however deep; an image in parts (`repository`, `tag`, as a HelmRelease
has in its values); `images:` of a kustomization. Any YAML file may be a manifest
and most are not: one that cannot be parsed says nothing unless it surely is one,
and a chart's templates are not YAML.
Sources: the Kubernetes documentation, "Images"; Kustomize's, "images".
"""

import re
from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.containers import yaml_images
from pylife.errors import UnreadableError
from pylife.model import Declaration, Span
from pylife.syntax import yaml
from pylife.syntax.yaml import Node

_IMAGE = "kubernetes-image"
_TAG = "kustomize-tag"
_KUSTOMIZATION = re.compile(r"(?:.*/)?kustomization\.ya?ml")
_KEY = re.compile("image")
_SURE = re.compile(r"^(?:apiVersion|kind):[ \t]*[\w'\"]", re.M)
_MAYBE = re.compile(r"\b(?:image|tag|newTag)[\"']?[ \t]*:[ \t]*[^\s#{\[]")


def read(file: File) -> Iterator[Declaration]:
    """The Python of each image, each place once."""
    seen: set[Span] = set()
    groups: dict[str, int] = {}
    for document in _documents(file):
        kind, name = _text(document, "kind"), _text(document, "metadata", "name")
        head = " ".join(filter(None, (kind, name)))
        groups[head] = groups.get(head, 0) + 1
        if groups[head] > 1:
            head += f" #{groups[head]}"
        for item in _document(file, document, head):
            if item.span not in seen:
                seen.add(item.span)
                yield item


def _documents(file: File) -> Iterator[Node]:
    """The documents that are manifests; raises UnreadableError for what surely should be."""
    text = file.source.text
    kustomization = _KUSTOMIZATION.fullmatch(file.path) is not None
    if not _MAYBE.search(text) or not (kustomization or ("apiVersion" in text and "kind" in text)):
        return
    try:
        documents = file.yaml
    except UnreadableError:
        if "{{" in text or len(set(_SURE.findall(text))) < 2:
            return
        raise
    for document in documents:
        if kustomization or (_text(document, "apiVersion") and _text(document, "kind")):
            yield document


def _document(file: File, document: Node, head: str) -> Iterator[Declaration]:
    for path, mapping in yaml_images.walk(document):
        group = f"{head}: {path}" if head and path else head or path
        yield from yaml_images.mapping(file, _IMAGE, mapping, group, _KEY)
        tag = yaml.get(mapping, "newTag")
        if yaml.is_scalar(tag):
            name = yaml.get(mapping, "newName") or yaml.get(mapping, "name")
            yield from yaml_images.parts(file, _TAG, [name], tag, group)


def _text(node: Node, *path: str) -> str:
    value = yaml.get(node, *path)
    return value.value if yaml.is_scalar(value) else ""


READER = Reader(
    name="kubernetes",
    title="Kubernetes manifests, kustomizations",
    read=read,
    editors={_IMAGE: yaml_images.edit_tag, _TAG: yaml_images.edit_tag},
    contextual=True,
)
