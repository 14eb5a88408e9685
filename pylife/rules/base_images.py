"""Container images that something is built on: of which release of an operating system they are."""

import datetime as dt
import re
from typing import NamedTuple

from pylife.declarations.containers import images, known_images

_MOVING = re.compile(r"(?:latest|slim|alpine|[23](?:\.\d+)?(?:-rc)?(?:-(?:slim|alpine))?)?")
"""Tags of the official Python images that name no release: they move on with the next one."""


class Base(NamedTuple):
    """A container image on which a project is built or run: `reference` as the file gives it.

    `line` is where it is named first, `also` the other lines that name it or decide its Python.
    `end_of_life` is its last maintained day where `pylife.toml` gives one, of which `source`
    then tells. `built_by` is the project of the fleet that builds it, whose own endings bind.
    An empty `reference` is one that only the build knows.
    """

    reference: str
    file: str
    line: int
    end_of_life: dt.date | None = None
    source: str = ""
    built_by: str = ""
    also: tuple[int, ...] = ()


def release(reference: str) -> known_images.Release | None:
    """The release that the image is, or is based on; None where it is not known.

    The folder tells as well: `ubi9/python-39` is of `ubi9`.
    """
    folder = reference.partition("@")[0].rpartition("/")[0].rpartition("/")[2]
    return known_images.release(reference) or (known_images.release(folder) if folder else None)


def needs_no_release(reference: str) -> bool:
    """Whether the image names no release, and need not: there is none to stay behind on.

    `scratch` is empty. `python:3.12-slim` and `-alpine` are built anew on the next release of
    their system, so that what is built of them tomorrow is on that. What is pinned by a digest
    is not, and neither is a patch release (`python:3.12.1-slim`) once there is the next.
    """
    if reference == "scratch":
        return True
    _, start, end = images.split(reference)
    moves = images.is_python(reference) and "@" not in reference
    return moves and _MOVING.fullmatch(reference[start:end]) is not None
