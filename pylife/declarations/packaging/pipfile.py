"""Pipfile: the one Python that Pipenv makes the environment with.

`python_version = "3.9"` is any 3.9, `python_full_version` exactly that one, and
goes before it. Source: Pipenv's documentation, "Pipfile" (`[requires]`).
"""

import re
from collections.abc import Iterator

from packaging.specifiers import SpecifierSet

from pylife.declarations import ranges
from pylife.declarations.base import File, Reader
from pylife.declarations.packaging import pins
from pylife.model import Declaration, Role

_SITE = "pipfile-python"
_VERSION = re.compile(r"\d+(?:\.\d+){0,2}")


def read(file: File) -> Iterator[Declaration]:
    """The full version where one is given, else the version."""
    requires = file.toml.table("requires")
    key = "python_full_version" if "python_full_version" in requires else "python_version"
    node = file.toml.node("requires", key)
    if node is None:
        if key in requires:
            place = file.toml.line_span("requires", key)
            yield file.unreadable(_SITE, Role.SUPPORTS, place, "not a string", invalid=True)
    elif isinstance(node.value, str):
        yield ranges.declare(file, _SITE, node.value, node.inner or node.span, parse=exactly)
    else:
        yield file.unreadable(_SITE, Role.SUPPORTS, node.span, "not a string", invalid=True)


def exactly(text: str) -> SpecifierSet:
    """`3.9` as `==3.9.*`, `3.9.18` as itself; raises ValueError for what is no version."""
    if _VERSION.fullmatch(text) is None:
        raise ValueError(f"{text!r} is no version of Python")
    return SpecifierSet(f"=={text}" if text.count(".") == 2 else f"=={text}.*")


READER = Reader(
    name="pipfile",
    title="Pipfile",
    read=read,
    editors={_SITE: pins.edit},
)
