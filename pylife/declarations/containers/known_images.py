"""What the world knows of container images: `pylife/data/images.toml`.

Which release of a distribution an image is, and which Python that release's
package `python3` installs; which images are a Python by nature. Registries and
mirrors in front of a name do not count.
"""

import re
from functools import lru_cache
from typing import Any, NamedTuple

from pylife import resources
from pylife.model import PythonVersion
from pylife.syntax.text import Source


class Release(NamedTuple):
    """A release of a distribution: `python` is its own, `also` are the others that it has."""

    name: str
    python: PythonVersion
    also: tuple[PythonVersion, ...]
    source: str


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    from pylife.syntax import toml

    path = resources.data("images.toml")
    return toml.parse(Source(path.name, path.read_bytes())).value


@lru_cache(maxsize=1)
def _releases() -> tuple[tuple[dict[str, Any], Release], ...]:
    return tuple(
        (
            table,
            Release(
                table["name"],
                PythonVersion.parse(table["python"]),
                tuple(map(PythonVersion.parse, table["also"])),
                _source(table),
            ),
        )
        for table in _data()["release"]
    )


def _source(table: dict[str, Any]) -> str:
    return f"{table['source']}, looked up {table['date']}"


def _parts(image: str) -> tuple[str, str]:
    """The name (with its folders) and the tag of a reference; a digest does not count."""
    plain = image.partition("@")[0]
    name, colon, tag = plain.rpartition(":")
    if not colon or "/" in tag:
        return plain, ""
    return name, tag


def _ends(name: str, wanted: str) -> bool:
    return name == wanted or name.endswith(f"/{wanted}")


@lru_cache(maxsize=512)
def release(image: str) -> Release | None:
    """The release that `image` is, or by the words of its tag is based on; None if not known."""
    name, tag = _parts(image)
    words = set(re.split(r"[-_]", tag))
    for table, found in _releases():
        if any(_ends(name, wanted) for wanted in table["names"]):
            return found
        if any(_ends(name, wanted) for wanted in table["images"]):
            # `12`, `12.5-slim` and `bookworm-20240513`, but not `120` or `1`.
            if any(re.match(rf"{re.escape(text)}(?!\w)", tag) for text in table["tags"]):
                return found
        elif words.intersection(table["suffixes"]):
            return found
    return None


@lru_cache(maxsize=512)
def by_nature(image: str) -> tuple[PythonVersion, str] | None:
    """The Python that `image` is without saying so, and why; None for any other."""
    name, _ = _parts(image)
    for table in _data()["image"]:
        if any(_ends(name, wanted) for wanted in table["names"]):
            return PythonVersion.parse(table["python"]), f"{table['why']} ({_source(table)})"
    return None


@lru_cache(maxsize=512)
def tagged(name: str) -> bool:
    """Whether images of this name have Python's version as their tag."""
    return name in _data()["tagged"]["names"]
