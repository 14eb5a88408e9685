"""On which images a Dockerfile builds: those of its stages, and which of them is shipped."""

from collections.abc import Iterator
from typing import NamedTuple

from pylife.declarations.base import File
from pylife.declarations.containers.dockerfile_places import Place, Stage
from pylife.declarations.containers.dockerfile_stages import Walk
from pylife.model import Declaration


class BaseImage(NamedTuple):
    """The image of a FROM that is no stage of the same file.

    `reference` has its variables filled in, and is empty where one is only given to the build;
    `line` (from 1) is that of the FROM. `last` says that the file's last stage, which is what
    is shipped, stands on it. `declared` are the places that decide a Python in what stands on it.
    """

    reference: str
    line: int
    last: bool
    declared: tuple[Declaration, ...]


def bases(file: File) -> tuple[BaseImage, ...]:
    """The images on which the stages of a Dockerfile stand, in its order, each FROM once.

    Raises UnreadableError for what is no text.
    """
    walk = _Walk(file)
    declared: dict[int, list[Declaration]] = {}
    for place in walk.places():
        declared.setdefault(place.stage.whole.start, []).append(place.declaration)
    return tuple(
        BaseImage(
            reference=stage.image,
            line=file.source.position(start)[0],
            last=start == walk.last,
            declared=tuple(declared.get(start, ())),
        )
        for start, stage in walk.built_on.items()
    )


class _Walk(Walk):
    """A reading that keeps the stages, by where the image that they stand on is written."""

    def __init__(self, file: File) -> None:
        super().__init__(file)
        self.built_on: dict[int, Stage] = {}
        self.last: int | None = None

    def places(self) -> Iterator[Place]:
        """Each place that decides a Python, once."""
        for place in super().places():
            self._keep()
            yield place
        self._keep()

    def _keep(self) -> None:
        if self._stage is not self._global:
            self.last = self._stage.whole.start
            self.built_on.setdefault(self.last, self._stage)
