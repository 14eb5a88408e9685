"""What an executor that runs cells elsewhere has to offer the run."""

from collections.abc import Callable
from typing import Protocol

from pylife.matrix.base import CellPlan, Interpreter, MatrixProject
from pylife.matrix.builds import Built
from pylife.matrix.context import Context
from pylife.matrix.wheels import Wheels
from pylife.model import Cell


class Executor(Protocol):
    """Runs cells and builds wheels on other machines, as `run_cell` and `builds.build` do here.

    Every method is safe to call from several threads and returns soon once the
    context's `stop` is set.
    """

    @property
    def jobs(self) -> int:
        """How many cells to hand over at a time."""

    def run(
        self,
        plan: CellPlan,
        key: str,
        context: Context,
        wheels: Wheels,
        began: Callable[[], None],
    ) -> Cell:
        """The cell, with its log in the context's state folder.

        `began` is called when it begins somewhere, again if it begins anew. What
        kept it from ending is its status and reason; nothing is raised.
        """

    def build(
        self, project: MatrixProject, digest: str, interpreter: Interpreter, context: Context
    ) -> Built:
        """The wheel of `project`, kept in the context's state folder, or why there is none."""
