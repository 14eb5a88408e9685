"""Container image references that name a Python."""

import re

from pylife.declarations import versions
from pylife.model import PythonVersion

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
