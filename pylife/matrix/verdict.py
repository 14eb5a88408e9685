"""From what was seen of a run to its status: only what was shown is believed.

A pass is: nox said success, in an environment of the cell's Python, and at least
one test ran there, and none failed, and no test run ended without a result.
"""

import re
import signal

from pylife.matrix import absent, installs
from pylife.matrix.counts import Counted
from pylife.matrix.failure import plain
from pylife.matrix.observe import ANSI, Failed, Observed, Session
from pylife.model import CellStatus, PythonVersion

Verdict = tuple[CellStatus, str]

# A test run that was killed leaves its line open: nox's own may begin in its middle.
_COMMAND = re.compile(r"nox > Command (.*?) failed with exit code (-?\d+)(:?)$", re.MULTILINE)
_PROGRAM = re.compile(r"nox > Program (.+?) not found\.?$", re.MULTILINE)
_RAISED = re.compile(r"nox > Session .*? raised exception (.*?)$", re.MULTILINE)
_NO_BACKEND = re.compile(r"No backends present, looked for \('(\w+)'")
_NO_PYTHON = re.compile(r"Python interpreter (.+?) not found")
_NO_TESTS = re.compile(r"^(?:=+ )?(?:no tests ran|collected 0 items)\b", re.MULTILINE)
_LONGEST = 300
_ENDED_BY = " was ended by "
_STARVED = "killed by the machine, which had no memory left"
_PYTEST_EMPTY = 5
"""pytest's exit code where it collected no test."""
_PYTEST_MISUSED = 4
"""pytest's exit code where its command line or what that names is wrong."""


def judge(seen: Observed, python: PythonVersion, timeout: float) -> Verdict:
    """Status and one-line reason of a cell that ran."""
    status, reason = _judge(seen, python, timeout)
    return status, one_line(reason)


def is_killed(reason: str) -> bool:
    """Whether a reason that `judge` gave tells of a command that a signal ended."""
    return reason.startswith("`") and _ENDED_BY in reason


def _judge(seen: Observed, python: PythonVersion, timeout: float) -> Verdict:
    if seen.ended.stopped:
        return CellStatus.NOT_RUN, "stopped before it had ended"
    if seen.ended.timed_out:
        return CellStatus.TIMEOUT, f"not done after {timeout:g} s; last seen: {_last(seen.log)}"
    if seen.ended.code < 0:
        if seen.ended.starved and -seen.ended.code == signal.SIGKILL:
            return CellStatus.INFRASTRUCTURE, _STARVED
        return CellStatus.INFRASTRUCTURE, f"{seen.tool}{_ENDED_BY}{_signal(-seen.ended.code)}"
    if not seen.sessions:
        return _without_report(seen)
    bad = next((one for one in seen.sessions if one.result in {"failed", "aborted"}), None)
    if bad is not None:
        return _failed(seen, bad, python)
    last = seen.sessions[-1]
    if last.result == "skipped":
        return _skipped(last)
    if last.result != "success" or seen.ended.code != 0:
        reason = f"{seen.tool} ended with {seen.ended.code} but names no failure"
        return CellStatus.INFRASTRUCTURE, reason
    return _succeeded(seen, python)


def _without_report(seen: Observed) -> Verdict:
    if line := installs.machine(seen.log):
        return CellStatus.INFRASTRUCTURE, line
    return (
        CellStatus.INFRASTRUCTURE,
        f"{seen.tool} ended with {seen.ended.code} and no report; last seen: {_last(seen.log)}",
    )


def _skipped(session: Session) -> Verdict:
    if _NO_PYTHON.search(session.reason):
        return CellStatus.MISSING_INTERPRETER, session.reason
    return CellStatus.SKIPPED, session.reason or "the session skips itself and gives no reason"


def _succeeded(seen: Observed, python: PythonVersion) -> Verdict:
    tests = seen.tests
    if tests is None:
        return CellStatus.NO_TESTS, "the session ended well, but no test run was seen"
    if seen.ran_on and python not in seen.ran_on:
        return _elsewhere(seen, python)
    if tests.bad:
        return CellStatus.FAILED, f"the session ended well, though: {_failures(seen)}"
    if tests.unfinished:
        return CellStatus.FAILED, f"the session ended well, though {_unfinished(tests)}"
    if seen.ran_on - {python}:
        return _elsewhere(seen, python)
    if not tests.ran:
        skipped = tests.counts.get("skipped", 0)
        reason = f"all {skipped} tests were skipped" if skipped else "no test was collected"
        return CellStatus.NO_TESTS, reason
    if python not in seen.pythons:
        others = ", ".join(map(str, sorted(seen.pythons))) or "none"
        reason = f"no environment of Python {python} was seen (but {others}): where the tests ran"
        return CellStatus.NO_TESTS, reason + " is not known"
    return CellStatus.PASSED, ""


def _elsewhere(seen: Observed, python: PythonVersion) -> Verdict:
    """Tests on another Python show nothing of the cell's, whether they pass or fail."""
    named = ", ".join(map(str, sorted(seen.ran_on)))
    also = "not only" if python in seen.ran_on else "not"
    return CellStatus.NO_TESTS, f"tests ran on {named}, {also} on {python}"


def _unfinished(tests: Counted) -> str:
    if tests.unfinished == 1:
        return "a test run that began came to no result"
    return f"{tests.unfinished} test runs that began came to no result"


def _failed(seen: Observed, session: Session, python: PythonVersion) -> Verdict:
    if found := _NO_PYTHON.search(session.reason) or _NO_PYTHON.search(_nox_lines(seen.log)):
        return CellStatus.MISSING_INTERPRETER, found[0]
    tests = seen.tests
    if tests is not None and seen.ran_on and python not in seen.ran_on:
        return _elsewhere(seen, python)
    if tests is not None and tests.bad:
        return absent.judge(tests.failures) or (CellStatus.FAILED, _failures(seen))
    if session.result == "aborted":
        return CellStatus.FAILED, f"the session gave up: {session.reason or 'no reason given'}"
    if failed := seen.failed or _last_command(seen.log):
        return _command(seen, failed)
    if found := _PROGRAM.search(seen.log):
        return CellStatus.NEEDS, f"needs the program {found[1]}, which is not here"
    if line := installs.machine(seen.log):
        return CellStatus.INFRASTRUCTURE, line
    if found := _NO_BACKEND.search(seen.log):
        return CellStatus.NEEDS, f"needs {found[1]} to make its environment, which is not here"
    if found := _RAISED.search(seen.log):
        return CellStatus.FAILED, f"the noxfile raised {found[1]}"
    return CellStatus.FAILED, f"the session failed; last seen: {_last(seen.log)}"


def _last_command(log: str) -> Failed | None:
    """The last command that nox says to have failed."""
    commands = list(_COMMAND.finditer(log))
    if not commands:
        return None
    found = commands[-1]
    # nox prints a silent command's output after the line that says it failed.
    output = log[found.end() :] if found[3] else log[: found.start()]
    return Failed(command=found[1], code=int(found[2]), output=output)


def _command(seen: Observed, failed: Failed) -> Verdict:
    """The session failed because a command did."""
    command, code, after = failed.command, failed.code, failed.output
    if code < 0:
        if seen.ended.starved and -code == signal.SIGKILL:
            return CellStatus.INFRASTRUCTURE, _STARVED
        status = CellStatus.INFRASTRUCTURE if -code == signal.SIGKILL else CellStatus.FAILED
        return status, f"`{_short(command.strip())}`{_ENDED_BY}{_signal(-code)}"
    if installs.COMMAND.search(command):
        return installs.explain(after)
    tests = seen.tests
    is_empty = _NO_TESTS.search(seen.log) if tests is None else not (tests.ran or tests.unfinished)
    if is_empty and code != _PYTEST_MISUSED:
        return CellStatus.NO_TESTS, "the tests' run collected no test"
    if code == _PYTEST_EMPTY and "pytest" in command:
        return CellStatus.NO_TESTS, "pytest collected no test"
    if line := installs.machine(seen.log):
        return CellStatus.INFRASTRUCTURE, line
    # A test run that failed before it counted, as where a plugin cannot be loaded.
    if lacking := absent.judge([_last(after)]):
        return lacking
    return CellStatus.FAILED, f"`{_short(command)}` ended with {code}: {_last(after)}"


def _failures(seen: Observed) -> str:
    tests = seen.tests
    if tests is None:
        return ""
    errors = tests.counts.get("errors", 0)
    if errors:
        # An error may stand for a whole file that does not import.
        number = f"{tests.counts.get('failed', 0)} tests failed, {errors} could not be run"
    else:
        number = f"{tests.bad} of {tests.ran} tests failed"
    return f"{number}; {tests.first}" if tests.first else number


def _nox_lines(log: str) -> str:
    return "\n".join(line for line in log.splitlines() if line.startswith("nox > "))


def _last(text: str) -> str:
    """The last line that is not nox's own."""
    said = [line.strip() for line in text.splitlines() if line.strip()]
    other = [line.partition("nox > ")[0].strip() for line in said]
    other = [line for line in other if line]
    return (other or said or ["nothing"])[-1]


def _signal(number: int) -> str:
    try:
        return f"signal {number} ({signal.Signals(number).name})"
    except ValueError:
        return f"signal {number}"


def _short(command: str) -> str:
    return command if len(command) <= 80 else command[:77] + "..."


def one_line(reason: str) -> str:
    """`reason` as it may be shown anywhere: printable, bounded, without folders."""
    reason = plain(ANSI.sub("", reason))
    text = "".join(char if char.isprintable() else " " for char in reason)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
