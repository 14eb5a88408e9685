"""Container image references that name a Python."""

import re
from collections.abc import Callable, Iterator, Sequence

from pylife.declarations import versions
from pylife.declarations.authority import INHERITED
from pylife.declarations.base import CannotEditError, File
from pylife.declarations.containers import known_images
from pylife.declarations.editing import edit_single
from pylife.model import Change, Declaration, Edit, PythonVersion, Role, Span

PINNED = "pinned by digest"
BUILD = "the tag is one build of this image"

_VERSION = r"[23]\.\d+(?:\.\d+)?(?:(?:a|b|rc)\d+)?t?"
# `3.9-slim`, `3.15.0b1`, `3.9.2023.11.28`, and a version of the image itself before it
# (`1-3.11-bullseye`).
_TAG = re.compile(rf"(?:(?:\d+(?:\.\d+)*|dev)-)??({_VERSION})(?=-|(?:\.\d+)*\Z)")
# `python3.12-bookworm`, `2.9.0-py310-gpu`
_INSIDE = re.compile(r"(?:\A|-)(?:python-?([23]\.\d+(?:\.\d+)?)|py(3\d{1,2}))(?=[-.]|\Z)")
# `python-311`, `build-python3.9`, `beam_python3.9_sdk`
_NAME = re.compile(r"\Apython-(3\d{1,2})(?=-|\Z)|(?:\A|[-_.])python-?(3\.\d+)(?=[-_]|\Z)")
_OTHER = re.compile(r"pypy|graalpy(?:-community)?")


def split(image: str) -> tuple[str, int, int]:
    """The name of an image without registry and folders, and where its tag is (start, end)."""
    end = image.find("@")
    end = len(image) if end < 0 else end
    slash = image.rfind("/", 0, end)
    colon = image.find(":", slash + 1, end)
    if colon < 0:
        return image[slash + 1 : end], end, end
    return image[slash + 1 : colon], colon + 1, end


def is_python(image: str) -> bool:
    """Whether it is an official Python image, or one of that name in another registry."""
    return split(image)[0] == "python"


def python_of(image: str) -> tuple[PythonVersion, int, int] | None:
    """The Python that an image's tag or name names, and where the version is in `image`.

    For an image called `python` the tag's version; for any other a tag such as
    `python3.12-bookworm` or `py312`, or a name such as `python-312`. None where
    none is named.
    """
    name, start, end = split(image)
    match = _INSIDE.search(image[start:end])
    if match is None and (name == "python" or known_images.tagged(name)):
        match = _TAG.match(image[start:end])
    if match is None:
        start = image.rfind("/", 0, start) + 1
        match = _NAME.search(name)
    group = match.lastindex if match else None
    python = _read(match[group]) if match and group else None
    if match is None or group is None or python is None:
        return None
    return python, start + match.start(group), start + match.end(group)


def _read(text: str) -> PythonVersion | None:
    return versions.named(text if "." in text else f"py{text}")


def text_of(image: str, version: tuple[int, int]) -> tuple[int, int]:
    """The text of `image` that a move of the `version` in it is about: its tag, or only that."""
    _, start, end = split(image)
    return (start, end) if version[0] >= start else version


def pin(text: str) -> str:
    """The note for a place that pins a patch release, which a move gives up; else empty."""
    if text.count(".") < 2:
        return ""
    return f"pins {text}: a move names the feature release"


def note_of(image: str) -> str:
    """What people should know of the Python that `image` names."""
    found = python_of(image)
    if "@" in image:
        return PINNED
    if found is None:
        return ""
    _, start, end = split(image)
    if found[1] < start:
        return BUILD if re.search(r"\d-\d", image[start:end]) else ""
    if image[found[2] : found[2] + 1] == ".":  # `3.9.2023.11.28.05`
        return BUILD
    return pin(image[found[1] : found[2]])


def declare(
    file: File,
    site: str,
    image: str,
    whole: Span,
    at: Callable[[int, int], Span | None],
    *,
    role: Role = Role.RUNS_ON,
    group: str = "",
    note: str = "",
) -> Iterator[Declaration]:
    """What the reference `image`, written at `whole`, says; nothing where it speaks of no Python.

    `at` gives the place of the characters `start` to `end` of `image`, which are
    its tag's or the version in its name, or None where they do not stand in the
    file as they are.
    """
    known = file.around.image(image)
    found = python_of(image)
    name = split(image)[0]
    if known is not None and known.unreadable:
        yield file.unreadable(INHERITED, role, whole, known.unreadable, group=group)
    elif known is not None:
        yield file.listed(INHERITED, role, whole, known.versions, group=group, note=known.note)
    elif _OTHER.fullmatch(name):
        yield file.listed(site, role, whole, [], group=group, note=f"{name} is not CPython")
    elif found is not None:
        start, end = text_of(image, found[1:])
        span, note = at(start, end) or whole, note or note_of(image)
        yield file.listed(site, role, span, [found[0]], group=group, note=note)
    elif is_python(image):
        reason = "the tag names no minor version: whichever is newest when it is built or pulled"
        if "@" in image:
            reason = "pinned by digest, and its tag names no minor version"
        yield file.unreadable(site, role, whole, reason, group=group)
    elif nature := known_images.by_nature(image):
        yield file.listed(INHERITED, role, whole, [nature[0]], group=group, note=nature[1])


def immovable(item: Declaration) -> str:
    """Why the tag of an image cannot be moved; empty where it can."""
    if item.note == PINNED:
        return "the image is pinned by digest, which belongs to its present Python"
    return "the image's tag is one build of it: choose one of another" if item.note == BUILD else ""


def edit_image(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    """The editor of an image's tag: the version changes, `-slim-bookworm` and the like stay.

    Whether the registry has such a tag is not known here: of an old suffix
    (`-buster`) there may be no image with the new Python.
    """
    for item in declarations:
        if reason := immovable(item):
            raise CannotEditError(reason)
    return edit_single(file, declarations, change)
