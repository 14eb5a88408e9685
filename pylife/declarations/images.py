"""Container image references that name a Python."""

import re
from collections.abc import Callable, Iterator

from pylife.declarations import versions
from pylife.declarations.base import File
from pylife.model import Declaration, PythonVersion, Role, Span

INHERITED = "base-image"
"""The site of a Python that only what is known of an image tells: edited where the image is."""

# `3.9-slim`, `3.15.0b1`, and a version of the image itself before it (`1-3.11-bullseye`).
_TAG = re.compile(r"(?:\d+(?:\.\d+)*-)??([23]\.\d+(?:\.\d+)?(?:(?:a|b|rc)\d+)?t?)(?=-|\Z)")
_INSIDE = re.compile(r"(?:\A|-)python-?([23]\.\d+(?:\.\d+)?)(?=-|\Z)")


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
    """The Python that an image's tag names, and where the version is in `image`.

    For an image called `python` the tag's version; for any other a tag such as
    `python3.12-bookworm`. None where none is named.
    """
    name, start, end = split(image)
    tag = image[start:end]
    match = _TAG.match(tag) if name == "python" else _INSIDE.search(tag)
    python = versions.named(match[1]) if match else None
    if match is None or python is None:
        return None
    return python, start + match.start(1), start + match.end(1)


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
    its tag's, or None where they do not stand in the file as they are.
    """
    known = file.around.image(image)
    found = python_of(image)
    if known is not None and known.unreadable:
        yield file.unreadable(INHERITED, role, whole, known.unreadable, group=group)
    elif known is not None:
        yield file.listed(INHERITED, role, whole, known.versions, group=group, note=known.note)
    elif found is not None:
        _, start, end = split(image)
        yield file.listed(site, role, at(start, end) or whole, [found[0]], group=group, note=note)
    elif is_python(image):
        reason = "the tag names no minor version: whichever is newest when it is built or pulled"
        yield file.unreadable(site, role, whole, reason, group=group)
