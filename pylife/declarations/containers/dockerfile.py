"""Dockerfiles: the Python of each base image, and what goes with it.

`FROM python:3.9-slim` declares where it stands; `FROM python:${VERSION}-slim`
where `ARG VERSION=3.9` stands. A reference to an earlier stage is no image. An
image of a distribution says something if its stage installs `python3`: then the
Python is what that release of the distribution has (site `base-image`). Packages
and version managers in a RUN, variables such as `UV_PYTHON`, and paths such as
`/usr/lib/python3.9/site-packages` name their own.
"""

from collections.abc import Iterator, Sequence

from pylife.declarations.base import CannotEditError, File, Reader
from pylife.declarations.containers import images
from pylife.declarations.containers.dockerfile_places import ENV, FROM, PATHS, RUN
from pylife.declarations.containers.dockerfile_stages import Walk
from pylife.declarations.editing import edit_single
from pylife.model import AddPython, Change, Declaration, DropPython, Edit, SetPython


def read(file: File) -> Iterator[Declaration]:
    """One declaration for each place that decides a Python."""
    for place in Walk(file).places():
        yield place.declaration


def _edit(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    """Packages, variables and paths, where what they name is there to be had."""
    if isinstance(change, SetPython | AddPython | DropPython):
        places = {place.declaration.span: place for place in Walk(file).places()}
        for item in declarations:
            if item.versions == (change.version,) or item.span not in places:
                continue
            reason = places[item.span].refusal(change.version, places.values())
            if reason:
                raise CannotEditError(f"{item.raw} in {item.group}: {reason}")
    return edit_single(file, declarations, change)


READER = Reader(
    name="dockerfile",
    title="Dockerfile",
    read=read,
    editors={FROM: images.edit_image, RUN: _edit, ENV: _edit, PATHS: _edit},
    contextual=True,
)
