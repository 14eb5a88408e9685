"""A stage of a Dockerfile as far as it was read, and a place in it that decides a Python."""

from collections import ChainMap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pylife.declarations.authority import INHERITED
from pylife.declarations.containers import images, known_images
from pylife.declarations.containers.dockerfile_run import APK, APT, DNF, Found
from pylife.model import Declaration, PythonVersion, Span
from pylife.syntax.placed import Value

FROM = "dockerfile-from"
RUN = "dockerfile-run"
ENV = "dockerfile-env"
PATHS = "dockerfile-path"


@dataclass
class Stage:
    """One stage as far as it was read; `python` says that its image is a Python itself."""

    label: str
    line: tuple[str, ...]
    """Its own label, and those of the stages that it is built on."""
    image: str = ""
    whole: Span = field(default_factory=lambda: Span(0, 0))
    python: bool = False
    system: bool = False
    chosen: bool = False
    """Whether it installs another Python than the distribution's, which is then a helper."""
    deadsnakes: bool = False
    runs: bool = False
    """Whether it runs Python, wherever that comes from."""
    args: dict[str, Value] = field(default_factory=dict)
    env: dict[str, Value] = field(default_factory=dict)
    named: dict[str, Value] = field(default_factory=dict)
    """The variables whose name says that their value is a Python."""

    @property
    def values(self) -> Mapping[str, Value]:
        """What a variable means here: ENV hides ARG."""
        return ChainMap(self.env, self.args)

    @property
    def release(self) -> known_images.Release | None:
        """The distribution's release, where the image is known to be of one."""
        return known_images.release(self.image) if self.image else None


class Place(NamedTuple):
    """A declaration, and what decides whether it can be moved."""

    declaration: Declaration
    stage: Stage
    found: Found | None = None

    def refusal(self, wanted: PythonVersion, places: Iterable["Place"]) -> str:
        """Why it cannot name `wanted`, by itself or beside other `places`; empty where it can."""
        own = self._own(wanted)
        if own or self.found is None:
            return own
        follows = self.declaration.site in {ENV, PATHS}
        beside = [
            place
            for place in places
            if place.stage.label in self.stage.line
            and place.declaration.versions == self.declaration.versions
            and (follows or place.declaration.site == PATHS)
        ]
        return next(filter(None, (place._own(wanted) for place in beside)), "")

    def _own(self, wanted: PythonVersion) -> str:
        if self.found is None:
            if self.declaration.site == INHERITED:
                return "it is the Python of its base image: choose another image"
            return images.immovable(self.declaration)
        release, how = self.stage.release, self.found.how
        if self.found.fixed or how not in {APT, APK, DNF} or (how == APT and self.stage.deadsnakes):
            return self.found.fixed
        if release is None:
            return "which Pythons the distribution of its base image has is not known"
        had = (release.python, *release.also)
        if wanted in had:
            return ""
        return f"{release.name} is known to have {', '.join(map(str, had))}: choose a newer image"
