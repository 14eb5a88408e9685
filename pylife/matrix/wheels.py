"""Wheels of the fleet's own libraries, so that tests run against them and no one else's.

Each is built once from a copy of its source and kept by the source's digest. An
override file then says `name @ file:///….whl` for each of them: nothing of that
name is ever taken from a package index. What could not be built points to a
file that is not there, which fails and names it. So does a name that several projects have
(branches of one library, say): which of them is meant cannot be known.

An override replaces every requirement of that name, with its version bounds:
whether the bounds fit each other is not what the matrix shows.
"""

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pylife.matrix import extras, names, needs
from pylife.matrix.base import Interpreter, MatrixProject
from pylife.matrix.builds import Built, build
from pylife.matrix.context import Context
from pylife.model import PythonVersion

Builder = Callable[[MatrixProject, str, Interpreter, Context], Built]
"""As `builds.build`."""
NOT_BUILT = "not-built"
"""The folder of wheels that are not there; `installs` knows it in a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """The same wheels in a file for uv, with extras, and in one for pip, which allows none."""

    uv: Path
    pip: Path


class Wheels:
    """The wheels of one run; safe to ask from several threads.

    `projects` are all of the run, `digests` those of their source trees, and
    `needed` what each project with a cell to run needs. `builder` builds, or
    has it done elsewhere.
    """

    def __init__(
        self,
        projects: Mapping[str, MatrixProject],
        digests: Mapping[str, str],
        needed: Mapping[str, Collection[str]],
        context: Context,
        builder: Builder = build,
    ) -> None:
        self._projects = projects
        self._builder = builder
        self._digests = digests
        self._needed = needed
        self._context = context
        self.names = sorted({name for one in needed.values() for name in one} & digests.keys())
        self._locks = {name: threading.Lock() for name in self.names}
        self._built: dict[tuple[str, PythonVersion], Built] = {}
        self._reading = threading.Lock()
        self._texts: dict[Path, str] = {}

    def prepare(self, name: str) -> Built:
        """Build the wheel of `name` on the first Python on which that works.

        The project's baseline is tried first, then its other Pythons, newest first.
        """
        result = Built(reason="no Python that it asks for is on this machine")
        for interpreter in self._candidates(self._projects[name]):
            result = self._get(name, interpreter)
            if result.wheel is not None or self._context.stop.is_set():
                break
        return result

    def _candidates(self, project: MatrixProject) -> Iterator[Interpreter]:
        pythons = sorted(set(project.pythons) - project.allowed_to_fail, reverse=True)
        first = [project.baseline] if project.baseline is not None else []
        last = sorted(project.allowed_to_fail, reverse=True)
        there = self._context.interpreters
        order = dict.fromkeys(one for one in (*first, *pythons, *last) if one in there)
        if not order:
            # Only there for others, with no Python of its own.
            order = dict.fromkeys(sorted(there, reverse=True))
        yield from (there[one] for one in order)

    def _get(self, name: str, interpreter: Interpreter) -> Built:
        place = (name, interpreter.version)
        with self._locks[name]:
            if place not in self._built:
                self._built[place] = self._builder(
                    self._projects[name], self._digests[name], interpreter, self._context
                )
            return self._built[place]

    def override(
        self, project: MatrixProject, interpreter: Interpreter, folder: Path
    ) -> Overrides | str:
        """The override files for a cell of `project`, or why the cell cannot run.

        The reason names a project that it needs and that cannot be built.
        """
        built = self.needed(project, interpreter)
        if isinstance(built, str):
            return built
        texts = [*extras.declared(project.folder), *self._metadata(built.values())]
        return write(self.others(project), built, texts, folder)

    def needed(self, project: MatrixProject, interpreter: Interpreter) -> dict[str, Built] | str:
        """What a cell of `project` needs of the fleet's own, by distribution.

        Or why it cannot run.
        """
        wanted = [name for name in self._needed[project.name] if name in self._digests]
        built = {name: self._get(name, interpreter) for name in wanted}
        for name in needs.required(project, self._projects):
            if name in built and built[name].wheel is None:
                return f"{name}, which it needs, has no wheel: {built[name].reason}"
        alone = names.alone(self._projects.values())
        return {called: built[name] for called, name in alone.items() if name in built}

    def others(self, project: MatrixProject) -> list[str]:
        """The distributions of the run's other projects, which no index may be asked for.

        Not the project's own, which another branch of it may have too.
        """
        own = names.distribution(project)
        return [one for one in names.distributions(self._projects.values()) if one != own]

    def _metadata(self, built: Iterable[Built]) -> list[str]:
        """What the wheels say that they need; each is read once."""
        wheels = [one.wheel for one in built if one.wheel is not None]
        with self._reading:
            for wheel in wheels:
                if wheel not in self._texts:
                    self._texts[wheel] = extras.metadata(wheel)
            return [self._texts[wheel] for wheel in wheels]


def write(
    fleet: Iterable[str], built: Mapping[str, Built], texts: Iterable[str], folder: Path
) -> Overrides:
    """Write the override files into `folder`: a line for each distribution of the `fleet`.

    `built` are the wheels by distribution; what has none points to a file that
    is not there. An override of uv drops a requirement's extras, so those that
    `texts` (requirements in any notation) ask for are named in the line.
    """
    searched = "\n".join(texts)
    uv, pip = [], []
    for name in sorted(set(fleet)):
        wheel = built[name].wheel if name in built else None
        if wheel is None:
            wheel = folder / NOT_BUILT / f"{name.replace('-', '_')}-0-py3-none-any.whl"
        uv.append(f"{name}{extras.wanted(name, searched)} @ {wheel.as_uri()}\n")
        pip.append(f"{name} @ {wheel.as_uri()}\n")
    result = Overrides(uv=folder / "override.txt", pip=folder / "constraint.txt")
    result.uv.write_text("".join(uv), encoding="utf-8")
    result.pip.write_text("".join(pip), encoding="utf-8")
    return result
