"""The runs of pytest in a cell, as each of them told itself (`pytest_seen`).

pytest finds the plugin by its metadata on PYTHONPATH. A session that sets another
PYTHONPATH, or loads no plugins, runs all the same: then what it printed and the one
JUnit file that PYTEST_ADDOPTS asks for have to do.
"""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from pylife.matrix.counts import Counted, added, of_junit, of_log
from pylife.model import PythonVersion

_SOURCE = Path(__file__).with_name("pytest_seen.py")
_MODULE = "pylife_seen"
_NO_RESULT = frozenset({2, 3, 4})
"""pytest's exit codes where it was interrupted, broke, or was used wrongly."""
_HEADER = re.compile(r"^platform \S+ -- Python (\d+)\.(\d+)\.\S+, pytest-", re.MULTILINE)


class Run(NamedTuple):
    """One run: the Python it was on, its exit code, and its JUnit file's counts."""

    python: PythonVersion
    code: int | None
    """None where it did not come that far."""
    ended: bool
    tests: Counted | None

    @property
    def counted(self) -> Counted:
        """What is to be counted of it."""
        tests = self.tests or Counted(counts={})
        if self.ended and (self.code not in _NO_RESULT or tests.bad):
            return tests
        return replace(tests, unfinished=1)


def write(folder: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Put the plugin into `folder`; what a session's environment has besides."""
    metadata = folder / f"{_MODULE}-1.dist-info"
    metadata.mkdir(parents=True, exist_ok=True)
    (metadata / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: pylife-seen\nVersion: 1\n", encoding="utf-8"
    )
    entry = f"[pytest11]\n{_MODULE} = {_MODULE}\n"
    (metadata / "entry_points.txt").write_text(entry, encoding="utf-8")
    source = _SOURCE.read_text(encoding="utf-8")
    (folder / f"{_MODULE}.py").write_text(source, encoding="utf-8")
    path = filter(None, (environment.get("PYTHONPATH"), os.fspath(folder)))
    return {"PYTHONPATH": os.pathsep.join(path)}


def files(folder: Path) -> list[Path]:
    """What the runs wrote."""
    return sorted((folder / "runs").glob("*.xml"))


def read(folder: Path) -> tuple[Run, ...]:
    """The runs that told of themselves, in the order in which they began.

    Without those that looked for no tests, such as `pytest --markers`.
    """
    found = []
    for path in sorted((folder / "runs").glob("*.json")):
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            major, minor, free = told["python"]
            python = PythonVersion(int(major), int(minor), free_threaded=bool(free))
            code = None if told["code"] is None else int(told["code"])
            ended = told["ended"] is True
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if code is None and ended:
            continue
        found.append(Run(python, code, ended, of_junit(path.with_suffix(".xml"))))
    return tuple(found)


def counted(runs: tuple[Run, ...], junit: Path, log: str) -> Counted | None:
    """The tests of all runs: by their own account, else by the JUnit file and the log."""
    told = added([one.counted for one in runs])
    if told is None:
        return of_log(log, of_junit(junit))
    if all(one.tests is not None or one.counted.unfinished for one in runs):
        return told
    # Without JUnit files (`-p no:junitxml`) there is only what was printed.
    printed = of_log(log) or Counted(counts={})
    return replace(printed, unfinished=told.unfinished)


def pythons(
    runs: tuple[Run, ...], log: str, environments: frozenset[PythonVersion]
) -> frozenset[PythonVersion]:
    """The Pythons that tests ran on, as far as that is known.

    pytest does not print whether a Python is free-threaded: then it is as the environments are.
    """
    if runs:
        return frozenset(one.python for one in runs)
    found = {(int(major), int(minor)) for major, minor in _HEADER.findall(log)}
    known = {(one.major, one.minor): one for one in sorted(environments, reverse=True)}
    return frozenset(
        known.get((major, minor), PythonVersion(major, minor)) for major, minor in found
    )
