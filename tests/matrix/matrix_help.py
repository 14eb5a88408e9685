"""Small projects and runs for the matrix's tests."""

import datetime as dt
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import pytest

from pylife import matrix
from pylife.evidence import Store
from pylife.matrix import interpreters
from pylife.matrix.base import Interpreter, MatrixProject
from pylife.matrix.presets import MatrixPreset
from pylife.model import Cell, Kind, PythonVersion

DAY = dt.date(2026, 11, 21)
HERE = PythonVersion(sys.version_info[0], sys.version_info[1])
"""The Python that the tests run on, which is always there."""
ABSENT = PythonVersion.parse("3.99")
OWN_TESTS = f"""\
import nox


@nox.session(python="{HERE}")
def tests(session):
    session.run("python", "run.py")
"""
"""A noxfile whose session installs nothing."""


def python(text: str) -> PythonVersion:
    return PythonVersion.parse(text)


@lru_cache(maxsize=1)
def found() -> dict[PythonVersion, Interpreter]:
    return interpreters.find([Path(sys.executable).parent])


def need(*versions: str) -> tuple[PythonVersion, ...]:
    """Those Pythons, or the test is skipped with the reason."""
    for text in versions:
        if python(text) not in found():
            pytest.skip(f"no Python {text} on this machine")
    return tuple(python(text) for text in versions)


def make(
    base: Path,
    name: str,
    files: Mapping[str, str],
    *,
    pythons: Sequence[PythonVersion] = (HERE,),
    requires: tuple[str, ...] = (),
    baseline: PythonVersion | None = None,
    preset: MatrixPreset | None = None,
) -> MatrixProject:
    folder = base / name
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content, encoding="utf-8")
    return MatrixProject(
        name=name,
        folder=folder,
        kind=Kind.LIBRARY,
        preset=preset or MatrixPreset(name="t", timeout=120, retries=0),
        pythons=tuple(pythons),
        requires=requires,
        baseline=baseline,
    )


def package(name: str, tests: str = "", *, body: str = "", requires: str = "") -> dict[str, str]:
    """A flit project of one module, whose build needs nothing but flit_core."""
    files = {
        "pyproject.toml": (
            '[build-system]\nrequires = ["flit_core>=3.9"]\n'
            'build-backend = "flit_core.buildapi"\n'
            f'[project]\nname = "{name}"\nversion = "1.0"\ndescription = "x"\n'
            f"dependencies = [{requires}]\n"
        ),
        f"{name.replace('-', '_')}.py": body,
    }
    if tests:
        files["test_it.py"] = tests
    return files


def run(
    projects: Sequence[MatrixProject],
    state: Path,
    *,
    jobs: int = 2,
    progress: Callable[[matrix.Event], None] | None = None,
    only: Sequence[PythonVersion] | None = None,
) -> list[Cell]:
    interpreters_ = {one: it for one, it in found().items() if only is None or one in only}
    with Store(state / "evidence.sqlite") as store:
        return matrix.run(
            projects,
            interpreters=interpreters_,
            state=state,
            jobs=jobs,
            store=store,
            as_of=DAY,
            progress=progress,
        )


def alive(pid: int) -> bool:
    """Whether the process is there and no zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] not in "ZX"


def wait_for(path: Path, seconds: float = 180) -> str:
    """The content of a file that some process is about to write."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if path.exists() and path.read_text().endswith("\n"):
            return path.read_text()
        time.sleep(0.05)
    raise AssertionError(f"{path.name} was not written")
