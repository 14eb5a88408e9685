"""A plugin by which pytest tells each run of it: that it began, where, and how it ended.

This file is never imported by pylife: it is copied into a folder of the cell, beside
metadata by which pytest finds it, and stays readable for Python 3.6. Nothing that it
does may change what tests see: what cannot be written is not told.

Of each run, `runs/NAME.json` is written when it begins and again when it ends, and
`runs/NAME.xml` is its JUnit file. Runs that tests start themselves are not told, nor
are the workers of pytest-xdist: these are all inside of another run.
"""

# ruff: noqa: PTH100, PTH103, PTH105, PTH111, PTH113, PTH118, PTH120, PTH123
# `os` has what is needed, as little as it is.

import json
import os
import shutil
import sys
import sysconfig
import time
from typing import Any

_HERE = os.path.dirname(os.path.abspath(__file__))
_ASKED = os.path.join(os.path.dirname(_HERE), "junit.xml")
"""The JUnit file that PYTEST_ADDOPTS asks for."""
_INSIDE = "PYLIFE_PYTEST"
"""The process of the run that other runs are inside of."""
_RUNS: "dict[int, _Run]" = {}
"""The run of this process that is told, by the process."""


class _Run:
    """One run; `file` is the session's own JUnit file, `code` pytest's exit code."""

    def __init__(self, config: Any) -> None:
        self.config = config
        self.path = os.path.join(_HERE, "runs", f"{int(time.time() * 1e6):020d}-{os.getpid()}")
        self.file = ""
        self.code: int | None = None
        self.write(ended=False)
        if not hasattr(config.option, "xmlpath"):
            return  # the session switched JUnit files off
        named = config.option.xmlpath
        own = os.path.abspath(os.path.expanduser(os.path.expandvars(named))) if named else ""
        if own in {"", _ASKED}:
            config.option.xmlpath = self.path + ".xml"
        else:
            self.file = own

    def write(self, *, ended: bool) -> None:
        free = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
        told = {"python": [*sys.version_info[:2], free], "code": self.code, "ended": ended}
        os.makedirs(os.path.dirname(self.path), exist_ok=True)
        with open(self.path + ".new", "w", encoding="utf-8") as file:
            json.dump(told, file)
        os.replace(self.path + ".new", self.path + ".json")


def pytest_configure(config: Any) -> None:
    """A run begins."""
    # One that took the place of another in the same process is no run inside of it.
    inside = os.environ.get(_INSIDE) or str(os.getpid())
    if inside != str(os.getpid()) or os.getpid() in _RUNS or hasattr(config, "workerinput"):
        return
    try:
        _RUNS[os.getpid()] = _Run(config)
    except OSError:
        return
    os.environ[_INSIDE] = str(os.getpid())


def pytest_sessionfinish(session: Any, exitstatus: Any) -> None:
    """Its tests are done."""
    run = _RUNS.get(os.getpid())
    if run is not None and run.config is session.config:
        run.code = int(exitstatus)


def pytest_unconfigure(config: Any) -> None:
    """It ends, and has written its JUnit file where tests were looked for."""
    run = _RUNS.get(os.getpid())
    if run is None or run.config is not config:
        return
    del _RUNS[os.getpid()]
    os.environ.pop(_INSIDE, None)
    try:
        if run.code is not None and os.path.isfile(run.file):
            shutil.copyfile(run.file, run.path + ".xml")
        run.write(ended=True)
    except OSError:
        pass
