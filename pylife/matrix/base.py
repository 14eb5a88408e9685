"""What the matrix is made of: interpreters, projects to test, and planned cells."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pylife.matrix.presets import MatrixPreset
from pylife.model import CellStatus, Kind, PythonVersion


class Origin(StrEnum):
    """Where a cell's session comes from."""

    OWN = "own noxfile"
    GENERATED = "generated"
    """The project has no noxfile: pylife writes one that installs it and runs pytest."""
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

    `name` is the normalised distribution name and `folder` an absolute path.
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
    another Python's failure is not that Python's doing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellPlan:
    """One cell before it runs.

    `nox` are the arguments that choose the session (empty for a generated one).
    `decided` is set where the outcome is known without a run: status and reason.
    """

    project: MatrixProject
    python: PythonVersion
    session: str
    origin: Origin
    interpreter: Interpreter | None = None
    nox: tuple[str, ...] = ()
    decided: tuple[CellStatus, str] | None = None

    @property
    def allowed_to_fail(self) -> bool:
        """Whether the cell's Python is only in preview for this project."""
        return self.python in self.project.allowed_to_fail
