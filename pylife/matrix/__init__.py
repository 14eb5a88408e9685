"""The test matrix: each project's own tests under each Python, and what was seen of them.

Running it EXECUTES the projects' code (noxfiles, build backends, tests), in
copies of their trees, with a cleaned environment, and in what the preset says
they are wrapped in; not at all where they could read a credential of this user.

uv ignores the upper bound of a project's and a library's requires-python (0.13,
measured), so a Python above a cap is tested all the same: that a cap is not
needed is what such a pass shows. A lower bound blocks.
"""

import datetime as dt
import os
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from pylife.errors import ConfigError, StateError
from pylife.evidence import Store
from pylife.matrix.admission import admit
from pylife.matrix.base import CellPlan, Interpreter, MatrixProject, Origin
from pylife.matrix.context import Context
from pylife.matrix.document import from_document, order, to_document
from pylife.matrix.executors.base import Executor
from pylife.matrix.runner import Event, Runner
from pylife.model import Cell, PythonVersion

__all__ = [
    "CellPlan",
    "Event",
    "Interpreter",
    "MatrixProject",
    "Origin",
    "from_document",
    "run",
    "to_document",
]


def run(
    projects: Sequence[MatrixProject],
    *,
    interpreters: Mapping[PythonVersion, Interpreter],
    state: Path,
    jobs: int,
    store: Store,
    as_of: dt.date,
    progress: Callable[[Event], None] | None = None,
    stop: threading.Event | None = None,
    sessions: Collection[str] = (),
    absent: Mapping[PythonVersion, str] | None = None,
    executor: Executor | None = None,
) -> list[Cell]:
    """Every cell of `projects`, sorted by project, Python and session.

    A cell whose outcome `store` has is not run again; one that ends is stored at
    once. Where one fails, its session is run on the project's baseline Python too,
    whichever Pythons were asked for. What a killed run left is put away first.
    With `sessions` only those cells are run whose session is called so. `absent` says
    why Pythons that were asked for are not among the interpreters. An `executor` runs
    the cells elsewhere, and `interpreters` are what is there.
    Setting `stop` ends what runs and leaves the rest `not-run`; Ctrl-C does so too
    and is raised on. `progress` is called from several threads, never from two at
    once. Raises ConfigError for two projects of one name, ToolError without uv or
    nox, StateError where `state` cannot be written.
    """
    try:
        state.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StateError(f"the state folder cannot be made: {error.strerror}") from None
    names = [project.name for project in projects]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ConfigError(f"two projects of the matrix are called {twice[0]}")
    context = Context(
        state=state.resolve(),
        interpreters=interpreters,
        environment=dict(os.environ),
        stop=stop or threading.Event(),
        absent=absent or {},
    )
    admit(projects, context)
    context.sweep()
    runner = Runner(projects, context, store, as_of, progress, executor)
    return sorted(runner.run(jobs, sessions), key=order)
