"""Where cells are run: on this machine, or by the workers of a Dask scheduler."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from pylife.errors import ToolError
from pylife.matrix.base import Interpreter, MatrixProject
from pylife.matrix.executors.base import Executor
from pylife.model import PythonVersion


class Cluster(NamedTuple):
    """The scheduler at `address`, a URL as Dask has it or the path of a scheduler file (.json).

    `wait` is how many seconds to wait for a worker that has a Python.
    """

    address: str
    wait: float = 60.0


class Place(NamedTuple):
    """The interpreters of a cluster, why it has no others, and what runs cells there."""

    interpreters: Mapping[PythonVersion, Interpreter]
    absent: Mapping[PythonVersion, str]
    executor: Executor


@contextmanager
def place(
    cluster: Cluster,
    tested: Sequence[MatrixProject],
    state: Path,
    jobs: int,
    stop: threading.Event,
) -> Iterator[Place]:
    """What the cluster has for the cells of `tested`; `jobs` are handed over at a time.

    Raises ToolError where distributed is not installed, the scheduler does not
    answer, or its workers have another pylife.
    """
    try:
        from pylife.matrix.executors import dask_cluster
        from pylife.matrix.executors.dask_link import Waits
    except ModuleNotFoundError as error:
        raise ToolError(
            f"--executor dask needs {error.name}, which is not installed",
            help="pip install 'python-lifecycle[dask]'",
        ) from None
    waits = Waits(worker=cluster.wait)
    with dask_cluster.cluster(cluster.address, state, stop, jobs=jobs, waits=waits) as found:
        wanted = {python for one in tested for python in one.preset.pythons or one.pythons}
        interpreters, absent = found.interpreters(wanted)
        yield Place(interpreters, absent, found)
