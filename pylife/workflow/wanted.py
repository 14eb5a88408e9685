"""Which cells of a fleet's matrix are wanted, and where their Pythons come from."""

import difflib
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from pylife.errors import UsageError
from pylife.matrix import interpreters
from pylife.matrix.base import CellPlan, Interpreter, MatrixProject
from pylife.matrix.names import matching
from pylife.matrix.presets import MatrixPreset
from pylife.model import PythonVersion

VARIABLE = "PYLIFE_INTERPRETERS"
"""The environment variable with folders of interpreters, separated as PATH is."""
_DOWNLOADED = "interpreters"
"""In the state folder."""


class Wanted(NamedTuple):
    """What is asked for: all cells, or those of some projects, Pythons and sessions.

    `folders` are looked into for interpreters before all other places; `download`
    allows to download those that no place has, into the state folder.
    """

    projects: tuple[str, ...] = ()
    pythons: tuple[PythonVersion, ...] = ()
    sessions: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()
    download: bool = False

    def has_python(self, python: PythonVersion) -> bool:
        """Whether cells under this Python are wanted."""
        return not self.pythons or python in self.pythons

    def has_cell(self, cell: CellPlan) -> bool:
        """Whether the cell's session is wanted, or may be: what could not be listed."""
        return not self.sessions or cell.session in self.sessions or cell.unknown


EVERYTHING = Wanted()


def narrowed(projects: Sequence[MatrixProject], wanted: Wanted) -> list[MatrixProject]:
    """`projects`, of which those that are not wanted have no cells.

    They stay, for the others may need their wheels. Raises UsageError for a name
    that no project has.
    """
    asked = chosen([project.name for project in projects], wanted)
    return [one if one.name in asked else replace(one, pythons=()) for one in projects]


def chosen(names: Collection[str], wanted: Wanted) -> frozenset[str]:
    """The `names` that are asked for, as they are or normalised; all where none is.

    Raises UsageError for a name that no project has.
    """
    if not wanted.projects:
        return frozenset(names)
    found: set[str] = set()
    for name in wanted.projects:
        if not (meant := matching(name, names)):
            near = difflib.get_close_matches(name, sorted(names), 1)
            hint = f"did you mean {near[0]}?" if near else "`pylife matrix list` shows them all"
            raise UsageError(f"no project of the fleet is called {name!r}", help=hint)
        found.update(meant)
    return frozenset(found)


def preset(given: MatrixPreset, wanted: Wanted) -> MatrixPreset:
    """A preset that names Pythons itself, with the wanted ones alone."""
    if given.pythons is None or not wanted.pythons:
        return given
    return replace(given, pythons=tuple(filter(wanted.has_python, given.pythons)))


def pythons(
    projects: Iterable[MatrixProject],
    wanted: Wanted,
    state: Path,
    environment: Mapping[str, str] = os.environ,
) -> tuple[Mapping[PythonVersion, Interpreter], Mapping[PythonVersion, str]]:
    """The interpreters for the cells of `projects`, and why others could not be had.

    The places: `wanted.folders`, the environment variable PYLIFE_INTERPRETERS, the
    presets' folders, what was downloaded before, and where uv looks by itself.
    Raises UsageError for a folder that is not there, ToolError without uv.
    """
    tested = list(projects)
    downloaded = state.absolute() / _DOWNLOADED
    folders = [
        *_there(wanted.folders, "--interpreters"),
        *_there(map(Path, filter(None, environment.get(VARIABLE, "").split(os.pathsep))), VARIABLE),
        *dict.fromkeys(folder for one in tested for folder in one.preset.interpreters),
    ]
    found = interpreters.find([*folders, *interpreters.installed(downloaded)])
    if not wanted.download:
        return found, {}
    asked = {
        python
        for one in tested
        if one.pythons
        for python in (*(one.preset.pythons or one.pythons), one.baseline)
        if python is not None
    }
    failed = interpreters.install(asked - found.keys(), downloaded, environment)
    if asked - found.keys() - failed.keys():
        found = interpreters.find([*folders, *interpreters.installed(downloaded)])
    return found, failed


def _there(folders: Iterable[Path], name: str) -> Iterable[Path]:
    for folder in folders:
        path = folder.expanduser().absolute()
        if not path.is_dir():
            raise UsageError(
                f"{name}: {str(folder)!r} is no folder",
                help="name folders with interpreters in them, such as /opt/python/bin",
            )
        yield path
