"""Cells that lack a library of the fleet's own, which nobody could know that they need.

A tool of the tests may depend on a library of the fleet that no file of the project
names: no wheel of it is built for them, and none is taken from an index. What lacks
one says so, and is run again with it. Its key then has that library's sources too, so
what was found is found again without a run, and is no longer good when they change.
"""

from dataclasses import replace

from pylife.matrix import installs, names
from pylife.matrix.base import CellPlan, MatrixProject
from pylife.model import Cell, CellStatus, PythonVersion

_Place = tuple[str, PythonVersion, str]


class Lacking:
    """What was blocked for want of a library; `projects` and `needed` of a run learn of it."""

    def __init__(
        self, projects: dict[str, MatrixProject], needed: dict[str, tuple[str, ...]]
    ) -> None:
        self._projects, self._needed = projects, needed
        self._called = names.distributions(projects.values())
        self._plans: dict[_Place, CellPlan] = {}
        self._waiting: list[tuple[CellPlan, Cell, str]] = []

    def plan(self, one: CellPlan) -> None:
        """Know the plan of a cell that may end."""
        self._plans[one.project.name, one.python, one.session] = one

    def take(self, cell: Cell) -> Cell | None:
        """The cell as it is to be told; None where it lacks a library and is kept for `again`."""
        called = installs.lacking(cell.reason) if cell.status is CellStatus.BLOCKED else None
        projects = self._called.get(called, ()) if called is not None else ()
        if len(projects) > 1:
            shown = ", ".join(projects)
            reason = f"{called}, which it needs, is what several projects are called: {shown}"
            return cell._replace(reason=reason)
        one = self._plans.get((cell.project, cell.python, cell.session))
        if not projects or one is None or projects[0] in self._needed[cell.project]:
            return cell
        self._waiting.append((one, cell, projects[0]))
        return None

    def again(self) -> list[CellPlan]:
        """The cells to run once more, each project requiring what it lacked."""
        waiting, self._waiting = self._waiting, []
        for one, _, lacked in waiting:
            name = one.project.name
            project = self._projects[name]
            if lacked not in project.requires:
                requires = (*project.requires, lacked)
                self._projects[name] = replace(project, requires=requires)
            more = {*self._needed[name], lacked, *self._needed[lacked]}
            self._needed[name] = tuple(sorted(more - {name}))
        return [replace(one, project=self._projects[one.project.name]) for one, _, _ in waiting]

    def left(self) -> list[Cell]:
        """The cells that are not run again, because the run is stopped."""
        waiting, self._waiting = self._waiting, []
        return [cell for _, cell, _ in waiting]
