"""Small real projects for the scripts that break and measure the matrix; nothing is installed."""

import os
import sys
from pathlib import Path

from pylife.matrix import interpreters
from pylife.matrix.base import Interpreter, MatrixProject
from pylife.matrix.presets import MatrixPreset
from pylife.model import Kind, PythonVersion

# These projects are pylife's own: they may run beside what this machine's user can read.
os.environ.setdefault("PYLIFE_TRUST_PROJECTS", "1")
HERE = PythonVersion(sys.version_info[0], sys.version_info[1])

NOXFILE = """\
import nox


@nox.session
def tests(session):
    session.run("python", "run.py")
"""
RUN = """\
import subprocess, sys, time, unittest

if {leaves}:
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"], start_new_session=True)
print("x" * {loud})


class T(unittest.TestCase):
    def test_it(self):
        time.sleep({seconds})


unittest.main()
"""


def here() -> dict[PythonVersion, Interpreter]:
    """This script's own interpreter, as the only one."""
    found = interpreters.probe(Path(sys.executable))
    if found is None:
        raise SystemExit("this interpreter does not start")
    return {HERE: found}


def fleet(
    base: Path,
    number: int,
    *,
    seconds: float,
    pythons: tuple[PythonVersion, ...] = (HERE,),
    leaves: bool = False,
    loud: int = 0,
) -> list[MatrixProject]:
    """`number` projects in `base` whose one test takes `seconds`.

    With `leaves` each leaves a process behind that outlives it; `loud` is how
    many characters it prints.
    """
    preset = MatrixPreset(name="small", timeout=120, retries=0)
    found = []
    for index in range(number):
        folder = base / f"p{index:04}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "noxfile.py").write_text(NOXFILE, encoding="utf-8")
        text = RUN.format(seconds=seconds, leaves=leaves, loud=loud)
        (folder / "run.py").write_text(text, encoding="utf-8")
        found.append(
            MatrixProject(
                name=folder.name, folder=folder, kind=Kind.LIBRARY, preset=preset, pythons=pythons
            )
        )
    return found
