"""What a cluster offers, what may travel to it, and where what comes back is put."""

import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from packaging.version import Version

from pylife.matrix import environment
from pylife.matrix.base import Interpreter, MatrixProject
from pylife.matrix.context import Context
from pylife.matrix.executors import dask_wire as wire
from pylife.matrix.executors.dask_link import Surveyed
from pylife.matrix.presets import MatrixPreset
from pylife.model import PythonVersion

_SLACK = 120.0
"""Seconds beside a cell's own timeouts: copying, ending what is left, the way back."""


def chosen(workers: Iterable[Surveyed]) -> dict[PythonVersion, Interpreter]:
    """Of each Python the build that most workers have; of as many, the newest."""
    counts: Counter[tuple[PythonVersion, str]] = Counter()
    builds_: dict[tuple[PythonVersion, str], Interpreter] = {}
    for worker in workers:
        for python in worker.interpreters:
            if (own := worker.offers(python)) is not None:
                place = (python, wire.fingerprint(own))
                counts[place] += 1
                builds_[place] = own
    order = sorted(
        counts, key=lambda at: (counts[at], Version(builds_[at].release.rstrip("+")), at[1])
    )
    return dict(sorted({at[0]: builds_[at] for at in order}.items()))


def without_folder(project: MatrixProject) -> MatrixProject:
    """The project without where it is on this machine."""
    return replace(project, folder=Path(project.folder.name))


def allowed(project: MatrixProject, context: Context) -> dict[str, str | None]:
    """The values of the preset's own variables, as a cell here would see them.

    What is granted though it is a credential does not travel: a worker has its own.
    """
    source, names = context.environment, project.preset.environment
    seen = environment.cleaned(source, home=Path(), cache=Path(), also=names)
    own = {"PATH", "HOME", "UV", "UV_CACHE_DIR"}
    return {name: seen.get(name) if name in source else None for name in names if name not in own}


def limit(preset: MatrixPreset) -> float:
    """Seconds after which a cell that began must have been answered, with all its retries."""
    # Twice: a set of lowest versions is resolved with a timeout of its own.
    runs = 2 * (1 + preset.retries + preset.retries_failed)
    waits = sum(min(preset.backoff * 2.0**number, 300.0) for number in range(preset.retries))
    return preset.timeout * runs + waits + _SLACK


def inside(state: Path, place: str) -> Path:
    """The path `place` in the wheelhouse; raises ValueError for any other."""
    path = (state / place).resolve()
    if not path.is_relative_to((state / "wheelhouse").resolve()) or path.suffix != ".whl":
        raise ValueError("a worker named a place outside of the wheelhouse")
    return path


def write(path: Path, content: bytes) -> Path:
    """Write the file so that it is whole or not there; its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        file.write(content)
    return Path(file.name).replace(path)
