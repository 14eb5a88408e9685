"""What a run left behind: nox's report, the tests' JUnit file, the log, the environments."""

import json
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pylife.matrix import runs_seen
from pylife.matrix.counts import Counted
from pylife.matrix.process import Ended
from pylife.model import PythonVersion

ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))")
"""What colours text, moves the cursor, or makes links."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One session of nox's report: result is success, failed, aborted or skipped."""

    name: str
    result: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A command of a session that failed: how it ended, and what it printed."""

    command: str
    code: int
    output: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """Everything that a verdict may rest on."""

    ended: Ended
    log: str
    tool: str = "nox"
    """What ran the session: nox or tox."""
    failed: Failed | None = None
    """The command that failed, where the report names it (tox's does)."""
    sessions: tuple[Session, ...] | None = None
    """None where nox (or tox) wrote no report."""
    tests: Counted | None = None
    """None where no test run was seen."""
    pythons: frozenset[PythonVersion] = field(default_factory=frozenset)
    """The Pythons of the environments that nox (or tox) made."""
    ran_on: frozenset[PythonVersion] = field(default_factory=frozenset)
    """The Pythons that tests ran on, as far as that is known."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where a cell's run writes, inside `folder`."""

    folder: Path

    @property
    def report(self) -> Path:
        """The report of nox or tox."""
        return self.folder / "report.json"

    @property
    def junit(self) -> Path:
        """The JUnit file of tests that do not tell of themselves."""
        return self.folder / "junit.xml"

    @property
    def seen(self) -> Path:
        """Where runs of pytest tell of themselves."""
        return self.folder / "seen"

    @property
    def environments(self) -> Path:
        """The environments of nox or tox."""
        return self.folder / "envs"


def observe(ended: Ended, log: Path, places: "Places") -> Observed:
    """Read what is there; what is not there or broken is None, never an error.

    Of the log it is what this run wrote: earlier ones stand before it.
    """
    text = written(ended, log)
    seen = Observed(
        ended=ended, log=text, sessions=_sessions(places.report), pythons=pythons(places)
    )
    return with_tests(seen, places)


def written(ended: Ended, log: Path) -> str:
    """What the run that `ended` wrote into the log, as plain text."""
    with log.open("rb") as file:
        file.seek(ended.offset)
        return ANSI.sub("", file.read().decode("utf-8", errors="replace"))


def with_tests(seen: Observed, places: Places) -> Observed:
    """`seen` with the tests that ran, and the Pythons that they ran on."""
    runs = runs_seen.read(places.seen)
    return replace(
        seen,
        tests=runs_seen.counted(runs, places.junit, seen.log),
        ran_on=runs_seen.pythons(runs, seen.log, seen.pythons),
    )


def pythons(places: Places) -> frozenset[PythonVersion]:
    """The Pythons of the environments that are there."""
    return frozenset(_pythons(places.environments))


def _sessions(report: Path) -> tuple[Session, ...] | None:
    try:
        rows: list[dict[str, Any]] = json.loads(report.read_text(encoding="utf-8"))["sessions"]
        return tuple(
            Session(name=row["name"], result=row["result"], reason=row["reason"] or "")
            for row in rows
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _pythons(environments: Path) -> set[PythonVersion]:
    """From each environment's pyvenv.cfg, which venv, virtualenv and uv all write."""
    found = set()
    for settings in environments.glob("*/pyvenv.cfg"):
        text = settings.read_text(encoding="utf-8", errors="replace")
        match = re.search(r"^version(?:_info)? *= *(\d+)\.(\d+)", text, re.MULTILINE)
        if match:
            threaded = any(settings.parent.glob("lib/python*t/"))
            found.add(PythonVersion(int(match[1]), int(match[2]), free_threaded=threaded))
    return found
