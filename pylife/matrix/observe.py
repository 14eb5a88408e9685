"""What a run left behind: nox's report, the tests' JUnit file, the log, the environments."""

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pylife.matrix.process import Ended
from pylife.model import PythonVersion

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_MAX_XML = 64 * 1024 * 1024
_SUMMARY = re.compile(r"^=* ?((?:\d+ [a-z]+(?:, )?)+) in [0-9.]+s?\b.*$", re.MULTILINE)
_OUTCOMES = {
    "passed": "passed", "failed": "failed", "error": "errors", "errors": "errors",
    "skipped": "skipped", "xfailed": "skipped", "xpassed": "passed",
}  # fmt: skip
_UNITTEST = re.compile(r"^Ran (\d+) tests? in [0-9.]+s$", re.MULTILINE)
_UNITTEST_BAD = re.compile(r"^FAILED \((.*)\)$", re.MULTILINE)
_UNITTEST_BLOCK = re.compile(r"^={70}\n(?=(?:FAIL|ERROR): )", re.MULTILINE)
_FAILURE = 8000
"""Characters of a failure's text that are looked at, from its end."""
_UNITTEST_OK = re.compile(r"^OK(?: \((.*)\))?$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A test run that was seen: counts by outcome, and the first failure in one line."""

    counts: dict[str, int]
    first: str = ""
    failures: tuple[str, ...] = ()
    """What each failure said, in their order; each cut to its end where it is long."""

    @property
    def ran(self) -> int:
        """How many tests were really run (not skipped)."""
        return sum(self.counts.get(name, 0) for name in ("passed", "failed", "errors"))

    @property
    def bad(self) -> int:
        """How many failed or could not be run."""
        return self.counts.get("failed", 0) + self.counts.get("errors", 0)


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
        """The tests' JUnit file."""
        return self.folder / "junit.xml"

    @property
    def environments(self) -> Path:
        """The environments of nox or tox."""
        return self.folder / "envs"


def observe(ended: Ended, log: Path, places: "Places") -> Observed:
    """Read what is there; what is not there or broken is None, never an error.

    Of the log it is what this run wrote: earlier ones stand before it.
    """
    text = written(ended, log)
    return Observed(
        ended=ended,
        log=text,
        sessions=_sessions(places.report),
        tests=tests(places, text),
        pythons=pythons(places),
    )


def written(ended: Ended, log: Path) -> str:
    """What the run that `ended` wrote into the log, as plain text."""
    with log.open("rb") as file:
        file.seek(ended.offset)
        return _ANSI.sub("", file.read().decode("utf-8", errors="replace"))


def tests(places: Places, log: str) -> Counted | None:
    """The tests that ran: of their JUnit file, else of what they printed."""
    return _junit(places.junit) or _from_log(log)


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


def _junit(path: Path) -> Counted | None:
    """Counts of pytest's JUnit file (xunit2)."""
    try:
        if path.stat().st_size > _MAX_XML:
            return None
        root = ET.parse(path).getroot()  # noqa: S314 - expat itself bounds entities since 2.4.1
    except (OSError, ET.ParseError):
        return None
    counts = dict.fromkeys(("passed", "failed", "errors", "skipped"), 0)
    first, failures = "", []
    for case in root.iter("testcase"):
        outcome, message, said = "passed", "", ""
        for child in case:
            if child.tag in {"failure", "error", "skipped"}:
                outcome = {"failure": "failed", "error": "errors"}.get(child.tag, "skipped")
                message = child.get("message") or ""
                if outcome != "skipped":
                    said = child.text or message
                    message = _telling(message, child.text or "")
        counts[outcome] += 1
        if outcome in {"failed", "errors"}:
            where = "::".join(filter(None, (case.get("classname"), case.get("name"))))
            first = first or f"{where}: {message}"
            failures.append(f"{where}\n{said[-_FAILURE:]}")
    found = {name: count for name, count in counts.items() if count}
    return Counted(counts=found, first=first, failures=tuple(failures))


def _telling(message: str, text: str) -> str:
    """The exception in one line; a collection error has it only in the text."""
    if message and message != "collection failure":
        return message.splitlines()[0]
    raised = [line[2:].strip() for line in text.splitlines() if line.startswith("E  ")]
    return raised[-1] if raised else message


def _from_log(text: str) -> Counted | None:
    """Where the session keeps its own JUnit file, pytest's last line; else unittest's."""
    if found := _SUMMARY.findall(text):
        counts: dict[str, int] = {}
        for number, word in re.findall(r"(\d+) ([a-z]+)", found[-1]):
            if word in _OUTCOMES:
                counts[_OUTCOMES[word]] = counts.get(_OUTCOMES[word], 0) + int(number)
        if counts:
            return Counted(counts=dict(sorted(counts.items())))
    if found := _UNITTEST.findall(text):
        total = int(found[-1])
        said = (_UNITTEST_BAD.findall(text) or _UNITTEST_OK.findall(text) or [""])[-1]
        numbers = {name: int(count) for name, count in re.findall(r"(\w+)=(\d+)", said)}
        counts = {
            "failed": numbers.get("failures", 0),
            "errors": numbers.get("errors", 0),
            "skipped": numbers.get("skipped", 0),
        }
        counts["passed"] = max(0, total - sum(counts.values()))
        failures = _unittest_failures(text) if counts["failed"] or counts["errors"] else ()
        return Counted(
            counts={name: count for name, count in sorted(counts.items()) if count},
            first=_short(failures),
            failures=failures,
        )
    return None


def _unittest_failures(text: str) -> tuple[str, ...]:
    """Each block that unittest writes of a failure: its name, and its traceback."""
    _, *blocks = _UNITTEST_BLOCK.split(text)
    return tuple(block.partition("\n\n")[0].strip()[-_FAILURE:] for block in blocks)


def _short(failures: tuple[str, ...]) -> str:
    """The first failure in one line."""
    if not failures:
        return ""
    name, _, rest = failures[0].partition("\n")
    said = [line for line in rest.splitlines() if line.strip()]
    return f"{name.partition(' ')[2]}: {said[-1]}" if said else name


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
