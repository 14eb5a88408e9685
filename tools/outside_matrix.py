"""Run real projects from the package index through pylife, and by hand; compare the results.

    python tools/outside_matrix.py                    # both projects, three Pythons each
    python tools/outside_matrix.py --only humanize --python 3.13

Each project is a published source distribution with its own noxfile or tox configuration.
By hand means: nox or tox itself, in a copy of the same tree, with nothing of pylife. What
is compared is whether the session ended well, and how many tests passed, failed, could not
be run and were skipped. Ends with 1 where anything differs. Needs the package index.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pylife.matrix import interpreters, tools, tox_files
from pylife.matrix.base import Interpreter
from pylife.model import PythonVersion


class Outside(NamedTuple):
    """A source distribution and the session of it to run."""

    name: str
    version: str
    session: str
    """As `pylife matrix list` calls it."""
    by_hand: str
    """The session or environment, with `{python}` and `{short}` for the Python (3.13, 313)."""


PROJECTS = (
    Outside("stamina", "26.1.0", "tests(opt_deps=[])", "tests-{python}(opt_deps=[])"),
    Outside("humanize", "4.17.0", "py", "py{short}"),
)
PYTHONS = ("3.11", "3.12", "3.13")
_SUMMARY = re.compile(r"^=* ?((?:\d+ [a-z]+(?:, )?)+) in [0-9.]+s?\b.*$", re.MULTILINE)
_WORDS = {"error": "errors", "xfailed": "skipped", "xpassed": "passed"}
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class Seen(NamedTuple):
    """What became of a session: whether it ended well, and pytest's counts."""

    good: bool
    counts: dict[str, int]
    seconds: float


def fetch(project: Outside, folder: Path) -> Path:
    """The unpacked source distribution."""
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder),
         "--no-binary", project.name, f"{project.name}=={project.version}"],
        check=True,
    )  # fmt: skip
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as file:
        file.extractall(folder, filter="data")
    return next(path for path in sorted(folder.iterdir()) if path.is_dir())


def by_pylife(
    project: Outside, tree: Path, pythons: Sequence[str], state: Path
) -> dict[str, tuple[Seen, str]]:
    """What `pylife matrix run` says, by Python, with the status's own word."""
    words = [word for python in pythons for word in ("--python", python)]
    done = subprocess.run(
        [sys.executable, "-m", "pylife", "matrix", "run", str(tree), *words,
         "--session", project.session, "--state", str(state), "--format", "json", "-q",
         "--jobs", "1"],
        stdout=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    document: dict[str, Any] = json.loads(done.stdout)
    return {
        cell["python"]: (
            Seen(cell["status"] == "passed", cell["counts"], cell["seconds"] or 0.0),
            f"{cell['status']} {cell['reason']}".strip(),
        )
        for cell in document["cells"]
    }


def by_hand(project: Outside, tree: Path, python: Interpreter, folder: Path) -> Seen:
    """What nox or tox itself does, in a copy of the tree."""
    shutil.copytree(tree, folder)
    name = project.by_hand.format(
        python=python.version, short=f"{python.version.major}{python.version.minor}"
    )
    environment = os.environ | {
        "PATH": os.pathsep.join([str(python.path.parent), os.environ.get("PATH", os.defpath)])
    }
    if (tree / "noxfile.py").is_file():
        command = [*tools.nox(), "-s", name]
    else:
        assert tox_files.find(tree) is not None
        command = [*(tools.tox() or ("tox",)), "run", "-e", name]
    began = time.monotonic()
    done = subprocess.run(
        command, cwd=folder, env=environment, check=False, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    return Seen(done.returncode == 0, counted(done.stdout), time.monotonic() - began)


def counted(output: str) -> dict[str, int]:
    """pytest's counts of the last summary line."""
    found: dict[str, int] = {}
    for line in _SUMMARY.findall(_ANSI.sub("", output))[-1:]:
        for number, said in re.findall(r"(\d+) ([a-z]+)", line):
            word = _WORDS.get(said, said)
            if word in {"passed", "failed", "errors", "skipped"}:
                found[word] = found.get(word, 0) + int(number)
    return found


def compare(project: Outside, pythons: Sequence[str], base: Path) -> int:
    """Print a line for each Python; how many differ."""
    there = interpreters.find()
    for python in pythons:
        if PythonVersion.parse(python) not in there:
            print(f"{project.name}: no Python {python} on this machine")
    pythons = [one for one in pythons if PythonVersion.parse(one) in there]
    tree = fetch(project, base / project.name)
    seen = by_pylife(project, tree, pythons, base / f"{project.name}-state")
    different = 0
    for python in pythons:
        hand = by_hand(
            project, tree, there[PythonVersion.parse(python)], base / f"{project.name}-{python}"
        )
        mine, word = seen.get(python, (Seen(good=False, counts={}, seconds=0.0), "no cell"))
        equal = (mine.good, mine.counts) == (hand.good, hand.counts) and bool(hand.counts)
        different += not equal
        print(
            f"{'equal' if equal else 'DIFFERENT':9} {project.name} {project.version}"
            f" {project.session} on {python}: pylife {word}, {_shown(mine)};"
            f" by hand {'ended well' if hand.good else 'failed'}, {_shown(hand)}",
            flush=True,
        )
    return different


def _shown(seen: Seen) -> str:
    counts = ", ".join(f"{number} {word}" for word, number in sorted(seen.counts.items()))
    return f"{counts or 'no tests'} in {seen.seconds:.1f} s"


def main() -> int:
    """Compare all that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--only", choices=[one.name for one in PROJECTS])
    parser.add_argument("--python", action="append", metavar="X.Y")
    given = parser.parse_args()
    different = 0
    with tempfile.TemporaryDirectory(prefix="outside-") as folder:
        for project in PROJECTS:
            if given.only in {None, project.name}:
                different += compare(project, given.python or PYTHONS, Path(folder))
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
