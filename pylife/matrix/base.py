"""What the matrix is made of: interpreters, projects to test, and planned cells."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from pylife.matrix.presets import Bounds, MatrixPreset
from pylife.matrix.resolved import Resolved
from pylife.model import CellStatus, Kind, PythonVersion


class Origin(StrEnum):
    """Where a cell's session comes from."""

    OWN = "own noxfile"
    TOX = "own tox configuration"
    """The project has no noxfile: tox runs the environment."""
    GENERATED = "generated"
    """The project has neither: pylife writes a noxfile that installs it and runs pytest."""
    MODEL = "model folder"
    """pylife writes a noxfile that makes the recorded environment and predicts."""
    IMAGE = "image"
    """pylife writes a noxfile that builds the image and tries it."""
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """One Python of this machine.

    `release` is the full version such as 3.13.0; `build` is what `sys.version`
    says, so that two builds of one release are told apart.
    """

    version: PythonVersion
    path: Path
    release: str
    build: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixProject:
    """One project to test.

    `name` is what the fleet calls it and `folder` an absolute path.
    `requires` names the projects of the same run that it needs, directly. A
    project without `pythons` has no cells; it is there for those that need it.
    """

    name: str
    folder: Path
    kind: Kind
    preset: MatrixPreset
    pythons: tuple[PythonVersion, ...] = ()
    allowed_to_fail: frozenset[PythonVersion] = frozenset()
    """Pythons in preview: their cells are run and shown, and ask for nothing."""
    requires: tuple[str, ...] = ()
    baseline: PythonVersion | None = None
    """A Python that the project is known to support; where its session fails too,
    another Python's failure is not that Python's doing. Of a model, the one that it
    was saved with."""
    runs_on: tuple[PythonVersion, ...] = ()
    """The Pythons that its files say it is deployed with."""
    away: str = ""
    """Why its files are not here; empty where they are."""
    distribution: str | None = None
    """The name of its distribution: None where that is `name`, empty where it has none."""
    resolved: Mapping[PythonVersion, Resolved] = field(default_factory=dict)
    """The set that was judged for a Python; none where nothing is known that installs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellPlan:
    """One cell before it runs.

    `session` is what people and results call it: the session's name, and in brackets
    the platform and the bounds where the preset asks for them. `nox` are the arguments
    that choose the session, of nox or tox (empty for a generated one). `source` is the
    file, with its line where that is known, that the session comes from.
    `decided` is set where the outcome is known without a run: status and reason.
    """

    project: MatrixProject
    python: PythonVersion
    session: str
    origin: Origin
    interpreter: Interpreter | None = None
    nox: tuple[str, ...] = ()
    bounds: Bounds = Bounds.HIGHEST
    platform: str = ""
    """The platform that the preset asks for; empty where it names none."""
    source: str = ""
    unknown: bool = False
    """Whether it stands for sessions that could not be listed."""
    decided: tuple[CellStatus, str] | None = None

    @property
    def resolved(self) -> Resolved | None:
        """The set that the cell installs; None where none is known, or it finds its own."""
        if self.bounds is not Bounds.HIGHEST or self.origin in {Origin.MODEL, Origin.IMAGE}:
            return None  # a model's is the recorded one, of whatever day
        return self.project.resolved.get(self.python)

    @property
    def allowed_to_fail(self) -> bool:
        """Whether the cell's Python is only in preview for this project."""
        return self.python in self.project.allowed_to_fail
