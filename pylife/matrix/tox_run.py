"""One cell through tox: the command that runs its environment, and what was seen of it.

`tox run --result-json` (tox 4.67) tells the environment's Python, each command with its
exit code and output, and whether the environment was skipped. The reasons of a skip and
of a missing interpreter are only in what tox prints.
"""

import json
import re
import shlex
from pathlib import Path
from typing import Any

from pylife.matrix import tools
from pylife.matrix.base import CellPlan, Interpreter
from pylife.matrix.observe import Failed, Observed, Places, Session, pythons, with_tests, written
from pylife.matrix.process import Ended
from pylife.model import PythonVersion

_SKIPPED = re.compile(r"^\s*\S+: (?:SKIP|skipped because) ?(.*)$", re.MULTILINE)
_NO_PYTHON = re.compile(
    r"could not find python interpreter (?:matching any of the specs|with spec\(s\):) (.+)"
)
_NOT_BUILT = re.compile(r"^\s*\S+: packaging backend failed .*?, with (.*)$", re.MULTILINE)


def command(plan: CellPlan, interpreter: Interpreter, places: Places) -> list[str]:
    """The tox command of the cell. It finds the cell's Python by its path; none is skipped."""
    return [
        *(tools.tox() or ("tox",)),
        *("run", "--colored", "no", "--workdir", str(places.environments)),
        *("--result-json", str(places.report), "--skip-missing-interpreters", "false"),
        *("--discover", str(interpreter.path)),
        *plan.nox,
    ]


def observe(plan: CellPlan, ended: Ended, log: Path, places: Places) -> Observed:
    """As `observe.observe`, of what tox left."""
    text = written(ended, log)
    name = plan.nox[plan.nox.index("-e") + 1]
    report = _report(places.report, name)
    seen = Observed(
        ended=ended,
        log=text,
        tool="tox",
        sessions=None if report is None else (_session(name, report, text),),
        failed=None if report is None else _failed(places.report, report, text),
        pythons=pythons(places) | _python(report or {}),
    )
    return with_tests(seen, places)


def _report(path: Path, name: str) -> dict[str, Any] | None:
    """What tox reports of the environment; None where it says nothing of its end."""
    found = _reports(path).get(name)
    return found if isinstance(found, dict) and isinstance(found.get("result"), dict) else None


def _reports(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))["testenvs"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}


def _session(name: str, report: dict[str, Any], log: str) -> Session:
    result = report["result"]
    if result.get("skipped"):
        said = _SKIPPED.findall(log)
        return Session(name=name, result="skipped", reason=said[0].strip() if said else "")
    if result.get("success"):
        return Session(name=name, result="success", reason="")
    if missing := _NO_PYTHON.search(log):
        # In nox's words, which the verdict knows.
        reason = f"Python interpreter {missing[1].strip()} not found"
        return Session(name=name, result="failed", reason=reason)
    return Session(name=name, result="failed", reason="")


def _failed(path: Path, report: dict[str, Any], log: str) -> Failed | None:
    """The last command that failed: of the environment, else of the one that makes the package."""
    if report["result"].get("success"):
        return None
    others = [one for one in _reports(path).values() if isinstance(one, dict) and one is not report]
    for one in (report, *others):
        rows = [*one.get("setup", ()), *one.get("test", ())]
        bad = [row for row in rows if isinstance(row, dict) and row.get("retcode")]
        if bad:
            return _row(bad[-1], log)
    if raised := _NOT_BUILT.search(log):
        # A backend has no exit code in the report. In uv's words, which the verdict knows.
        said = f"The build backend returned an error\n{raised[1]}\n"
        return Failed(command="python -m pip wheel", code=1, output=said)
    return None


def _row(row: dict[str, Any], log: str) -> Failed:
    words = [str(word) for word in row.get("command", ())]
    output = f"{row.get('output') or ''}\n{row.get('err') or ''}"
    if words:
        words[0] = Path(words[0]).name
    return Failed(
        command=shlex.join(words),
        code=int(row["retcode"]),
        output=output if output.strip() else log,
    )


def _python(report: dict[str, Any]) -> frozenset[PythonVersion]:
    python: Any = report.get("python")
    try:
        major, minor, *_ = python["version_info"]
        return frozenset({PythonVersion(major, minor, bool(python.get("free_threaded")))})
    except (AttributeError, KeyError, TypeError, ValueError):
        return frozenset()  # it made no environment
